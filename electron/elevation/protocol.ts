/**
 * Message schemas of a repair session. Anything that doesn't match is rejected and closes the connection.
 *
 *     session → window   here      proves that it knows the token; nothing is sent before
 *     window → session   hello     version, proof, language
 *     session → window   ready     or why it can't change anything
 *     window → session   apply     a fix with its parameters, or
 *                        undo      a journal entry, or
 *                        treat     the displayed treatment, by its digest, or
 *                        undo-treatment   by its ID; one request at a time, or
 *                        speak     switches the language
 *     session → window   progress  any number
 *     window → session   stop      ends a treatment before its next step
 *     session → window   outcome   allows the next request
 *
 * The window names fixes, parameters, hosts, entries and treatments; never a command, a path, a registry key or a
 * URL. The session plans and validates everything itself.
 */
import { z } from 'zod';
import {
  fixProgress,
  outcomeView,
  tagged,
  text,
  treatmentOutcomeView,
  treatmentProgress,
  treatmentUndoView,
} from '@shared/change-schemas';
import { LANGUAGES } from '@shared/i18n';
import { REQUESTS, type ChangeReply } from '@shared/ipc';
import { isAddress, isHostName } from '@shared/names';
import type { OperationKind, ReplyTo, StepOf } from './operations';

/** Both ends belong to the same installation; after an upgrade in between, a mismatch is reported. */
export const PROTOCOL_VERSION = 3;

/** Maximum length of a message to the session in bytes: the longest form, with some margin. */
export const MAX_MESSAGE_TO_SESSION = 64 * 1024;

/** Maximum length of a message to the window in bytes: a plan, or the rest of a treatment with handover messages. */
export const MAX_MESSAGE_TO_WINDOW = 1024 * 1024;

/** Why a session makes no changes; the texts are under `repair.refusals.<code>`. */
const SESSION_REFUSALS = ['not-elevated', 'journal-folder'] as const;

const proof = z.string().regex(/^[0-9a-f]{64}$/);
const version = z.int().min(0).max(1_000_000);
const request = z.int().min(1).max(1_000_000);

const { fix, parameters, digest } = REQUESTS['fix:apply'].request.shape;
const kmsHosts = REQUESTS['treatment:plan'].request.shape.kmsHosts.refine(
  (hosts) => hosts.every((host) => isHostName(host) || isAddress(host)),
  { message: 'no host' },
);

/** Parameters that are paths. With administrator rights, files named by the user are never read. */
const PATHS: readonly string[] = ['tsigKeyFile'];

const withoutPaths = parameters.refine((given) => PATHS.every((name) => !(name in given)), {
  message: 'a path',
});

const replyWith = <Result>(result: z.ZodType<Result>): z.ZodType<ChangeReply<Result>> =>
  z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('finished'), result }),
    z.strictObject({ outcome: z.literal('declined'), by: z.enum(['confirmation', 'uac']) }),
    z.strictObject({ outcome: z.literal('stale') }),
    z.strictObject({ outcome: z.literal('refused'), message: text }),
  ]);

const fixReplies = { step: fixProgress, outcome: replyWith(outcomeView) };

/** Progress and outcome of each kind of operation. */
export const REPLIES: {
  readonly [Kind in OperationKind]: {
    readonly step: z.ZodType<StepOf<Kind>>;
    readonly outcome: z.ZodType<ReplyTo<Kind>>;
  };
} = {
  apply: fixReplies,
  undo: fixReplies,
  treat: { step: treatmentProgress, outcome: replyWith(treatmentOutcomeView) },
  'undo-treatment': { step: treatmentProgress, outcome: replyWith(treatmentUndoView) },
};

/** Messages from the session. What they say about a request is validated with its {@link REPLIES}. */
export const FROM_SESSION = z.discriminatedUnion('type', [
  tagged('here', { version, proof }),
  tagged('ready', {
    /** `detail` is a folder, for example; it isn't localized. */
    refusal: z
      .strictObject({ code: z.enum(SESSION_REFUSALS), detail: z.string().max(1024) })
      .nullable(),
  }),
  tagged('progress', { request, step: z.unknown() }),
  tagged('outcome', { request, outcome: z.unknown() }),
]);

/** Requests for a change, as the window sends them. */
export const CHANGES = z.discriminatedUnion('type', [
  tagged('apply', { request, fix, parameters: withoutPaths, digest }),
  tagged('undo', { request, ...REQUESTS['journal:undo'].request.shape }),
  tagged('treat', { request, digest, kmsHosts }),
  tagged('undo-treatment', { request, ...REQUESTS['treatment:undo'].request.shape }),
]);

/** Messages from the window. */
export const FROM_WINDOW = z.discriminatedUnion('type', [
  tagged('hello', { version, proof, language: z.enum(LANGUAGES) }),
  CHANGES,
  tagged('stop', { request }),
  tagged('speak', { language: z.enum(LANGUAGES) }),
]);

/** A message from the session, before what it says about a request is validated. */
export type SessionMessage = z.infer<typeof FROM_SESSION>;
/** A message from the session, as the session sends it. */
export type SentBySession =
  | Exclude<SessionMessage, { readonly request: number }>
  | {
      readonly type: 'progress';
      readonly request: number;
      readonly step: StepOf<OperationKind>;
    }
  | {
      readonly type: 'outcome';
      readonly request: number;
      readonly outcome: ReplyTo<OperationKind>;
    };
/** A message from the window. */
export type WindowMessage = z.infer<typeof FROM_WINDOW>;
/** A request for a change. */
export type ChangeMessage = z.infer<typeof CHANGES>;
