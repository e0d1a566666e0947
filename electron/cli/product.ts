import { readFileSync } from 'node:fs';

declare const KMS_DOCTOR_VERSION: string | undefined;

/** The product's version, as the build put it in. */
export const VERSION: string =
  typeof KMS_DOCTOR_VERSION === 'string' ? KMS_DOCTOR_VERSION : versionOfCheckout();

/** Run from its sources, as tests do, the program has no build to tell it. */
function versionOfCheckout(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}
