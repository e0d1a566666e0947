/** A thousand diagnoses in one window, with fixes and undos in between, to check that memory doesn't grow. */
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright';
import { ask, diagnosed } from '../window/bridge';
import { chromiumPath } from '../../build/electron-stand-in/chromium';
import { closeChromium, launch } from '../../build/electron-stand-in/launch';

/** Every n-th diagnosis is followed by a fix and its undo. */
const FIX_EVERY = 20;
/** Number of heap measurements, of which the smallest counts. */
const SAMPLES = 3;
/** Tolerated increase in open files and sockets. */
const SLACK = 5;

/** Heap snapshot node types to count. Code is excluded, because the engine keeps compiling more of it. */
const HELD: ReadonlySet<string> = new Set([
  ...['object', 'array', 'closure', 'regexp', 'number', 'symbol', 'bigint'],
  ...['string', 'concatenated string', 'sliced string'],
]);

/**
 * Returns the growth of the page's script memory since the warm-up, in percent; null without Chromium.
 *
 * @throws if the main process has more files or sockets open than before
 */
export async function windowSoakGrowthPercent(rounds: number): Promise<number | null> {
  if (chromiumPath(true) === null) return null;
  const program = await launch({
    args: ['--scenario', 'electron/app/cases/srv-record-missing.json'],
  });
  try {
    const { page, app } = program;
    await program.dialogs.answer('yes');
    const run = async (count: number): Promise<void> => {
      for (let round = 1; round <= count; round += 1) {
        await diagnosed(page);
        if (round % FIX_EVERY === 0) await changeAndUndo(page);
      }
    };
    const handles = (): number => openFiles(app.standIn?.pid ?? null);
    await run(rounds / 4);
    const before = { held: await heldBytes(page), handles: handles() };
    await run(rounds);
    const after = { held: await heldBytes(page), handles: handles() };
    if (after.handles > before.handles + SLACK) {
      throw new Error(`${before.handles} files were open, then ${after.handles}`);
    }
    return (after.held / before.held - 1) * 100;
  } finally {
    await program.close();
    await closeChromium();
  }
}

async function changeAndUndo(page: Page): Promise<void> {
  const fix = 'assign-kms-host';
  const parameters = { host: 'kms9.contoso.com', port: 1688 };
  const plan = await ask(page, 'fix:plan', { fix, parameters });
  if ('problem' in plan) throw new Error(JSON.stringify(plan));
  const applied = await ask(page, 'fix:apply', { fix, parameters, digest: plan.digest });
  const entry = applied.outcome === 'finished' ? applied.result.entry : null;
  if (entry === null) throw new Error(JSON.stringify(applied));
  const undone = await ask(page, 'journal:undo', { entry });
  if (undone.outcome !== 'finished') throw new Error(JSON.stringify(undone));
}

/** The part of Chromium's heap snapshots used here. */
interface Snapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
}

/**
 * Returns the bytes held by the page's scripts at rest: the minimum of several measurements a second apart, because
 * rendering in progress holds memory that it's about to release.
 */
async function heldBytes(page: Page): Promise<number> {
  const samples: number[] = [];
  while (samples.length < SAMPLES) {
    samples.push(await bytesNow(page));
    await setTimeout(1_000);
  }
  return Math.min(...samples);
}

async function bytesNow(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', {});
  await session.detach();
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')];
  let bytes = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    if (HELD.has(types[0][nodes[node + type] ?? -1] ?? '')) bytes += nodes[node + size] ?? 0;
  }
  return bytes;
}

/** Returns the number of files and sockets that a process has open; 0 if the system doesn't report it. */
function openFiles(pid: number | null): number {
  return process.platform === 'linux' && pid !== null ? readdirSync(`/proc/${pid}/fd`).length : 0;
}
