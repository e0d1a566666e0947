/** Reads many files in threads of their own, so that the one that asks stays free, and on more than one core. */
import { on } from 'node:events';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { systemCode } from '@engine/files';
import { message } from '@shared/message';
import { unreadable } from './input';
import type { Found } from './reader';
import type { Reading } from './reader-worker';
import source from './reader-worker?program';

/** Threads at most: what they read comes together in one. */
const MOST_READERS = 2;

/** Files that a thread is given at once: a message costs as much as the reading of a small file. */
const AT_ONCE = 50;

/**
 * What is read is thrown away at once: a larger space for it saves next to no time. The other spaces have no limits of
 * their own, as a document that goes beyond one while it is parsed ends the whole process.
 */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/**
 * Lets the heap of each thread grow by less before it is cleared, which takes a fifth of the memory away and no time
 * that could be measured. V8 looks at this whenever it has cleared a heap, so it counts for those that are there, too;
 * neither Node nor Electron closes V8's flags to a program.
 */
const SMALL_HEAPS = '--optimize-for-size';

/** How long a thread with nothing to read is kept, in ms: it holds memory. */
const IDLE_MS = 10_000;

/** Threads with nothing to read, and when they end. To start one takes some 200 ms of a core. */
const idle = new Map<Worker, NodeJS.Timeout>();

/** How files are read. */
export interface ReadersOptions {
  readonly signal: AbortSignal;
  /** Hears of what was found, in no order. */
  readonly take: (found: Found) => void;
  /** Hears how many more files were read to their ends. */
  readonly onFiles: (count: number) => void;
}

/**
 * Reads files. One that ends its thread is told of as unreadable; those that were to be read with it are read again.
 *
 * @throws the reason of the signal where that stops it
 */
export async function readInThreads(
  files: readonly string[],
  options: ReadersOptions,
): Promise<void> {
  setFlagsFromString(SMALL_HEAPS);
  const waiting: (readonly string[])[] = [];
  for (let from = 0; from < files.length; from += AT_ONCE) {
    waiting.push(files.slice(from, from + AT_ONCE));
  }
  const count = Math.min(MOST_READERS, availableParallelism(), waiting.length);
  const read = async (): Promise<void> => {
    while (waiting.length > 0) await readInThread(waiting, options);
  };
  await Promise.all(Array.from({ length: count }, read));
}

/** A thread, whose first message says that it is ready. */
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

/** Keeps a thread for the next reading, which no process waits for. */
function keepThread(worker: Worker): void {
  const end = setTimeout(() => {
    idle.delete(worker);
    void worker.terminate();
  }, IDLE_MS);
  end.unref();
  worker.unref();
  idle.set(worker, end);
}

/** Has one thread read until nothing waits, or it ends. */
async function readInThread(
  waiting: (readonly string[])[],
  { signal, take, onFiles }: ReadersOptions,
): Promise<void> {
  signal.throwIfAborted();
  const worker = takeThread();
  /** What it was given, how many of that it has read to their ends, and whether a part of the next one is taken. */
  let files: readonly string[] = [];
  let read = 0;
  let isBegun = false;
  let isFree = false;
  let problem: unknown = 'exit';
  try {
    for await (const [reading] of on(worker, 'message', { signal, close: ['exit'] })) {
      const { found, done } = reading as Reading;
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
    // Its end is not waited for: it may hang in a file system that does not answer.
    if (isFree) keepThread(worker);
    else void worker.terminate();
  }
  const [first, ...others] = files.slice(read);
  if (first === undefined) throw new Error('A thread could not begin', { cause: problem });
  if (isBegun || others.length === 0) {
    const why = message('fleet.problem.unreadable', { code: systemCode(problem) });
    take(unreadable({ file: first, line: null }, why));
    onFiles(1);
  } else waiting.push([first]);
  waiting.push(...others.map((file) => [file]));
}
