/** Texts about the state of a license. */
import type { OtherProduct } from './diagnosis';
import { isFailureCode } from './error-codes/severity';
import type { Translate } from './i18n';
import type { MessageKey } from './message';

/** Returns the text for a LicenseStatus (SoftwareLicensingProduct), or the number itself for an unknown one. */
export function licenseStatusText(status: number, t: Translate): string {
  return /^[0-6]$/.test(String(status))
    ? t(`events.licenceStatus.${status}` as MessageKey)
    : String(status);
}

/** Returns the last error of another product; null if it isn't a failure. */
export const errorOfProduct = ({ lastError }: OtherProduct): string | null =>
  isFailureCode(Number(lastError)) ? lastError : null;
