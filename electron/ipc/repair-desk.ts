/**
 * Fixes of this PC while the window has no administrator rights: looked at and previewed here, made by the repair
 * session, which plans and asks by itself.
 */
import type { ApplyOutcome } from '@shared/ipc';
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { settle } from '@engine/situation';
import type { RepairClient } from '../repair/client';
import type { Around, FixDesk } from './fix-desk';

/** Makes the desk: `local` looks, `session` changes. */
export function createRepairDesk(
  local: FixDesk,
  session: RepairClient,
  computer: Computer,
): FixDesk {
  /** What the session knows of the PC stays there; the lights are those of a run of our own. */
  const lookAgain = async (outcome: ApplyOutcome, around: Around): Promise<ApplyOutcome> => {
    if (outcome.outcome !== 'finished') return outcome;
    const found = await settle(diagnose(computer).result);
    if (found.read) around.rechecked(found.value);
    return outcome;
  };
  return {
    form: local.form.bind(local),
    plan: local.plan.bind(local),
    journal: local.journal.bind(local),
    async apply(fix, parameters, digest, around) {
      local.close();
      const { progress } = around;
      return lookAgain(await session.apply(fix, parameters, digest, progress), around);
    },
    async undo(entry, around) {
      local.close();
      return lookAgain(await session.undo(entry, around.progress), around);
    },
    close() {
      local.close();
      session.close();
    },
  };
}
