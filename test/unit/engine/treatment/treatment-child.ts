/**
 * Plans and carries out a treatment, or undoes one, in a separate process that is killed at a given point: before, in
 * the middle of or after a line of the journal, or before or after a change of the simulated PC.
 *
 * Arguments: file of the simulated PC, data directory, number of the point (0 for none), and optionally the treatment
 * to undo. Prints the number of points passed.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseScenario } from '@shared/scenario';
import { Journal } from '@engine/journal/journal';
import type { EntryEvent, EntryStart } from '@engine/journal/journal-schema';
import { diagnose } from '@engine/run';
import { executeTreatment } from '@engine/treatment/carry-out';
import { planTreatment } from '@engine/treatment/plan';
import { undoTreatment } from '@engine/treatment/undo';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { interceptChanges } from '../fixes/fix-harness';

const [file = '', dataDir = '', point = '0', treatmentId = ''] = process.argv.slice(2);
const deadly = Number(point);
let passed = 0;

function pass(last: () => void = () => undefined): void {
  passed += 1;
  if (passed !== deadly) return;
  last();
  process.kill(process.pid, 'SIGKILL');
}

/** A journal in which any line can be the last one, or be cut off in the middle. */
class DeadlyJournal extends Journal {
  override async begin(opening: EntryStart): Promise<string> {
    pass();
    const entry = await super.begin(opening);
    pass();
    return entry;
  }

  override async note(entry: string, event: EntryEvent): Promise<void> {
    pass(() => {
      const half = `{"type":"${event.type}","entry":"${entry}`;
      appendFileSync(path.join(dataDir, 'journal.jsonl'), half);
    });
    await super.note(entry, event);
    pass();
  }
}

const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const computer = interceptChanges(
  createScenarioComputer(parsed.scenario, { save: file }),
  () => pass(),
  () => pass(),
);
const journal = new DeadlyJournal(dataDir);
const { signal } = new AbortController();
const context = { computer, journal, signal, simulate: createScenarioComputer };
if (treatmentId === '') {
  const found = await diagnose(computer, { signal }).result;
  await executeTreatment(await planTreatment(found, context), found, context);
} else await undoTreatment(treatmentId, context);
process.stdout.write(String(passed));
