/** Reads the documents of the repository far enough to check them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The top of the checkout. */
export const ROOT = path.join(import.meta.dirname, '../../..');

/** A fenced block. */
export interface Block {
  /** What follows the fence: the language, and the name of the file that the block is. */
  readonly language: string;
  readonly file: string | null;
  readonly text: string;
  /** Number of its first line, from 1. */
  readonly line: number;
}

/** A table, its cells as they are written. */
export interface Table {
  /** Slug of the heading it stands under. */
  readonly under: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A document. */
export interface Document {
  /** Path from the top of the checkout, with `/`. */
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly tables: readonly Table[];
  /** Slugs of its headings, as GitHub makes them. */
  readonly slugs: readonly string[];
  /** Targets of its links. */
  readonly links: readonly string[];
  /** Labels of links whose target stands at the end, and the labels that stand there. */
  readonly references: readonly string[];
  readonly definitions: readonly string[];
}

/** Every document that people read. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Reads a document. @param name path from the top of the checkout */
export function readDocument(name: string): Document {
  const lines = readFileSync(path.join(ROOT, name), 'utf8').split(/\r?\n/);
  const blocks: Block[] = [];
  const tables: { under: string; header: string[]; rows: string[][] }[] = [];
  const slugs: string[] = [];
  const links: string[] = [];
  const references: string[] = [];
  const definitions: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = /^```(\S*) ?(\S+)?$/.exec(line);
    if (fence !== null) {
      const end = lines.indexOf('```', at + 1);
      const text = lines.slice(at + 1, end).join('\n');
      blocks.push({ language: fence[1] ?? '', file: fence[2] ?? null, text, line: at + 2 });
      at = end;
      continue;
    }
    const heading = /^#+ (.+)$/.exec(line)?.[1];
    if (heading !== undefined) slugs.push(slugOf(heading, slugs));
    links.push(
      ...[...line.replace(/`[^`]*`/g, '').matchAll(/\]\(((?:[^()\s]|\([^()]*\))+)\)/g)].flatMap(
        (match) => match[1] ?? [],
      ),
    );
    references.push(...[...line.matchAll(/\]\[([\w-]+)\]/g)].flatMap((match) => match[1] ?? []));
    const definition = /^\[([\w-]+)\]: \S+$/.exec(line)?.[1];
    if (definition !== undefined) definitions.push(definition);
    if (!line.startsWith('|')) continue;
    const cells = cellsOf(line);
    const table = tables.at(-1);
    if (lines[at - 1]?.startsWith('|') !== true) {
      tables.push({ under: slugs.at(-1) ?? '', header: cells, rows: [] });
    } else if (!/^\|[ |:-]+\|$/.test(line)) table?.rows.push(cells);
  }
  return { name, blocks, tables, slugs, links, references, definitions };
}

/** The table under a heading. @throws Error where there is none, or the wrong number of them */
export function tableUnder(document: Document, slug: string, index = 0): Table {
  const table = document.tables.filter(({ under }) => under === slug)[index];
  if (table === undefined) throw new Error(`${document.name} has no table ${index} under #${slug}`);
  return table;
}

/** What stands in code quotes in a cell, in order. */
export function codesIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap((match) => match[1] ?? []);
}

/** The codes of a column, row by row. */
export function column({ rows }: Table, index: number): string[] {
  return rows.flatMap((row) => codesIn(row[index]));
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function slugOf(heading: string, before: readonly string[]): string {
  const slug = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
  const same = before.filter((other) => other.replace(/-\d+$/, '') === slug).length;
  return same === 0 ? slug : `${slug}-${same}`;
}
