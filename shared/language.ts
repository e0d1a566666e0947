/** The app's languages. Separate from their texts, which take longer to load than it takes to choose a language. */

/** The supported languages, as BCP 47 tags. */
export const LANGUAGES = ['en', 'zh-TW'] as const;

/** A supported language. */
export type Language = (typeof LANGUAGES)[number];

/** Returns the app's language for a BCP 47 tag or POSIX locale: Traditional Chinese for any `zh`, else English. */
export function languageFor(tag: string): Language {
  return /^zh(?![a-z])/i.test(tag) ? 'zh-TW' : 'en';
}
