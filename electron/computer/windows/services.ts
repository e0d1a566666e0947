/** Controls Windows services with sc.exe, whose numbers aren't localized, and the registry. */
import {
  ChangeRefused,
  Unreadable,
  type ComputerChanges,
  type ComputerFacts,
  type ServiceName,
  type ServiceState,
} from '@engine/computer';
import { hresultOfWin32, nullIfFailed, throwAsRefusal } from './refusals';
import type { WindowsHost } from './windows-host';
import type { Context } from './context';
import type { RegistryKey } from './reg-output';
import type { RegistryReader } from './registry-reader';

const SERVICES_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const LIMIT_MS = 10_000;
/** How long a service may take to start or stop; sppsvc reads its entire store. */
const CHANGE_LIMIT_MS = 60_000;
const POLL_MS = 250;

/** https://learn.microsoft.com/windows/win32/debug/system-error-codes--1000-1299- and --0-499- */
const ERROR = {
  accessDenied: 5,
  alreadyRunning: 1056,
  disabled: 1058,
  noSuchService: 1060,
  cannotAcceptControl: 1061,
  notRunning: 1062,
} as const;

/** SERVICE_STATUS.dwCurrentState. */
const STATES: Readonly<Record<number, ServiceState['state']>> = {
  1: 'stopped',
  2: 'pending',
  3: 'pending',
  4: 'running',
  5: 'pending',
  6: 'pending',
  7: 'stopped',
};

type Start = ServiceState['start'];

/** Start types as arguments of `sc config`, and as `Start` values of a service, where 0 and 1 are for drivers. */
const STARTS: Readonly<Record<Start, { word: string; number: number }>> = {
  automatic: { word: 'auto', number: 2 },
  'automatic-delayed': { word: 'delayed-auto', number: 2 },
  manual: { word: 'demand', number: 3 },
  disabled: { word: 'disabled', number: 4 },
};

/** Start types by their `Start` values, which don't show whether it's delayed. */
const STORED_STARTS = new Map<number | null, Start>([
  [STARTS.automatic.number, 'automatic'],
  [STARTS.manual.number, 'manual'],
  [STARTS.disabled.number, 'disabled'],
]);

/** Completes a start type that doesn't show whether it's delayed. */
export const withDelay = (start: Start, isDelayed: boolean): Start =>
  start === 'automatic' && isDelayed ? 'automatic-delayed' : start;

/** 1 for a delayed automatic start; meaningless for other start types. */
const DELAYED = 'DelayedAutostart';

/** Services that may be changed; checked at runtime, because callers aren't trusted. */
const CHANGEABLE: ReadonlySet<string> = new Set<ServiceName>(['sppsvc', 'Dnscache']);

function checkName(name: ServiceName): void {
  if (!CHANGEABLE.has(name)) throw new ChangeRefused('not-supported-here', null, 'not-on-the-list');
}

/**
 * Reads a service's state and start type; null if there is no such service.
 *
 * @throws Unreadable
 */
export const readService =
  ({ windowsHost, reader }: Context): ComputerFacts['service'] =>
  async (name, signal) => {
    const [running, start] = await Promise.all([
      readState(windowsHost, 'query', name, signal),
      readStart(reader, name, signal),
    ]);
    if (running === null) return null;
    if (start === null) throw new Unreadable('garbled-answer', 'reg.exe', `${name} Start`);
    return { state: running.state, start };
  };

async function readStart(
  reader: RegistryReader,
  name: ServiceName,
  signal: AbortSignal,
): Promise<Start | null> {
  const key = await reader.values(`${SERVICES_KEY}\\${name}`, ['Start', DELAYED], signal);
  const start = STORED_STARTS.get(numberIn(key, 'Start'));
  return start === undefined ? null : withDelay(start, numberIn(key, DELAYED) === 1);
}

function numberIn(key: RegistryKey | null, name: string): number | null {
  const value = key?.values.get(name.toLowerCase());
  return value?.type === 'REG_DWORD' ? value.value : null;
}

/**
 * Reads a service's state. `sc query` prints `TYPE : 10 …` and then `STATE : 4 …`: the words are localized, but not the
 * numbers and their order. The line with the process ID, which `queryex` adds, is the only one with just a decimal
 * number.
 *
 * @returns null if there is no such service; `pid` is null if it wasn't requested or reported
 */
async function readState(
  windowsHost: WindowsHost,
  what: 'query' | 'queryex',
  name: ServiceName,
  signal: AbortSignal,
) {
  const { exitCode, stdout } = await windowsHost.run('sc.exe', [what, name], {
    signal,
    limitMs: LIMIT_MS,
  });
  if (exitCode === ERROR.noSuchService) return null;
  if (exitCode === ERROR.accessDenied) throw new Unreadable('access-denied', 'sc.exe', name);
  const numbers = [...stdout.matchAll(/^\s*\S[^:\n]*:\s+([0-9a-f]+)\b/gim)].map(
    ([, found]) => found,
  );
  const [, pid] = /^\s*\S[^:\n]*:\s+(\d+)\s*$/m.exec(stdout) ?? [];
  const state = STATES[Number(numbers[1])];
  if (exitCode === 0 && state !== undefined) {
    return { state, pid: pid === undefined ? null : Number(pid) };
  }
  throw new Unreadable(
    exitCode === 0 ? 'garbled-answer' : 'tool-failed',
    'sc.exe',
    `${name} exit ${exitCode}`,
  );
}

/**
 * Sets a service's start type with the service control manager. If that refuses even an administrator, as it does for
 * sppsvc, sets it in the registry, which the service control manager reads the next time Windows starts.
 *
 * @returns a receipt also if the result can't be read here; verifying it is then up to the caller
 * @throws ChangeRefused
 */
export const setServiceStart =
  ({ windowsHost, reader }: Context): ComputerChanges['setServiceStart'] =>
  async (name, start, signal) => {
    checkName(name);
    const { word, number } = STARTS[start];
    const run = (tool: 'sc.exe' | 'reg.exe', args: string[]) =>
      windowsHost.run(tool, args, { signal, limitMs: LIMIT_MS }).catch(throwAsRefusal);
    const write = (value: string, data: number) =>
      run('reg.exe', [
        ...['add', `${SERVICES_KEY}\\${name}`, '/v', value],
        ...['/t', 'REG_DWORD', '/d', String(data), '/f', '/reg:64'],
      ]);
    /** Null if it can't be determined. */
    const isSet = () =>
      nullIfFailed(
        readStart(reader, name, signal).then((found) => found === start),
        signal,
      );
    // sc.exe requires the value as a separate argument.
    const asked = await run('sc.exe', ['config', name, 'start=', word]);
    if ((await isSet()) ?? asked.exitCode === 0) return { way: 'sc.exe' };
    const written = [await write('Start', number)];
    if (number === STARTS.automatic.number) {
      written.push(await write(DELAYED, start === 'automatic-delayed' ? 1 : 0));
    }
    if ((await isSet()) ?? written.every(({ exitCode }) => exitCode === 0))
      return { way: 'reg.exe' };
    throw new ChangeRefused(
      asked.exitCode === ERROR.accessDenied ? 'access-denied' : 'not-done',
      asked.exitCode === 0 ? null : hresultOfWin32(asked.exitCode),
      name,
    );
  };

/**
 * Stops a service if it's running, starts it, and waits until it's running.
 *
 * A service that is started on demand, such as sppsvc, may be running again before it was seen stopped. So it counts as
 * restarted if it was seen stopped, or now runs in a different process.
 *
 * @throws ChangeRefused
 */
export const restartService =
  ({ windowsHost, wait }: Context): ComputerChanges['restartService'] =>
  async (name, signal) => {
    checkName(name);
    const end = performance.now() + CHANGE_LIMIT_MS;
    const look = async () => {
      const found = await readState(windowsHost, 'queryex', name, signal).catch(throwAsRefusal);
      if (found !== null) return found;
      throw new ChangeRefused('not-done', hresultOfWin32(ERROR.noSuchService), name);
    };
    const control = async (what: 'stop' | 'start', harmless: readonly number[]) => {
      const { exitCode } = await windowsHost
        .run('sc.exe', [what, name], { signal, limitMs: CHANGE_LIMIT_MS })
        .catch(throwAsRefusal);
      if (exitCode === 0 || harmless.includes(exitCode)) return;
      const refusal = exitCode === ERROR.accessDenied ? 'access-denied' : 'tool-failed';
      throw new ChangeRefused(refusal, hresultOfWin32(exitCode), name);
    };
    const before = await look();
    let hasStopped = before.state === 'stopped';
    const until = async (isReached: (now: typeof before) => boolean) => {
      for (;;) {
        const now = await look();
        const isAnother = now.pid !== null && now.pid !== 0 && now.pid !== before.pid;
        hasStopped ||= now.state === 'stopped' || (before.pid !== null && isAnother);
        if (isReached(now)) return;
        if (performance.now() > end) {
          throw new ChangeRefused('timed-out', null, `${name} ${now.state}`);
        }
        await wait(POLL_MS, signal);
      }
    };
    if (!hasStopped) {
      await control('stop', [ERROR.notRunning, ERROR.cannotAcceptControl]);
      await until(() => hasStopped);
    }
    // It may have been started in the meantime: any program that queries a license starts sppsvc.
    await control('start', [ERROR.alreadyRunning]);
    await until(({ state }) => state === 'running');
    return { way: 'sc.exe' };
  };
