/** Untranslated messages: all code except the locale files carries keys. */
import type en from './locales/en.json';

/** i18next selects the plural form by `count`; keys are used without the suffix (i18next.com, "Plurals"). */
type WithoutPlural<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K;

type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string
    ? `${P}${WithoutPlural<K>}`
    : Leaves<T[K], `${P}${K}.`>;
}[keyof T & string];

/** A key of the locale files. */
export type MessageKey = Leaves<typeof en>;

/** The variable part of the keys between a prefix and a suffix. */
export type KeyPart<
  Prefix extends string,
  Suffix extends string = '',
  Key = MessageKey,
> = Key extends `${Prefix}${infer Name}${Suffix}` ? Name : never;

/** A message to translate: a key of the locale files and its parameters. */
export interface Message {
  readonly key: MessageKey;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** Creates a message. */
export const message = (key: MessageKey, params?: Message['params']): Message => ({
  key,
  ...(params && { params }),
});

/** Maximum number of items listed in a message. */
const NAMED = 4;

/** Joins the distinct items with commas. A longer list is cut, with the total count appended. */
export function joinShort(items: readonly string[]): string {
  const distinct = [...new Set(items)];
  const shown = distinct.slice(0, NAMED).join(', ');
  return distinct.length > NAMED ? `${shown}, … (${distinct.length})` : shown;
}

/** Capitalizes a phrase that starts a sentence. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Joins sentences with spaces, except after Chinese punctuation, which includes its own spacing. */
export function sentences(parts: readonly string[]): string {
  return parts.join(' ').replace(/([。！？]) /g, '$1');
}
