/**
 * Entries as a journal holds them. A file says what it likes: what no fix could have planned, and no computer
 * could have been like before, is not believed, so that undo replays changes of known kinds on known values and
 * nothing else.
 */
import { FIX_IDS } from '@shared/catalogue';
import type { ReasonCode } from '@shared/diagnosis';
import { FIX_RESULTS, type JournalEntryView } from '@shared/plan';
import { z } from 'zod';
import { anyState, changeType, isChange, type Change, type Json } from '../changes/index';

/** How an entry stands; `open` is one whose end was never written. */
export type EntryState = JournalEntryView['state'];

const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const opening = z
  .object({
    fix: z.enum(FIX_IDS),
    /** What it is made on: machine GUID or `scenario:NAME`. */
    target: z.string(),
    /** Name of that computer, for people. */
    computer: z.string(),
    at: z.iso.datetime(),
    /** The process that wrote it; KMS Doctor 1.0 did not say. */
    owner: z.object({ pid: z.int().positive(), startedAt: z.iso.datetime() }).optional(),
    /** The treatment that it is a step of. */
    treatment: id.optional(),
    /** The diagnosis that it followed from. */
    run: id.optional(),
    parameters: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]),
      )
      .readonly(),
    changes: z.array(z.custom<Change>(isChange)).readonly(),
    /** The former state of each change, null for "was not there". */
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
  /** `memory` is what the computer remembers of the time before, see `Computer.remember`. */
  z.object({ type: z.literal('change-started'), index, memory: z.unknown().optional() }),
  z.object({
    type: z.literal('change-done'),
    index,
    way: z.string(),
    after: anyState,
  }),
  /** It was made without an error, and what came of it could not be read back, for this reason. */
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
    /** The state of each change at the end; null where it could not be read. */
    after: z
      .array(anyState as z.ZodType<Json | undefined>)
      .readonly()
      .optional(),
  }),
  z.object({ type: z.literal('entry-undone') }),
]);

/** The start of an entry as its line has it. */
export type StoredStart = Readonly<z.output<typeof opening>>;

/** The start of an entry, written before the first change. */
export type EntryStart = Omit<StoredStart, 'at' | 'owner'>;

/** What became of a change, or of the whole. */
export type EntryEvent = Readonly<z.output<typeof event>>;

/** The start of an entry, from its line; null where it is damaged, or tells of what no fix does. */
export function parseEntryStart(stored: unknown): StoredStart | null {
  return opening.safeParse(stored).data ?? null;
}

/** What became of a change or of the whole, from its line; null where it tells of what this version does not do. */
export function parseEntryEvent(stored: unknown): EntryEvent | null {
  return event.safeParse(stored).data ?? null;
}
