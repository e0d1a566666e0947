/** Manual settings for volume activation, in each place that can hold them (docs/windows-facts.md#registry). */
import { KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, canonicalHost } from '@shared/names';
import type { CimRow } from '../computer';
import { plainText, type RegistryValue, type RegistryValueName } from '../registry-keys';
import type { Assignment, SettingPlace } from './fact-types';

/** A setting, with its names in CIM and in the registry; null means that it isn't set. */
export interface PlacedSetting<T> {
  /** @param row of SoftwareLicensingProduct or SoftwareLicensingService */
  readonly inRow: (row: CimRow, place: SettingPlace) => T | null;
  readonly names: readonly RegistryValueName[];
  /** @param values values of `names`, in that order */
  readonly inRegistry: (values: readonly (RegistryValue | null)[], place: SettingPlace) => T | null;
}

/** The KMS host. */
export const ASSIGNED_HOST: PlacedSetting<Assignment> = {
  inRow: (row, place) =>
    assignmentIn(
      place,
      textOf(row, 'KeyManagementServiceMachine'),
      numberOf(row, 'KeyManagementServicePort') ?? 0,
    ),
  names: ['KeyManagementServiceName', 'KeyManagementServicePort'],
  inRegistry: ([name, port], place) =>
    assignmentIn(place, plainText(name), Number(plainText(port))),
};

/** The only domain in which Windows looks for the record. */
export const LOOKUP_DOMAIN: PlacedSetting<string> = {
  inRow: (row) => domainIn(textOf(row, 'KeyManagementServiceLookupDomain')),
  names: ['KeyManagementServiceLookupDomain'],
  inRegistry: ([domain]) => domainIn(plainText(domain)),
};

/** The only activation method allowed: 1 Active Directory, 2 KMS, 3 token. 0 allows all, so it counts as not set. */
export const ACTIVATION_TYPE: PlacedSetting<number> = {
  inRow: (row) => numberOf(row, 'VLActivationTypeEnabled') || null,
  names: ['VLActivationType'],
  inRegistry: ([type]) => Number(plainText(type)) || null,
};

/** Whether an activation type allows only Active Directory or only tokens. */
export function excludesKms(activationType: unknown): boolean {
  return activationType === 1 || activationType === 3;
}

/** Whether a product's row allows only such an activation type, or was activated by one. */
export const rowExcludesKms = (row: CimRow): boolean =>
  excludesKms(row['VLActivationType']) || excludesKms(row['VLActivationTypeEnabled']);

/** Returns a string in a CIM row; empty if it has none. */
export function textOf(row: CimRow, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Returns a number in a CIM row; null if it has none. */
export function numberOf(row: CimRow, name: string): number | null {
  const value = row[name];
  return typeof value === 'number' ? value : null;
}

/** @param port 0 or an invalid port means the default port */
function assignmentIn(place: SettingPlace, host: string, port: number): Assignment | null {
  if (host === '') return null;
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  return {
    host: canonicalHost(bare),
    port: port > 0 && port <= 65_535 ? port : KMS_PORT,
    isAddress: isAddress(bare),
    place,
  };
}

function domainIn(text: string): string | null {
  return text === '' ? null : canonicalName(text);
}
