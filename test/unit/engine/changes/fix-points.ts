/**
 * Applies one fix, or takes the last one back, and passes points at which the process may be killed: before or after a
 * line of the journal, in the middle of one, before or after a change of the simulated PC.
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
import type { EntryEvent, EntryStart } from '@engine/journal/journal-schema';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { around } from '../fixes/fix-harness';

/** What is done, and where it ends. */
export interface Doing {
  /** The simulated PC's file. */
  readonly file: string;
  readonly dataDir: string;
  readonly fix: FixId;
  readonly params: Readonly<Record<string, unknown>>;
  /** Number of the point at which this process is killed; 0 for none. */
  readonly point: number;
  /** Whether it is the last undo that is applied instead. */
  readonly isUndo: boolean;
}

/** A journal of whose lines each can be the last, or the half of it. */
class DeadlyJournal extends Journal {
  constructor(
    directory: string,
    private readonly pass: (last?: () => void) => void,
  ) {
    super(directory);
  }

  override async begin(opening: EntryStart): Promise<string> {
    this.pass();
    const entry = await super.begin(opening);
    this.pass();
    return entry;
  }

  override async note(entry: string, event: EntryEvent): Promise<void> {
    this.pass(() => {
      appendFileSync(
        path.join(this.directory, 'journal.jsonl'),
        `{"type":"${event.type}","entry":"${entry}`,
      );
    });
    await super.note(entry, event);
    this.pass();
  }
}

/** Does it; gives how many points were passed. */
export async function passPoints(doing: Doing): Promise<number> {
  const { file, dataDir, fix, params, point, isUndo } = doing;
  let passed = 0;
  const pass = (last: () => void = () => undefined): void => {
    passed += 1;
    if (passed !== point) return;
    last();
    process.kill(process.pid, 'SIGKILL');
  };
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const computer = around(
    createScenarioComputer(parsed.scenario, { save: file }),
    () => pass(),
    () => pass(),
  );
  const journal = new DeadlyJournal(dataDir, pass);
  const { signal } = new AbortController();
  if (isUndo) {
    const { outcome } = await undo(null, { computer, journal, signal });
    if (outcome !== 'undone') throw new Error(outcome);
  } else {
    const { snapshot } = await diagnose(computer, { signal }).result;
    const planned = await planFix(fix, params, snapshot, new Facts(computer, {}, signal));
    if (!planned.ok) throw new Error(JSON.stringify(planned.refusal));
    await applyFix(planned, { computer, journal, signal });
  }
  return passed;
}
