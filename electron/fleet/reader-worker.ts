/**
 * A thread that reads files: each answer to its last message names the files that come next. The build puts this into
 * the program as a text (`readers.ts`).
 */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { neverAborted } from '@engine/deadline';
import { Alike } from './alike';
import { readComputers, type Found } from './reader';

/** What a reader says, and is answered with the files that it reads next: with none, it goes on with those it has. */
export interface Reading {
  readonly found: readonly Found[];
  /** Files of the last answer that are read to their ends. */
  readonly done: number;
}

/** Findings in one message: a list may have more than the memory holds twice. */
const MOST_IN_MESSAGE = 500;

async function readAll(port: NonNullable<typeof parentPort>): Promise<never> {
  const tell = async (reading: Reading): Promise<readonly string[]> => {
    port.postMessage(reading);
    const [files] = (await once(port, 'message')) as [readonly string[]];
    return files;
  };
  const by = {
    stdin: Readable.from([]),
    alike: new Alike(),
    // Whoever stops the reading ends the thread.
    signal: neverAborted(),
  };
  let found: Found[] = [];
  let files = await tell({ found, done: 0 });
  for (;;) {
    for (const [done, file] of files.entries()) {
      const take = async (one: Found): Promise<void> => {
        found.push(one);
        if (found.length < MOST_IN_MESSAGE) return;
        const full = found;
        found = [];
        await tell({ found: full, done });
      };
      await readComputers(file, take, by);
    }
    const last = found;
    found = [];
    files = await tell({ found: last, done: files.length });
  }
}

if (parentPort !== null) void readAll(parentPort);
