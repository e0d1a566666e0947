/**
 * Schema of journal entries. A journal file isn't trusted: changes that no fix could have planned and impossible
 * previous states are rejected, so that undo only replays changes of known kinds with valid values.
 */
import { FIX_IDS } from '@shared/catalog';
import type { ReasonCode } from '@shared/diagnosis';
import { FIX_RESULTS } from '@shared/fix-results';
import type { JournalEntryView } from '@shared/plan';
import { z } from 'zod';
import { anyState, changeType, isChange, type Change, type Json } from '../changes/index';

/** The state of an entry; `open` means that it was never closed. */
export type EntryState = JournalEntryView['state'];

const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const opening = z
  .object({
    fix: z.enum(FIX_IDS),
    /** The target of the changes: machine GUID or `scenario:NAME`. */
    target: z.string(),
    /** Name of that computer, for display. */
    computer: z.string(),
    at: z.iso.datetime(),
    /** The process that wrote it; absent in entries of KMS Doctor 1.0. */
    owner: z.object({ pid: z.int().positive(), startedAt: z.iso.datetime() }).optional(),
    /** ID of the treatment that it's a step of. */
    treatment: id.optional(),
    /** ID of the diagnosis that it resulted from. */
    run: id.optional(),
    parameters: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
      )
      .readonly(),
    changes: z.array(z.custom<Change>(isChange)).readonly(),
    /** The previous state of each change; null if it didn't exist. */
    before: z.array(z.custom<Json>()).readonly(),
  })
  .refine(
    ({ changes, before }) =>
      changes.length === before.length &&
      changes.every(
        (change, index) => changeType(change).stateSchema.safeParse(before[index]).success,
      ),
  );

const index = z.int().min(0);

const event = z.discriminatedUnion('type', [
  /** For `memory`, see `Computer.captureState`. */
  z.object({ type: z.literal('change-started'), index, memory: z.unknown().optional() }),
  z.object({
    type: z.literal('change-done'),
    index,
    way: z.string(),
    after: anyState,
  }),
  /** The change was made without an error, but the resulting state couldn't be read back, for this reason. */
  z.object({
    type: z.literal('change-unverified'),
    index,
    way: z.string(),
    reason: z.custom<ReasonCode>((value) => typeof value === 'string'),
  }),
  z.object({
    type: z.literal('change-refused'),
    index,
    refusal: z.string(),
    code: z.number().nullable(),
    said: z.string().nullable(),
  }),
  z.object({ type: z.literal('change-skipped'), index }),
  z.object({ type: z.literal('change-taken-back'), index }),
  z.object({
    type: z.literal('entry-closed'),
    state: z.enum(FIX_RESULTS),
    /** The state of each change at the end; absent if the states couldn't be read. */
    after: z
      .array(anyState as z.ZodType<Json | undefined>)
      .readonly()
      .optional(),
  }),
  z.object({ type: z.literal('entry-undone') }),
]);

/** The start of an entry, as stored in its line. */
export type StoredStart = Readonly<z.output<typeof opening>>;

/** The start of an entry, written before the first change. */
export type EntryStart = Omit<StoredStart, 'at' | 'owner'>;

/** An event of a change or of the whole entry. */
export type EntryEvent = Readonly<z.output<typeof event>>;

/** Schema of the lines of an entry. Rejects contents that no fix could have written or that this version doesn't know. */
export const entryLines = z.tuple([opening], event);
