/** Words in the language of the moment, for components and for what happens outside of them. */
import { createContext, useContext } from 'react';
import type { Message } from '@shared/message';
import { translateMessage, type Language, type Translate } from '@shared/i18n';
import type { Sentence } from '../state/view';
import { printable } from '@shared/printable';
import { language as current, translator } from './i18n';

/** The translator of the moment, outside of components. */
export function currentTranslate(): Translate {
  return translator(current());
}

/** What a component says things with. */
export interface Translations {
  readonly t: Translate;
  readonly language: Language;
  /** Puts a sentence into words. */
  readonly sentence: (sentence: Sentence) => string;
  /** A duration with its unit: `3 ms`, `2.4 s`. */
  readonly duration: (ms: number) => string;
  /** A day, with its year unless it is this one's. */
  readonly day: (date: Date) => string;
  /** A day with its year, for sentences that have to stay true. */
  readonly date: (date: Date) => string;
  /** A count with its thousands set apart. */
  readonly number: (count: number) => string;
  /** A time of day. */
  readonly time: (date: Date) => string;
  /** A day with its year, and a time: for sentences that have to stay true. */
  readonly stamp: (date: Date) => string;
  /** A day; yesterday and today by these words. */
  readonly dayWord: (date: Date, now: Date) => string;
  /** {@link Translations.dayWord}, and a time. */
  readonly moment: (date: Date, now: Date) => string;
}

/** The language that the page is drawn in: followed once for all, since each component has its words from here. */
export const PageLanguage = createContext<Language>('en');

/** The words for a component; it is drawn anew when the language changes. */
export function useTranslations(): Translations {
  return WORDS[useContext(PageLanguage)]();
}

/** Does a thing when it is first asked for, and remembers what came of it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

// One for all components: to make the formatters takes longer than to draw what they are for.
const WORDS: Readonly<Record<Language, () => Translations>> = {
  en: once(() => wordsIn('en')),
  'zh-TW': once(() => wordsIn('zh-TW')),
};

const isMessage = (sentence: Sentence): sentence is Message => 'key' in sentence;

function wordsIn(language: Language): Translations {
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
    const word = relative().format(days, 'day');
    return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  };
  const time = (date: Date) => clock().format(date);
  return {
    t,
    language,
    sentence: (sentence) =>
      printable(isMessage(sentence) ? translateMessage(t, sentence) : sentence.text),
    duration: (ms) =>
      ms < 1000
        ? t('window.unit.ms', { value: Math.max(1, Math.round(ms)) })
        : t('window.unit.s', { value: seconds().format(ms / 1000) }),
    day,
    time,
    date: (date) => dates().format(date),
    number: (count) => counts().format(count),
    stamp: (date) => `${dates().format(date)} ${time(date)}`,
    dayWord,
    moment: (date, now) => `${dayWord(date, now)} ${time(date)}`,
  };
}
