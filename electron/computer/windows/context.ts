/** Dependencies shared by the facts and changes of this PC. */
import { parseAnswer, type Answer, type Question } from './answers';
import type { WindowsHost } from './windows-host';
import type { Parameters } from './powershell';
import type { SystemPaths } from './system-paths';
import { throwAsRefusal } from './refusals';
import type { RegistryReader } from './registry-reader';
import type { Registry } from './registry-writer';

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

/** Timeouts of questions that take longer, or aren't worth that long. */
const LIMITS_MS: Readonly<Partial<Record<Question, number>>> = {
  // Both contact servers.
  'install-product-key': 120_000,
  'licensing-call': 120_000,
  // A verdict waits for the networks that this PC is connected to, which aren't in the registry.
  'network-category': 8_000,
  // The cmdlet goes through every firewall rule, and there may be a thousand.
  'set-firewall-rule': 120_000,
};

/**
 * Queries a fact.
 *
 * @throws Unreadable; the signal's reason when aborted
 */
export async function query<Q extends Question>(
  { windowsHost }: Context,
  question: Q,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Answer<Q>> {
  const limitMs = LIMITS_MS[question] ?? PROVIDER_LIMIT_MS;
  return parseAnswer(question, await windowsHost.query(question, parameters, { signal, limitMs }));
}

/**
 * Makes a change.
 *
 * @throws ChangeRefused; Unreadable if the answer is garbled, and the change may have been made; the signal's reason
 *   when aborted
 */
export async function execute<Q extends Question>(
  { windowsHost }: Context,
  question: Q,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<Answer<Q>> {
  const limitMs = LIMITS_MS[question] ?? CHANGE_LIMIT_MS;
  const answer = windowsHost.query(question, parameters, { signal, limitMs });
  return parseAnswer(question, await answer.catch(throwAsRefusal));
}
