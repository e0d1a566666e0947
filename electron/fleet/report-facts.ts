/** What a fleet needs of a report: its verdict, and what says who the computer is and how long it stays activated. */
import { z } from 'zod';
import { type FixId, type VerdictCode } from '@shared/catalogue';
import type { LeftFor } from '@shared/treatment';
import type { Verdict, VerdictAbout } from '@shared/diagnosis';
import { reportSchema } from '@shared/report';
import { isObject } from '@shared/look-up';
import { ABOUT_NOTHING } from '@engine/verdict/about';
import { isBorneOut } from './borne-out';

/** What is known of one computer, whether a report said so or its case was judged. */
export interface ComputerFacts {
  readonly name: string;
  /** When it was looked at, ISO 8601, UTC. */
  readonly at: string;
  readonly code: VerdictCode;
  readonly certainty: Verdict['certainty'];
  readonly about: VerdictAbout;
  /** Best first. */
  readonly fixes: readonly FixId[];
  /** Who has the cure. */
  readonly for: LeftFor;
  readonly clientMachineId: string | null;
  /** Minutes until activation ends; null where the computer is not activated, or stays so for good. */
  readonly endsIn: number | null;
  /** Why it was not reached; null where it was. */
  readonly notReached: string | null;
}

const shortText = z.string().max(256).nullable();

/**
 * A report without its evidence, of which there is far more than of all else, and which no group is made of. Groups
 * are named by what a verdict is about, so the length of that is bounded.
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
      // Version 1.0.0 wrote none.
      .optional(),
  }),
});

/** The same of a report whose evidence is a list wherever one belongs. */
const leanSchema = fleetReportSchema.omit({ procedures: true });

type Procedures = z.infer<typeof fleetReportSchema>['procedures'];

/** Whether the schema takes these procedures: most of a report is in them, and nothing else is looked at. */
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
 * @returns the facts, or the place where it is no report
 */
export function readReportFacts(
  json: unknown,
):
  | { readonly ok: true; readonly facts: ComputerFacts }
  | { readonly ok: false; readonly place: string } {
  const found = isObject(json) ? json['procedures'] : undefined;
  const procedures = areProcedures(found) ? found : [];
  const parsed = (procedures === found ? leanSchema : fleetReportSchema).safeParse(json);
  if (!parsed.success) {
    const place = (parsed.error.issues[0]?.path ?? []).map(String).join('.');
    return { ok: false, place };
  }
  const { target, startedAt, activation, verdict } = parsed.data;
  const isCertain =
    verdict.certainty === 'certain' &&
    isBorneOut({ verdict, activation, checkOf: (id) => checkIn(procedures, id) });
  const outcome = target.reach?.outcome ?? 'reached';
  return {
    ok: true,
    facts: {
      name: target.computer,
      at: new Date(startedAt).toISOString(),
      code: verdict.code,
      certainty: isCertain ? 'certain' : 'likely',
      about: verdict.about ?? ABOUT_NOTHING,
      fixes: verdict.fixes,
      for: verdict.message?.for ?? 'this-pc',
      clientMachineId: idIn(procedures),
      endsIn: endsIn(activation),
      notReached: outcome === 'reached' ? null : outcome,
    },
  };
}

/** A check by its name; undefined where the report has none. */
function checkIn(procedures: Procedures, id: string) {
  for (const { checks } of procedures) {
    const found = checks.find((check) => check.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function idIn(procedures: Procedures): string | null {
  for (const { checks } of procedures) {
    for (const { evidence } of checks) {
      for (const one of evidence) {
        if (!isObject(one) || one['kind'] !== 'licensing' || !isObject(one['data'])) continue;
        const id = one['data']['ClientMachineID'];
        if (typeof id === 'string') return clientMachineId(id);
      }
    }
  }
  return null;
}

/** Minutes until an activation ends; Windows counts none for one that does not (docs/windows-facts.md). */
export function endsIn(activation: {
  readonly licenseStatus: number | null;
  readonly graceMinutes: number | null;
}): number | null {
  const { licenseStatus, graceMinutes } = activation;
  return licenseStatus === 1 && graceMinutes !== null && graceMinutes > 0 ? graceMinutes : null;
}

/** A client machine ID in one spelling; null for a text that is none, or the one of a PC that has none yet. */
export function clientMachineId(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const [id = ''] = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text.slice(0, 64)) ?? [];
  return /[1-9a-f]/i.test(id) ? id.toLowerCase() : null;
}
