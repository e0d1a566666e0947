/**
 * Applies one fix in a process of its own and kills that process at a given point: before or after a line of the
 * journal, in the middle of one, before or after a change of the simulated PC.
 *
 * Arguments: the simulated PC's file, the data directory, the fix, its parameters as JSON, the number of the
 * point (0 for none), whether it is the last undo that is to be applied instead. Prints how many points were passed.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FixId } from '@shared/catalogue';
import { parseScenario } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { undo } from '@engine/changes/undo';
import { Journal } from '@engine/journal/journal';
import type { EntryEvent, EntryStart } from '@engine/journal/entry';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { around } from '../fixes/fix-harness';

const [file = '', dataDir = '', fix = '', params = '{}', point = '0', isUndo = ''] =
  process.argv.slice(2);
const deadly = Number(point);
let passed = 0;

function pass(last: () => void = () => undefined): void {
  passed += 1;
  if (passed !== deadly) return;
  last();
  process.kill(process.pid, 'SIGKILL');
}

/** A journal of whose lines each can be the last, or the half of it. */
class DeadlyJournal extends Journal {
  override async begin(opening: EntryStart): Promise<string> {
    pass();
    const entry = await super.begin(opening);
    pass();
    return entry;
  }

  override async note(entry: string, event: EntryEvent): Promise<void> {
    pass(() => {
      appendFileSync(
        path.join(dataDir, 'journal.jsonl'),
        `{"type":"${event.type}","entry":"${entry}`,
      );
    });
    await super.note(entry, event);
    pass();
  }
}

async function main(): Promise<void> {
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const pc = createScenarioComputer(parsed.scenario, { save: file });
  const computer = around(
    pc,
    () => pass(),
    () => pass(),
  );
  const journal = new DeadlyJournal(dataDir);
  const { signal } = new AbortController();
  if (isUndo !== '') {
    const { outcome } = await undo(null, { computer, journal, signal });
    if (outcome !== 'undone') throw new Error(outcome);
  } else {
    const { situation } = await diagnose(computer, { signal }).result;
    const raw = JSON.parse(params) as Record<string, unknown>;
    const planned = await planFix(fix as FixId, raw, situation, new Facts(computer, {}, signal));
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
    await applyFix(planned, { computer, journal, signal });
  }
  process.stdout.write(String(passed));
}

await main();
