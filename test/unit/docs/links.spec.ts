/** Links between the documents: every target file and heading exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, readDocument, ROOT } from './markdown';

describe.each(DOCUMENTS)('%s', (name) => {
  it('has no dead links', () => {
    const dead = readDocument(name).links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [file = '', heading] = link.split('#');
      const target = path.posix.normalize(
        file === '' ? name : path.posix.join(path.posix.dirname(name), file),
      );
      if (!existsSync(path.join(ROOT, target))) return true;
      return heading !== undefined && !readDocument(target).slugs.includes(heading);
    });
    expect(dead).toEqual([]);
  });

  it('defines every link label that it uses, and uses every one that it defines', () => {
    const { references, definitions } = readDocument(name);
    expect([...new Set(references)].sort()).toEqual([...definitions].sort());
  });
});

it('code comments link to existing documents and headings', () => {
  const sources = ['electron', 'shared', 'renderer', 'build', 'test'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:tsx?|mjs|cjs|ps1)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  const documents = new Map(DOCUMENTS.map((name) => [name, readDocument(name).slugs]));
  const dead = sources.flatMap((source) => {
    const text = readFileSync(path.join(ROOT, source), 'utf8');
    return [...text.matchAll(/\b(docs\/[\w-]+\.md)(?:#([\w-]+))?/g)]
      .filter(([, name = '', heading]) => {
        const slugs = documents.get(name);
        return slugs === undefined || (heading !== undefined && !slugs.includes(heading));
      })
      .map(([link]) => `${source}: ${link}`);
  });
  expect(dead).toEqual([]);
});

it.each(['SECURITY.md', 'docs/security-checklist.md'])('%s names files that exist', (name) => {
  const files = ['build', 'electron', 'shared', 'test'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.posix.join('/', folder, file.replaceAll('\\', '/')),
    ),
  );
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const named = [...text.matchAll(/`([\w./-]+(?:\.(?:ts|mjs)|\/))`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(5);
  // Some are named without their folders.
  const isThere = (file: string): boolean =>
    existsSync(path.join(ROOT, file)) || files.some((one) => one.endsWith(`/${file}`));
  expect(named.filter((file) => !isThere(file))).toEqual([]);
});

it('docs/windows-facts.md has a source for every fact', () => {
  const { tables } = readDocument('docs/windows-facts.md');
  const bare = tables.flatMap(({ header, rows }) => {
    const last = header.length - 1;
    return rows.filter((row) => header[last] !== 'source' || row[last] === '');
  });
  expect(bare).toEqual([]);
});

it('README.md or CONTRIBUTING.md links to every document', () => {
  const named = ['README.md', 'CONTRIBUTING.md'].flatMap((name) => readDocument(name).links);
  const unnamed = DOCUMENTS.filter(
    (name) => name.startsWith('docs/') && !named.some((link) => link.split('#')[0] === name),
  );
  expect(unnamed).toEqual([]);
});
