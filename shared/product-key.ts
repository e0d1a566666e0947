/**
 * Product keys as people type and paste them: made uniform, checked for their form, and masked.
 *
 * The form is that of Windows 8 and later: 25 characters, 24 of them digits of a base-24 number and one N. The
 * public decoders of the registry's `DigitalProductId` agree on it; Microsoft documents neither the alphabet
 * nor the N. Whether a key is genuine, only Windows and Microsoft can say.
 */

/** A product key whose form was checked, upper-case with hyphens: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. */
export type ProductKey = string & { readonly __brand: 'ProductKey' };

/** What is wrong with a text that should be a product key. Positions count from 1, without separators. */
type ProductKeyProblem =
  | { readonly code: 'empty' }
  | { readonly code: 'character'; readonly character: string; readonly position: number }
  | { readonly code: 'length'; readonly length: number }
  | { readonly code: 'n-count'; readonly count: number };

/** A product key, or why a text is none. */
export type ProductKeyResult =
  | { readonly ok: true; readonly key: ProductKey; readonly lastFive: string }
  | { readonly ok: false; readonly problem: ProductKeyProblem };

/** The characters of product keys. */
export const PRODUCT_KEY_CHARACTERS = 'BCDFGHJKMPQRTVWXY2346789N';

/**
 * What may stand between the characters of a key, as the inside of a regular expression's class (flag `u`):
 * white space, the dashes of Unicode (Pd), invisible format characters such as the soft hyphen (Cf), and what
 * looks or is typed like a dash without being one: minus, modifier minus, hyphen bullet, the box-drawing lines
 * and the long-vowel mark that East Asian input methods give.
 */
export const PRODUCT_KEY_SEPARATORS = String.raw`\s\p{Pd}\p{Cf}\u02d7\u2043\u2212\u2500\u2501\u30fc\uff70`;

const separators = new RegExp(`[${PRODUCT_KEY_SEPARATORS}]`, 'gu');

/** Characters of a product key, without separators. */
export const PRODUCT_KEY_LENGTH = 25;
const GROUP = 5;

/**
 * Reads a product key: case, full-width letters, spaces and dashes of any kind are forgiven.
 *
 * @param text what was typed, pasted or read from a pipe; it never appears in the answer but for one character
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

/** The last five characters of a key, which Windows itself shows as the partial product key. */
export function lastFiveOf(key: string): string {
  return key.slice(-5);
}

/** A key as it may be shown: everything but the last five characters replaced by X. */
export function maskProductKey(key: string): string {
  return `XXXXX-XXXXX-XXXXX-XXXXX-${lastFiveOf(key)}`;
}

/** A text's characters as those of a key: without separators, upper-case. */
const charactersOf = (text: string): string =>
  text.normalize('NFKC').replace(separators, '').toUpperCase();

const grouped = (characters: string): string =>
  (characters.match(new RegExp(`.{1,${GROUP}}`, 'gu')) ?? []).join('-');

/**
 * What was typed of a key so far, in its groups.
 *
 * @param caret where somebody types, as an index into the text
 * @returns the text in groups, where the caret is in it, and how many characters of a key it has
 */
export function groupTypedKey(
  text: string,
  caret: number,
): { readonly text: string; readonly caret: number; readonly length: number } {
  const characters = charactersOf(text);
  const before = grouped(charactersOf(text.slice(0, caret)));
  return { text: grouped(characters), caret: before.length, length: Array.from(characters).length };
}
