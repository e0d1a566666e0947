/** Compares this PC's clock with its time source, and synchronizes it. */
import {
  ChangeRefused,
  Unreadable,
  type ClockOffset,
  type ComputerChanges,
  type ComputerFacts,
  type DnsClientSettings,
} from '@engine/computer';
import { isAddress, isHostName } from '@shared/names';
import type { Context } from './context';
import { nullIfFailed, throwAsRefusal } from './refusals';
import type { RegistryReader } from './registry-reader';

/** https://learn.microsoft.com/windows-server/networking/windows-time-service/windows-time-service-tools-and-settings */
const TIME_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters';
const TIME_POLICY_KEY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters';

/** Timeout of one exchange, including the name lookup. */
const LIMIT_MS = 5_000;
const TOOL_LIMIT_MS = 60_000;

/** ERROR_SERVICE_NOT_ACTIVE: outside of a domain, the time service runs only occasionally. */
const NOT_RUNNING = 0x80070426;

/** How long a time service needs after its start before it accepts commands. */
const STARTING_MS = 2_000;

/** Maximum offset after a synchronization; if it's larger, there was none. */
const IN_STEP_MINUTES = 5;

/**
 * Compares the clock with the domain, or with the time servers in the registry, and uses the first one that answers.
 *
 * @throws Unreadable `not-reached` if this PC has no time source, `no-answer` if none answers
 */
export async function readClockOffset(
  { windowsHost, reader }: Context,
  client: Promise<DnsClientSettings>,
  signal: AbortSignal,
): Promise<ClockOffset> {
  const sources = await timeSources(reader, client, signal);
  if (sources.length === 0) throw new Unreadable('not-reached', 'w32time', 'no-time-source');
  let last: unknown = null;
  for (const source of sources) {
    try {
      const { aheadMs } = await windowsHost.time(source, { signal, limitMs: LIMIT_MS });
      return { minutes: Math.round(aheadMs / 600) / 100, source };
    } catch (error) {
      signal.throwIfAborted();
      last = error;
    }
  }
  throw last as Error;
}

async function timeSources(
  reader: RegistryReader,
  client: Promise<DnsClientSettings>,
  signal: AbortSignal,
): Promise<string[]> {
  const [[policy], [own], settings] = await Promise.all([
    reader.tree(TIME_POLICY_KEY, ['Type', 'NtpServer'], signal),
    reader.tree(TIME_KEY, ['Type', 'NtpServer'], signal),
    client.catch(() => null),
  ]);
  const text = (name: string) => {
    const value = policy?.values.get(name) ?? own?.values.get(name);
    return value?.type === 'REG_SZ' ? value.value : '';
  };
  const domain = settings?.adDomain ?? null;
  const type = text('type').toUpperCase();
  if (type === 'NOSYNC') return [];
  // "time.windows.com,0x9 10.0.0.1,0x1": names with flags.
  const servers = text('ntpserver')
    .split(/\s+/)
    .map((entry) => entry.split(',')[0] ?? '')
    .filter((name) => isHostName(name) || isAddress(name));
  if (type === 'NTP') return servers;
  return [
    ...(domain === null ? [] : [domain]),
    ...(domain === null || type === 'ALLSYNC' ? servers : []),
  ];
}

/**
 * Has Windows synchronize the clock. An exit code of 0 from w32tm doesn't prove that a time source answered, so the
 * clock is compared with one afterward.
 *
 * @throws ChangeRefused
 */
export const syncClock =
  (
    { windowsHost, wait }: Context,
    facts: Pick<ComputerFacts, 'clockOffset'>,
  ): ComputerChanges['syncClock'] =>
  async (signal) => {
    const run = (tool: 'w32tm.exe' | 'sc.exe', args: string[]) =>
      windowsHost.run(tool, args, { signal, limitMs: TOOL_LIMIT_MS }).catch(throwAsRefusal);
    let end = await run('w32tm.exe', ['/resync', '/rediscover']);
    if (end.exitCode === NOT_RUNNING) {
      await run('sc.exe', ['start', 'w32time']);
      await wait(STARTING_MS, signal);
      end = await run('w32tm.exe', ['/resync', '/rediscover']);
    }
    if (end.exitCode !== 0) {
      const denied = end.exitCode === 0x80070005 || end.exitCode === 5;
      // Small codes are w32tm's own, such as 1 for "no time data", so the user couldn't look them up.
      const code = end.exitCode > 0xffff ? end.exitCode : null;
      throw new ChangeRefused(
        denied ? 'access-denied' : 'tool-failed',
        code,
        `w32tm.exe exit ${end.exitCode}`,
      );
    }
    const after = await nullIfFailed(facts.clockOffset(signal), signal);
    if (after !== null && Math.abs(after.minutes) > IN_STEP_MINUTES) {
      throw new ChangeRefused('not-done', null, `${after.source} ${after.minutes} min`);
    }
    return { way: 'w32tm' };
  };
