/**
 * Words. Every text that a person sees stands in `locales/en.json` and `locales/zh-TW.json`; everything else
 * carries keys.
 */
import i18next, { type i18n } from 'i18next';
import { editionName } from './edition-names';
import { sentences, type Message, type MessageKey } from './message';
import enWords from './locales/en.json';
import zhWords from './locales/zh-TW.json';
import type { Language } from './language';
import { inline } from './printable';

export { LANGUAGES, languageFor, type Language } from './language';

/** Puts words in for keys, in one language. */
export type Translate = (
  key: MessageKey,
  params?: Readonly<Record<string, string | number>>,
) => string;

let instance: i18n | undefined;

/** The one i18next instance; the window hands it to react-i18next. */
function i18nInstance(): i18n {
  if (instance === undefined) {
    instance = i18next.createInstance();
    void instance.init({
      lng: 'en',
      fallbackLng: 'en',
      resources: { en: { translation: enWords }, 'zh-TW': { translation: zhWords } },
      // Whatever a sentence is filled in with, nothing in it moves a cursor or turns the line around.
      interpolation: { escape: inline },
      initAsync: false,
    });
  }
  return instance;
}

/** The words of a language. */
export function translator(language: Language): Translate {
  const t = i18nInstance().getFixedT(language);
  return (key, params) => t(key, params ?? {});
}

/** A message in a language; an edition in it is called by its name. */
export function translateMessage(translate: Translate, { key, params }: Message): string {
  const edition = params?.['edition'];
  return typeof edition === 'string'
    ? translate(key, { ...params, edition: editionName(edition, translate) })
    : translate(key, params);
}

/** Messages in a language, one after the other. */
export function translateMessages(translate: Translate, messages: readonly Message[]): string {
  return sentences(messages.map((message) => translateMessage(translate, message)));
}
