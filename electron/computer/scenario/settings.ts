/**
 * Where the simulated Windows keeps what is set for volume activation: with a product, with its application, or for
 * all (docs/windows-facts.md#registry). The narrowest place that has a setting counts.
 */
import { type CimRow, type CimValue } from '@engine/computer';
import { plainText, SPP_KEY } from '@engine/registry-keys';
import { KMS_PORT } from '@shared/kms';
import type { Endpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import { registryValueOf, serviceRowOf } from './registry';

/** Settings by their property of the CIM classes, each with the registry value that keeps it. */
const REGISTRY_NAMES = {
  KeyManagementServiceMachine: 'KeyManagementServiceName',
  KeyManagementServicePort: 'KeyManagementServicePort',
  KeyManagementServiceLookupDomain: 'KeyManagementServiceLookupDomain',
  VLActivationTypeEnabled: 'VLActivationType',
} as const;

type Setting = keyof typeof REGISTRY_NAMES;

/** What one place has; an empty text where it has nothing. */
type Place = (setting: Setting) => string;

/** The KMS host that a product is assigned; null where it looks for one. */
export function assignedHost(scenario: CompleteScenario, row: CimRow): Endpoint | null {
  const place = placesOf(scenario, row).find((at) => at('KeyManagementServiceMachine') !== '');
  if (place === undefined) return null;
  return {
    host: place('KeyManagementServiceMachine'),
    port: Number(place('KeyManagementServicePort')) || KMS_PORT,
  };
}

/** The lookup domain of a product; an empty text where it has none. */
export function lookupDomain(scenario: CompleteScenario, row: CimRow): string {
  return settingOf(scenario, row, 'KeyManagementServiceLookupDomain');
}

/** How a product may be activated: 0 in any way, 1 by Active Directory, 2 by KMS, 3 by a token. */
export function activationType(scenario: CompleteScenario, row: CimRow): number {
  return Number(settingOf(scenario, row, 'VLActivationTypeEnabled'));
}

function settingOf(scenario: CompleteScenario, row: CimRow, setting: Setting): string {
  return (
    placesOf(scenario, row)
      .map((at) => at(setting))
      .find((value) => value !== '') ?? ''
  );
}

function placesOf(scenario: CompleteScenario, row: CimRow): Place[] {
  const ofRow =
    (own: CimRow): Place =>
    (setting) =>
      textIn(own[setting]);
  const underKey =
    (...names: readonly (CimValue | undefined)[]): Place =>
    (setting) =>
      plainText(
        registryValueOf(
          scenario,
          [SPP_KEY, ...names.map(textIn)].join('\\'),
          REGISTRY_NAMES[setting],
        ),
      );
  const { ApplicationID, ID } = row;
  return [
    ofRow(row),
    ...(textIn(ID) === '' ? [] : [underKey(ApplicationID, ID)]),
    underKey(ApplicationID),
    underKey(),
    ofRow(serviceRowOf(scenario)),
  ];
}

const textIn = (value: CimValue | undefined): string => (value ? String(value).trim() : '');
