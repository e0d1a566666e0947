import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import en from '@shared/locales/en.json';
import zhTW from '@shared/locales/zh-TW.json';

const root = path.join(import.meta.dirname, '../../..');

interface Branch {
  readonly [name: string]: string | Branch;
}

function leaves(branch: Branch, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(branch).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string'
        ? [[`${prefix}${name}`, value]]
        : [...leaves(value, `${prefix}${name}.`)],
    ),
  );
}

const english = leaves(en);
const chinese = leaves(zhTW);

/** Removes the plural suffix that i18next adds to a key, depending on the language and the count. */
const base = (key: string): string => key.replace(/_(?:one|other)$/, '');
const bases = (words: ReadonlyMap<string, string>): string[] =>
  [...new Set([...words.keys()].map(base))].sort();

const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{\{\s*([^}]+?)\s*\}\}/g)].map(([, name]) => name ?? ''))].sort();

/** Names that are the same in every language, alone or combined. */
const NAMES = new Set([
  'DNS',
  'Datacenter',
  'EN',
  'English',
  'Enterprise',
  'Essentials',
  'HPC',
  'JSON',
  'KMS',
  'KMS Doctor',
  'KMSD1 …',
  'Microsoft DNS (PowerShell)',
  'MultiPoint Premium',
  'MultiPoint Standard',
  'OEM',
  'PDF',
  'Ping',
  'Standard',
  'TCP',
  'VBScript',
  'Web',
]);

describe('locale files', () => {
  it('have the same keys', () => {
    expect(bases(chinese)).toEqual(bases(english));
  });

  it.each([
    ['en', english],
    ['zh-TW', chinese],
  ])('have exactly the plural forms of %s', (language, words) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    const counted = [...words.keys()].filter((key) => key !== base(key)).map(base);
    expect(counted.length).toBeGreaterThan(0);
    for (const key of counted) {
      const found = [...words.keys()].filter((one) => one !== key && base(one) === key);
      expect(found.map((one) => one.slice(key.length + 1)).sort(), key).toEqual(forms);
    }
  });

  it('have the same placeholders for each key', () => {
    for (const [key, text] of english) {
      const same = chinese.get(key) ?? chinese.get(`${base(key)}_other`) ?? '';
      expect(placeholders(same), key).toEqual(placeholders(text));
    }
  });

  it('have no empty texts', () => {
    for (const words of [english, chinese]) {
      for (const [key, text] of words) expect(text.trim(), key).not.toBe('');
    }
  });

  it('have no English texts in Chinese except names', () => {
    for (const [key, text] of english) {
      if (chinese.get(key) !== text) continue;
      const said = text.replaceAll(/\{\{[^}]+\}\}/g, '').trim();
      const isName = NAMES.has(said) || !/[A-Za-z]/.test(said);
      expect(isName, `${key} is in English in both: ${text}`).toBe(true);
    }
  });
});

/** Folders whose sources look up texts. */
const SOURCES = ['shared', 'electron', 'renderer', 'build'];

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'locales' ? [] : sourceFiles(file);
    return /\.(?:tsx?|mjs)$/.test(entry.name) ? [file] : [];
  });
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Returns the start of the keys that a check's function completes with the names of its own messages. */
const prefixIn = (node: ts.Node): string | undefined =>
  ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name) && node.name.text in en.checks
    ? `checks.${node.name.text}.`
    : undefined;

/** Returns every string in a source file that could be a key: literals, and templates as patterns. */
function textsOf(file: string): { literals: string[]; patterns: RegExp[] } {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    false,
  );
  const literals: string[] = [];
  const patterns: RegExp[] = [];
  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isStringLiteralLike(node)) literals.push(node.text, `${prefix}${node.text}`);
    if (ts.isTemplateExpression(node)) {
      const pieces = node.templateSpans.map(({ literal }) => escaped(literal.text));
      for (const head of [node.head.text, `${prefix}${node.head.text}`]) {
        // A template that starts with a variable would match any key.
        if (!/^[a-z]\w*\./i.test(head)) continue;
        patterns.push(new RegExp(`^${[escaped(head), ...pieces].join('[^.]+')}$`));
      }
    }
    ts.forEachChild(node, (child) => {
      visit(child, prefixIn(child) ?? prefix);
    });
  };
  visit(source, '');
  return { literals, patterns };
}

it('every locale key is used in the sources', { timeout: 120_000 }, () => {
  const found = SOURCES.flatMap((folder) => sourceFiles(path.join(root, folder))).map(textsOf);
  const literals = new Set(found.flatMap((one) => one.literals));
  const patterns = found.flatMap((one) => one.patterns);
  // A text can reference another: `$t(changes.{{kind}}.noun)`.
  for (const text of english.values()) {
    for (const [, key = ''] of text.matchAll(/\$t\(([^),]+)/g)) {
      const pieces = key.split(/\{\{[^}]+\}\}/).map(escaped);
      patterns.push(new RegExp(`^${pieces.join('[^.]+')}$`));
    }
  }
  const orphans = [...english.keys()].filter(
    (key) => !literals.has(base(key)) && !patterns.some((pattern) => pattern.test(base(key))),
  );
  expect(orphans).toEqual([]);
});
