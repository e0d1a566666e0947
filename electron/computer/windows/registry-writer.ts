/** Writes registry values: only those on the allowlist, each one read back if it can be read. */
import { isDeepStrictEqual } from 'node:util';
import { ChangeRefused, nullIfUnreadable, Unreadable, type ChangeReceipt } from '@engine/computer';
import {
  isRegistryKey,
  REGISTRY_VALUES,
  textsOf,
  type RegistryLocation,
  type RegistryValue,
} from '@engine/registry-keys';
import { isElevated } from './elevation';
import type { WindowsHost } from './windows-host';
import { mayHaveLostCharacters } from './reg-output';
import type { RegeditPackage } from './regedit-package';
import type { RegistryReader } from './registry-reader';
import { nullIfFailed, throwAsRefusal } from './refusals';

const LIMIT_MS = 10_000;

/** Separators for list entries in reg.exe's argument; the first one that no entry contains is used. */
const SEPARATORS = ['|', ';', '*', '~', '^', '!'];

/** Reads and writes the values of {@link RegistryLocation}. */
export class Registry {
  constructor(
    private readonly windowsHost: WindowsHost,
    private readonly reader: RegistryReader,
    private readonly regedit: RegeditPackage,
  ) {}

  /**
   * Reads a value exactly; null if there is none.
   *
   * @throws Unreadable; `garbled-answer` if its characters can't be determined
   */
  async read(location: RegistryLocation, signal: AbortSignal): Promise<RegistryValue | null> {
    checkLocation(location);
    const name = location.name.toLowerCase();
    const key = await this.reader.values(location.key, [name], signal);
    const value = key?.values.get(name) ?? null;
    if (value === null || !mayHaveLostCharacters(value)) return value;
    const exact = await this.regedit.read(location.key, location.name).catch(() => undefined);
    if (exact === undefined) {
      throw new Unreadable('garbled-answer', 'reg.exe', `${location.key}\\${location.name}`);
    }
    return exact;
  }

  /**
   * Writes a value, or deletes it if null. If it was written without an error but can't be read back, the engine
   * decides.
   *
   * @throws ChangeRefused; the signal's reason when aborted
   */
  async write(
    location: RegistryLocation,
    value: RegistryValue | null,
    signal: AbortSignal,
  ): Promise<ChangeReceipt> {
    checkLocation(location);
    checkValue(location, value);
    if (value === null && (await this.stands(location, null, signal)) === true) {
      return { way: 'reg.exe' };
    }
    if ((value === null || value.type !== 'REG_MULTI_SZ') && (await this.regedit.works())) {
      await this.byPackage(location, value);
      if ((await this.stands(location, value, signal)) === true) return { way: 'regedit' };
      // The package failed, even if it reported success. reg.exe gives the reason.
    }
    await this.byRegExe(location, value, signal);
    if ((await this.stands(location, value, signal)) === false) {
      throw new ChangeRefused('not-done', null, `${location.key}\\${location.name}`);
    }
    return { way: 'reg.exe' };
  }

  private async byPackage(
    location: RegistryLocation,
    value: Exclude<RegistryValue, { type: 'REG_MULTI_SZ' }> | null,
  ): Promise<void> {
    try {
      if (value === null) await this.regedit.delete(location);
      else await this.regedit.write(location, value);
    } catch {
      // Ignored, since the value is read back next.
    }
  }

  private async byRegExe(
    { key, name }: RegistryLocation,
    value: RegistryValue | null,
    signal: AbortSignal,
  ): Promise<void> {
    const args =
      value === null
        ? ['delete', key, '/v', name, '/f', '/reg:64']
        : ['add', key, '/v', name, '/t', value.type, ...dataOf(value), '/f', '/reg:64'];
    const end = await this.windowsHost
      .run('reg.exe', args, { signal, limitMs: LIMIT_MS })
      .catch(throwAsRefusal);
    if (end.exitCode === 0) return;
    // reg.exe has one exit code for every failure, and its messages are localized.
    const elevated = await nullIfFailed(isElevated(this.windowsHost, this.reader, signal), signal);
    const refusal = elevated === false ? 'access-denied' : 'tool-failed';
    throw new ChangeRefused(refusal, null, `${key}\\${name}`);
  }

  /** Whether the registry has this value; null if it can't be read. */
  private stands(
    location: RegistryLocation,
    value: RegistryValue | null,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    return this.read(location, signal).then(
      (found) => isDeepStrictEqual(found, value),
      nullIfUnreadable,
    );
  }
}

function dataOf(value: RegistryValue): string[] {
  if (value.type !== 'REG_MULTI_SZ') return ['/d', String(value.value)];
  const separator = SEPARATORS.find((one) => value.value.every((entry) => !entry.includes(one)));
  if (separator === undefined) throw new ChangeRefused('not-supported-here', null, 'separator');
  return ['/s', separator, '/d', value.value.join(separator)];
}

function checkLocation({ key, name }: RegistryLocation): void {
  // Callers aren't trusted.
  if (!isRegistryKey(key) || !Object.hasOwn(REGISTRY_VALUES, name)) {
    throw new ChangeRefused('not-supported-here', null, 'not-on-the-list');
  }
}

function checkValue({ name }: RegistryLocation, value: RegistryValue | null): void {
  if (value === null) return;
  const types: readonly string[] = REGISTRY_VALUES[name];
  const texts = textsOf(value);
  const fits =
    types.includes(value.type) &&
    // eslint-disable-next-line no-control-regex -- a value can't contain these
    texts.every((text) => !/[\u0000-\u001f\u007f"]/.test(text)) &&
    (value.type !== 'REG_MULTI_SZ' || texts.every((text) => text !== '')) &&
    (value.type !== 'REG_DWORD' ||
      (Number.isInteger(value.value) && value.value >= 0 && value.value <= 0xffffffff));
  if (!fits) throw new ChangeRefused('not-supported-here', null, `${name} ${value.type}`);
}
