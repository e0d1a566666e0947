/** A thousand diagnoses, fixes and undos in a row, to check that memory doesn't grow. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { undo } from '@engine/changes/undo';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { Journal } from '@engine/journal/journal';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';

/** Returns the heap growth in percent between the end of the warm-up and the end. */
export async function soakHeapGrowthPercent(rounds: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'kms-doctor-soak-'));
  const computer = createScenarioComputer({
    schema: 'kms-doctor/scenario@1',
    dns: { servers: { '10.0.0.10': { records: [] } } },
  });
  const signal = new AbortController().signal;
  const once = async (): Promise<void> => {
    const journal = new Journal(directory);
    const { snapshot } = await diagnose(computer).result;
    const planned = await planFix(
      'assign-kms-host',
      { host: 'kms9.contoso.com', port: '1688' },
      snapshot,
      new Facts(computer, {}, signal),
    );
    if (!planned.ok) throw new Error('assign-kms-host could not be planned');
    const applied = await applyFix(planned, { computer, journal, signal });
    if (applied.outcome !== 'ended') throw new Error(applied.outcome);
    const undone = await undo(applied.entry, { computer, journal, signal });
    if (undone.outcome !== 'undone') throw new Error(undone.outcome);
  };
  try {
    for (let round = 0; round < rounds / 4; round += 1) await once();
    const before = settledHeap();
    for (let round = 0; round < rounds; round += 1) await once();
    return (settledHeap() / before - 1) * 100;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function settledHeap(): number {
  // The benchmark runs with --expose-gc; without it, the figure would be meaningless.
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
