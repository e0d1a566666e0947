/** The text that console programs print: bytes in the OEM code page of this Windows, never assumed to be UTF-8. */
import iconv from 'iconv-lite';

/** What programs print before the code page is known is ASCII. */
export const ASCII = 'ascii';

/**
 * The encoding for a code page's number.
 *
 * @param number as the registry has it (`Nls\CodePage`, value `OEMCP`), e.g. `950`
 * @returns a name that iconv-lite knows; ASCII for a code page that it does not know
 */
export function encodingOf(number: string): string {
  if (number === '65001') return 'utf8';
  const name = `cp${number}`;
  return /^\d{3,5}$/.test(number) && iconv.encodingExists(name) ? name : ASCII;
}

/** Decodes what a program printed. Bytes that the encoding does not have become U+FFFD; nothing throws. */
export function decodeOutput(bytes: Buffer, encoding: string): string {
  return iconv.decode(bytes, encoding);
}
