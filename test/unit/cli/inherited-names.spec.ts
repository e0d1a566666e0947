/** Property names that every JavaScript object inherits: as arguments they are unknown, like any other word. */
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

/** Kinds of arguments, with the exit code for an unknown one. */
const WORDS: readonly (readonly [string, number, (name: string) => readonly string[]])[] = [
  ['a command', EXIT.usage, (name) => [name]],
  ['a catalog', EXIT.usage, (name) => ['list', name]],
  ['an output format', EXIT.usage, (name) => onPc('diagnose', '--format', name)],
  ['a language', EXIT.usage, (name) => ['list', 'fixes', '--lang', name]],
  ['a target', EXIT.usage, (name) => ['diagnose', '--target', name]],
  ['an option', EXIT.usage, (name) => ['list', 'fixes', `--${name}`]],
  ['a script target', EXIT.usage, (name) => ['fleet', 'script', '--for', name]],
  ['a fleet subcommand', EXIT.usage, (name) => ['fleet', name]],
  ['a fix', EXIT.usage, (name) => onPc('fix', name)],
  [
    'a parameter',
    EXIT.usage,
    (name) => onPc('fix', 'flush-dns-cache', '--yes', '--param', `${name}=1`),
  ],
  ['a journal entry', 4, (name) => onPc('undo', name)],
  ['an error code', EXIT.usage, (name) => ['explain', name]],
];

describe.each(WORDS)('an inherited property name as %s', (_, exit, words) => {
  it.each(NAMES)('%s is rejected as unknown', async (name) => {
    const { code, stdout, stderr } = await runCli(...words(name));
    expect(code, stdout + stderr).toBe(exit);
  });
});
