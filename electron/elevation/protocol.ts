/**
 * What the two sides of a repair session may say to one another, as a table of schemas. Whatever does not fit is
 * refused and the connection closed.
 *
 *     session → window   here      whoever knows the token may stay; nothing is sent before
 *     window → session   hello     version, proof, language
 *     session → window   ready     or why nothing can be changed
 *     window → session   apply     a fix with its parameters, or
 *                        undo      an entry of the journal; one at a time, or
 *                        speak     another language from now on
 *     session → window   progress  any number
 *     session → window   outcome   and the next one may be asked for
 *
 * The window names fixes, parameters and entries; never a command, a path, a registry key or a URL. The session
 * plans and judges all of it anew.
 */
import { z } from 'zod';
import { FIX_IDS, VERDICT_CODES, type FixId } from '@shared/catalogue';
import { LANGUAGES } from '@shared/i18n';
import { REQUESTS, type ApplyOutcome } from '@shared/ipc';
import type { ChangeKind, ChangeView, FixProgress, OutcomeView, PlanView } from '@shared/plan';

/** Both sides are of the same installation; one that was upgraded meanwhile is told so. */
export const PROTOCOL_VERSION = 1;

/** Bytes of the longest message to the session: the longest form there is and some. */
export const LONGEST_TO_SESSION = 64 * 1024;

/** Bytes of the longest message to the window: a plan with its text for another administrator. */
export const LONGEST_TO_WINDOW = 1024 * 1024;

/** Why a session that was reached changes nothing; words under `repair.refusals.<code>`. */
const SESSION_REFUSALS = ['not-elevated', 'journal-folder'] as const;

/** Such a reason. */
export type SessionRefusal = (typeof SESSION_REFUSALS)[number];

const proof = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().max(100_000);
const version = z.int().min(0).max(1_000_000);
const request = z.int().min(1).max(1_000_000);
const fixId = z.enum(FIX_IDS as unknown as [FixId, ...FixId[]]);
const verdictCode = z.enum(VERDICT_CODES);

const { fix, parameters, digest } = REQUESTS['fix:apply'].request.shape;
const { entry } = REQUESTS['journal:undo'].request.shape;

/** Parameters that name a file. With an administrator's rights no file is read that a user names. */
const PATHS: readonly string[] = ['tsigKeyFile'];

const withoutPaths = parameters.refine((given) => PATHS.every((name) => !(name in given)), {
  message: 'a path',
});

const changeView = z.strictObject({
  kind: z.string().max(32) as unknown as z.ZodType<ChangeKind>,
  title: text,
  byHand: text,
  before: text,
  after: text,
  undoable: z.boolean(),
}) satisfies z.ZodType<ChangeView>;

const planView = z.strictObject({
  fix: fixId,
  parameters: z.record(z.string().max(32), z.union([text, z.number(), z.boolean(), z.array(text)])),
  changes: z.array(changeView).max(64),
  handover: z.strictObject({ for: z.enum(['kms-host', 'dns-server']), text }).nullable(),
  risk: text,
  wayBack: text,
  warnings: z.array(text).max(64),
  digest: z.string().max(128),
}) satisfies z.ZodType<PlanView>;

const outcomeView = z.strictObject({
  fix: fixId,
  entry: entry.nullable(),
  result: z.enum(['verified', 'applied', 'unverified', 'rolled-back', 'failed']),
  plan: planView,
  failure: text.nullable(),
  notes: z.array(text).max(64),
  verdict: verdictCode.nullable(),
}) satisfies z.ZodType<OutcomeView>;

const applyOutcome: z.ZodType<ApplyOutcome> = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('finished'), result: outcomeView }),
  z.strictObject({ outcome: z.literal('declined'), by: z.enum(['confirmation', 'uac']) }),
  z.strictObject({ outcome: z.literal('stale') }),
  z.strictObject({ outcome: z.literal('refused'), message: text }),
]);

const index = z.int().min(0).max(64);
const fixProgress: z.ZodType<FixProgress> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('change-started'), index, title: text }),
  z.strictObject({
    type: z.literal('change-finished'),
    index,
    status: z.enum(['done', 'unverified', 'refused', 'skipped']),
    detail: text.nullable(),
  }),
  z.strictObject({ type: z.literal('rolling-back') }),
  z.strictObject({ type: z.literal('re-checking') }),
]);

/** What the session says. */
export const FROM_SESSION = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('here'), version, proof }),
  z.strictObject({
    type: z.literal('ready'),
    refusal: z
      .strictObject({ code: z.enum(SESSION_REFUSALS), detail: z.string().max(1024) })
      .nullable(),
  }),
  z.strictObject({ type: z.literal('progress'), request, step: fixProgress }),
  z.strictObject({ type: z.literal('outcome'), request, outcome: applyOutcome }),
]);

/** What the window says. */
export const FROM_WINDOW = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), version, proof, language: z.enum(LANGUAGES) }),
  z.strictObject({ type: z.literal('apply'), request, fix, parameters: withoutPaths, digest }),
  z.strictObject({ type: z.literal('undo'), request, entry }),
  z.strictObject({ type: z.literal('speak'), language: z.enum(LANGUAGES) }),
]);

/** A message of the session. */
export type SessionMessage = z.infer<typeof FROM_SESSION>;
/** A message of the window. */
export type WindowMessage = z.infer<typeof FROM_WINDOW>;
