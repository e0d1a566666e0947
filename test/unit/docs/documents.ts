/** Schemas of the documents that commands print, as described in docs/cli.md. Extra properties are rejected. */
import { z } from 'zod';
import { RECIPIENTS } from '@shared/admin-message';
import { FIX_IDS, PROCEDURE_IDS, VERDICT_CODES } from '@shared/catalog';
import { fleetReportSchema } from '@shared/fleet';
import { reportSchema } from '@shared/report';
import { scenarioSchema } from '@shared/scenario';
import { ASSUMPTIONS } from '@shared/change-schemas';
import { CHANGE_KINDS } from '@engine/changes';

/** Results of a fix. A journal entry can also be open or undone. */
export const results = ['verified', 'applied', 'unverified', 'rolled-back', 'failed'] as const;

const fix = z.enum(FIX_IDS);
const verdict = z.enum(VERDICT_CODES);
const change = z.strictObject({
  kind: z.enum(CHANGE_KINDS),
  title: z.string(),
  byHand: z.string(),
  before: z.string(),
  after: z.string(),
  undoable: z.boolean(),
});

const plan = z.strictObject({
  schema: z.literal('kms-doctor/plan@1'),
  fix,
  parameters: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  ),
  changes: z.array(change),
  handover: z
    .strictObject({ for: z.enum(['kms-host', 'dns-server']), text: z.string() })
    .nullable(),
});

const outcome = z.strictObject({
  schema: z.literal('kms-doctor/outcome@1'),
  fix,
  entry: z.string().nullable(),
  result: z.enum(results),
  plan,
  verdict: verdict.nullable(),
});

const certainty = z.enum(['certain', 'likely']);
const rehearsed = z.strictObject({
  code: verdict,
  certainty,
  restsOn: z.array(z.enum(ASSUMPTIONS)),
});
const left = z.strictObject({
  code: verdict,
  for: z.enum([...RECIPIENTS, 'this-pc']),
  text: z.string(),
});

const treatment = z.strictObject({
  schema: z.literal('kms-doctor/treatment@1'),
  verdict: z.strictObject({ code: verdict, certainty }),
  steps: z.array(
    z.strictObject({
      ...{ fix, parameters: plan.shape.parameters, changes: z.array(change) },
      because: verdict,
      then: rehearsed,
    }),
  ),
  ends: rehearsed,
  left: z.array(left),
  rehearsals: z.int().min(0),
});

const treatmentOutcome = z.strictObject({
  schema: z.literal('kms-doctor/treatment-outcome@1'),
  treatment: z.string().nullable(),
  result: z.enum(['healthy', 'better', 'unchanged', 'departed', 'failed']),
  steps: z.array(
    z.strictObject({
      fix,
      entry: z.string().nullable(),
      rehearsed: verdict,
      found: verdict.nullable(),
      result: z.enum([...results, 'refused']),
    }),
  ),
  verdict: z.strictObject({ code: verdict, certainty }).nullable(),
  left: z.array(left),
});

const journal = z.strictObject({
  schema: z.literal('kms-doctor/journal@1'),
  entries: z.array(
    z.strictObject({
      entry: z.string(),
      fix,
      target: z.string(),
      at: z.iso.datetime(),
      state: z.enum([...results, 'open', 'undone']),
      treatment: z.string().nullable(),
      changes: z.array(change),
    }),
  ),
});

const undo = z.strictObject({
  schema: z.literal('kms-doctor/undo@1'),
  outcome: z.enum([
    'undone',
    'failed',
    'not-elevated',
    'nothing-to-undo',
    'other-target',
    'changed-since',
  ]),
  lines: z.array(z.string()),
});

const procedure = z.enum(PROCEDURE_IDS);
const row = { id: z.string(), title: z.string() };

/** Items that `list` prints, by catalog. */
const lists = {
  procedures: z.strictObject({ ...row, article: z.url(), runsOn: z.string() }),
  checks: z.strictObject({ ...row, procedure }),
  fixes: z.strictObject({ ...row, procedure: procedure.nullable(), risk: z.string() }),
  verdicts: z.strictObject({ ...row, procedure: procedure.nullable(), fixes: z.array(fix) }),
};

const listed = (what: keyof typeof lists) =>
  z.strictObject({
    schema: z.literal(`kms-doctor/${what}@1`),
    [what]: z.array<z.ZodType>(lists[what]),
  });

/** Output of `explain --json`, the only document without a `schema`. */
const explanation = z.discriminatedUnion('known', [
  z.strictObject({
    code: z.string().regex(/^0x[0-9A-F]{7,9}$/),
    known: z.literal(false),
    nearest: z.string().optional(),
  }),
  z.strictObject({
    code: z.string().regex(/^0x[0-9A-F]{8}$/),
    known: z.literal(true),
    symbol: z.string().nullable(),
    meaning: z.string(),
    causes: z.array(z.string()),
    remedy: z.string(),
    procedures: z.array(procedure),
    fixes: z.array(fix),
    why: z.partialRecord(fix, z.string()),
    page: z.url(),
  }),
]);

/** Schemas that ship as JSON Schema in docs/schemas/, by file name. */
export const publishedSchemas = {
  report: reportSchema,
  scenario: scenarioSchema,
  plan,
  outcome,
  treatment,
  'treatment-outcome': treatmentOutcome,
  journal,
  fleet: fleetReportSchema,
};

/** Every document with a `schema`, by its value. */
const bySchema: Readonly<Record<string, z.ZodType>> = {
  'kms-doctor/report@1': reportSchema,
  'kms-doctor/scenario@1': scenarioSchema,
  'kms-doctor/plan@1': plan,
  'kms-doctor/outcome@1': outcome,
  'kms-doctor/treatment@1': treatment,
  'kms-doctor/treatment-outcome@1': treatmentOutcome,
  'kms-doctor/journal@1': journal,
  'kms-doctor/undo@1': undo,
  'kms-doctor/fleet@1': fleetReportSchema,
  'kms-doctor/procedures@1': listed('procedures'),
  'kms-doctor/checks@1': listed('checks'),
  'kms-doctor/fixes@1': listed('fixes'),
  'kms-doctor/verdicts@1': listed('verdicts'),
};

/** Parses a document according to its `schema`. @throws ZodError if it doesn't match */
export function parseDocument(json: unknown): unknown {
  const { schema } = z.looseObject({ schema: z.string().optional() }).parse(json);
  return (bySchema[schema ?? ''] ?? explanation).parse(json);
}
