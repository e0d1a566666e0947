/** Reads what `reg query` prints: values by their type tokens, which no language changes. */
import type { RegistryValue } from '@engine/registry-keys';

/** A key of the registry with the values that were wanted and could be read. */
export interface RegistryKey {
  /** Full path as Windows writes it, e.g. `HKEY_LOCAL_MACHINE\SOFTWARE`. */
  readonly path: string;
  /** By lower-case name. */
  readonly values: ReadonlyMap<string, RegistryValue>;
}

/** A line with a key. */
const KEY = /^HKEY_[A-Z_]+\\/;

const VALUE = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/;

/**
 * The keys in the output of `reg query`, the one that was asked for first.
 *
 * @param wanted names of values to keep, lower-case; everything else in a key (a product key among it) is dropped
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

/** Whether reg.exe printed anything of a key: all that it could read, whatever it ended with. */
export function namesAKey(output: string): boolean {
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
 * Whether a value may have lost letters on its way: reg.exe prints a question mark for what its code page does not
 * have, and neither a name of DNS nor an address holds one.
 */
export function mayBeLossy(value: RegistryValue): boolean {
  const texts = value.type === 'REG_MULTI_SZ' ? value.value : [String(value.value)];
  return texts.some((text) => /[?\uFFFD]/.test(text));
}
