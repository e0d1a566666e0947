/** Translation into the current language, for components and for code outside of them. */
import { createContext, useContext } from 'react';
import { translateMessage, type Language, type Translate } from '@shared/i18n';
import type { Sentence } from '../state/view';
import { capitalized } from '@shared/message';
import { escapeText } from '@shared/printable';
import { language as current, translator } from './i18n';

/** Returns the translate function of the current language, for use outside of components. */
export function currentTranslate(): Translate {
  return translator(current());
}

/** The page's language. Subscribed to once for all components, which get their texts through this context. */
export const PageLanguage = createContext<Language>('en');

/** Returns the translations for a component, which re-renders when the language changes. */
export function useTranslations(): Translations {
  return WORDS[useContext(PageLanguage)]();
}

/** Computes a value on first use and caches it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

// Shared by all components: creating the formatters takes longer than rendering their output.
const WORDS: Readonly<Record<Language, () => Translations>> = {
  en: once(() => wordsIn('en')),
  'zh-TW': once(() => wordsIn('zh-TW')),
};

function wordsIn(language: Language) {
  const t = translator(language);
  const locale = language === 'en' ? 'en-US' : language;
  const clock = once(
    () => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  );
  const counts = once(() => new Intl.NumberFormat(locale));
  const dates = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const seconds = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  const day = (date: Date) =>
    new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'long',
      ...(date.getFullYear() !== new Date().getFullYear() && { year: 'numeric' }),
    }).format(date);
  const dayWord = (date: Date, now: Date) => {
    const midnight = (of: Date) => new Date(of.getFullYear(), of.getMonth(), of.getDate());
    const days = Math.round((midnight(date).getTime() - midnight(now).getTime()) / 86_400_000);
    if (days !== 0 && days !== -1) return day(date);
    return capitalized(relative().format(days, 'day'));
  };
  const time = (date: Date) => clock().format(date);
  return {
    t,
    language,
    /** Translates a sentence. */
    sentence: (sentence: Sentence) =>
      escapeText('key' in sentence ? translateMessage(t, sentence) : sentence.text),
    /** A duration with its unit: `3 ms`, `2.4 s`. */
    duration: (ms: number) =>
      ms < 1000
        ? t('window.unit.ms', { value: Math.max(1, Math.round(ms)) })
        : t('window.unit.s', { value: seconds().format(ms / 1000) }),
    /** A day and month, with the year unless it is the current one. */
    day,
    /** A time of day. */
    time,
    /** A date with its year, for sentences that must stay unambiguous. */
    date: (date: Date) => dates().format(date),
    /** A count with thousands separators. */
    number: (count: number) => counts().format(count),
    /** A date with its year, and a time, for sentences that must stay unambiguous. */
    stamp: (date: Date) => `${dates().format(date)} ${time(date)}`,
    /** Like `day`, but with words for today and yesterday. */
    dayWord,
    /** `dayWord`, and a time. */
    moment: (date: Date, now: Date) => `${dayWord(date, now)} ${time(date)}`,
  };
}

/** Formatting and translation for components. */
export type Translations = Readonly<ReturnType<typeof wordsIn>>;
