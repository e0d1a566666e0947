/** Reads many files in worker threads, to keep the calling thread responsive and to use more than one core. */
import { on } from 'node:events';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { systemCode } from '@engine/files';
import { fleetProblem } from './input';
import type { ReadResult } from './reader';
import type { WorkerMessage } from './reader-worker';
import source from './reader-worker?program';

/** Maximum number of workers: the results are merged in a single thread. */
const MAX_READERS = 2;

/** Files per message: posting a message costs as much as reading a small file. */
const BATCH_SIZE = 50;

/**
 * Almost everything a reader allocates is short-lived, and a larger young generation saves next to no time. The other
 * heap spaces have no explicit limit, because exceeding one while parsing a document ends the whole process.
 */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/**
 * Makes V8 grow the heaps less between collections: a fifth of the memory for reports at no cost, and half of it for
 * facts lines at a third more CPU time (docs/performance.md). V8 checks the flag after each collection, so it also
 * affects running threads; Node and Electron both allow changing V8 flags.
 */
const SMALL_HEAPS = '--optimize-for-size';

/** Milliseconds an idle worker is kept; it holds memory. */
const IDLE_MS = 10_000;

/** Idle workers and their shutdown timers. Starting a worker costs about 200 ms of CPU time. */
const idle = new Map<Worker, NodeJS.Timeout>();

/** Options of {@link readInWorkers}. */
export interface ReadersOptions {
  readonly signal: AbortSignal;
  /** Receives the results, in no particular order. */
  readonly take: (found: ReadResult) => void;
  /** Called with the number of additional files completely read. */
  readonly onFiles: (count: number) => void;
}

/**
 * Reads files. A file that crashes its worker is reported as unreadable; the other files of its batch are read again.
 *
 * @throws the signal's reason if aborted
 */
export async function readInWorkers(
  files: readonly string[],
  options: ReadersOptions,
): Promise<void> {
  setFlagsFromString(SMALL_HEAPS);
  const waiting: (readonly string[])[] = [];
  for (let from = 0; from < files.length; from += BATCH_SIZE) {
    waiting.push(files.slice(from, from + BATCH_SIZE));
  }
  const count = Math.min(MAX_READERS, availableParallelism(), waiting.length);
  const read = async (): Promise<void> => {
    while (waiting.length > 0) await readInThread(waiting, options);
  };
  await Promise.all(Array.from({ length: count }, read));
}

/** Returns an idle or new worker; its first message signals that it's ready. */
function takeThread(): Worker {
  for (const [worker, end] of idle) {
    clearTimeout(end);
    idle.delete(worker);
    worker.ref();
    worker.postMessage([]);
    return worker;
  }
  const worker = new Worker(source, { eval: true, execArgv: [], resourceLimits: LIMITS });
  worker.once('exit', () => idle.delete(worker));
  return worker;
}

/** Keeps a worker for the next read, without keeping the process alive. */
function keepThread(worker: Worker): void {
  const end = setTimeout(() => {
    idle.delete(worker);
    void worker.terminate();
  }, IDLE_MS);
  end.unref();
  worker.unref();
  idle.set(worker, end);
}

/** Reads with one worker until no files are waiting or the worker ends. */
async function readInThread(
  waiting: (readonly string[])[],
  { signal, take, onFiles }: ReadersOptions,
): Promise<void> {
  signal.throwIfAborted();
  const worker = takeThread();
  /** The current batch, how many of its files are done, and whether results of the next file have arrived. */
  let files: readonly string[] = [];
  let read = 0;
  let isBegun = false;
  let isFree = false;
  let problem: unknown = 'exit';
  try {
    for await (const [reading] of on(worker, 'message', { signal, close: ['exit'] })) {
      const { found, done } = reading as WorkerMessage;
      for (const one of found) take(one);
      onFiles(done - read);
      read = done;
      isBegun = done < files.length;
      if (isBegun) {
        worker.postMessage([]);
        continue;
      }
      files = waiting.shift() ?? [];
      read = 0;
      isFree = files.length === 0;
      if (isFree) return;
      worker.postMessage(files);
    }
  } catch (error) {
    signal.throwIfAborted();
    problem = error;
  } finally {
    // Don't await termination: the worker may hang in an unresponsive file system.
    if (isFree) keepThread(worker);
    else void worker.terminate();
  }
  const [first, ...others] = files.slice(read);
  if (first === undefined) throw new Error('A reader thread could not start', { cause: problem });
  if (isBegun || others.length === 0) {
    take(fleetProblem({ file: first, line: null }, 'unreadable', { code: systemCode(problem) }));
    onFiles(1);
  } else waiting.push([first]);
  waiting.push(...others.map((file) => [file]));
}
