/** Encoding of console programs' output: bytes in the OEM code page of this Windows, never assumed to be UTF-8. */
import iconv from 'iconv-lite';

/** Encoding of program output while the code page is unknown. */
export const ASCII = 'ascii';

/**
 * Returns the encoding for a code page number.
 *
 * @param number as in the registry (`Nls\CodePage`, value `OEMCP`), e.g. `950`
 * @returns an encoding that iconv-lite supports; ASCII if it doesn't support the code page
 */
export function encodingOf(number: string): string {
  if (number === '65001') return 'utf8';
  const name = `cp${number}`;
  return /^\d{3,5}$/.test(number) && iconv.encodingExists(name) ? name : ASCII;
}
