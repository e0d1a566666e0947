/** Windows services by sc.exe, whose numbers no language changes, and the registry. */
import { ChangeRefused, Unreadable, type ServiceName, type ServiceState } from '@engine/computer';
import { hresultOfWin32, refused } from './refusals';
import type { Machine } from './machine';
import type { RegistryReader } from './registry-reader';

const SERVICES_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const LIMIT_MS = 10_000;
/** How long a service may take to start or stop; sppsvc reads its whole store. */
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

/** The service's `Start` value; 0 and 1 are drivers'. */
const STARTS: Readonly<Record<number, ServiceState['start']>> = {
  2: 'automatic',
  3: 'manual',
  4: 'disabled',
};

const START_WORDS: Readonly<Record<ServiceState['start'], string>> = {
  automatic: 'auto',
  manual: 'demand',
  disabled: 'disabled',
};

/** Services that may be changed, as a plain set: callers are not believed. */
const CHANGEABLE: ReadonlySet<string> = new Set<ServiceName>(['sppsvc', 'Dnscache']);

function checkName(name: ServiceName): void {
  if (!CHANGEABLE.has(name)) throw new ChangeRefused('not-supported-here', null, 'not-on-the-list');
}

/**
 * State and start type; null when there is no such service.
 *
 * @throws Unreadable
 */
export async function readService(
  machine: Machine,
  reader: RegistryReader,
  name: ServiceName,
  signal: AbortSignal,
): Promise<ServiceState | null> {
  const [state, start] = await Promise.all([
    readState(machine, name, signal),
    readStart(reader, name, signal),
  ]);
  if (state === null) return null;
  if (start === null) throw new Unreadable('garbled-answer', 'reg.exe', `${name} Start`);
  return { state, start };
}

async function readStart(
  reader: RegistryReader,
  name: ServiceName,
  signal: AbortSignal,
): Promise<ServiceState['start'] | null> {
  const value = await reader.value(`${SERVICES_KEY}\\${name}`, 'Start', signal);
  return (value?.type === 'REG_DWORD' ? STARTS[value.value] : undefined) ?? null;
}

/** `sc query` prints `TYPE : 10 …` and then `STATE : 4 …`: the words are localised, the numbers and their order not. */
async function readState(
  machine: Machine,
  name: ServiceName,
  signal: AbortSignal,
): Promise<ServiceState['state'] | null> {
  const { exitCode, stdout } = await machine.run('sc.exe', ['query', name], {
    signal,
    limitMs: LIMIT_MS,
  });
  if (exitCode === ERROR.noSuchService) return null;
  if (exitCode === ERROR.accessDenied) throw new Unreadable('access-denied', 'sc.exe', name);
  const numbers = [...stdout.matchAll(/^\s*\S[^:\n]*:\s+([0-9a-f]+)\b/gim)].map(
    ([, found]) => found,
  );
  const state = STATES[Number(numbers[1])];
  if (exitCode === 0 && state !== undefined) return state;
  throw new Unreadable(
    exitCode === 0 ? 'garbled-answer' : 'tool-failed',
    'sc.exe',
    `${name} exit ${exitCode}`,
  );
}

/**
 * Gives a service another start type: by the service manager, and where that refuses an administrator, as it does
 * for sppsvc, in the registry, which the service manager reads at the next start of Windows.
 *
 * @returns which way was taken
 * @throws ChangeRefused
 */
export async function setServiceStart(
  machine: Machine,
  reader: RegistryReader,
  name: ServiceName,
  start: ServiceState['start'],
  signal: AbortSignal,
): Promise<'sc.exe' | 'reg.exe'> {
  checkName(name);
  const run = (tool: 'sc.exe' | 'reg.exe', args: string[]) =>
    machine.run(tool, args, { signal, limitMs: LIMIT_MS }).catch(refused);
  const isSet = async () => (await readStart(reader, name, signal).catch(refused)) === start;
  // sc.exe wants the value as an argument of its own.
  const asked = await run('sc.exe', ['config', name, 'start=', START_WORDS[start]]);
  if (await isSet()) return 'sc.exe';
  const number = Object.entries(STARTS).find(([, word]) => word === start)?.[0] ?? '';
  const key = `${SERVICES_KEY}\\${name}`;
  const value = ['/v', 'Start', '/t', 'REG_DWORD', '/d', number, '/f', '/reg:64'];
  await run('reg.exe', ['add', key, ...value]);
  if (await isSet()) return 'reg.exe';
  throw new ChangeRefused(
    asked.exitCode === ERROR.accessDenied ? 'access-denied' : 'not-done',
    asked.exitCode === 0 ? null : hresultOfWin32(asked.exitCode),
    name,
  );
}

/**
 * Stops a service if it runs, starts it, and waits until it runs.
 *
 * @param wait waits that many milliseconds
 * @throws ChangeRefused
 */
export async function restartService(
  machine: Machine,
  name: ServiceName,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  checkName(name);
  const end = performance.now() + CHANGE_LIMIT_MS;
  const state = () => readState(machine, name, signal).catch(refused);
  const until = async (wanted: ServiceState['state']) => {
    for (let now = await state(); now !== wanted; now = await state()) {
      if (now === null)
        throw new ChangeRefused('not-done', hresultOfWin32(ERROR.noSuchService), name);
      if (performance.now() > end) throw new ChangeRefused('timed-out', null, `${name} ${now}`);
      await wait(POLL_MS, signal);
    }
  };
  const before = await state();
  if (before !== 'stopped') {
    const stopped = await control(machine, 'stop', name, signal);
    if (stopped !== 0 && stopped !== ERROR.notRunning && stopped !== ERROR.cannotAcceptControl) {
      throw failure(stopped, name);
    }
    await until('stopped');
  }
  const started = await control(machine, 'start', name, signal);
  // Somebody else may have started it meanwhile: sppsvc is started by whoever asks for a licence.
  if (started !== 0 && started !== ERROR.alreadyRunning) throw failure(started, name);
  await until('running');
}

async function control(
  machine: Machine,
  what: 'stop' | 'start',
  name: ServiceName,
  signal: AbortSignal,
): Promise<number> {
  const end = await machine
    .run('sc.exe', [what, name], { signal, limitMs: CHANGE_LIMIT_MS })
    .catch(refused);
  return end.exitCode;
}

function failure(exitCode: number, name: ServiceName): ChangeRefused {
  const refusal = exitCode === ERROR.accessDenied ? 'access-denied' : 'tool-failed';
  return new ChangeRefused(refusal, hresultOfWin32(exitCode), name);
}
