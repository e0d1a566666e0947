/** The exit codes of every command (docs/cli.md#exit-codes). */
import type { TreatmentResult } from '@shared/treatment';
import type { UndoResult } from '@engine/changes/undo';

/** Exit codes shared by all commands. */
export const EXIT = { usage: 64, failed: 70, interrupted: 130 } as const;

/** Exit codes of `diagnose` and of `fleet report`; `unknown`: nothing could be diagnosed or read. */
export const FOUND_EXIT = { healthy: 0, problem: 1, unknown: 2 } as const;

/** Exit codes of `fix`; those of `repair` and `undo` are based on them. */
export const FIX_EXIT = {
  verified: 0,
  applied: 1,
  unverified: 1,
  failed: 2,
  notElevated: 3,
  nothingDone: 4,
  wrongParameters: 64,
  interrupted: 130,
} as const;

/** Exit codes of `repair`, by treatment result. */
export const REPAIR_EXIT: Readonly<Record<TreatmentResult, number>> = {
  healthy: 0,
  better: 1,
  unchanged: 1,
  departed: FIX_EXIT.failed,
  failed: FIX_EXIT.failed,
};

/** Exit codes of `undo`, by outcome. */
export const UNDO_EXIT: Readonly<Record<UndoResult['outcome'], number>> = {
  undone: FIX_EXIT.verified,
  failed: FIX_EXIT.failed,
  'not-elevated': FIX_EXIT.notElevated,
  'nothing-to-undo': FIX_EXIT.nothingDone,
  'other-target': FIX_EXIT.nothingDone,
  'changed-since': FIX_EXIT.nothingDone,
};
