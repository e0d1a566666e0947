/** Dependencies shared by the facts and changes of this PC. */
import type { WindowsHost, Channel } from './windows-host';
import { ScriptFailed, type Parameters, type Question } from './powershell';
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

/**
 * Queries a fact.
 *
 * @throws Unreadable; the signal's reason when aborted
 */
export function query(
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

/**
 * Makes a change to name resolution, DNS, or the firewall, in the process for network questions.
 *
 * @throws ChangeRefused; the signal's reason when aborted
 */
export function execute(
  { windowsHost }: Context,
  question: Question,
  parameters: Parameters,
  signal: AbortSignal,
  limitMs: number = CHANGE_LIMIT_MS,
): Promise<readonly unknown[]> {
  return windowsHost
    .query('network', question, parameters, { signal, limitMs })
    .catch(throwAsRefusal);
}
