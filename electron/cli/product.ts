import { readFileSync } from 'node:fs';

declare const KMS_DOCTOR_VERSION: string | undefined;

/** The product version, inserted by the build. */
export const VERSION: string =
  typeof KMS_DOCTOR_VERSION === 'string' ? KMS_DOCTOR_VERSION : versionOfCheckout();

/** Falls back to package.json if the program runs from source, as in tests. */
function versionOfCheckout(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
