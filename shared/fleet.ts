/** What `fleet report` says of many computers, `kms-doctor/fleet@1` (docs/fleet.md#the-report). */
import { z } from 'zod';
import { RECIPIENTS } from './admin-message';
import { FIX_IDS, VERDICT_CODES } from './catalogue';

const count = z.number().int().nonnegative();
const names = z.array(z.string()).max(1_000);

/** How a group is cured at its cause. */
const cure = z.object({
  fix: z.enum(FIX_IDS),
  parameters: z.record(z.string(), z.unknown()),
  /** Who can do it; `this-pc`: each PC by itself. */
  on: z.enum([...RECIPIENTS, 'this-pc']),
  /** PCs that it activates, or makes ready to be activated, for certain. */
  heals: count,
  /** PCs that it probably heals: they have not probed the host that they need. */
  mayHeal: count,
  /** Whether it was tried on the PCs' own cases; reports alone do not allow that, and then both counts are 0. */
  rehearsed: z.boolean(),
});

const group = z.object({
  /** First 12 hex digits of the SHA-256 of code and about. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  code: z.enum(VERDICT_CODES),
  about: z.object({
    domain: z.string().nullable(),
    server: z.string().nullable(),
    host: z.string().nullable(),
    port: z.number().int().nullable(),
    code: z.string().nullable(),
    product: z.string().nullable(),
  }),
  count,
  /** Of those the ones whose verdict is certain. */
  certain: count,
  computers: names,
  cure: cure.nullable(),
});

/** Schema of a fleet's report. */
export const fleetReportSchema = z.object({
  schema: z.literal('kms-doctor/fleet@1'),
  /** Different computers, each counted once with its newest report or line. */
  computers: count,
  healthy: count,
  /** Older reports and lines of computers that have newer ones. */
  duplicates: count,
  /** Sick computers by root cause, widest first. */
  groups: z.array(group),
  /** Different computers with one client machine ID: a KMS host counts them as one. */
  sameClientId: z.array(z.object({ clientMachineId: z.string(), count, computers: names })),
  /** Activated computers whose activation ends within so many days; each stands in the narrowest one alone. */
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

/** The report of many computers. */
export type FleetReport = z.infer<typeof fleetReportSchema>;
/** Computers that share a root cause. */
export type FleetGroup = FleetReport['groups'][number];
/** What would cure a group at once. */
export type FleetCure = NonNullable<FleetGroup['cure']>;
