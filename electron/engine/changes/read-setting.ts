import { Unreadable, type CimValue } from '../computer';
import { MIRRORED_PROPERTIES, plainText } from '../registry-keys';
import type { Facts } from '../facts/facts';
import { nameOfProduct, toResult } from '../facts/fact-types';

/**
 * Reads a setting of the licensing service, or of one product, as a string, empty if it isn't set. On every Windows
 * version, the registry has the service's new value immediately; the CIM row is the fallback if the registry can't be
 * read. A product's setting is in its CIM row.
 *
 * @param productId the product, by its {@link nameOfProduct}
 * @param unset value in the service's CIM row that also means "not set", besides null and an empty string
 * @throws Unreadable if neither can be read
 */
export async function readSetting(
  facts: Facts,
  productId: string | undefined,
  value: keyof typeof MIRRORED_PROPERTIES,
  unset: CimValue = null,
): Promise<string> {
  const property = MIRRORED_PROPERTIES[value];
  if (productId !== undefined) {
    const products = await facts.products();
    const product = products.find((one) => nameOfProduct(one) === productId);
    return String(product?.row[property] ?? '').trim();
  }
  const registry = await toResult(facts.registry(value));
  if (registry.ok) return plainText(registry.value);
  const found = (await facts.service())[property];
  if (found === undefined) throw new Unreadable('garbled-answer', null, property);
  return found === null || found === unset ? '' : String(found).trim();
}
