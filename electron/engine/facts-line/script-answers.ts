/** Converts the raw answers of the fleet script (`KMSD2`, electron/fleet/script-parts) to a case. */
import { isRowOf, type Application } from '@shared/kms';
import { canonicalName, isAddress, isHostName } from '@shared/names';
import { redactDeep } from '@shared/redaction';
import {
  FACT_NAMES,
  isFactName,
  registryFact,
  SCENARIO_SCHEMA,
  type ScenarioFile,
  type ScenarioPart,
} from '@shared/scenario';
import {
  WIN32_STARTS,
  WIN32_STATES,
  type Adapter,
  type CimRow,
  type DnsClientSettings,
} from '../computer';
import { hasUnqueryableDomains } from '../facts/candidate-domains';
import type { FactSnapshot } from '../facts/fact-snapshot';
import type { Product } from '../facts/fact-types';
import { isWholeRow, licenseIn, toProduct } from '../facts/windows-facts';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  sppSubkey,
  type DnsClientSetting,
  type RegistryLocation,
  type RegistryValueName,
  type SppSubkey,
} from '../registry-keys';
import { fitToSchema, truncateToLimits } from '../snapshot/fitting';
import { kmsOf } from '../snapshot/hosts';
import { NO_SETTINGS, recordAdapter, recordPolicies, recordSettings } from '../snapshot/record';
import { kmsRuleIn } from './script-firewall';
import { networkOf } from './script-network';
import {
  answersSchema,
  eventsOf,
  expandRow,
  PRODUCT_COLUMNS,
  SERVICE_COLUMNS,
  type Answers,
  type Unread,
} from './script-schema';
import { lookUp } from '@shared/look-up';
import { productNameOf } from '@shared/windows-release';

/** Registry values by letter. */
const VALUE_NAMES: Readonly<Record<string, RegistryValueName>> = {
  d: 'DisableDnsPublishing',
  l: 'DnsDomainPublishList',
  n: 'KeyManagementServiceName',
  p: 'KeyManagementServicePort',
  k: 'KeyManagementServiceLookupDomain',
  g: 'KeyManagementServiceListeningPort',
  v: 'VLActivationType',
};

/** Registry keys by letter. */
const KEYS = {
  s: SPP_KEY,
  l: LEGACY_SL_KEY,
  w: sppSubkey('windows'),
  o: sppSubkey('office'),
} as const;

/** Maximum number of places in a case that may not fit the format. A line with more isn't from the script. */
const MAX_REPAIRS = 8;

const POLICIES: Readonly<Record<string, DnsClientSetting>> = {
  p: 'primary-suffix',
  s: 'suffix-search-list',
  d: 'dns-servers',
};

/** Facts that the script doesn't query. */
const NOT_ASKED = ['outboundBlocked', 'vbscript', 'dnsTools', 'Dnscache', 'ping'];

/**
 * Converts the answers of the fleet script to a case. Facts that it didn't query or had no room for are unread or left
 * out.
 *
 * @param answers parsed JSON from an untrusted source
 * @returns null if it isn't what the script writes
 */
export function caseOfAnswers(answers: unknown): ScenarioFile | null {
  const parsed = answersSchema.safeParse(answers);
  if (!parsed.success) return null;
  const said = parsed.data;
  const failure = said.o === undefined ? said.u?.['system'] : undefined;
  const unread: Unread = {
    // Nothing could be collected, so missing facts are unread rather than at their defaults.
    ...(failure && Object.fromEntries(FACT_NAMES.map((fact) => [fact, failure] as const))),
    ...Object.fromEntries(NOT_ASKED.map((fact) => [fact, 'not-asked' as const])),
    ...Object.fromEntries(Object.entries(said.u ?? {}).filter(([fact]) => isFactName(fact))),
  };
  const leftOut = (said.b ?? []).filter(isFactName);
  const products = (said.x ?? []).map((row) => expandRow(row, PRODUCT_COLUMNS));
  for (const row of products.filter(isHalf)) {
    // In a file, a missing column means a default; in a row from Windows, it means that it wasn't read.
    unread[isRowOf('office', row) ? 'office' : 'licence'] ??= 'garbled-answer';
  }
  const service = said.s ? expandRow(said.s, SERVICE_COLUMNS) : {};
  const adapters = adaptersOf(said);
  const settings = settingsOf(said) ?? NO_SETTINGS;
  if (settings === NO_SETTINGS) unread['dnsClient'] ??= 'garbled-answer';
  for (const [place, why] of Object.entries(said.f ?? {})) {
    const key = keyOf(place.slice(0, -1), products);
    const name = VALUE_NAMES[place.slice(-1)];
    if (key !== null && name !== undefined) unread[registryFact(key, name)] = why;
  }
  const firewallRule = said.k && kmsRuleIn(said.k, Number(said.r?.['s']?.['g']));
  if (firewallRule === undefined) unread['firewallRule'] ??= 'not-asked';
  const file: ScenarioFile = {
    schema: SCENARIO_SCHEMA,
    title: said.n ?? '',
    of: 'this-pc',
    now: said.t,
    computer: {
      name: said.n?.slice(0, 63) || 'PC',
      ...(said.o && {
        os: productNameOf(said.o[0], said.o[1]),
        build: said.o[1],
        server: said.o[2] !== 0,
      }),
      ...(said.l !== undefined && { uiLanguage: said.l }),
      elevated: said.e === 1,
      ...recordSettings(settings),
      ...(said.c && { clockSkewMinutes: said.c[0] }),
      ...(firewallRule !== undefined && { firewallKmsRule: firewallRule }),
    },
    ...(said.a && { adapters: adapters.map(recordAdapter) }),
    licensing: {
      service,
      // Without an empty description, a row that doesn't name its channel would default to a KMS client's.
      ...(said.x && { products: products.map((row) => ({ Description: '', ...row })) }),
    },
    registry: registryOf(said, products),
    ...(unread['sppsvc'] === undefined && { services: servicesOf(said) }),
    ...(said.g && { events: eventsOf(said) }),
    ...networkOf(said, {
      adapters,
      settings,
      rows: [...products, service],
      kms: kmsSaid(said, products),
      unread,
    }),
    unread,
    leftOut,
    expectedHosts: (said.h ?? []).filter((host) => isAddress(host) || isHostName(host)),
  };
  try {
    return redactDeep(fitToSchema(truncateToLimits(file), MAX_REPAIRS));
  } catch {
    // It has more problems than may be repaired.
    return null;
  }
}

/** Whether a row lacks a column that every queried row has. */
const isHalf = (row: CimRow): boolean =>
  !isWholeRow(row) || !row['ApplicationID'] || !row['PartialProductKey'];

/** @returns null if they have domains that can't be queried */
function settingsOf({ j: [adDomain, primary, ...search] = [] }: Answers): DnsClientSettings | null {
  const settings = {
    adDomain: adDomain ? canonicalName(adDomain) : null,
    primaryDnsSuffix: primary || adDomain || null,
    suffixSearchList: search,
  };
  return hasUnqueryableDomains(settings)
    ? null
    : { ...settings, suffixSearchList: search.filter(isHostName) };
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '').toLowerCase();

function adaptersOf({ a = [] }: Answers): Adapter[] {
  return a.map(([name, suffix, origin, addresses, gateways, dnsServers]) => ({
    name,
    up: true,
    addresses: addresses.map(withoutZone).filter(isAddress),
    gateways: gateways.map(withoutZone).filter(isAddress),
    dnsServers: dnsServers.map(withoutZone).filter(isAddress),
    dnsServersFrom: origin === 's' ? 'static' : origin === 'd' ? 'dhcp' : null,
    connectionSuffix: isHostName(suffix) ? suffix : null,
  }));
}

/** Returns the key for a letter or the index of a product; null if it's unknown. */
function keyOf(place: string, products: readonly CimRow[]): RegistryLocation['key'] | null {
  const row = products[Number(place)] ?? {};
  const { ID: id } = row;
  const ofProduct = (): SppSubkey | null =>
    typeof id === 'string' ? sppSubkey(isRowOf('office', row) ? 'office' : 'windows', id) : null;
  return lookUp(KEYS, place) ?? ofProduct();
}

function registryOf(
  { r = {}, y = [] }: Answers,
  products: readonly CimRow[],
): ScenarioPart<'registry'> {
  const keys: ScenarioPart<'registry'> = {};
  for (const [place, values] of Object.entries(r)) {
    const key = keyOf(place, products);
    if (key === null) continue;
    for (const [letter, value] of Object.entries(values)) {
      const name = lookUp(VALUE_NAMES, letter);
      if (name === undefined) continue;
      const own = (keys[key] ??= {});
      if (typeof value === 'string') own[name] = { type: 'REG_SZ', value };
      else if (typeof value === 'number') own[name] = { type: 'REG_DWORD', value: value >>> 0 };
      else own[name] = { type: 'REG_MULTI_SZ', value };
    }
  }
  const policies = y.flatMap((letter) => lookUp(POLICIES, letter) ?? []);
  recordPolicies(policies, keys);
  return keys;
}

function servicesOf({ w }: Answers): ScenarioPart<'services'> {
  if (w === undefined) return {};
  const [state, mode] = w;
  return {
    sppsvc: {
      state: lookUp(WIN32_STATES, state) ?? 'pending',
      start: lookUp(WIN32_STARTS, mode) ?? 'automatic',
    },
  };
}

/** Returns what the KMS service queried last reported about itself, as {@link kmsOf} does for a diagnosis. */
function kmsSaid(said: Answers, rows: readonly CimRow[]): ReturnType<typeof kmsOf> {
  const ofApplication = (application: Application): Product[] =>
    rows
      .filter((row) => isRowOf(application, row) && isWholeRow(row))
      .map((row) => toProduct(row, application));
  const unknown = { ok: false, reason: 'not-asked', tool: null, said: null } as const;
  const windows = ofApplication('windows');
  const snapshot: Partial<FactSnapshot> = {
    now: said.t,
    licence: { ok: true, value: licenseIn(windows) },
    products: { ok: true, value: [...windows, ...ofApplication('office')] },
    events: { ok: true, value: eventsOf(said) },
    clock: said.c ? { ok: true, value: { minutes: said.c[0], source: said.c[1] } } : unknown,
    system: unknown,
  };
  // kmsOf reads only these parts.
  return kmsOf(snapshot as FactSnapshot);
}
