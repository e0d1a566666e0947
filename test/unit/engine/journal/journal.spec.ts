import { execFileSync, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import files, { open, type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LANGUAGES, translateMessage, translator } from '@shared/i18n';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  checkDataDirectory,
  defaultDataDirectory,
  Journal,
  JournalUnusable,
} from '@engine/journal/journal';
import type { EntryStart } from '@engine/journal/journal-schema';
import { toLine } from '@engine/journal/lines';
import { isRunning, THIS_PROCESS } from '@engine/journal/owner';
import { buildChild } from './build-child';
import { FULL } from '../../../support/sample';
import { cpuMs } from '../../../support/turns';

let directory = '';
let journal: Journal;

beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'kms-doctor-journal-')), 'data');
  journal = new Journal(directory);
});
afterEach(() => rmSync(path.dirname(directory), { recursive: true, force: true }));

const opening: EntryStart = {
  fix: 'assign-kms-host',
  target: 'scenario:PC-042',
  computer: 'PC-042',
  parameters: { host: 'kms1.contoso.com', port: 1688 },
  changes: [{ kind: 'kms-assignment', host: 'kms1.contoso.com', port: 1688 }],
  before: [{ host: null, port: null }],
};
const file = () => path.join(directory, 'journal.jsonl');
const states = async () => (await journal.entries()).map(({ state }) => state);

it('has no entries before anything is changed', async () => {
  expect(await journal.entries()).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

it('writes the previous values to disk before anything is changed', async () => {
  const entry = await journal.begin(opening);
  const [line] = readFileSync(file(), 'utf8').trim().split('\n');
  expect(JSON.parse(line!)).toMatchObject({ type: 'entry-opened', entry, before: opening.before });
  expect((await journal.find(entry))?.details()).toMatchObject({
    ...opening,
    state: 'open',
    events: [],
  });
});

/** Returns the prototype of file handles; Node doesn't export their class. */
async function fileHandles(): Promise<FileHandle> {
  const handle = await open(import.meta.filename);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

it('flushes each line before it continues', async () => {
  const entry = await journal.begin(opening);
  const handles = await fileHandles();
  const { sync } = handles;
  const flushed: string[] = [];
  const spy = vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    const lines = readFileSync(file(), 'utf8').split('\n').length;
    await sync.call(this);
    await setTimeout(5);
    flushed.push(`${lines} lines`);
  });
  try {
    await journal.note(entry, { type: 'change-started', index: 0 });
    expect(flushed).toEqual(['3 lines']);
    await journal.begin(opening);
    expect(flushed).toEqual(['3 lines', '4 lines']);
  } finally {
    spy.mockRestore();
  }
});

it('reports a partially written line', async () => {
  const handles = await fileHandles();
  const write = handles.write as unknown as (bytes: Buffer) => Promise<unknown>;
  const spy = vi.spyOn(handles, 'write').mockImplementation(function (this: FileHandle, bytes) {
    return write.call(this, (bytes as unknown as Buffer).subarray(0, 40)) as never;
  });
  try {
    await expect(journal.begin(opening)).rejects.toMatchObject({ problem: 'cut-short' });
  } finally {
    spy.mockRestore();
  }
  expect(await states()).toEqual([]);
});

it('restricts access to the owner', async () => {
  await journal.begin(opening);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('lists the state of each entry, newest first', async () => {
  const first = await journal.begin(opening);
  const second = await journal.begin(opening);
  await journal.note(first, { type: 'entry-closed', state: 'applied' });
  expect(await states()).toEqual(['open', 'applied']);
  await journal.note(first, { type: 'entry-closed', state: 'verified' });
  await journal.note(second, { type: 'entry-closed', state: 'rolled-back' });
  expect(await states()).toEqual(['rolled-back', 'verified']);
  await journal.note(first, { type: 'entry-undone' });
  expect(await states()).toEqual(['rolled-back', 'undone']);
  expect(second).toMatch(/^[A-Za-z0-9-]{1,64}$/);
});

it('generates entry IDs in chronological order', async () => {
  const names: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    names.push(await journal.begin(opening));
    await setTimeout(5);
  }
  expect(names.toSorted()).toEqual(names);
});

it.each(['{"type":"entry-cl', '{"type":"entry-closed","entry":"ENTRY","state":"applied"', '{'])(
  'skips a truncated last line: %s',
  async (cut) => {
    const entry = await journal.begin(opening);
    appendFileSync(file(), cut.replace('ENTRY', entry));
    expect(await states()).toEqual(['open']);
    const next = await journal.begin(opening);
    await journal.note(next, { type: 'entry-closed', state: 'applied' });
    expect(await states()).toEqual(['applied', 'open']);
    expect((await journal.find(next))?.details()?.changes).toEqual(opening.changes);
  },
);

it("skips lines that aren't journal events", async () => {
  const entry = await journal.begin(opening);
  appendFileSync(
    file(),
    'hello\n\n{"type":"entry-opened","entry":"../../x"}\n[1]\n{"type":"entry-opened","entry":"abc","at":1}\n',
  );
  const found = await journal.entries();
  expect(found.map((record) => record.details()?.entry ?? null)).toEqual([null, entry]);
});

describe('an unreadable line', () => {
  const closed = async () => {
    const entry = await journal.begin(opening);
    await journal.note(entry, { type: 'change-started', index: 0 });
    await journal.note(entry, { type: 'entry-closed', state: 'applied' });
    return entry;
  };
  const edit = (change: (text: string) => string) =>
    writeFileSync(file(), change(readFileSync(file(), 'utf8')));

  it('is counted, and the other lines are read', async () => {
    const entry = await closed();
    appendFileSync(file(), 'hello\n\n{"type":"entry-closed","entry":"abc","state":"failed"}\n{');
    const next = await closed();
    const { entries, unreadable } = await journal.read();
    expect(unreadable).toBe(3);
    expect(entries.map((record) => record.details()?.entry)).toEqual([next, entry]);
  });

  it.each([
    ['one byte', '"state":"applied"', '"state":"applies"'],
    ['its checksum', /"sum":"[0-9a-f]{8}"\}\n$/, '"sum":"xxxxxxxx"}\n'],
    ['its beginning', '{"type":"entry-opened"', '{"type":"entry-0pened"'],
  ])('invalidates its entry: %s altered', async (_, from, to) => {
    const entry = await closed();
    edit((text) => text.replace(from, to));
    const { unreadable } = await journal.read();
    expect(unreadable).toBeGreaterThan(0);
    expect((await journal.find(entry))?.details() ?? null).toBeNull();
  });

  it("doesn't invalidate the entry of another process", async () => {
    const entry = await closed();
    const next = await closed();
    // The first process was killed while writing its last line, after another process had already checked the end.
    edit((text) => text.replace(/"state":"applied"[^\n]*\n(?=\{"type":"entry-opened")/, ''));
    const { entries, unreadable } = await journal.read();
    expect(unreadable).toBe(1);
    expect(entries.map((record) => record.details())).toMatchObject([
      { entry: next, state: 'applied' },
      { entry, state: 'open' },
    ]);
  });

  it("isn't counted in a journal of a version without checksums", async () => {
    const entry = await closed();
    edit((text) => text.replace(/,"sum":"[0-9a-f]{8}"/g, '').replace(/"owner":\{[^}]*\},/, ''));
    expect((await journal.read()).unreadable).toBe(0);
    expect((await journal.find(entry))?.details()).toMatchObject({ ...opening, state: 'applied' });
  });
});

it('records the process, treatment and run of an entry', async () => {
  const entry = await journal.begin({ ...opening, treatment: 'T-1', run: 'R-1' });
  const details = (await journal.find(entry))?.details();
  expect(details).toMatchObject({ treatment: 'T-1', run: 'R-1', owner: { pid: process.pid } });
  expect(isRunning(details!.owner!)).toBe(true);
});

it("doesn't mistake another process with the same PID for the owner", () => {
  const startedAt = new Date().toISOString();
  expect(isRunning({ ...THIS_PROCESS, startedAt: '2020-01-01T00:00:00.000Z' })).toBe(false);
  expect(isRunning({ pid: 2 ** 22, startedAt })).toBe(false);
  if (process.platform === 'linux') expect(isRunning({ pid: 1, startedAt })).toBe(false);
});

it('starts a new file when one is full, and finds entries in the old ones', async () => {
  const small = new Journal(directory, 2000);
  const entries: string[] = [];
  for (let index = 0; index < 24; index += 1) {
    // A file archived by version 1.0, named after its time, sorts before all others.
    if (index === 3)
      renameSync(file(), path.join(directory, 'journal-20261122T090000000-00000000.jsonl'));
    entries.push(await small.begin(opening));
  }
  await small.note(entries[0]!, { type: 'entry-closed', state: 'applied' });
  expect(readdirSync(directory)).toEqual(
    expect.arrayContaining(['journal.jsonl', 'journal-2.jsonl']),
  );
  expect((await small.entries()).map(({ entry }) => entry)).toEqual([...entries].reverse());
  expect((await small.find(entries[0]!))?.state).toBe('applied');
});

it('preserves the order if several writers find a file full at the same time', async () => {
  const full = new Journal(directory, 1);
  const write = async () => {
    const entry = await full.begin(opening);
    await full.note(entry, { type: 'change-started', index: 0 });
    await full.note(entry, { type: 'entry-closed', state: 'applied' });
    await full.note(entry, { type: 'entry-undone' });
  };
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 20 }, write));
  }
  const { entries, unreadable } = await full.read();
  expect(unreadable).toBe(0);
  expect(entries.map(({ state }) => state)).toEqual(Array(200).fill('undone'));
  expect(entries.every((record) => record.details()?.events.length === 3)).toBe(true);
});

it(
  'reads a journal in a small multiple of the time it takes to hash it',
  { timeout: 240_000 },
  async () => {
    mkdirSync(directory, { recursive: true });
    const count = FULL ? 100_000 : 20_000;
    const lines: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const entry = `20261122T090000000-${index.toString(16).padStart(8, '0')}`;
      const at = '2026-11-22T09:00:00.000Z';
      lines.push(
        toLine({ type: 'entry-opened', entry, at, ...opening }),
        toLine({ type: 'change-started', entry, at, index: 0 }),
        toLine({
          type: 'change-done',
          entry,
          at,
          index: 0,
          way: 'slmgr',
          after: opening.before[0],
        }),
        toLine({
          type: 'entry-closed',
          entry,
          state: 'applied',
          at,
          after: opening.before,
        }),
      );
      if (lines.length >= 40_000 || index === count - 1) {
        appendFileSync(file(), `${lines.join('\n')}\n`);
        lines.length = 0;
      }
    }
    let records: Awaited<ReturnType<Journal['entries']>> = [];
    const written = readFileSync(file(), 'utf8').split('\n');
    const ms = await cpuMs(async () => (records = await journal.entries()), 8);
    const hashMs = await cpuMs(() => written.forEach((line) => hash('sha256', line)), 8);
    const each = `${Math.round(ms)} ms of processor time, ${(ms / hashMs).toFixed(1)} × their hashes`;
    console.log(`${records.length} entries in ${each}`);
    expect(records).toHaveLength(count);
    expect(records[0]?.details()?.changes).toEqual(opening.changes);
    // Usually 2.4, and up to 6 next to processes that take the memory's bandwidth, which parsing needs more than hashing.
    expect(ms / hashMs).toBeLessThan(8);
  },
);

it('masks product keys in tool output and in the memory of a computer', async () => {
  const entry = await journal.begin(opening);
  const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
  const memory = { registry: { key: { BackupProductKeyDefault: { type: 'REG_SZ', value: key } } } };
  await journal.note(entry, { type: 'change-started', index: 0, memory });
  await journal.note(entry, {
    type: 'change-done',
    index: 0,
    way: 'simulated',
    after: null,
  });
  await journal.note(entry, {
    type: 'change-refused',
    index: 0,
    refusal: 'tool-failed',
    code: null,
    said: `Installed product key ${key} successfully.`,
  });
  expect(readFileSync(file(), 'utf8')).not.toContain(key);
  expect(readFileSync(file(), 'utf8')).toContain('N6789');
});

describe('journal storage', () => {
  const problemOf = async (doing: Promise<unknown>) => {
    const error: unknown = await doing.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(JournalUnusable);
    const { path: where, problem } = error as JournalUnusable;
    return { where, problem };
  };

  it('reports the path and the reason of a failure', async () => {
    writeFileSync(path.join(path.dirname(directory), 'file'), '');
    const where = path.join(path.dirname(directory), 'file', 'data');
    const blocked = new Journal(where);
    expect(await problemOf(blocked.begin(opening))).toEqual({ where, problem: 'not-a-folder' });
  });

  it.runIf(process.platform === 'linux')(
    'fails immediately if no directory can be created',
    async () => {
      const child = path.join(path.dirname(directory), 'child.mjs');
      await buildChild('journal-child.ts', child);
      const { stderr, signal } = spawnSync(process.execPath, [child, '/proc/nope', '1'], {
        timeout: 5000,
        killSignal: 'SIGKILL',
        encoding: 'utf8',
      });
      expect(signal).toBeNull();
      expect(stderr).toContain('/proc/nope: failed ENOENT');
    },
  );

  it('creates missing parent directories', async () => {
    const deep = new Journal(path.join(directory, 'a', 'b'));
    await Promise.all([deep.begin(opening), deep.begin(opening)]);
    expect(await deep.entries()).toHaveLength(2);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('rejects a data directory that is a symlink or a file', async () => {
    const link = path.join(path.dirname(directory), 'link');
    symlinkSync(tmpdir(), link);
    expect(await problemOf(checkDataDirectory(link))).toEqual({ where: link, problem: 'link' });
    await expect(checkDataDirectory(directory)).resolves.toBeUndefined();
    writeFileSync(directory, '');
    expect((await problemOf(checkDataDirectory(directory))).problem).toBe('not-a-folder');
  });

  it.runIf(process.platform !== 'win32')('rejects a named pipe without a writer', async () => {
    mkdirSync(directory);
    execFileSync('/usr/bin/mkfifo', [file()]);
    const problem = { where: file(), problem: 'not-a-file' };
    expect(await problemOf(journal.entries())).toEqual(problem);
    expect(await problemOf(journal.begin(opening))).toEqual(problem);
  });

  it.runIf(process.platform !== 'win32').each([
    ['an endless device', () => '/dev/zero'],
    ['another file', () => path.join(path.dirname(directory), 'victim')],
    ['a missing file', () => path.join(path.dirname(directory), 'none')],
    ['a directory', () => path.dirname(directory)],
    ['the journal itself', file],
  ])('refuses to read or write through a symlink to %s', async (_, victim) => {
    const existing = path.join(path.dirname(directory), 'victim');
    writeFileSync(existing, 'untouched');
    mkdirSync(directory);
    symlinkSync(victim(), file());
    const problem = { where: file(), problem: 'link' };
    expect(await problemOf(journal.begin(opening))).toEqual(problem);
    expect(
      await problemOf(journal.note('20261122T090000000-0a1b2c3d', { type: 'entry-undone' })),
    ).toEqual(problem);
    expect(await problemOf(journal.entries())).toEqual(problem);
    expect(readFileSync(existing, 'utf8')).toBe('untouched');
    expect(readdirSync(path.dirname(directory)).sort()).toEqual(['data', 'victim']);
  });

  it.runIf(process.platform !== 'win32')(
    'rejects a symlink that was swapped in after the check',
    async () => {
      const existing = path.join(path.dirname(directory), 'victim');
      writeFileSync(existing, 'untouched');
      await journal.begin(opening);
      renameSync(file(), path.join(directory, 'aside'));
      symlinkSync(existing, file());
      // Simulates a check that ran before the symlink was created.
      vi.spyOn(files, 'lstat').mockRejectedValue(
        Object.assign(new Error('none'), { code: 'ENOENT' }),
      );
      syncBuiltinESMExports();
      expect((await problemOf(journal.begin(opening))).problem).toBe('link');
      expect((await problemOf(journal.entries())).problem).toBe('link');
      vi.restoreAllMocks();
      syncBuiltinESMExports();
      expect(readFileSync(existing, 'utf8')).toBe('untouched');
    },
  );

  it.each(LANGUAGES)('translates the reason into %s', (language) => {
    const words = translator(language);
    const full = new JournalUnusable('/data', 'disk-full', 'ENOSPC');
    expect(translateMessage(words, full.reason)).toBe(
      language === 'en' ? 'the disk is full' : '磁碟已滿',
    );
    expect(translateMessage(words, new JournalUnusable('/data', 'failed', 'EIO').reason)).toBe(
      'EIO',
    );
  });
});

it('uses a default data directory for each platform', () => {
  expect(defaultDataDirectory('win32', { ProgramData: 'D:\\Data' })).toBe('D:\\Data\\KMS Doctor');
  for (const odd of ['', '\\\\server\\share', 'relative', 'C:', 'C:\\a|b', '/x']) {
    expect(defaultDataDirectory('win32', { ProgramData: odd })).toBe('C:\\ProgramData\\KMS Doctor');
  }
  expect(defaultDataDirectory('linux', { XDG_STATE_HOME: '/state' })).toBe('/state/kms-doctor');
  expect(defaultDataDirectory('linux', { XDG_STATE_HOME: 'state' })).toMatch(
    /\/\.local\/state\/kms-doctor$/,
  );
});
