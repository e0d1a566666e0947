/** Handles the failures of tools: a failed change is refused, other failures may not matter. */
import { ChangeRefused, Unreadable } from '@engine/computer';
import { ScriptFailed } from './script-error';

const REFUSALS: Readonly<Partial<Record<Unreadable['reason'], ChangeRefused['refusal']>>> = {
  'access-denied': 'access-denied',
  'script-policy': 'script-policy',
  'tool-missing': 'tool-missing',
  'timed-out': 'timed-out',
};

/** Rethrows a tool's error as {@link ChangeRefused}; other errors are rethrown unchanged. */
export function throwAsRefusal(error: unknown): never {
  // First, since it's an Unreadable too.
  if (error instanceof ScriptFailed) throw error.toRefusal();
  if (!(error instanceof Unreadable)) throw error;
  const refusal = REFUSALS[error.reason] ?? 'tool-failed';
  throw new ChangeRefused(refusal, null, [error.tool, error.said].filter(Boolean).join(': '));
}

/** Returns null if something fails that the caller can do without. @throws the signal's reason when aborted */
export function nullIfFailed<T>(result: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return result.catch(() => {
    signal.throwIfAborted();
    return null;
  });
}

/** Converts a Win32 error code to an HRESULT, like HRESULT_FROM_WIN32. */
export function hresultOfWin32(code: number): number {
  return code > 0xffff ? code >>> 0 : (0x80070000 | code) >>> 0;
}
