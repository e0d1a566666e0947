/** Workers produce the same results as reading without them, even if they die, and don't block the event loop. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CaseResultCache } from '../../../electron/fleet/case-result-cache';
import { listFiles } from '../../../electron/fleet/files';
import { readFleet } from '../../../electron/fleet/fleet';
import { isProblem, readComputers, type ReadResult } from '../../../electron/fleet/reader';
import { readInWorkers } from '../../../electron/fleet/readers';
import { plantFleet } from '../../support/fleet';
import { mutated } from '../../support/hostile';
import { seeded } from '../../support/random';
import { lineOf, pc, reportOf } from './files';
import { expectCpuTimeWithin } from '../../support/limits';
import { longestBlock } from '../../support/turns';

const signal = new AbortController().signal;
let folder: string;
let report: string;
let line: string;

beforeAll(async () => {
  report = await reportOf(pc('PC-1'));
  line = await lineOf(pc('PC-2'));
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-readers-'));
});

afterEach(() => {
  process.removeAllListeners('worker');
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a file and returns its path. */
function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Writes this number of reports and returns their paths. */
const writeReports = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    write(`${index}.json`, report.replaceAll('PC-1', `PC-${index}`)),
  );

/** Imports the module again, so that it has no idle workers. */
const freshReaders = async () => {
  vi.resetModules();
  return await import('../../../electron/fleet/readers');
};

/** Returns what is found in files, sorted because it arrives in no particular order. */
async function foundIn(
  files: readonly string[],
  readers = { readInWorkers: readInWorkers },
): Promise<readonly ReadResult[]> {
  const found: ReadResult[] = [];
  const onFiles = vi.fn();
  await readers.readInWorkers(files, { signal, take: (one) => found.push(one), onFiles });
  const read = onFiles.mock.calls.reduce((sum, [count]) => sum + Number(count), 0);
  expect(read).toBe(files.length);
  return sorted(found);
}

const placeOf = ({ source: { file, line } }: ReadResult): string =>
  `${file}:${String(line ?? 0).padStart(6, '0')}`;

const sorted = (found: readonly ReadResult[]): readonly ReadResult[] =>
  found.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));

/** Calls `listener` before files are posted to a worker. Posting no files tells a worker to start or continue. */
function onEachPost(listener: (files: readonly string[], thread: Worker) => void): void {
  const postMessage = Worker.prototype.postMessage;
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (
    this: Worker,
    files: readonly string[],
  ) {
    listener(files, this);
    postMessage.call(this, files);
  });
}

/** Collects the workers that something is posted to, each with a promise that resolves when it exits. */
function threadsOf(): Map<Worker, Promise<void>> {
  const threads = new Map<Worker, Promise<void>>();
  onEachPost((_, thread) => {
    if (threads.has(thread)) return;
    threads.set(thread, new Promise((resolve) => thread.once('exit', () => resolve())));
  });
  return threads;
}

describe('workers', () => {
  it('produce the same results as reading without them', { timeout: 60_000 }, async () => {
    const { files } = await plantFleet(3, { pcs: 40, worlds: 8 });
    const random = seeded(1);
    for (const [name, text] of files) {
      write(name, text);
      if (name.endsWith('.json')) write(`mutated/${name}`, mutated(text, random));
    }
    writeReports(20);
    write('long.txt', `${line}\n`.repeat(1_200));
    const paths = (await listFiles([folder], signal)).map((one) => ('file' in one ? one.file : ''));
    expect(paths.length).toBeGreaterThan(50);
    const alone: ReadResult[] = [];
    const by = { stdin: Readable.from([]), alike: new CaseResultCache(), signal };
    for (const file of paths) {
      for await (const one of readComputers(file, by)) alone.push(one);
    }
    expect(alone.some(isProblem)).toBe(true);
    expect(await foundIn(paths)).toEqual(sorted(alone));
  });

  it('are terminated immediately when reading is canceled', async () => {
    const stop = new AbortController();
    const threads = threadsOf();
    writeReports(300);
    const reading = readFleet([folder], {
      language: 'en',
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error('stopped'));
      },
    });
    await expect(reading).rejects.toThrow('stopped');
    expect(threads.size).toBeGreaterThan(0);
    await Promise.all(threads.values());
  });

  it('are reused for the next read, and terminated after an idle timeout', async () => {
    const fresh = await freshReaders();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const files = writeReports(60);
    const found = await foundIn(files, fresh);
    const begun = vi.fn();
    process.on('worker', begun);
    const threads = threadsOf();
    for (let reading = 0; reading < 2; reading += 1) {
      vi.advanceTimersByTime(9_000);
      expect(await foundIn(files, fresh)).toEqual(found);
    }
    expect(threads.size).toBe(Math.min(2, availableParallelism()));
    expect(begun).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10_000);
    await Promise.all(threads.values());
  });
});

describe('a worker that dies', () => {
  it('loses only the file that killed it', async () => {
    const files = writeReports(120);
    const [killer] = files;
    onEachPost((given, thread) => {
      if (given.includes(killer ?? '')) void thread.terminate();
    });
    const found = await foundIn(files);
    expect(found.map(placeOf)).toEqual(files.map((file) => `${file}:000000`).toSorted());
    expect(found.filter(isProblem)).toMatchObject([
      { source: { file: killer }, problem: { key: 'fleet.problem.unreadable' } },
    ]);
  });

  it('causes no duplicates from a list that was partly read', async () => {
    const list = write('list.txt', `${line}\n`.repeat(1_200));
    const files = [list, ...writeReports(3)];
    let reader: Worker | undefined;
    onEachPost((given, thread) => {
      if (given.includes(list)) reader ??= thread;
      else if (given.length === 0 && thread === reader) void thread.terminate();
    });
    const found = await foundIn(files);
    expect(found.filter(isProblem)).toMatchObject([{ source: { file: list, line: null } }]);
    const lines = found.filter((one) => !isProblem(one) && one.source.file === list);
    expect(new Set(lines.map(placeOf)).size).toBe(lines.length);
    expect(found.length).toBe(lines.length + files.length);
  });

  it('before it receives any files makes reading fail', async () => {
    const files = writeReports(1);
    const fresh = await freshReaders();
    process.on('worker', (thread: Worker) => void thread.terminate());
    await expect(foundIn(files, fresh)).rejects.toThrow('could not start');
  });
});

it('a report of several MiB does not block the event loop', async () => {
  const whole = JSON.parse(report) as {
    procedures: { checks: { evidence: unknown[] }[] }[];
  };
  const evidence = whole.procedures[0]?.checks[0]?.evidence ?? [];
  for (let index = 0; index < 100_000; index += 1) {
    evidence.push({ kind: 'text', at: index, values: [index, [index]] });
  }
  const element = JSON.stringify(whole);
  expect(element.length).toBeGreaterThan(4 * 1024 * 1024);
  write('list.jsonl', `${element}\n${element}\n`);
  write('list.json', `[${element}]`);
  const [fleet, longest] = await longestBlock(() => readFleet([folder], { language: 'en' }));
  expect(fleet.report).toMatchObject({ computers: 1, duplicates: 2, unreadable: [] });
  await expectCpuTimeWithin(longest, 200);
});
