/**
 * Applies a fix or undoes the last one, passing points at which the process can be killed: before, in the middle of and
 * after a line of the journal, and before and after a change of the simulated PC.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FixId } from '@shared/catalog';
import { parseScenario } from '@shared/scenario';
import { Facts } from '@engine/facts/facts';
import { planFix } from '@engine/fixes';
import { applyFix } from '@engine/fixes/apply';
import { undo } from '@engine/changes/undo';
import { Journal } from '@engine/journal/journal';
import type { EntryEvent, EntryStart } from '@engine/journal/journal-schema';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { interceptChanges } from '../fixes/fix-harness';

/** A fix or undo to run, and the point at which the process is killed. */
export interface Doing {
  /** File of the simulated PC. */
  readonly file: string;
  readonly dataDir: string;
  readonly fix: FixId;
  readonly params: Readonly<Record<string, unknown>>;
  /** Number of the point at which this process is killed; 0 for none. */
  readonly point: number;
  /** Whether to undo the last fix instead of applying one. */
  readonly isUndo: boolean;
}

/** A journal in which any line can be the last one, or be cut off in the middle. */
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

/** Applies the fix or undo and returns the number of points passed. */
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
  const computer = interceptChanges(
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
