/** The output of `fleet report` about many computers, `kms-doctor/fleet@1` (docs/fleet.md#the-report). */
import { z } from 'zod';
import { RECIPIENTS } from './admin-message';
import { FIX_IDS, VERDICT_CODES } from './catalog';
import { verdictAbout } from './report';

const count = z.number().int().nonnegative();
const names = z.array(z.string()).max(1_000);

/** How to fix a group at its cause. */
const cure = z.object({
  fix: z.enum(FIX_IDS),
  parameters: z.record(z.string(), z.unknown()),
  /** Who can apply it; `this-pc`: each PC by itself. */
  on: z.enum([...RECIPIENTS, 'this-pc']),
  /** PCs that it is certain to activate or make ready for activation. */
  heals: count,
  /** PCs that it probably fixes: they haven't probed the host that they need. */
  mayHeal: count,
  /** Whether it was rehearsed on the PCs' own cases. Reports alone don't allow that, so both counts are then 0. */
  rehearsed: z.boolean(),
});

const group = z.object({
  /** First 12 hex digits of the SHA-256 of code and about. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  code: z.enum(VERDICT_CODES),
  about: verdictAbout.extend({ code: z.string().nullable() }),
  count,
  /** Number of these with a certain verdict. */
  certain: count,
  computers: names,
  cure: cure.nullable(),
});

/** Schema of the fleet report. */
export const fleetReportSchema = z.object({
  schema: z.literal('kms-doctor/fleet@1'),
  /** Distinct computers, each counted once with its latest report or line. */
  computers: count,
  healthy: count,
  /** Older reports and lines of computers that have newer ones. */
  duplicates: count,
  /** Unhealthy computers by root cause, largest group first. */
  groups: z.array(group),
  /** Distinct computers that share a client machine ID: a KMS host counts them as one. */
  sameClientId: z.array(z.object({ clientMachineId: z.string(), count, computers: names })),
  /** Activated computers whose activation expires within so many days; each is only in the narrowest range. */
  expiring: z.array(
    z.object({ days: z.union([z.literal(7), z.literal(14), z.literal(30)]), count }),
  ),
  notReached: z.array(z.object({ outcome: z.string(), count, computers: names })),
  unreadable: z.array(
    z.object({
      file: z.string(),
      line: z.number().int().positive().nullable(),
      problem: z.string(),
    }),
  ),
});

/** A report on many computers. */
export type FleetReport = z.infer<typeof fleetReportSchema>;
/** Computers that share a root cause. */
export type FleetGroup = FleetReport['groups'][number];
/** A fix for a whole group at its cause. */
export type FleetCure = NonNullable<FleetGroup['cure']>;
