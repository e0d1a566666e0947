/**
 * Where the simulated Windows stores volume activation settings: per product, per application, or for all products
 * (docs/windows-facts.md#registry). The narrowest scope that has a setting wins.
 */
import { type CimRow, type CimValue } from '@engine/computer';
import { MIRRORED_PROPERTIES, plainText, SPP_KEY } from '@engine/registry-keys';
import { KMS_PORT } from '@shared/kms';
import type { Endpoint } from '@shared/names';
import type { CompleteScenario } from '@shared/scenario';
import { registryValueOf, serviceRowOf } from './registry';

/** Settings by their registry value, with their property in the CIM classes. */
const SETTINGS = { ...MIRRORED_PROPERTIES, VLActivationType: 'VLActivationTypeEnabled' } as const;

type Setting = keyof typeof SETTINGS;

/** Reads a setting from one scope; empty if it isn't set there. */
type Place = (setting: Setting) => string;

/** Returns the KMS host assigned to a product; null if it discovers one. */
export function assignedHost(scenario: CompleteScenario, row: CimRow): Endpoint | null {
  const place = placesOf(scenario, row).find((at) => at('KeyManagementServiceName') !== '');
  if (place === undefined) return null;
  return {
    host: place('KeyManagementServiceName'),
    port: Number(place('KeyManagementServicePort')) || KMS_PORT,
  };
}

/** Returns the lookup domain of a product; empty if it has none. */
export function lookupDomain(scenario: CompleteScenario, row: CimRow): string {
  return settingOf(scenario, row, 'KeyManagementServiceLookupDomain');
}

/** Returns how a product may be activated: 0 by any method, 1 by Active Directory, 2 by KMS, 3 by a token. */
export function activationType(scenario: CompleteScenario, row: CimRow): number {
  return Number(settingOf(scenario, row, 'VLActivationType'));
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
      textIn(own[SETTINGS[setting]]);
  const underKey =
    (...names: readonly (CimValue | undefined)[]): Place =>
    (name) => {
      const key = [SPP_KEY, ...names.map(textIn)].join('\\');
      return plainText(registryValueOf(scenario, { key, name }));
    };
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
