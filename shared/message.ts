/** Texts to be: everything but the locale files carries keys. */
import type en from './locales/en.json';

/** i18next chooses the form by `count`; the key is asked for without it (i18next.com, "Plurals"). */
type WithoutPlural<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K;

type Leaves<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string
    ? `${P}${WithoutPlural<K>}`
    : Leaves<T[K], `${P}${K}.`>;
}[keyof T & string];

/** A key of the locale files. */
export type MessageKey = Leaves<typeof en>;

/** A text to be: a key of the locale files and what is filled in. */
export interface Message {
  readonly key: MessageKey;
  readonly params?: Readonly<Record<string, string | number>>;
}

/** A text to be. */
export const message = (key: MessageKey, params?: Message['params']): Message => ({
  key,
  ...(params && { params }),
});

/** Sentences one after the other; a full stop of Chinese carries its space with it. */
export function sentences(parts: readonly string[]): string {
  return parts.join(' ').replace(/([。！？]) /g, '$1');
}
