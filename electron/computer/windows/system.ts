/** Identifies this PC quickly, from Node and the registry. */
import type { SystemInfo } from '@engine/computer';
import { signalWithTimeout } from '@engine/deadline';
import { query, type Context } from './context';
import { displayLanguage } from './display-language';
import { isElevated } from './elevation';
import { nullIfFailed } from './refusals';

const VERSION_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const CRYPTOGRAPHY_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';

/** Timeout in milliseconds for each of the two methods to determine this process's rights; other facts wait for it. */
const RIGHTS_LIMIT_MS = 4_000;

/** First build of Windows 11, which the registry still calls Windows 10. */
const FIRST_BUILD_OF_11 = 22_000;

/** Reads the system fact; from CIM if the registry can't identify the PC. */
export async function readSystem(context: Context, signal: AbortSignal): Promise<SystemInfo> {
  const { windowsHost, reader } = context;
  const host = windowsHost.host();
  const computer = (until: AbortSignal) => query(context, 'computer', {}, until);
  const orNull = <T>(answer: Promise<T>) => nullIfFailed(answer, signal);
  const [type, guid, language, rights] = await Promise.all([
    orNull(reader.value(VERSION_KEY, 'InstallationType', signal)),
    orNull(reader.value(CRYPTOGRAPHY_KEY, 'MachineGuid', signal)),
    displayLanguage(windowsHost, signal),
    orNull(isElevated(windowsHost, reader, signalWithTimeout(RIGHTS_LIMIT_MS, signal))),
  ]);
  const build = buildOf(host.release);
  if (guid?.type !== 'REG_SZ') {
    // This ID binds journal entries to the PC, so it's worth querying CIM.
    const row = await computer(signal);
    return {
      name: host.name,
      os: productOf(row.caption || host.product, build),
      build,
      server: row.server,
      uiLanguage: language ?? row.languages[0] ?? host.locale,
      elevated: rights ?? row.elevated,
      id: row.machineGuid.toLowerCase(),
    };
  }
  // Policy can block registry editing tools such as reg.exe, but PowerShell can determine the rights too.
  const other =
    rights ?? (await orNull(computer(signalWithTimeout(RIGHTS_LIMIT_MS, signal))))?.elevated;
  const server =
    type?.type === 'REG_SZ' ? type.value.startsWith('Server') : /\bServer\b/.test(host.product);
  return {
    name: host.name,
    os: productOf(host.product, build),
    build,
    server,
    uiLanguage: language ?? host.locale,
    elevated: other ?? null,
    id: guid.value.toLowerCase(),
  };
}

function buildOf(release: string): number | null {
  const build = Number(release.split('.')[2]);
  return Number.isInteger(build) && build > 0 ? build : null;
}

function productOf(product: string, build: number | null): string {
  const name = product.replace(/^Microsoft /, '');
  return build !== null && build >= FIRST_BUILD_OF_11
    ? name.replace(/^Windows 10\b/, 'Windows 11')
    : name;
}
