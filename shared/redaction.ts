/**
 * Removes product keys from texts before they are shown, logged, saved or sent. `slmgr /ipk` prints the whole key to
 * its output and OSLicense's result object contains it, so all output from Windows passes through here.
 *
 * Masking too much is better than leaking a key: any 25 consecutive characters of the alphabet, in groups of any size,
 * are masked if they include a letter.
 */
import {
  PRODUCT_KEY_CHARACTERS,
  PRODUCT_KEY_LENGTH as KEY_LENGTH,
  PRODUCT_KEY_SEPARATORS,
  maskProductKey,
} from './product-key';

/** Maximum number of separators between two groups of a key: `ABCDE - FGHJK`. */
const WIDEST_GAP = 3;

const OTHER = 0;
const LETTER = 1;
const SEPARATOR = 2;
const UNMET = 3;

const separator = new RegExp(`^[${PRODUCT_KEY_SEPARATORS}]$`, 'u');

/**
 * The class of every UTF-16 code unit, determined on first use and then looked up. This way a megabyte of text takes
 * milliseconds, and startup doesn't have to wait for the whole table.
 */
const kinds = new Uint8Array(0x10000).fill(UNMET);

function kindOf(unit: number): number {
  const known = kinds[unit];
  if (known !== undefined && known !== UNMET) return known;
  const character = String.fromCharCode(unit);
  const plain = character.normalize('NFKC').toUpperCase();
  const kind =
    plain.length === 1 && PRODUCT_KEY_CHARACTERS.includes(plain)
      ? LETTER
      : separator.test(character)
        ? SEPARATOR
        : OTHER;
  kinds[unit] = kind;
  return kind;
}

/**
 * Masks every product key in a text to its last five characters. Takes linear time, and leaves already masked keys
 * unchanged.
 */
export function redact(text: string): string {
  if (text.length < KEY_LENGTH) return text;
  const pieces: string[] = [];
  let copied = 0;
  let position = 0;
  while (position < text.length) {
    if (kindOf(text.charCodeAt(position)) !== LETTER) {
      position += 1;
      continue;
    }
    const run = runFrom(text, afterEscape(text, position));
    if (run.letters >= KEY_LENGTH) {
      pieces.push(
        text.slice(copied, run.start),
        maskRun(text.slice(run.start, run.end).normalize('NFKC')),
      );
      copied = run.end;
    }
    position = Math.max(run.end, position + 1);
  }
  if (copied === 0) return text;
  pieces.push(text.slice(copied));
  return pieces.join('');
}

/**
 * Applies {@link redact} to every string in a value, including property names. Parts without a key aren't copied, so a
 * large report takes only a few milliseconds.
 */
export function redactDeep<T>(value: T): T;
export function redactDeep(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return value;
  let changed: Map<string, readonly [name: string, entry: unknown]> | null = null;
  for (const name of Object.keys(value)) {
    const before = (value as Readonly<Record<string, unknown>>)[name];
    const [other, after] = [redact(name), redactDeep(before)];
    if (other === name && after === before) continue;
    changed ??= new Map();
    changed.set(name, [other, after]);
  }
  if (changed === null) return value;
  const entries = Object.entries(value).map(
    (entry): readonly [string, unknown] => changed.get(entry[0]) ?? entry,
  );
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** Whether a value contains a product key, even a masked one. */
export const holdsProductKey = (value: unknown): boolean =>
  redactDeep(value) !== value || JSON.stringify(value).includes(maskProductKey(''));

/**
 * Returns the longest run of key characters from a position, with at most WIDEST_GAP separators in between. It ends
 * after its last letter.
 */
function runFrom(text: string, start: number) {
  let letters = 0;
  let end = start;
  for (let index = start; index < text.length && index - end <= WIDEST_GAP; index += 1) {
    const kind = kindOf(text.charCodeAt(index));
    if (kind === OTHER) break;
    if (kind === LETTER) {
      letters += 1;
      end = index + 1;
    }
  }
  return { start, end, letters };
}

/**
 * Returns the position after the letter of a JSON escape (`\n`, `\t`, `\r`, `\b`, `\f`), since all of these are key
 * characters. Returns the position itself if there is no escape, or if the key would be one letter short without it.
 */
function afterEscape(text: string, position: number): number {
  if (!'nrtbf'.includes(text.charAt(position))) return position;
  let backslashes = 0;
  while (text.charAt(position - 1 - backslashes) === '\\') backslashes += 1;
  if (backslashes % 2 === 0) return position;
  return runFrom(text, position).letters > KEY_LENGTH ? position + 1 : position;
}

const letter = `[${PRODUCT_KEY_CHARACTERS}]`;
const notLetters = new RegExp(`[^${PRODUCT_KEY_CHARACTERS}]`, 'giu');
const gap = `[${PRODUCT_KEY_SEPARATORS}]{1,${WIDEST_GAP}}`;

/** Shapes that distinguish a key from the surrounding text, most reliable first. */
const shapes = [
  new RegExp(`${letter}{5}(${gap})${letter}{5}(?:\\1${letter}{5}){3,}`, 'giu'),
  new RegExp(`(?:${letter}{5}${gap}){4}${letter}{5}`, 'giu'),
  new RegExp(`(?<!${letter})${letter}{25}(?!${letter})`, 'giu'),
];

function maskRun(run: string, shape = 0): string {
  const letters = run.replace(notLetters, '').toUpperCase();
  if (letters.length < KEY_LENGTH || !/[A-Z]/.test(letters)) return run;
  const pattern = shapes[shape];
  if (pattern === undefined) return maskProductKey(letters);
  const pieces: string[] = [];
  let copied = 0;
  for (const match of run.matchAll(pattern)) {
    pieces.push(
      maskRun(run.slice(copied, match.index), shape + 1),
      maskRun(match[0], shapes.length),
    );
    copied = match.index + match[0].length;
  }
  return pieces.join('') + maskRun(run.slice(copied), shape + 1);
}
