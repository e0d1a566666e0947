/**
 * The simulated registry. Three volume activation values are also properties of the licensing service's CIM row. A
 * scenario may specify either of them; the simulated Windows has both.
 */
import { type CimRow } from '@engine/computer';
import {
  DNS_POLICIES,
  KMS_HOSTS_POLICY,
  MIRRORED_PROPERTIES,
  plainText,
  SPP_KEY,
  type DnsClientSetting,
  type RegistryValue,
} from '@engine/registry-keys';
import { lookUp } from '@shared/look-up';
import type { CompleteScenario, ScenarioPath } from '@shared/scenario';
import type { ScenarioEditor } from './document';

/** Key and name of a registry value. */
interface ValueLocation {
  readonly key: string;
  readonly name: string;
}

/** Returns the property of SoftwareLicensingService that mirrors a registry value; undefined if none does. */
const propertyOf = ({ key, name }: ValueLocation): string | undefined =>
  key === SPP_KEY ? lookUp(MIRRORED_PROPERTIES, name) : undefined;

/** Converts the text of a registry value to the value of its property. */
const mirrored = (property: string, text: string): string | number =>
  property === MIRRORED_PROPERTIES.KeyManagementServicePort ? Number(text) || 0 : text;

/**
 * Finds a value in the scenario's `registry`; key and name are compared like in Windows, ignoring case. The path of a
 * missing value spells its key as the scenario does, if it has the key.
 */
function placeOf(
  { registry }: CompleteScenario,
  { key, name }: ValueLocation,
): { readonly path: ScenarioPath; readonly written: RegistryValue | null } {
  const keys = Object.keys(registry).filter((own) => canonicalKey(own) === canonicalKey(key));
  for (const ownKey of keys) {
    for (const [ownName, written] of Object.entries(registry[ownKey] ?? {})) {
      if (ownName.toLowerCase() === name.toLowerCase()) {
        return { path: ['registry', ownKey, ownName], written };
      }
    }
  }
  return { path: ['registry', keys[0] ?? key, name], written: null };
}

/** Returns a registry value; null if there is none. */
export function registryValueOf(
  scenario: CompleteScenario,
  location: ValueLocation,
): RegistryValue | null {
  const { written } = placeOf(scenario, location);
  if (written !== null) return written;
  const property = propertyOf(location);
  if (property === undefined) return null;
  const value = scenario.licensing.service[property];
  return value === undefined || value === null || value === '' || value === 0
    ? null
    : { type: 'REG_SZ', value: String(value) };
}

/** Returns the DNS client settings that are set by policy. */
export function policiesOf(scenario: CompleteScenario): DnsClientSetting[] {
  return (Object.keys(DNS_POLICIES) as DnsClientSetting[]).filter(
    (setting) => plainText(registryValueOf(scenario, DNS_POLICIES[setting])) !== '',
  );
}

/** Returns the KMS hosts that are set by machine policy. */
export function policyHostsOf(scenario: CompleteScenario): readonly string[] {
  const value = registryValueOf(scenario, KMS_HOSTS_POLICY);
  return value?.type === 'REG_MULTI_SZ' ? value.value : [];
}

/**
 * Whether a KMS host or lookup domain may be set for some products only. Windows has the setting both in the registry
 * and in the product's row; a scenario may specify either of them.
 */
export function isPlacedByProduct({ licensing, registry }: CompleteScenario): boolean {
  const subkeys = `${canonicalKey(SPP_KEY)}\\`;
  return (
    licensing.products.some(
      (row) =>
        Boolean(row['KeyManagementServiceMachine']) ||
        Boolean(row['KeyManagementServiceLookupDomain']),
    ) || Object.keys(registry).some((key) => canonicalKey(key).startsWith(subkeys))
  );
}

/** Returns the row of SoftwareLicensingService, including properties that the scenario has only in the registry. */
export function serviceRowOf(scenario: CompleteScenario): CimRow {
  const row: Record<string, CimRow[string]> = { ...scenario.licensing.service };
  for (const [name, property] of Object.entries(MIRRORED_PROPERTIES)) {
    const { written } = placeOf(scenario, { key: SPP_KEY, name });
    if (written !== null) row[property] = mirrored(property, plainText(written));
  }
  return row;
}

/** Writes a registry value, or deletes it if null, and updates the property that mirrors it. */
export function writeRegistryValue(
  draft: ScenarioEditor,
  location: ValueLocation,
  value: RegistryValue | null,
): void {
  const { path, written } = placeOf(draft.scenario, location);
  const property = propertyOf(location);
  if (value === null) draft.remove(path);
  else if (written !== null || property === undefined) draft.set(path, value);
  if (property !== undefined) writeProperty(draft, property, mirrored(property, plainText(value)));
}

/** Sets a property of SoftwareLicensingService, unless it already has an equivalent value. */
export function writeProperty(
  draft: ScenarioEditor,
  property: string,
  value: CimRow[string],
): void {
  const before = draft.scenario.licensing.service[property];
  if ((before ?? '') === value || (!before && !value && typeof value !== 'boolean')) return;
  draft.set(['licensing', 'service', property], value);
}

/** Whether a KMS host publishes itself: neither the registry nor its CIM row turns publishing off. */
export function publishes(scenario: CompleteScenario): boolean {
  const value = registryValueOf(scenario, { key: SPP_KEY, name: 'DisableDnsPublishing' });
  const off = value?.type === 'REG_DWORD' && value.value !== 0;
  return !off && scenario.licensing.service['KeyManagementServiceDnsPublishing'] !== false;
}

/** Returns the path endings of the leaves that store a registry value. */
export function leafPathsOf(name: string): ScenarioPath[] {
  const property = propertyOf({ key: SPP_KEY, name });
  return property === undefined ? [[name]] : [[name], [property]];
}

const canonicalKey = (key: string): string =>
  key.toLowerCase().replace(/^hkey_local_machine\\/, 'hklm\\');
