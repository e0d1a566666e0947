/**
 * The window's texts. Only the current language is loaded, and only the texts that the window shows, so that it opens
 * without the thousand sentences about error codes.
 */
import i18next, { type i18n } from 'i18next';
import type { Translate } from '@shared/i18n';
import type { PageWords } from '@shared/ipc';
import { LANGUAGES, type Language } from '@shared/language';
import { escapeLine } from '@shared/printable';
import * as en from '../locales/en';

const book: i18n = i18next.createInstance();

/** Languages whose texts are loaded; another one may have individual texts only. */
const loaded = new Set<Language>();

const LOADERS: Readonly<Record<Language, () => Promise<Record<string, unknown>>>> = {
  // Bundled: most windows need it, and the others lose less by loading it than most would by waiting.
  en: () => Promise.resolve(en),
  'zh-TW': () => import('../locales/zh-TW'),
};

/** Initializes translation in a language. Must finish before anything is rendered. */
export async function initI18n(language: Language): Promise<void> {
  await book.init({
    lng: language,
    fallbackLng: language,
    resources: { [language]: { translation: { ...(await LOADERS[language]()) } } },
    interpolation: { escape: escapeLine },
  });
  loaded.add(language);
  document.documentElement.lang = language;
}

/** Adds texts that the page hasn't loaded, in every language since the user may switch. */
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

/** Adds a listener for language changes; the returned function removes it. */
export function onLanguageChanged(listener: () => void): () => void {
  book.on('languageChanged', listener);
  return () => book.off('languageChanged', listener);
}

/** Returns the current language. */
export function language(): Language {
  return book.language === 'zh-TW' ? 'zh-TW' : 'en';
}

/** Returns the translate function of a language. */
export function translator(into: Language): Translate {
  const t = book.getFixedT(into);
  return (key, params) => t(key, params ?? {});
}
