/** Paths that can't be read or written: every option that takes one fails immediately with a message. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseFile } from '../../scenarios/cases';
import { runCli } from './run-cli';

let folder: string;
let before: readonly string[];
const at = (...names: readonly string[]) => path.join(folder, ...names);
const everything = () => readdirSync(folder, { recursive: true }).map(String).sort();

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-paths-'));
  writeFileSync(at('file'), '');
  symlinkSync(at('nothing'), at('dangling'));
  symlinkSync(at('round'), at('round'));
  execFileSync('mkfifo', [at('pipe')]);
  before = everything();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Paths at or below which no file or folder can exist. */
const PATHS: readonly (readonly [string, () => string])[] = [
  ['below /proc', () => '/proc/nope/x'],
  ['below /proc/self/fd', () => '/proc/self/fd/nope/x'],
  ['below /sys', () => '/sys/kernel/nope/x'],
  ['below a device', () => '/dev/null/x'],
  ['below a file', () => at('file', 'a', 'b')],
  ['below a pipe', () => at('pipe', 'x')],
  ['below a dangling link', () => at('dangling', 'x')],
  ['below a circular link', () => at('round', 'x')],
  ['with a name that is too long', () => at('x'.repeat(300), 'x')],
  ['that is too long', () => at(...Array.from({ length: 2_500 }, () => 'a'))],
  ['with a NUL in a name', () => at('a\0b', 'x')],
];

const PC = caseFile('healthy/default');

/** Every option and argument that takes a path, with the exit code for an unusable one. */
const OPTIONS: readonly (readonly [string, number, (where: string) => readonly string[]])[] = [
  [
    'fix --data-dir',
    2,
    (where) => ['fix', 'flush-dns-cache', '--yes', '--scenario', PC, '--data-dir', where],
  ],
  ['diagnose --save', 64, (where) => ['diagnose', '--scenario', PC, '--save', where]],
  ['diagnose --scenario', 64, (where) => ['diagnose', '--scenario', where]],
  ['diagnose --facts', 64, (where) => ['diagnose', '--facts', where]],
  ['fleet report', 2, (where) => ['fleet', 'report', where]],
  ['fleet report --html', 64, (where) => ['fleet', 'report', PC, '--html', where]],
];

describe.runIf(process.platform === 'linux')('an unusable path', () => {
  describe.each(PATHS)('%s', (_, pathOf) => {
    it.each(OPTIONS)('is rejected by %s', async (_name, exit, words) => {
      const ran = await runCli(...words(pathOf()), '--lang', 'en');
      const output = `${ran.stdout}${ran.stderr}`;
      expect(ran.code, output).toBe(exit);
      expect(output).toMatch(/[.:]\s/);
      expect(output).not.toMatch(/unexpected|undefined/i);
      expect(everything()).toEqual(before);
    });
  });
});
