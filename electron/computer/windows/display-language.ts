/**
 * The language in which Windows shows itself to its user. What JavaScript's Intl has is the regional format, which
 * is set apart from it: an English Windows often writes its dates as its country does.
 */
import type { WindowsHost } from './windows-host';
import { parseRegQuery } from './reg-output';

/** reg.exe answers from memory; more than this, and the language is not worth it. */
const LIMIT_MS = 2_000;

/**
 * Where Windows looks, in this order: the user's choice, what it settled on for a user without one, and the choice
 * for everybody (https://learn.microsoft.com/windows/win32/intl/user-interface-language-management).
 */
const CHOICES: readonly [key: string, name: string][] = [
  ['HKCU\\Control Panel\\Desktop', 'PreferredUILanguages'],
  ['HKCU\\Control Panel\\Desktop\\MuiCached', 'MachinePreferredUILanguages'],
  ['HKLM\\SYSTEM\\CurrentControlSet\\Control\\MUI\\Settings', 'PreferredUILanguages'],
];

/** Has a key for each language that is installed; a single one needs no choice. */
const INSTALLED = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\MUI\\UILanguages';

/** E.g. `zh-TW`, `zh-Hant-TW`, `en`. */
const TAG = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/**
 * The display language as BCP 47 tag; null where nobody here can tell.
 *
 * @throws the signal's reason when aborted
 */
export async function displayLanguage(
  windowsHost: Pick<WindowsHost, 'run'>,
  signal: AbortSignal,
): Promise<string | null> {
  for (const [key, name] of CHOICES) {
    const [found] = await query(windowsHost, [key, '/v', name], name, signal);
    const value = found?.values.get(name.toLowerCase())?.value;
    const tag = Array.isArray(value) ? String(value[0]) : String(value ?? '');
    if (TAG.test(tag)) return tag;
  }
  const installed = (await query(windowsHost, [INSTALLED], '', signal))
    .map(({ path }) => path.slice(path.lastIndexOf('\\') + 1))
    .filter((name) => name.toLowerCase() !== 'uilanguages' && TAG.test(name));
  return installed.length === 1 ? (installed[0] ?? null) : null;
}

/** What reg.exe could read; what is not there and what may not be read are one to a question of taste. */
async function query(
  windowsHost: Pick<WindowsHost, 'run'>,
  what: readonly string[],
  name: string,
  signal: AbortSignal,
): Promise<ReturnType<typeof parseRegQuery>> {
  try {
    const args = ['query', ...what, '/reg:64'];
    const { stdout } = await windowsHost.run('reg.exe', args, { signal, limitMs: LIMIT_MS });
    return parseRegQuery(stdout, new Set([name.toLowerCase()]));
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
