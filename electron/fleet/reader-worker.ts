/**
 * Worker thread that reads files: each reply to its latest message lists the next files. The build embeds it in the
 * program as text (`readers.ts`).
 */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { neverAborted } from '@engine/deadline';
import { CaseResultCache } from './case-result-cache';
import { readComputers, type ReadResult } from './reader';

/** Message from a worker. The reply lists the next files; if it's empty, the worker continues with the current ones. */
export interface WorkerMessage {
  readonly found: readonly ReadResult[];
  /** Number of files of the last reply that are completely read. */
  readonly done: number;
}

/** Maximum number of results per message: a message is copied, and a list may exceed half the memory. */
const MAX_IN_MESSAGE = 500;

async function readAll(port: NonNullable<typeof parentPort>): Promise<never> {
  const tell = async (reading: WorkerMessage): Promise<readonly string[]> => {
    port.postMessage(reading);
    const [files] = (await once(port, 'message')) as [readonly string[]];
    return files;
  };
  const by = {
    stdin: Readable.from([]),
    alike: new CaseResultCache(),
    // Canceling terminates the worker, so no signal is needed here.
    signal: neverAborted(),
  };
  const found: ReadResult[] = [];
  let files = await tell({ found, done: 0 });
  for (;;) {
    for (const [done, file] of files.entries()) {
      for await (const one of readComputers(file, by)) {
        found.push(one);
        if (found.length === MAX_IN_MESSAGE) await tell({ found: found.splice(0), done });
      }
    }
    files = await tell({ found: found.splice(0), done: files.length });
  }
}

if (parentPort !== null) void readAll(parentPort);
