/**
 * The window's words. Only the language of the moment is loaded, and of it only what the window shows, so that
 * it opens without the thousand sentences on error codes.
 */
import i18next, { type i18n } from 'i18next';
import type { Language, Translate } from '@shared/i18n';
import type { PageWords } from '@shared/ipc';
import { inline } from '@shared/printable';
import * as en from '../locales/en';

/** The languages there are, in the order of the switch. */
export const LANGUAGES = ['en', 'zh-TW'] as const satisfies readonly Language[];

const book: i18n = i18next.createInstance();

/** Those whose words are here; another one may have single words only. */
const loaded = new Set<Language>();

const LOADERS: Readonly<Record<Language, () => Promise<Record<string, unknown>>>> = {
  // At hand at once: most windows need it, and one that does not loses less than the others would by waiting.
  en: () => Promise.resolve(en),
  'zh-TW': () => import('../locales/zh-TW'),
};

/** Makes the book ready in a language; has to be done before anything is drawn. */
export async function initI18n(language: Language): Promise<void> {
  await book.init({
    lng: language,
    fallbackLng: language,
    resources: { [language]: { translation: { ...(await LOADERS[language]()) } } },
    interpolation: { escape: inline },
  });
  loaded.add(language);
  document.documentElement.lang = language;
}

/** Takes words that the page has not loaded, in each language: it may be switched. */
export function addWords(words: PageWords): void {
  for (const language of LANGUAGES) book.addResources(language, 'translation', words[language]);
}

/** Switches the window to a language. */
export async function changeLanguage(language: Language): Promise<void> {
  if (book.language === language) return;
  if (!loaded.has(language)) {
    book.addResourceBundle(language, 'translation', { ...(await LOADERS[language]()) });
    loaded.add(language);
  }
  document.documentElement.lang = language;
  await book.changeLanguage(language);
}

/** Tells of every change of the language; the returned function ends it. */
export function onLanguageChanged(listener: () => void): () => void {
  book.on('languageChanged', listener);
  return () => book.off('languageChanged', listener);
}

/** The language of the moment. */
export function language(): Language {
  return book.language === 'zh-TW' ? 'zh-TW' : 'en';
}

/** A translator into a language. */
export function translator(into: Language): Translate {
  const t = book.getFixedT(into);
  return (key, params) => t(key, params ?? {});
}
