import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_FILE_BYTES } from '@shared/max-file-size';
import { openText, suggestedName, writeFileAtomically } from '../../../electron/app/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("reads UTF-8 and reports why a file can't be read", async () => {
  const file = join(folder, 'a.json');
  writeFileSync(file, '金鑰');
  expect(await openText(file)).toEqual({ name: 'a.json', text: '金鑰' });

  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x41]));
  await expect(openText(file)).rejects.toMatchObject({ problem: 'notText', file: 'a.json' });
  await expect(openText(join(folder, 'none'))).rejects.toMatchObject({
    problem: 'unreadable',
    code: 'ENOENT',
  });
  await expect(openText(folder)).rejects.toMatchObject({ problem: 'notAFile' });
  writeFileSync(file, Buffer.alloc(MAX_FILE_BYTES + 1, 0x20));
  await expect(openText(file)).rejects.toMatchObject({ problem: 'tooLarge' });
});

it('writes an entire file, replacing a symbolic link instead of following it', async () => {
  const victim = join(folder, 'victim');
  const link = join(folder, 'report.html');
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, link);
  expect(await writeFileAtomically(link, 'report')).toBe('report.html');
  expect(readFileSync(link, 'utf8')).toBe('report');
  expect(readFileSync(victim, 'utf8')).toBe('untouched');
  await expect(writeFileAtomically(join(folder, 'none', 'x'), 'x')).rejects.toMatchObject({
    problem: 'unwritable',
    code: 'ENOENT',
  });
  expect(readdirSync(folder).sort()).toEqual(['report.html', 'victim']);
});

it('suggests file names with only letters, digits and hyphens of the PC name', () => {
  expect(suggestedName('PC-042', '2026-11-22T09:00:00.000Z', 'html')).toBe(
    'kms-doctor-PC-042-2026-11-22.html',
  );
  expect(suggestedName('..\\..\\C:/x\u202e', '2026-11-22T09:00:00.000Z', 'pdf')).toBe(
    'kms-doctor--C-x--2026-11-22.pdf',
  );
});
