/** The known code that was meant by a mistyped one: a slip is named, never padded or cut into a code silently. */
import type { ErrorCode } from './entry';
import { ERROR_CODES } from './table';

/** `0x8007267` or `0xC004CF038`, a digit short of a code or one too long: anywhere with its `0x`, alone without. */
const slipped =
  /(?:^|(?<!\d)0|(?<!\p{L})o)[x×]([0-9a-f]{7}|[0-9a-f]{9})(?![0-9a-f])|^([0-9a-f]{7}|[0-9a-f]{9})$/iu;

/** A text that holds no code, but something written as one and a digit off: `0x` and these digits; null otherwise. */
export function mistypedCode(text: string): string | null {
  const [, prefixed, alone] = slipped.exec(text.normalize('NFKC').trim()) ?? [];
  const digits = prefixed ?? alone;
  return digits === undefined ? null : `0x${digits.toUpperCase()}`;
}

/**
 * The known failure that one digit more, less or other makes of a code; of several, the first of the table, where
 * those that are met most stand first. Undefined where there is none.
 *
 * @param hex `0x` and upper-case hex digits
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
