import { Unreadable, type CimRow, type CimValue } from '../computer';
import type { RegistryValueName } from '../registry-keys';
import type { Facts } from '../facts/facts';
import { nameOfProduct, toResult } from '../facts/fact-snapshot';

/** The row of a product by its {@link nameOfProduct}; empty where there is none. */
export async function productRow(facts: Facts, productId: string): Promise<CimRow> {
  const products = await facts.products();
  return products.find((product) => nameOfProduct(product) === productId)?.row ?? {};
}

/**
 * A setting of the licensing service as text, empty where there is none. The registry has it at once on any
 * Windows; where it cannot be read, the CIM row stands in.
 *
 * @param unset what the row has where nobody has set anything, besides nothing and an empty text
 * @throws Unreadable when neither can be read
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
