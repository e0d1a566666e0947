import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearTempFolders, createTempFolder } from '../../../electron/app/temp-folders';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

it('creates a separate folder for each simulated PC and deletes them all at the next start', () => {
  const tempFolders = join(base, 'simulated');
  const [one, other] = [createTempFolder(tempFolders), createTempFolder(tempFolders)];
  expect(one).not.toBe(other);
  expect(dirname(one)).toBe(tempFolders);
  writeFileSync(join(one, 'journal.jsonl'), '');

  clearTempFolders(tempFolders);
  expect(existsSync(tempFolders)).toBe(false);
});

// Windows reports a path below a file as missing, so there is nothing to delete.
it.runIf(process.platform !== 'win32')("doesn't throw if something can't be deleted", () => {
  const file = join(base, 'file');
  writeFileSync(file, '');
  const notBelow = join(file, 'simulated');
  expect(() => {
    rmSync(notBelow, { recursive: true, force: true });
  }).toThrow();
  clearTempFolders(notBelow);
  expect(existsSync(file)).toBe(true);
});
