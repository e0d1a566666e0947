/** What facts and changes of this PC share. */
import type { Machine, Side } from './machine';
import { ScriptFailed, type Parameters, type Question } from './powershell';
import type { Places } from './programs';
import { refused } from './refusals';
import type { RegistryReader } from './registry-reader';
import type { Registry } from './registry-writer';
import { asUnreadable } from './script-error';

/** The PC and the ways to it. */
export interface Context {
  readonly places: Places;
  readonly machine: Machine;
  readonly reader: RegistryReader;
  /** For what goes before everything else. */
  readonly networkReader: RegistryReader;
  readonly registry: Registry;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A provider's own limit; the engine gives up a moment later. */
const PROVIDER_LIMIT_MS = 30_000;

/** A change may have to wait for a server. */
const CHANGE_LIMIT_MS = 60_000;

/**
 * Asks for a fact.
 *
 * @throws Unreadable; the signal's reason when aborted
 */
export function ask(
  { machine }: Context,
  side: Side,
  question: Question,
  parameters: Parameters,
  signal: AbortSignal,
  limitMs: number = PROVIDER_LIMIT_MS,
): Promise<readonly unknown[]> {
  return machine.ask(side, question, parameters, { signal, limitMs }).catch((error: unknown) => {
    throw error instanceof ScriptFailed ? asUnreadable(error.script) : error;
  });
}

/**
 * Asks for a change.
 *
 * @throws ChangeRefused; the signal's reason when aborted
 */
export function tell(
  { machine }: Context,
  side: Side,
  question: Question,
  parameters: Parameters,
  signal: AbortSignal,
  limitMs: number = CHANGE_LIMIT_MS,
): Promise<readonly unknown[]> {
  return machine.ask(side, question, parameters, { signal, limitMs }).catch(refused);
}
