import { Unreadable, type CimRow, type CimValue } from '../computer';
import type { RegistryValueName } from '../registry-keys';
import type { Facts } from '../facts/facts';
import { nameOfProduct, toResult } from '../facts/fact-snapshot';

/** Returns the CIM row of a product by its {@link nameOfProduct}; empty if there is none. */
export async function productRow(facts: Facts, productId: string): Promise<CimRow> {
  const products = await facts.products();
  return products.find((product) => nameOfProduct(product) === productId)?.row ?? {};
}

/**
 * Reads a setting of the licensing service as a string, empty if it isn't set. On every Windows version, the registry
 * has the new value immediately; the CIM row is the fallback if the registry can't be read.
 *
 * @param unset value in the CIM row that also means "not set", besides null and an empty string
 * @throws Unreadable if neither can be read
 */
export async function readSetting(
  facts: Facts,
  value: RegistryValueName,
  property: string,
  unset: CimValue = null,
): Promise<string> {
  const registry = await toResult(facts.registry(value));
  if (registry.ok) {
    const raw = registry.value?.value ?? '';
    return (typeof raw === 'object' ? (raw[0] ?? '') : String(raw)).trim();
  }
  const found = (await facts.service())[property];
  if (found === undefined) throw new Unreadable('garbled-answer', null, property);
  return found === null || found === unset ? '' : String(found).trim();
}
