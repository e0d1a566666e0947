/** Texts about the state of a license. */
import type { OtherProduct } from './diagnosis';
import { isFailureCode } from './error-codes/severity';
import { describeField } from './events';
import { translateMessage, type Translate } from './i18n';

/** Returns the text for a LicenseStatus (SoftwareLicensingProduct), or the number itself for an unknown one. */
export function licenseStatusText(status: number, t: Translate): string {
  const value = String(status);
  const words = describeField({ name: 'licenceStatus', value });
  return words === null ? value : translateMessage(t, words);
}

/** Returns the last error of another product; null if it isn't a failure. */
export const errorOfProduct = ({ lastError }: OtherProduct): string | null =>
  isFailureCode(Number(lastError)) ? lastError : null;
