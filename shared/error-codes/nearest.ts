/**
 * Finds the known code that a mistyped one was probably meant to be. A typo is reported, never silently padded or
 * truncated to a valid code.
 */
import type { ErrorCode } from './entry';
import { ERROR_CODES } from './table';

/**
 * `0x8007267` or `0xC004CF038`, one digit short or one too many: anywhere in a text with `0x`, only as the whole text
 * without it.
 */
const slipped =
  /(?:^|(?<!\d)0|(?<!\p{L})o)[x×]([0-9a-f]{7}|[0-9a-f]{9})(?![0-9a-f])|^([0-9a-f]{7}|[0-9a-f]{9})$/iu;

/**
 * Finds a mistyped code, one digit too short or too long, in a text that contains no valid code. Returns `0x` and these
 * digits, or null.
 */
export function mistypedCode(text: string): string | null {
  const [, prefixed, alone] = slipped.exec(text.normalize('NFKC').trim()) ?? [];
  const digits = prefixed ?? alone;
  return digits === undefined ? null : `0x${digits.toUpperCase()}`;
}

/**
 * Returns the known failure that differs from a code by one missing, extra or wrong digit. If there are several, the
 * first in the table wins, which lists the most common first. Undefined if there is none.
 *
 * @param hex `0x` and uppercase hex digits
 */
export function nearestErrorCode(hex: string): ErrorCode | undefined {
  return ERROR_CODES.find((known) => known.code !== 0 && isOneDigitOff(known.hex, hex));
}

function isOneDigitOff(known: string, written: string): boolean {
  let same = 0;
  while (same < written.length && known[same] === written[same]) same++;
  const longer = Math.sign(known.length - written.length);
  const rest = known.slice(same + (longer >= 0 ? 1 : 0));
  return known !== written && rest === written.slice(same + (longer <= 0 ? 1 : 0));
}
