/** Parses the output of `reg query`; values are recognized by their type tokens, which aren't localized. */
import { textsOf, type RegistryValue } from '@engine/registry-keys';

/** A registry key, with the requested values that could be read. */
export interface RegistryKey {
  /** Full path as printed by Windows, e.g. `HKEY_LOCAL_MACHINE\SOFTWARE`. */
  readonly path: string;
  /** By lowercase name. */
  readonly values: ReadonlyMap<string, RegistryValue>;
}

/** Matches a line with a key. */
const KEY = /^HKEY_[A-Z_]+\\/;

const VALUE = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/;

/**
 * Parses the keys in the output of `reg query`; the queried key comes first.
 *
 * @param wanted lowercase names of the values to keep; everything else in a key, such as a product key, is dropped
 */
export function parseRegQuery(
  output: string,
  wanted: Pick<ReadonlySet<string>, 'has'>,
): RegistryKey[] {
  const keys: { path: string; values: Map<string, RegistryValue> }[] = [];
  for (const line of output.split(/\r?\n/)) {
    if (KEY.test(line)) {
      keys.push({ path: line.trimEnd(), values: new Map() });
      continue;
    }
    const [, name = '', type = '', data = ''] = VALUE.exec(line) ?? [];
    const value = wanted.has(name.toLowerCase()) ? toValue(type, data) : null;
    if (value !== null) keys.at(-1)?.values.set(name.toLowerCase(), value);
  }
  return keys;
}

/** Whether reg.exe printed any key. If so, it printed everything it could read, regardless of its exit code. */
export function containsKey(output: string): boolean {
  return output.split(/\r?\n/).some((line) => KEY.test(line));
}

function toValue(type: string, data: string): RegistryValue | null {
  switch (type) {
    case 'REG_DWORD':
      return /^0x[0-9a-f]{1,8}$/i.test(data) ? { type, value: Number(data) } : null;
    case 'REG_SZ':
    case 'REG_EXPAND_SZ':
      return { type, value: data };
    case 'REG_MULTI_SZ':
      return { type, value: data.split('\\0').filter((entry) => entry !== '') };
    default:
      return null;
  }
}

/**
 * Whether a value may have lost characters: reg.exe prints a question mark for those that aren't in its code page, and
 * neither DNS names nor addresses contain one.
 */
export const mayHaveLostCharacters = (value: RegistryValue): boolean =>
  textsOf(value).some((text) => /[?\uFFFD]/.test(text));
