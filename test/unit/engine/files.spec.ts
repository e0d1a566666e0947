import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder, replaceFile, systemCode } from '@engine/files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kms-doctor-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (work: Promise<void>): Promise<string | null> => work.then(() => null, systemCode);

it('replaces a symlink itself, not its target, and leaves no temporary file', async () => {
  const [victim, link] = [join(folder, 'victim'), join(folder, 'link')];
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, link);
  await replaceFile(link, 'new', 0o600);
  expect(readFileSync(link, 'utf8')).toBe('new');
  expect(readFileSync(victim, 'utf8')).toBe('untouched');
  if (process.platform !== 'win32') expect(statSync(link).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).sort()).toEqual(['link', 'victim']);
});

it("leaves the target unchanged and no temporary file behind if it can't be replaced", async () => {
  const taken = join(folder, 'taken');
  await makeFolder(join(taken, 'inside'));
  expect(await codeOf(replaceFile(taken, 'new', 0o600))).not.toBeNull();
  expect(await codeOf(replaceFile(join(folder, 'none', 'file'), 'new', 0o600))).toBe('ENOENT');
  expect(existsSync(join(taken, 'inside'))).toBe(true);
  expect(readdirSync(folder)).toEqual(['taken']);
});

it('never exposes a partially written file to readers', async () => {
  const file = join(folder, 'file');
  const [one, other] = ['a'.repeat(1_000_000), 'b'.repeat(1_000_000)];
  await replaceFile(file, one, 0o600);
  const seen = new Set<string>();
  let isWriting = true as boolean;
  const writing = (async () => {
    for (let turn = 0; turn < 10; turn += 1) await replaceFile(file, turn % 2 ? one : other, 0o600);
    isWriting = false;
  })();
  while (isWriting) {
    seen.add(readFileSync(file, 'utf8'));
    await new Promise(setImmediate);
  }
  await writing;
  expect([...seen].every((text) => text === one || text === other)).toBe(true);
});

it('creates a directory and its parents for the owner only, even if called concurrently', async () => {
  const deep = join(folder, 'a', 'b');
  await Promise.all([makeFolder(deep), makeFolder(deep)]);
  await makeFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  if (process.platform !== 'win32') expect(statSync(deep).mode & 0o077).toBe(0);
});

it("reports why a directory can't be created", async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await codeOf(makeFolder(join(folder, 'file', 'x')))).not.toBeNull();
  if (process.platform === 'linux') expect(await codeOf(makeFolder('/proc/nope/x'))).toBe('ENOENT');
});

it('creates no parent directories if the path is too long', async () => {
  const long = join(folder, ...Array.from({ length: 2_500 }, () => 'a'));
  expect(await codeOf(makeFolder(long))).toMatch(/^ENAMETOOLONG$|^ENOENT$/);
  expect(readdirSync(folder)).toEqual([]);
});
