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

it('gives every simulated PC a folder of its own, and takes them all away at the next start', () => {
  const tempFolders = join(base, 'simulated');
  const [one, other] = [createTempFolder(tempFolders), createTempFolder(tempFolders)];
  expect(one).not.toBe(other);
  expect(dirname(one)).toBe(tempFolders);
  writeFileSync(join(one, 'journal.jsonl'), '');

  clearTempFolders(tempFolders);
  expect(existsSync(tempFolders)).toBe(false);
});

// Windows calls what is below a file missing, and there is nothing to take away.
it.runIf(process.platform !== 'win32')(
  'does not keep the window from opening where something cannot be taken away',
  () => {
    const file = join(base, 'file');
    writeFileSync(file, '');
    const notBelow = join(file, 'simulated');
    expect(() => {
      rmSync(notBelow, { recursive: true, force: true });
    }).toThrow();
    clearTempFolders(notBelow);
    expect(existsSync(file)).toBe(true);
  },
);
