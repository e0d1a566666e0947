/**
 * Fixes of this PC while the window isn't elevated: planned and previewed in this process, applied by the repair
 * session, which plans again and asks for confirmation itself.
 */
import type { Computer } from '@engine/computer';
import type { ElevationClient } from '../elevation/client';
import type { AskedFor, OperationKind } from '../elevation/operations';
import type { FixService } from './fix-service';
import { recheck } from './recheck';

/** Returns the KMS hosts that the user named for an operation. */
const hostsNamedIn = (asked: AskedFor<OperationKind>): readonly string[] =>
  'kmsHosts' in asked ? asked.kmsHosts : [];

/** Creates the service: `local` reads and previews, `session` makes changes. */
export function createElevatedFixService(
  local: FixService,
  session: ElevationClient,
  computer: Computer,
): FixService {
  return {
    ...local,
    /** Has the session make a change, and diagnoses again here: the session never sends the facts it reads. */
    async change(kind, asked, callbacks) {
      local.close();
      const reply = await session.change(kind, asked, callbacks);
      if (reply.outcome === 'finished') {
        const expectedHosts = hostsNamedIn(asked);
        await recheck(computer, { ...local.factOptions(), expectedHosts }, callbacks);
      }
      return reply;
    },
    close() {
      local.close();
      session.close();
    },
  };
}
