/** The state of a licence in words. */
import type { OtherProduct } from './diagnosis';
import { isFailureCode } from './error-codes/severity';
import type { Translate } from './i18n';
import type { MessageKey } from './message';

/** LicenseStatus in words (SoftwareLicensingProduct); the bare number where Windows has a new one. */
export function licenceStatusWords(status: number, t: Translate): string {
  return /^[0-6]$/.test(String(status))
    ? t(`events.licenceStatus.${status}` as MessageKey)
    : String(status);
}

/** The last error of another product; null where that is none. */
export const errorOfProduct = ({ lastError }: OtherProduct): string | null =>
  isFailureCode(Number(lastError)) ? lastError : null;
