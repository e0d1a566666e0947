import type { RegistryValueName } from '../computer';
import type { Facts } from '../facts';
import { settle } from '../situation';

/**
 * A setting of the licensing service as text, empty where there is none. The registry has it at once on any
 * Windows; where it cannot be read, the CIM row stands in.
 *
 * @throws Unreadable when neither can be read
 */
export async function readSetting(
  facts: Facts,
  value: RegistryValueName,
  property: string,
): Promise<string> {
  const registry = await settle(facts.registry(value));
  if (registry.read) {
    const raw = registry.value?.value ?? '';
    return (typeof raw === 'object' ? (raw[0] ?? '') : String(raw)).trim();
  }
  const row = await facts.service();
  return String(row[property] ?? '').trim();
}
