/**
 * Translations that the page lacks. To open quickly, it bundles only the sections it always shows, without the thousand
 * sentences about error codes. Any other texts that a message refers to are sent with it, in all languages.
 */
import type { PageWords } from '@shared/ipc';
import { lookUp } from '@shared/look-up';
import en from '@shared/locales/en.json';
import zhTW from '@shared/locales/zh-TW.json';

/** The sections of the locale files that the page bundles: the exports of `renderer/locales`. */
export const PAGE_SECTIONS: readonly string[] = [
  'app',
  'changes',
  'channels',
  'checks',
  'editions',
  'events',
  'fixes',
  'handover',
  'keys',
  'messages',
  'procedures',
  'reasons',
  'route',
  'status',
  'treatment',
  'verdicts',
  'window',
] satisfies readonly (keyof typeof en)[];

/** Returns the translations for all messages in an event that the page lacks; null if it lacks none. */
export function missingTranslations(told: unknown): PageWords | null {
  const keys = new Set<string>();
  collectKeys(told, keys);
  if (keys.size === 0) return null;
  return { en: wordsOf(en, keys), 'zh-TW': wordsOf(zhTW, keys) };
}

function collectKeys(told: unknown, keys: Set<string>): void {
  if (typeof told !== 'object' || told === null) return;
  for (const value of Object.values(told)) collectKeys(value, keys);
  if (!('key' in told) || typeof told.key !== 'string') return;
  collectKey(told.key, 'params' in told ? (told.params ?? {}) : {}, keys);
}

/** Collects a key, and the keys its text refers to: `$t(errors.{{error}}.meaning)`. */
function collectKey(key: string, params: object, keys: Set<string>): void {
  const [section = ''] = key.split('.');
  if (lookUp(en, section) !== undefined && !PAGE_SECTIONS.includes(section)) keys.add(key);
  for (const text of Object.values(wordsOf(en, new Set([key])))) {
    for (const [, reference = ''] of text.matchAll(/\$t\(([^)]+)\)/g)) {
      const filled = reference.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
        const value = lookUp(params as Record<string, unknown>, name);
        return typeof value === 'string' ? value : '';
      });
      collectKey(filled, params, keys);
    }
  }
}

function wordsOf(words: object, keys: ReadonlySet<string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const key of keys) {
    const path = key.split('.');
    const name = path.pop() ?? '';
    const branch = path.reduce<unknown>(
      (tree, step) => lookUp((tree ?? {}) as Record<string, unknown>, step),
      words,
    );
    for (const form of [name, `${name}_one`, `${name}_other`]) {
      const text = lookUp((branch ?? {}) as Record<string, unknown>, form);
      if (typeof text === 'string') found[[...path, form].join('.')] = text;
    }
  }
  return found;
}
