/** Finds English sentences left in a window in another language. */
import type { Page } from 'playwright';
import en from '@shared/locales/en.json';
import zh from '@shared/locales/zh-TW.json';

function flat(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : flat(value as object, `${path}${key}.`),
  );
}

/** Minimum number of literal letters that distinguish a sentence with placeholders from a value. */
const LITERAL = 12;

const chinese = new Set(flat(zh).map(([, text]) => text));
const english = flat(en).filter(([, text]) => !chinese.has(text) && /[A-Za-z]{2}/.test(text));
const whole = new Map(english.map(([key, text]) => [text, key]));
const patterns = english
  .filter(([, text]) => text.includes('{{'))
  .filter(([, text]) => text.replace(/{{[^}]+}}/g, '').replace(/[^A-Za-z]/g, '').length >= LITERAL)
  .map(([key, text]) => {
    const literal = text
      .split(/{{[^}]+}}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+');
    return { key, pattern: new RegExp(`^${literal}$`, 's') };
  });

/**
 * Returns the key of an English sentence that isn't in any Chinese locale file, or null for any
 * other text.
 */
export function untranslatedKey(text: string): string | null {
  return whole.get(text) ?? patterns.find(({ pattern }) => pattern.test(text))?.key ?? null;
}

/** Whether a text is a locale key that wasn't translated. */
export const isKey = (text: string): boolean =>
  /^[a-z]+(\.[\w-]+){2,}$/i.test(text) && Object.hasOwn(en, text.split('.')[0] ?? '');

/** Returns every text of a page that's visible or accessible, as a whole and in parts. */
export function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const add = (text: string | null | undefined): void => {
      const trimmed = text?.replace(/\s+/g, ' ').trim() ?? '';
      if (trimmed !== '') found.add(trimmed);
    };
    add(document.title);
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility()) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        add(element.getAttribute(name));
      }
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      if (own.every((node) => node.textContent?.trim() === '')) continue;
      for (const node of own) add(node.textContent);
      add(element.textContent);
    }
    return [...found];
  });
}
