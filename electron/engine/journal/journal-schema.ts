/**
 * Entries as a journal holds them. A file says what it likes: what no fix could have planned, and no computer
 * could have been like before, is not believed, so that undo replays changes of known kinds on known values and
 * nothing else.
 */
import { FIX_IDS } from '@shared/catalogue';
import type { ReasonCode } from '@shared/diagnosis';
import { z } from 'zod';
import type { EntryEvent, EntryStart } from './entry';
import type { Owner } from './owner';
import { anyState, changeType, isChange, type Change, type Json } from '../changes/index';

/** The start of an entry as its line has it. */
export interface StoredStart extends EntryStart {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The process that wrote it; KMS Doctor 1.0 did not say. */
  readonly owner?: Owner | undefined;
}

const id = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);

const opening: z.ZodType<StoredStart> = z
  .object({
    fix: z.enum(FIX_IDS),
    target: z.string(),
    computer: z.string(),
    at: z.iso.datetime(),
    owner: z.object({ pid: z.int().positive(), startedAt: z.iso.datetime() }).optional(),
    treatment: id.optional(),
    run: id.optional(),
    parameters: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
    ),
    changes: z.array(z.custom<Change>(isChange)),
    before: z.array(z.custom<Json>()),
  })
  .refine(
    ({ changes, before }) =>
      changes.length === before.length &&
      changes.every(
        (change, index) => changeType(change).stateSchema.safeParse(before[index]).success,
      ),
  );

const index = z.int().min(0);

const event: z.ZodType<EntryEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('change-started'), index, memory: z.unknown().optional() }),
  z.object({
    type: z.literal('change-done'),
    index,
    way: z.string(),
    after: anyState,
  }),
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
    state: z.enum(['verified', 'applied', 'unverified', 'rolled-back', 'failed']),
    after: z.array(anyState).optional(),
  }),
  z.object({ type: z.literal('entry-undone') }),
]);

/** The start of an entry, from its line; null where it is damaged, or tells of what no fix does. */
export function parseEntryStart(stored: unknown): StoredStart | null {
  return opening.safeParse(stored).data ?? null;
}

/** What became of a change or of the whole, from its line; null where it tells of what this version does not do. */
export function parseEntryEvent(stored: unknown): EntryEvent | null {
  return event.safeParse(stored).data ?? null;
}
