/**
 * Fixes of this PC while the window isn't elevated: planned and previewed in this process, applied by the repair
 * session, which plans again and asks for confirmation itself.
 */
import type { Computer } from '@engine/computer';
import { type DiagnoseOptions, diagnose } from '@engine/run';
import { toResult } from '@engine/facts/fact-snapshot';
import type { ElevationClient } from '../elevation/client';
import type { ApplyCallbacks, FixService } from './fix-service';

/** Creates the service: `local` reads and previews, `session` makes changes. */
export function createElevatedFixService(
  local: FixService,
  session: ElevationClient,
  computer: Computer,
): FixService {
  /** Diagnoses again in this process: the session never sends the facts it reads. */
  const lookAgain = async <Reply extends { readonly outcome: string }>(
    reply: Reply,
    { rechecked }: Pick<ApplyCallbacks, 'rechecked'>,
    options: DiagnoseOptions = {},
  ): Promise<Reply> => {
    if (reply.outcome !== 'finished') return reply;
    const found = await toResult(diagnose(computer, { ...local.factOptions(), ...options }).result);
    if (found.ok) rechecked(found.value);
    return reply;
  };
  return {
    form: local.form.bind(local),
    plan: local.plan.bind(local),
    journal: local.journal.bind(local),
    factOptions: local.factOptions.bind(local),
    planTreatment: local.planTreatment.bind(local),
    async apply(fix, parameters, digest, callbacks) {
      local.close();
      const { progress } = callbacks;
      return lookAgain(await session.apply(fix, parameters, digest, progress), callbacks);
    },
    async undo(entry, callbacks) {
      local.close();
      return lookAgain(await session.undo(entry, callbacks.progress), callbacks);
    },
    async applyTreatment({ digest, kmsHosts }, callbacks) {
      local.close();
      const { progress, stop } = callbacks;
      const reply = await session.treat(digest, kmsHosts, progress, stop);
      return lookAgain(reply, callbacks, { expectedHosts: kmsHosts });
    },
    async undoTreatment(treatment, callbacks) {
      local.close();
      return lookAgain(await session.undoTreatment(treatment, callbacks.progress), callbacks);
    },
    close() {
      local.close();
      session.close();
    },
  };
}
