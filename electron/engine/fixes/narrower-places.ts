/**
 * Settings in places narrower than the service's own: a product's row, and the registry by application and product
 * (docs/windows-facts.md#registry). The narrowest counts, so that what is set for all has no effect beside them.
 */
import type { Change } from '../changes';
import { sppSubkey, type RegistryValueName } from '../registry-keys';
import { valueOr, type PlacedSettings } from '../facts/fact-snapshot';
import type { Facts } from '../facts/facts';
import type { Assessment } from '../verdict/assessment';

/** A setting that a place may have. */
type Placed = 'assignment' | 'lookupDomain';

const NAMES: Readonly<Record<Placed, readonly RegistryValueName[]>> = {
  assignment: ['KeyManagementServiceName', 'KeyManagementServicePort'],
  lookupDomain: ['KeyManagementServiceLookupDomain'],
};

/** What clears settings in every narrower place that has one. */
export function clearing(
  places: readonly PlacedSettings[],
  settings: readonly Placed[] = ['assignment', 'lookupDomain'],
): Change[] {
  return places.flatMap((one) => clearingOne(one, places, settings));
}

/** What clears a setting in each place that would win over the service's, for the product that asks for a KMS host. */
export async function clearingBeside(
  setting: Placed,
  { snapshot }: Assessment,
  facts: Facts,
): Promise<Change[]> {
  const application = valueOr(snapshot.kmsClient, null)?.application ?? 'windows';
  const places = await facts.places();
  return clearing(
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
  // Windows keeps a product's settings under its key: with the product it is cleared as well.
  const isProducts = all.some((one) => one.place === 'product' && one.productId === productId);
  if (application === null || (place === 'registry-sku' && isProducts)) return [];
  const key = sppSubkey(application, productId ?? undefined);
  if (key === null) return [];
  const names = settings.flatMap((setting) => NAMES[setting]);
  return names.map((name) => ({ kind: 'registry-value', location: { key, name }, value: null }));
}
