/**
 * Schemas of plans, treatments and their outcomes, in the form that users and other programs see. The window validates
 * with them what another process tells it about its changes. `plan.ts` and `treatment.ts` have the types.
 */
import { z } from 'zod';
import { RECIPIENTS } from './admin-message';
import type { DeepReadonly } from './deep-readonly';
import { FIX_IDS, VERDICT_CODES } from './catalog';
import { FIX_RESULTS } from './fix-results';

/** The type of a view with this schema. */
export type ViewOf<Schema extends z.ZodType> = DeepReadonly<z.infer<Schema>>;

/** Maximum number of copies diagnosed per treatment. */
export const MAX_REHEARSALS = 200;
/** Maximum number of fixes per treatment. */
export const MAX_STEPS = 4;

/** Assumptions of a rehearsal about facts that can't be read from here; texts are under `treatment.restsOn`. */
export const ASSUMPTIONS = [
  'licence-unread',
  'resolver-cache',
  'dns-replication',
  'rights',
  'host-count',
  'host-activated',
  'host-clock',
  'product-served',
  'microsoft-activation',
] as const;

/** ID of a journal entry or a treatment. */
export const journalId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

/** A text in the requested language. */
export const text = z.string().max(100_000);
const digest = z.string().max(128);
const fix = z.enum(FIX_IDS);
const verdictCode = z.enum(VERDICT_CODES);

const changes = z
  .array(
    z.strictObject({
      /** As listed in docs/cli.md; each kind has a file in `electron/engine/changes/`. */
      kind: z.string().max(32),
      title: text,
      /** The same change made manually: one command or edit per line. */
      byHand: text,
      before: text,
      after: text,
      undoable: z.boolean(),
    }),
  )
  .max(64);

/** A fix planned from the current facts. */
export const planView = z.strictObject({
  fix,
  parameters: z.record(z.string().max(32), z.union([text, z.number(), z.boolean(), z.array(text)])),
  changes,
  handover: z.strictObject({ for: z.enum(['kms-host', 'dns-server']), text }).nullable(),
  /** What can go wrong, in a sentence. */
  risk: text,
  /** What undo restores, and what Windows can't undo. */
  wayBack: text,
  /** Concerns that don't prevent the fix, e.g. that nothing responds at the host. */
  warnings: z.array(text).max(64),
  /** Identifies the plan. Applying with it is refused if the facts have changed since. */
  digest,
});

/** Result of applying a fix. */
export const outcomeView = z.strictObject({
  fix,
  /** Journal entry; null if nothing was done. */
  entry: journalId.nullable(),
  result: z.enum(FIX_RESULTS),
  plan: planView,
  /** Why it failed and how that was handled, or what couldn't be read back and what to do about it. Else null. */
  failure: text.nullable(),
  /** Sentences about the result, e.g. where the routing issue is. */
  notes: z.array(text).max(64),
  verdict: verdictCode.nullable(),
});

const verdict = z.strictObject({ code: verdictCode, certainty: z.enum(['certain', 'likely']) });

/** A verdict reached by a rehearsal. */
export const rehearsedVerdict = verdict.extend({
  /** In the order of {@link ASSUMPTIONS}; empty means that every fact was read. */
  restsOn: z.array(z.enum(ASSUMPTIONS)).max(ASSUMPTIONS.length),
});

/** Work that a treatment can't do, or works around. */
export const leftView = z.strictObject({
  code: verdictCode,
  for: z.enum([...RECIPIENTS, 'this-pc']),
  /** Headline, or the subject of the message. */
  subject: text,
  /** The message to send, or a description of the problem. */
  text,
});

const left = z.array(leftView).max(VERDICT_CODES.length);

/** A fix of a treatment, planned and rehearsed. */
export const treatmentStepView = planView
  .pick({ fix: true, parameters: true, changes: true })
  .extend({
    /** The verdict that it fixes. */
    because: verdictCode,
    /** The verdict expected after it. */
    then: rehearsedVerdict,
  });

/** A treatment prepared for display. */
export const treatmentView = z.strictObject({
  verdict,
  /** In order of execution; empty if nothing can be done here. */
  steps: z.array(treatmentStepView).max(MAX_STEPS),
  ends: rehearsedVerdict,
  left,
  /** Number of copies that were diagnosed. */
  rehearsals: z.int().min(0).max(MAX_REHEARSALS),
  /** Identifies the treatment: it changes with its fixes, parameters, targets and resulting values. */
  digest,
});

/** Result of a step; `refused`: not started. */
export const stepResult = z.enum([...FIX_RESULTS, 'refused']);

/** Outcome of a treatment. */
export const treatmentOutcomeView = z.strictObject({
  /** ID for undoing all of it; null if nothing was done. */
  treatment: journalId.nullable(),
  /**
   * `better`: it went as rehearsed, and the first cause is gone. `unchanged`: it went as rehearsed, or was stopped, and
   * the first cause remains. `departed`: the verdict differed from the rehearsal, or a step was refused. `failed`: a
   * step failed.
   */
  result: z.enum(['healthy', 'better', 'unchanged', 'departed', 'failed']),
  /** The steps that were started, in order. */
  steps: z
    .array(
      outcomeView.pick({ fix: true, entry: true }).extend({
        rehearsed: verdictCode,
        /** Null if the PC wasn't diagnosed after it. */
        found: verdictCode.nullable(),
        result: stepResult,
        /** Why it failed or was refused, and how that was handled; else null. */
        failure: text.nullable(),
      }),
    )
    .max(MAX_STEPS),
  /** Null if the PC wasn't diagnosed after the last step. */
  verdict: verdict.nullable(),
  left,
  /** Why it ended before its last step, in a sentence; else null. */
  why: text.nullable(),
  /** The treatment available from the PC's current state; null if there is none or none was computed. */
  next: treatmentView.nullable(),
});

/** Outcome of undoing a treatment. */
export const treatmentUndoView = z.strictObject({
  treatment: journalId,
  /** Whether everything that can be undone has been undone. */
  done: z.boolean(),
  /** Most recent first. */
  entries: z
    .array(
      z.strictObject({
        entry: journalId,
        fix,
        undone: z.boolean(),
        /** What remains and why, or why nothing was done. */
        notes: z.array(text).max(64),
      }),
    )
    .max(MAX_STEPS),
  /** Verdict of the subsequent diagnosis; null if there was none. */
  verdict: verdictCode.nullable(),
});

/** An object with a type, and nothing else than the given properties. */
export const tagged = <Type extends string, Shape extends z.ZodRawShape>(
  type: Type,
  shape: Shape,
) => z.strictObject({ type: z.literal(type), ...shape });

const index = z.int().min(0).max(64);

/** Progress of a fix being applied. */
export const fixProgress = z.discriminatedUnion('type', [
  tagged('change-started', { index, title: text }),
  tagged('change-finished', {
    index,
    /** `unverified`: made, but the result couldn't be read back. */
    status: z.enum(['done', 'unverified', 'refused', 'skipped']),
    detail: text.nullable(),
  }),
  tagged('rolling-back', {}),
  tagged('re-checking', {}),
]);

/** Progress of a treatment. */
export const treatmentProgress = z.discriminatedUnion('type', [
  /** The PC is being diagnosed, and the treatment compared with the confirmed one. */
  tagged('looking', {}),
  tagged('step-started', { index }),
  /** Progress of the current step. */
  tagged('fix', { progress: fixProgress }),
  /** The step's effect isn't visible yet: the DNS cache is cleared and the diagnosis repeated. */
  tagged('waiting', { index }),
  tagged('step-finished', { index, result: stepResult, found: verdictCode.nullable() }),
]);
