/** The report of `diagnose --json`, `kms-doctor/report@1` (docs/report.md#the-report), which other tools depend on. */
import { z } from 'zod';
import { RECIPIENTS } from './admin-message';
import { PROCEDURE_IDS, VERDICT_CODES, FIX_IDS } from './catalog';
import { evidenceSchema } from './evidence';
import { LANGUAGES } from './language';

const status = z.enum(['pass', 'warn', 'fail', 'unknown', 'not-applicable']);
/** `0x` and eight uppercase hex digits. */
const errorCode = z.string().regex(/^0x[0-9A-F]{8}$/);
const procedureId = z.enum(PROCEDURE_IDS);
const verdictCode = z.enum(VERDICT_CODES);

/** What a verdict is about; parts that don't apply are null. */
export const verdictAbout = z.object({
  domain: z.string().nullable(),
  /** A DNS server's address, with its port unless that is 53. */
  server: z.string().nullable(),
  host: z.string().nullable(),
  port: z.number().int().nullable(),
  code: errorCode.nullable(),
  product: z.string().nullable(),
});

/** Schema of a report. Unknown properties are allowed so that later versions can add some. */
export const reportSchema = z.object({
  schema: z.literal('kms-doctor/report@1'),
  product: z.object({ version: z.string().max(64) }),
  target: z.object({
    kind: z.enum(['this-pc', 'network', 'scenario', 'facts', 'remote']),
    computer: z.string().max(256),
    os: z.string().max(256),
    build: z.number().int().nullable(),
    roles: z.array(z.enum(['kms-client', 'kms-host'])),
    elevated: z.boolean(),
  }),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  language: z.enum(LANGUAGES),
  activation: z.object({
    edition: z.string().nullable(),
    channel: z.string().nullable(),
    licenseStatus: z.number().int().nullable(),
    partialProductKey: z.string().max(5).nullable(),
    graceMinutes: z.number().nullable(),
    lastError: errorCode.nullable(),
  }),
  // Version 1.0.0 wrote neither these nor a verdict's `about` and `message`.
  otherProducts: z
    .array(
      z.object({
        name: z.string(),
        channel: z.string(),
        /** Windows' number for it; 1 is licensed. */
        licenseStatus: z.number().int(),
        /** 0x00000000 means none. */
        lastError: errorCode,
      }),
    )
    .optional(),
  procedures: z.array(
    z.object({
      id: procedureId,
      status,
      checks: z.array(
        z.object({
          id: z.string().max(64),
          status,
          summary: z.string(),
          reason: z.string().nullable(),
          evidence: z.array(evidenceSchema),
          startedMs: z.number(),
          durationMs: z.number(),
        }),
      ),
    }),
  ),
  verdict: z.object({
    code: verdictCode,
    certainty: z.enum(['certain', 'likely']),
    summary: z.string(),
    procedure: procedureId.nullable(),
    because: z.array(z.string()),
    fixes: z.array(z.enum(FIX_IDS)),
    alsoFound: z.array(verdictCode),
    about: verdictAbout.optional(),
    message: z
      .object({ for: z.enum(RECIPIENTS), subject: z.string(), text: z.string() })
      .nullable()
      .optional(),
  }),
});

/** A report as other tools read it. */
export type Report = z.infer<typeof reportSchema>;
