/**
 * Fixes of this PC while the window isn't elevated: planned and previewed in this process, applied by the repair
 * session, which plans again and asks for confirmation itself.
 */
import type { Computer } from '@engine/computer';
import type { DiagnoseOptions } from '@engine/run';
import type { ElevationClient } from '../elevation/client';
import type { ApplyCallbacks, FixService } from './fix-service';
import { recheck } from './recheck';

/** Creates the service: `local` reads and previews, `session` makes changes. */
export function createElevatedFixService(
  local: FixService,
  session: ElevationClient,
  computer: Computer,
): FixService {
  /** Has the session make changes, and diagnoses again in this process: the session never sends the facts it reads. */
  const change = async <Reply extends { readonly outcome: string }>(
    callbacks: Pick<ApplyCallbacks, 'rechecked'>,
    work: () => Promise<Reply>,
    options: DiagnoseOptions = {},
  ): Promise<Reply> => {
    local.close();
    const reply = await work();
    if (reply.outcome === 'finished') {
      await recheck(computer, { ...local.factOptions(), ...options }, callbacks);
    }
    return reply;
  };
  return {
    ...local,
    apply: (fix, parameters, digest, callbacks) =>
      change(callbacks, () => session.apply(fix, parameters, digest, callbacks)),
    undo: (entry, callbacks) => change(callbacks, () => session.undo(entry, callbacks)),
    applyTreatment: (shown, callbacks) =>
      change(callbacks, () => session.applyTreatment(shown, callbacks), {
        expectedHosts: shown.kmsHosts,
      }),
    undoTreatment: (treatment, callbacks) =>
      change(callbacks, () => session.undoTreatment(treatment, callbacks)),
    close() {
      local.close();
      session.close();
    },
  };
}
