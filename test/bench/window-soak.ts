/** A thousand diagnoses in one window, with fixes and undos among them: whether anything piles up. */
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright';
import { ask, diagnosed } from '../window/bridge';
import { chromiumPath } from '../../build/electron-stand-in/chromium';
import { closeChromium, launch } from '../../build/electron-stand-in/launch';

/** Every so many diagnoses something is changed and taken back. */
const FIX_EVERY = 20;
/** Looks at what is held, of which the least counts. */
const LOOKS = 3;
/** Open files and sockets that may come and go. */
const SLACK = 5;

/** What scripts hold, as a heap snapshot names it. Code is left out: the engine compiles more of it as it goes. */
const HELD: ReadonlySet<string> = new Set([
  ...['object', 'array', 'closure', 'regexp', 'number', 'symbol', 'bigint'],
  ...['string', 'concatenated string', 'sliced string'],
]);

/**
 * Percent by which the page's scripts hold more at the end than after the warm-up; null without a Chromium.
 *
 * @throws when the privileged side holds more files or sockets open than before
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

/** The part of Chromium's heap snapshots that is read. */
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
 * Bytes of what the page's scripts hold once it is at rest: the least of some looks a second apart, since a drawing
 * that is under way holds what it lets go of the next moment.
 */
async function heldBytes(page: Page): Promise<number> {
  const looks: number[] = [];
  while (looks.length < LOOKS) {
    looks.push(await bytesNow(page));
    await setTimeout(1_000);
  }
  return Math.min(...looks);
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

/** How many files and sockets a process has open; none where the system does not tell. */
function openFiles(pid: number | null): number {
  return process.platform === 'linux' && pid !== null ? readdirSync(`/proc/${pid}/fd`).length : 0;
}
