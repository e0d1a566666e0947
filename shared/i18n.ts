/**
 * Translation. Every text that a user sees is in `locales/en.json` and `locales/zh-TW.json`; all other code uses keys.
 */
import i18next, { type i18n } from 'i18next';
import { editionName } from './edition-names';
import { sentences, type Message, type MessageKey } from './message';
import enWords from './locales/en.json';
import zhWords from './locales/zh-TW.json';
import type { Language } from './language';
import { escapeLine } from './printable';

export { LANGUAGES, languageFor, type Language } from './language';

/** Translates a key into one language. */
export type Translate = (
  key: MessageKey,
  params?: Readonly<Record<string, string | number>>,
) => string;

let instance: i18n | undefined;

/** The single i18next instance, created on first use. */
function i18nInstance(): i18n {
  if (instance === undefined) {
    instance = i18next.createInstance();
    void instance.init({
      lng: 'en',
      fallbackLng: 'en',
      resources: { en: { translation: enWords }, 'zh-TW': { translation: zhWords } },
      // Escapes every interpolated value so that it can't move a cursor or reverse the text direction.
      interpolation: { escape: escapeLine },
      initAsync: false,
    });
  }
  return instance;
}

/** Returns the translate function of a language. */
export function translator(language: Language): Translate {
  const t = i18nInstance().getFixedT(language);
  return (key, params) => t(key, params ?? {});
}

/** Translates a message; an edition in its parameters is replaced by its name. */
export function translateMessage(translate: Translate, { key, params }: Message): string {
  const edition = params?.['edition'];
  return typeof edition === 'string'
    ? translate(key, { ...params, edition: editionName(edition, translate) })
    : translate(key, params);
}

/** Translates messages and joins them into one text. */
export function translateMessages(translate: Translate, messages: readonly Message[]): string {
  return sentences(messages.map((message) => translateMessage(translate, message)));
}
