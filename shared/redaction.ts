/**
 * Takes product keys out of texts before they are shown, logged, saved or sent. `slmgr /ipk` prints the whole
 * key to its output and OSLicense's result object carries it, so everything that Windows says passes here.
 *
 * Better a word too many masked than a key let through: whatever 25 characters of the alphabet stand in a row,
 * in groups of any size, is masked if a letter is among them.
 */
import { PRODUCT_KEY_CHARACTERS, PRODUCT_KEY_SEPARATORS, maskProductKey } from './product-key';

const KEY_LENGTH = 25;

/** Between two groups of a key at most this many dashes and spaces: `ABCDE - FGHJK`. */
const WIDEST_GAP = 3;

const OTHER = 0;
const LETTER = 1;
const SEPARATOR = 2;
const UNMET = 3;

const separator = new RegExp(`^[${PRODUCT_KEY_SEPARATORS}]$`, 'u');

/**
 * What every UTF-16 unit is to a key, found out when it is first met and then looked up: a megabyte of text takes
 * milliseconds, and a program that starts does not wait for all of them.
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
 * A text with every product key in it masked to its last five characters. Linear in the text's length; what is
 * masked already stays as it is.
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
 * The same value with {@link redact} applied to every string in it, names of properties included. What has no key in
 * it is not copied: a large report is walked through in a few milliseconds.
 */
export function redactDeep<T>(value: T): T {
  return redacted(value) as T;
}

/** Whether a product key stands in a value, or stood there before it was masked. */
export const holdsProductKey = (value: unknown): boolean =>
  redactDeep(value) !== value || JSON.stringify(value).includes(maskProductKey(''));

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return value;
  let changed: Map<string, readonly [name: string, entry: unknown]> | null = null;
  for (const name of Object.keys(value)) {
    const before = (value as Readonly<Record<string, unknown>>)[name];
    const [other, after] = [redact(name), redacted(before)];
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

interface Run {
  readonly start: number;
  /** After the last letter. */
  readonly end: number;
  readonly letters: number;
}

/** The longest stretch of key characters from here on, with at most WIDEST_GAP separators in between. */
function runFrom(text: string, start: number): Run {
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
 * The place after the letter of a JSON escape (`\n`, `\t`, `\r`, `\b`, `\f`), all of which are key characters;
 * the place itself where there is no escape, or where the key would be a letter short without it.
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

/** Ways in which a key stands out from what is written around it, the surest first. */
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
