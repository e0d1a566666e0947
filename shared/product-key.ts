/**
 * Product keys as users type and paste them: normalized, validated and masked.
 *
 * The format is that of Windows 8 and later: 25 characters, 24 of them digits of a base-24 number and one N. The public
 * decoders of the registry's `DigitalProductId` agree on it; Microsoft documents neither the alphabet nor the N. Only
 * Windows and Microsoft can tell whether a key is genuine.
 */

/** A product key with a valid format, uppercase with hyphens: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. */
export type ProductKey = string & { readonly __brand: 'ProductKey' };

/** Why a text isn't a product key. Positions are 1-based and skip separators. */
type ProductKeyProblem =
  | { readonly code: 'empty' }
  | { readonly code: 'character'; readonly character: string; readonly position: number }
  | { readonly code: 'length'; readonly length: number }
  | { readonly code: 'n-count'; readonly count: number };

/** A product key, or why a text isn't one. */
export type ProductKeyResult =
  | { readonly ok: true; readonly key: ProductKey; readonly lastFive: string }
  | { readonly ok: false; readonly problem: ProductKeyProblem };

/** The characters of product keys. */
export const PRODUCT_KEY_CHARACTERS = 'BCDFGHJKMPQRTVWXY2346789N';

/**
 * Characters that may separate the characters of a key, as the body of a regular expression class (flag `u`):
 * whitespace, Unicode dashes (Pd), invisible format characters such as the soft hyphen (Cf), and characters that look
 * like a dash or are typed instead of one: minus, modifier minus, hyphen bullet, box-drawing lines and the long-vowel
 * mark of East Asian input methods.
 */
export const PRODUCT_KEY_SEPARATORS = String.raw`\s\p{Pd}\p{Cf}\u02d7\u2043\u2212\u2500\u2501\u30fc\uff70`;

const separators = new RegExp(`[${PRODUCT_KEY_SEPARATORS}]`, 'gu');

/** Number of characters in a product key, without separators. */
export const PRODUCT_KEY_LENGTH = 25;
const GROUP = 5;

/**
 * Parses a product key, ignoring case, full-width forms, and spaces and dashes of any kind.
 *
 * @param text typed, pasted or piped input; the result contains at most one character of an invalid key
 */
export function parseProductKey(text: string): ProductKeyResult {
  const refuse = (problem: ProductKeyProblem): ProductKeyResult => ({ ok: false, problem });
  const characters = Array.from(charactersOf(text));
  if (characters.length === 0) return refuse({ code: 'empty' });
  const foreign = characters.findIndex((character) => !PRODUCT_KEY_CHARACTERS.includes(character));
  if (foreign >= 0) {
    const character = characters[foreign] ?? '';
    return refuse({ code: 'character', character, position: foreign + 1 });
  }
  if (characters.length !== PRODUCT_KEY_LENGTH)
    return refuse({ code: 'length', length: characters.length });
  const count = characters.filter((character) => character === 'N').length;
  if (count !== 1) return refuse({ code: 'n-count', count });
  const joined = characters.join('');
  return { ok: true, key: grouped(joined) as ProductKey, lastFive: joined.slice(-5) };
}

/** Returns the last five characters of a key, which Windows itself shows as the partial product key. */
export function lastFiveOf(key: string): string {
  return key.slice(-5);
}

/** Masks a key for display: replaces everything but the last five characters with X. */
export function maskProductKey(key: string): string {
  return `XXXXX-XXXXX-XXXXX-XXXXX-${lastFiveOf(key)}`;
}

/** Normalizes a text to key characters: uppercase, without separators. */
const charactersOf = (text: string): string =>
  text.normalize('NFKC').replace(separators, '').toUpperCase();

const grouped = (characters: string): string =>
  (characters.match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? []).join('-');

/**
 * Formats a partially typed key in groups.
 *
 * @param caret the caret position, as an index into the text
 * @returns the grouped text, the caret's position in it, and the number of key characters
 */
export function groupTypedKey(text: string, caret: number) {
  const characters = charactersOf(text);
  const before = grouped(charactersOf(text.slice(0, caret)));
  return { text: grouped(characters), caret: before.length, length: Array.from(characters).length };
}
