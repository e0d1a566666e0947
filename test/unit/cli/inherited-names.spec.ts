/** Names that every object of JavaScript has: as words of a command line they are unknown, like any others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseFile } from '../../scenarios/cases';
import { EXIT } from '../../../electron/cli/exit-codes';
import { runCli } from './run-cli';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-names-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = Object.getOwnPropertyNames(Object.prototype);
const onPc = (...words: readonly string[]) => [
  ...words,
  ...['--scenario', caseFile('healthy/default'), '--data-dir', folder],
];

/** What a word is given for, and the exit code of one that is unknown. */
const WORDS: readonly (readonly [string, number, (name: string) => readonly string[]])[] = [
  ['a command', EXIT.usage, (name) => [name]],
  ['a catalogue', EXIT.usage, (name) => ['list', name]],
  ['a format', EXIT.usage, (name) => onPc('diagnose', '--format', name)],
  ['a language', EXIT.usage, (name) => ['list', 'fixes', '--lang', name]],
  ['a target', EXIT.usage, (name) => ['diagnose', '--target', name]],
  ['an option', EXIT.usage, (name) => ['list', 'fixes', `--${name}`]],
  ['a script', EXIT.usage, (name) => ['fleet', 'script', '--for', name]],
  ['an action of a fleet', EXIT.usage, (name) => ['fleet', name]],
  ['a fix', EXIT.usage, (name) => onPc('fix', name)],
  [
    'a parameter',
    EXIT.usage,
    (name) => onPc('fix', 'flush-dns-cache', '--yes', '--param', `${name}=1`),
  ],
  ['an entry', 4, (name) => onPc('undo', name)],
  ['a code', EXIT.usage, (name) => ['explain', name]],
];

describe.each(WORDS)('as %s', (_, exit, words) => {
  it.each(NAMES)('%s is unknown', async (name) => {
    const { code, stdout, stderr } = await runCli(...words(name));
    expect(code, stdout + stderr).toBe(exit);
  });
});
