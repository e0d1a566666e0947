/** The languages of the program. Apart from their words, which take longer to load than to choose. */

/** The languages there are, as BCP 47 tags. */
export const LANGUAGES = ['en', 'zh-TW'] as const;

/** A language of the program. */
export type Language = (typeof LANGUAGES)[number];

/** The program's language for a BCP 47 tag or a POSIX locale: Chinese in traditional script for any `zh`, else English. */
export function languageFor(tag: string): Language {
  return /^zh(?![a-z])/i.test(tag) ? 'zh-TW' : 'en';
}
