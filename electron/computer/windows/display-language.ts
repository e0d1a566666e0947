/**
 * The display language of Windows. JavaScript's Intl only has the regional format, which is a separate setting: an
 * English Windows often formats dates for the local country.
 */
import type { WindowsHost } from './windows-host';
import { nullIfFailed } from './refusals';
import { parseRegQuery, type RegistryKey } from './reg-output';

/** reg.exe answers from memory; if it takes longer, the language isn't worth the wait. */
const LIMIT_MS = 2_000;

/**
 * Where Windows looks, in this order: the user's choice, the fallback for a user without one, and the choice for all
 * users (https://learn.microsoft.com/windows/win32/intl/user-interface-language-management).
 */
const CHOICES: readonly [key: string, name: string][] = [
  ['HKCU\\Control Panel\\Desktop', 'PreferredUILanguages'],
  ['HKCU\\Control Panel\\Desktop\\MuiCached', 'MachinePreferredUILanguages'],
  ['HKLM\\SYSTEM\\CurrentControlSet\\Control\\MUI\\Settings', 'PreferredUILanguages'],
];

/** Has a subkey for each installed language; a single language needs no choice. */
const INSTALLED = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\MUI\\UILanguages';

/** E.g. `zh-TW`, `zh-Hant-TW`, `en`. */
const TAG = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/**
 * Returns the display language as a BCP 47 tag; null if it can't be determined.
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

/** Returns what reg.exe could read. A missing key and an unreadable one make no difference here. */
async function query(
  windowsHost: Pick<WindowsHost, 'run'>,
  what: readonly string[],
  name: string,
  signal: AbortSignal,
): Promise<RegistryKey[]> {
  const args = ['query', ...what, '/reg:64'];
  const output = windowsHost.run('reg.exe', args, { signal, limitMs: LIMIT_MS });
  const end = await nullIfFailed(output, signal);
  return end === null ? [] : parseRegQuery(end.stdout, new Set([name.toLowerCase()]));
}
