/**
 * Finds the error code in any text a technician may have at hand: the code in any notation, a line of slmgr output in
 * any language, or the text or XML of an event.
 */
import { formatErrorCode } from './format';
import { explainError } from './table';

interface Candidate {
  readonly code: number;
  readonly index: number;
  /** `certain`: its notation makes it a code, even if unknown. `doubtful`: could be some other number. */
  readonly spelling: 'certain' | 'likely' | 'doubtful';
}

const guid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** `0xC004F074`, also sign-extended to 64 bits, autocorrected to `0×`, or typed with the letter O. */
const prefixed = /(?:(?<!\d)0|(?<!\p{L})o)[x×](?:f{8})?([0-9a-f]{8})(?![0-9a-f])/giu;

/** `C004F074` as a separate word. */
const bare = /(?<![\p{L}\p{N}_])([0-9a-f]{8})(?![\p{L}\p{N}_])/giu;

/** `-1073418124` or `3221549172`: the same code as a signed and as an unsigned number. */
const decimal = /(?<![\p{L}\p{N}_.-])(-?\d{9,10})(?![\p{L}\p{N}_]|[.-]\d)/gu;

/** After `0x`, eight digits or the number of a plain Windows error. Any length in between is a mistyped code. */
const alone =
  /^(?:[0o][x×](?:f{8}(?=[0-9a-f]{8}$))?(?<hex>[0-9a-f]{8}|[0-9a-f]{1,4})|(?<bare>[0-9a-f]{8})|(?<decimal>-?\d{9,10}|0))$/i;

/** Longer texts are searched rather than parsed as a single code. */
const MAX_ALONE_LENGTH = 100;

const wrapping = /^[\s\p{P}<>`]+?(?=-?[\p{L}\p{N}])|[\s\p{P}<>`]+$/gu;

/**
 * Returns the error code in a text, as an unsigned number and in Windows' notation: the first known one, else the first
 * in an unambiguous notation. Success, 0x00000000, counts only if there is nothing else.
 *
 * @returns null if the text contains no code; a returned code may be unknown
 */
export function findErrorCode(
  text: string,
): { readonly code: number; readonly hex: string } | null {
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-');
  const short = plain.length <= MAX_ALONE_LENGTH ? codeAlone(plain.replace(wrapping, '')) : null;
  const code = short ?? codeAmong(plain);
  return code === null ? null : { code, hex: formatErrorCode(code) };
}

function codeAlone(text: string): number | null {
  const groups = alone.exec(text)?.groups;
  if (groups?.hex !== undefined) return parseInt(groups.hex, 16);
  if (groups?.bare !== undefined) {
    const code = parseInt(groups.bare, 16);
    return /[a-f]/i.test(groups.bare) || explainError(code) !== undefined ? code : null;
  }
  return groups?.decimal === undefined ? null : codeFromDecimal(groups.decimal);
}

function codeAmong(text: string): number | null {
  const searched = text.replace(guid, (id) => ' '.repeat(id.length));
  const candidates: Candidate[] = [];
  for (const { 1: digits = '', index } of searched.matchAll(prefixed)) {
    candidates.push({ code: parseInt(digits, 16), index, spelling: 'certain' });
  }
  for (const { 1: digits = '', index } of searched.matchAll(bare)) {
    const spelling = /[a-f]/i.test(digits) ? 'likely' : 'doubtful';
    candidates.push({ code: parseInt(digits, 16), index, spelling });
  }
  for (const { 1: digits = '', index } of searched.matchAll(decimal)) {
    const code = codeFromDecimal(digits);
    const spelling = digits.startsWith('-') ? 'certain' : 'likely';
    if (code !== null) candidates.push({ code, index, spelling });
  }
  candidates.sort((a, b) => a.index - b.index);
  const failures = candidates.filter(({ code }) => code !== 0);
  const known = failures.filter(({ code }) => explainError(code) !== undefined);
  const certain = (candidate: Candidate) => candidate.spelling === 'certain';
  const found =
    known.find(({ spelling }) => spelling !== 'doubtful') ??
    failures.find(certain) ??
    known[0] ??
    candidates.find(certain);
  return found?.code ?? null;
}

/**
 * Converts a decimal number to a code. It must have the top bits of a failure (HRESULT 0x8…, NTSTATUS 0xC… and 0xD…),
 * which excludes phone numbers, times and sizes, or be a known code.
 */
function codeFromDecimal(digits: string): number | null {
  const number = Number(digits);
  if (number < -0x80000000 || number > 0xffffffff) return null;
  const code = number >>> 0;
  const failure = [0x8, 0xc, 0xd].includes(code >>> 28);
  return failure || explainError(code) !== undefined ? code : null;
}
