/** Identifies this PC quickly, from Node and the registry. */
import type { SystemInfo } from '@engine/computer';
import { signalWithTimeout } from '@engine/deadline';
import { productNameOf } from '@shared/windows-release';
import type { Answer } from './answers';
import { query, type Context } from './context';
import { displayLanguage } from './display-language';
import { isElevated } from './elevation';
import { nullIfFailed } from './refusals';

const VERSION_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const CRYPTOGRAPHY_KEY = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography';

/** Timeout in milliseconds for each of the two methods to determine this process's rights; other facts wait for it. */
const RIGHTS_LIMIT_MS = 4_000;

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
  // The machine GUID binds journal entries to the PC, so it's worth querying CIM.
  const cim: Partial<Answer<'computer'>> & Pick<Answer<'computer'>, 'machineGuid'> =
    guid?.type === 'REG_SZ' ? { machineGuid: guid.value } : await computer(signal);
  // Policy can block registry editing tools such as reg.exe, but PowerShell can determine the rights too.
  const { elevated } =
    rights === null && cim.elevated === undefined
      ? ((await orNull(computer(signalWithTimeout(RIGHTS_LIMIT_MS, signal)))) ?? cim)
      : cim;
  const isServer =
    type?.type === 'REG_SZ' ? type.value.startsWith('Server') : /\bServer\b/.test(host.product);
  return {
    name: host.name,
    os: productNameOf(cim.caption || host.product, build),
    build,
    server: cim.server ?? isServer,
    uiLanguage: language ?? cim.languages?.[0] ?? host.locale,
    elevated: rights ?? elevated ?? null,
    id: cim.machineGuid.toLowerCase(),
  };
}

function buildOf(release: string): number | null {
  const build = Number(release.split('.')[2]);
  return Number.isInteger(build) && build > 0 ? build : null;
}
