/** docs/reliability.md and the mutations that break its promises (build/promises.json) are in sync. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  allMutations,
  MUTATIONS,
  occurrences,
  promises,
  specsOf,
} from '../../../build/mutation-promises.mjs';
import { tiers } from '../../../build/test-parts.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const PROMISES = promises();
const BREAKS = allMutations();
const COMMANDS = [...new Set(PROMISES.flatMap(({ commands }) => commands))];

it('every table row is a promise with a command', () => {
  const rows = read('docs/reliability.md')
    .split('\n')
    .filter((line) => /^\| (?!Promise |-)/.test(line));
  expect(PROMISES).toHaveLength(rows.length);
  expect(PROMISES.length).toBeGreaterThan(50);
});

it('every promise has a mutation, and every mutation has a promise', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual(PROMISES.map(({ promise }) => promise).sort());
  expect(Object.entries(MUTATIONS).filter(([, those]) => those.length === 0)).toEqual([]);
});

it.each(PROMISES)(
  'every command of a promise has a mutation: $promise',
  ({ promise, commands }) => {
    const own = BREAKS.filter((one) => one.promise === promise);
    // Each command must prove something.
    expect([...new Set(own.map(({ command }) => command))].sort()).toEqual([...commands].sort());
  },
);

it.each(COMMANDS)('npm test -- %s runs exactly one spec', (command) => {
  expect(command).toMatch(/^--tier \w+ test\/\S+( --full)?$/);
  expect(tiers()).toContain(command.split(' ')[1]);
  expect(specsOf(command)).toHaveLength(1);
});

describe('a mutation', () => {
  it('replaces text that occurs exactly once in its file', () => {
    const wrong = BREAKS.flatMap(({ file, text, becomes }) => {
      const count = occurrences(read(file), text);
      return count === 1 && text !== becomes ? [] : [`${file}: ${count} times: ${text}`];
    });
    expect(wrong).toEqual([]);
  });
});
