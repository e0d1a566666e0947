/** Dependencies shared by the facts and changes of this PC. */
import { parseAnswers, parseSingleAnswer, type Answer, type Question } from './answers';
import type { WindowsHost, Channel } from './windows-host';
import { ScriptFailed, type Parameters } from './powershell';
import type { SystemPaths } from './system-paths';
import { throwAsRefusal } from './refusals';
import type { RegistryReader } from './registry-reader';
import type { Registry } from './registry-writer';
import { toUnreadable } from './script-error';

/** The PC and the means to access it. */
export interface Context {
  readonly paths: SystemPaths;
  readonly windowsHost: WindowsHost;
  readonly reader: RegistryReader;
  /** For reads with the highest priority. */
  readonly networkReader: RegistryReader;
  readonly registry: Registry;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Timeout of a Windows provider; the engine gives up slightly later. */
const PROVIDER_LIMIT_MS = 30_000;

/** Timeout of a change, which may have to wait for a server. */
const CHANGE_LIMIT_MS = 60_000;

/** Asks a question and returns what PowerShell printed. @throws Unreadable; the signal's reason when aborted */
function ask(
  { windowsHost }: Context,
  channel: Channel,
  question: Question,
  parameters: Parameters,
  signal: AbortSignal,
  limitMs: number = PROVIDER_LIMIT_MS,
): Promise<readonly unknown[]> {
  return windowsHost
    .query(channel, question, parameters, { signal, limitMs })
    .catch((error: unknown) => {
      throw error instanceof ScriptFailed ? toUnreadable(error.script) : error;
    });
}

type Details = [parameters: Parameters, signal: AbortSignal, limitMs?: number];

/**
 * Queries a fact.
 *
 * @throws Unreadable; the signal's reason when aborted
 */
export async function query<Q extends Question>(
  context: Context,
  channel: Channel,
  question: Q,
  ...details: Details
): Promise<Answer<Q>[]> {
  return parseAnswers(question, await ask(context, channel, question, ...details));
}

/** Queries a fact like {@link query}; it must have exactly one answer. */
export async function querySingle<Q extends Question>(
  context: Context,
  channel: Channel,
  question: Q,
  ...details: Details
): Promise<Answer<Q>> {
  return parseSingleAnswer(question, await ask(context, channel, question, ...details));
}

/**
 * Makes a change.
 *
 * @throws ChangeRefused; the signal's reason when aborted
 */
export function execute(
  { windowsHost }: Context,
  channel: Channel,
  question: Question,
  parameters: Parameters,
  signal: AbortSignal,
  limitMs: number = CHANGE_LIMIT_MS,
): Promise<readonly unknown[]> {
  return windowsHost
    .query(channel, question, parameters, { signal, limitMs })
    .catch(throwAsRefusal);
}

/** Makes a change like {@link execute} and returns its only answer. If it's garbled, the change may have been made. */
export function executeForAnswer<Q extends Question>(
  context: Context,
  channel: Channel,
  question: Q,
  ...details: Details
): Promise<Answer<Q>> {
  return execute(context, channel, question, ...details)
    .then((outputs) => parseSingleAnswer(question, outputs))
    .catch(throwAsRefusal);
}
