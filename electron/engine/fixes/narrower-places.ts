/**
 * Settings with a narrower scope than the service's: a product's CIM row, and registry keys per application and product
 * (docs/windows-facts.md#registry). The narrowest one takes effect and overrides the service-wide setting.
 */
import type { Change } from '../changes';
import { sppSubkey, type RegistryValueName } from '../registry-keys';
import { valueOr, type PlacedSettings } from '../facts/fact-types';
import type { Facts } from '../facts/facts';
import type { Assessment } from '../verdict/assessment';

/** A setting that can exist in a place. */
type Placed = 'assignment' | 'lookupDomain';

const NAMES: Readonly<Record<Placed, readonly RegistryValueName[]>> = {
  assignment: ['KeyManagementServiceName', 'KeyManagementServicePort'],
  lookupDomain: ['KeyManagementServiceLookupDomain'],
};

/** Returns the changes that clear the settings in every narrower place. */
export function clearNarrowerSettings(
  places: readonly PlacedSettings[],
  settings: readonly Placed[] = ['assignment', 'lookupDomain'],
): Change[] {
  return places.flatMap((one) => clearingOne(one, places, settings));
}

/** Returns the changes that clear a setting where it would override the service-wide one for the KMS client product. */
export async function clearOverrides(
  setting: Placed,
  { snapshot }: Assessment,
  facts: Facts,
): Promise<Change[]> {
  const application = valueOr(snapshot.kmsClient, null)?.application ?? 'windows';
  const places = await facts.places();
  return clearNarrowerSettings(
    places.filter((one) => one.application === application && one[setting] !== null),
    [setting],
  );
}

function clearingOne(
  { place, application, productId, ...placed }: PlacedSettings,
  all: readonly PlacedSettings[],
  settings: readonly Placed[],
): Change[] {
  if (place === 'product') {
    const id = productId ?? '';
    return settings.flatMap((setting): Change[] => {
      if (placed[setting] === null) return [];
      return setting === 'assignment'
        ? [{ kind: 'kms-assignment', host: null, port: null, productId: id }]
        : [{ kind: 'lookup-domain', domain: null, productId: id }];
    });
  }
  // Windows stores a product's settings under its registry key, so clearing them for the product clears the key too.
  const isProducts = all.some((one) => one.place === 'product' && one.productId === productId);
  if (application === null || (place === 'registry-sku' && isProducts)) return [];
  const key = sppSubkey(application, productId ?? undefined);
  if (key === null) return [];
  const names = settings.flatMap((setting) => NAMES[setting]);
  return names.map((name) => ({ kind: 'registry-value', location: { key, name }, value: null }));
}
