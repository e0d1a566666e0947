/** The data a fleet needs of a report: the verdict, the computer's identity, and the remaining activation time. */
import { z } from 'zod';
import type { LeftFor } from '@shared/treatment';
import { minutesUntilExpiry, type Verdict } from '@shared/diagnosis';
import { reportSchema } from '@shared/report';
import { isObject } from '@shared/look-up';
import { ABOUT_NOTHING } from '@engine/verdict/about';
import { isVerdictSupported } from './verdict-support';

/** Facts about one computer, from a report or from judging its case. */
export interface ComputerFacts extends Pick<Verdict, 'code' | 'certainty' | 'about' | 'fixes'> {
  readonly name: string;
  /** Time of the diagnosis, ISO 8601, UTC. */
  readonly at: string;
  /** Who can apply the cure. */
  readonly for: LeftFor;
  readonly clientMachineId: string | null;
  /** Minutes until the activation ends; null if the computer isn't activated, or its activation doesn't end. */
  readonly endsIn: number | null;
  /** Why the computer wasn't reached; null if it was. */
  readonly notReached: string | null;
}

const shortText = z.string().max(256).nullable();

/**
 * A report without its evidence, which is most of its size and never used for grouping. The length of the verdict's
 * subject is limited because groups are named after it.
 */
export const fleetReportSchema = reportSchema.extend({
  target: reportSchema.shape.target.extend({
    reach: z.object({ outcome: z.string().regex(/^[a-z-]{1,64}$/) }).optional(),
  }),
  procedures: z.array(
    z.object({
      checks: z.array(
        z.object({
          id: z.unknown().optional(),
          status: z.unknown().optional(),
          evidence: z.array(z.unknown()),
        }),
      ),
    }),
  ),
  verdict: reportSchema.shape.verdict.extend({
    about: z
      .object({
        domain: shortText,
        server: shortText,
        host: shortText,
        port: z.int().min(0).max(65_535).nullable(),
        code: z
          .string()
          .regex(/^0x[0-9A-F]{8}$/)
          .nullable(),
        product: z.literal('office').nullable(),
      })
      // Absent in reports of version 1.0.0.
      .optional(),
  }),
});

/** Schema for reports whose procedures were already checked by {@link areProcedures}. */
const leanSchema = fleetReportSchema.omit({ procedures: true });

type Procedures = z.infer<typeof fleetReportSchema>['procedures'];

/** Whether the schema would accept these procedures. Checked directly for speed, because they are most of a report. */
function areProcedures(procedures: unknown): procedures is Procedures {
  return (
    Array.isArray(procedures) &&
    procedures.every(
      (procedure) =>
        isObject(procedure) &&
        Array.isArray(procedure['checks']) &&
        procedure['checks'].every((check) => isObject(check) && Array.isArray(check['evidence'])),
    )
  );
}

/**
 * Reads a report of any version.
 *
 * @returns the facts, or the path of the first invalid property
 */
export function readReportFacts(
  json: unknown,
): { readonly facts: ComputerFacts } | { readonly invalid: string } {
  const found = isObject(json) ? json['procedures'] : undefined;
  const procedures = areProcedures(found) ? found : [];
  const parsed = (procedures === found ? leanSchema : fleetReportSchema).safeParse(json);
  if (!parsed.success) {
    return { invalid: (parsed.error.issues[0]?.path ?? []).map(String).join('.') };
  }
  const { target, startedAt, activation, verdict } = parsed.data;
  const checks = procedures.flatMap((procedure) => procedure.checks);
  const isCertain =
    verdict.certainty === 'certain' && isVerdictSupported({ verdict, activation, checks });
  const outcome = target.reach?.outcome ?? 'reached';
  const facts: ComputerFacts = {
    name: target.computer,
    at: new Date(startedAt).toISOString(),
    code: verdict.code,
    certainty: isCertain ? 'certain' : 'likely',
    about: verdict.about ?? ABOUT_NOTHING,
    fixes: verdict.fixes,
    for: verdict.message?.for ?? 'this-pc',
    clientMachineId: idIn(checks.flatMap(({ evidence }) => evidence)),
    endsIn: minutesUntilExpiry(activation),
    notReached: outcome === 'reached' ? null : outcome,
  };
  return { facts };
}

function idIn(evidence: readonly unknown[]): string | null {
  for (const one of evidence) {
    if (!isObject(one) || one['kind'] !== 'licensing' || !isObject(one['data'])) continue;
    const id = one['data']['ClientMachineID'];
    if (typeof id === 'string') return clientMachineId(id);
  }
  return null;
}

/** Normalizes a client machine ID; null if the text contains none, or only the all-zero ID of a PC without one. */
export function clientMachineId(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const [id = ''] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text.slice(0, 64)) ?? [];
  return /[1-9a-f]/i.test(id) ? id.toLowerCase() : null;
}
