/**
 * Records a finished diagnosis as a scenario: the findings from a real PC or network, in a format that can be diagnosed
 * and fixed elsewhere. Nothing is assumed that wasn't read. If the format has a fault for something that couldn't be
 * read, the case includes it.
 *
 * Options in effect are recorded as facts: servers given by the user become the adapters' servers, with their ports,
 * and domains given by the user become the suffixes.
 */
import type { Diagnosis, ReasonCode } from '@shared/diagnosis';
import { formatEndpoint } from '@shared/names';
import {
  SCENARIO_SCHEMA,
  type ScenarioFault,
  type ScenarioFile,
  type ScenarioPart,
} from '@shared/scenario';
import { redactDeep } from '@shared/redaction';
import {
  Unreadable,
  type Adapter,
  type CimRow,
  type DnsClientSettings,
  type ServiceState,
} from '../computer';
import { DNS_POLICIES, type DnsClientSetting, type RegistryValue } from '../registry-keys';
import { defaultDomains } from '../facts/candidate-domains';
import { isGarbled, someAnswer } from '../facts/answers';
import type { FactSnapshot } from '../facts/fact-snapshot';
import { valueOr, type Result } from '../facts/fact-types';
import type { RunResult } from '../run';
import { assess } from '../verdict/assessment';
import { fitToSchema, truncateToLimits } from './fitting';
import { recordHosts } from './hosts';
import { recordServers, resolverCache } from './servers';
import { registryReadings, unreadFacts } from './unread';

/** A policy setting; it only matters that it's set. */
const POLICY_SETS = { type: 'REG_SZ', value: 'policy' } as const;

/** Computer name to use if it's unknown. */
const NAMELESS = 'PC';

/** Maximum length of a computer name in the format. */
const MAX_NAME_LENGTH = 63;

/** Settings of a DNS client without domains. */
export const NO_SETTINGS: DnsClientSettings = {
  adDomain: null,
  primaryDnsSuffix: null,
  suffixSearchList: [],
};

/** Returns the case of a finished run, without any full product key. */
export function recordScenario(result: RunResult): ScenarioFile {
  const { diagnosis, snapshot, expectedHosts } = result;
  const isPc = snapshot.diagnosedAs === 'this-pc';
  const file: ScenarioFile = {
    schema: SCENARIO_SCHEMA,
    title: titleOf(diagnosis),
    of: snapshot.diagnosedAs,
    now: diagnosis.startedAt,
    computer: computerOf(snapshot),
    adapters: adaptersOf(snapshot),
    ...(isPc && {
      licensing: licensingOf(snapshot),
      registry: registryOf(result),
      ...(snapshot.sppsvc.ok && { services: servicesOf(snapshot.sppsvc.value) }),
      events: valueOr(snapshot.events, []).map((event) => ({ ...event, data: [...event.data] })),
    }),
    dns: { servers: recordServers(diagnosis, snapshot), resolverCache: resolverCache(snapshot) },
    hosts: recordHosts(diagnosis, snapshot),
    faults: faultsOf(result),
    unread: unreadFacts(result),
    // The format can't represent a server that responds with something other than DNS, which the verdict may depend on.
    ...(diagnosis.verdict.certainty !== 'certain' &&
      someAnswer(snapshot, isGarbled) && { leftOut: ['dns'] }),
    expectedHosts: [...expectedHosts],
  };
  return redactDeep(fitToSchema(truncateToLimits(file)));
}

function titleOf({ target, verdict }: Diagnosis): string {
  return [target.computer, verdict.code].filter((part) => part !== '').join(': ');
}

function computerOf(snapshot: FactSnapshot): ScenarioPart<'computer'> {
  const { system, clock, vbscript, firewallRule, outboundBlocked, dnsTools } = snapshot;
  return {
    // If omitted, the value of the default scenario would be used.
    name: NAMELESS,
    ...(system.ok && {
      name: system.value.name.slice(0, MAX_NAME_LENGTH) || NAMELESS,
      os: system.value.os,
      build: system.value.build,
      server: system.value.server,
      uiLanguage: system.value.uiLanguage,
      elevated: system.value.elevated ?? false,
    }),
    ...suffixesOf(snapshot),
    ...(clock.ok && { clockSkewMinutes: clock.value.minutes }),
    ...(vbscript.ok && { vbscript: vbscript.value }),
    ...(firewallRule.ok && { firewallKmsRule: firewallRule.value }),
    ...(outboundBlocked.ok && {
      outboundBlocked: outboundBlocked.value !== null,
      ...(outboundBlocked.value === 'group-policy' && { outboundBlockedByPolicy: true }),
    }),
    ...(dnsTools.ok && { dnsTools: dnsTools.value }),
  };
}

/**
 * Returns the domains given by the user (`--domain`); null if there were none. A KMS host keeps its own domains: it
 * publishes in them, and doesn't look for another host.
 */
function namedDomains(snapshot: FactSnapshot): readonly string[] | null {
  const { domains, dnsClient, adapters } = snapshot;
  if (!domains.ok || assess(snapshot).role === 'kms-host') return null;
  const { candidates, lookupDomain } = domains.value;
  const usual =
    lookupDomain === null
      ? defaultDomains(valueOr(dnsClient, null), valueOr(adapters, null))
      : [lookupDomain];
  return JSON.stringify(candidates) === JSON.stringify(usual) ? null : candidates;
}

/** Returns suffixes that result in the domains in which the record was looked up. */
function suffixesOf(snapshot: FactSnapshot): ReturnType<typeof recordSettings> {
  const settings = valueOr(snapshot.dnsClient, NO_SETTINGS);
  const named = namedDomains(snapshot);
  if (named === null) {
    return recordSettings(settings);
  }
  // In a workgroup, connection-specific suffixes would be queried in addition to the given domains.
  const hasConnection = valueOr(snapshot.adapters, []).some(({ up, connectionSuffix }) =>
    Boolean(up && connectionSuffix),
  );
  const domain = settings.adDomain !== null || hasConnection ? (named[0] ?? null) : null;
  return { domain, primaryDnsSuffix: domain, dnsSuffixSearchList: [...named] };
}

/** Returns the settings of a DNS client in the scenario format. */
export const recordSettings = (settings: DnsClientSettings) => ({
  domain: settings.adDomain,
  primaryDnsSuffix: settings.primaryDnsSuffix,
  dnsSuffixSearchList: [...settings.suffixSearchList],
});

/** Returns the lookup domain; if the user gave a single domain, that one, because no other was queried. */
function lookupDomainOf(snapshot: FactSnapshot): string | null {
  const lookupDomain = valueOr(snapshot.domains, null)?.lookupDomain ?? null;
  const named = namedDomains(snapshot);
  if (lookupDomain === null || named === null) return lookupDomain;
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** Returns an adapter in the scenario format. */
export const recordAdapter = (adapter: Adapter): ScenarioPart<'adapters'>[number] => ({
  name: adapter.name,
  up: adapter.up,
  addresses: [...adapter.addresses],
  gateways: [...adapter.gateways],
  dnsServers: [...adapter.dnsServers],
  ...(adapter.dnsServersFrom !== null && { dnsServersFrom: adapter.dnsServersFrom }),
  connectionSuffix: adapter.connectionSuffix,
});

function adaptersOf(snapshot: FactSnapshot): ScenarioPart<'adapters'> {
  const plain = valueOr(snapshot.adapters, []).map(recordAdapter);
  if (snapshot.resolverTakesPart || !snapshot.servers.ok) return plain;
  const servers = snapshot.servers.value.map(({ address, port }) => formatEndpoint(address, port));
  const bearer = plain.findIndex(({ up }) => up);
  if (bearer < 0) return [...plain, { ...bare, dnsServers: servers }];
  return plain.map((adapter, index) => ({
    ...adapter,
    dnsServers: index === bearer ? servers : adapter.up ? [] : adapter.dnsServers,
  }));
}

/** Adapter for the servers given by the user if no adapter is up. */
const bare = { name: 'Ethernet', up: true, addresses: [], gateways: [], connectionSuffix: null };

function licensingOf(snapshot: FactSnapshot): ScenarioPart<'licensing'> {
  const { service, licence, products } = snapshot;
  const rows = products.ok ? products.value : licence.ok && licence.value ? [licence.value] : [];
  const isNamed = namedDomains(snapshot) !== null;
  const lookup = { KeyManagementServiceLookupDomain: lookupDomainOf(snapshot) ?? '' };
  return {
    service: { ...(service.ok && plainRow(service.value)), ...(isNamed && lookup) },
    products: rows.map(({ row, partialProductKey, status, reason }) => ({
      ...plainRow(row),
      // A row without a channel in its description isn't treated as a KMS client.
      Description: String(row['Description'] ?? ''),
      ...(isNamed && { KeyManagementServiceLookupDomain: '' }),
      PartialProductKey: partialProductKey,
      LicenseStatus: status,
      LicenseStatusReason: reason,
    })),
  };
}

/** Returns a CIM row without properties that may contain a full product key or an ID unique to this computer. */
function plainRow(row: CimRow): CimRow {
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) => !/^OA3x|^DigitalProductId|^OfflineInstallationId$/i.test(name),
    ),
  );
}

function registryOf(result: RunResult): ScenarioPart<'registry'> {
  const { snapshot } = result;
  const isNamed = namedDomains(snapshot) !== null;
  const keys: Keys = {};
  for (const { key, name, value } of registryReadings(result)) {
    if (value === null || value instanceof Unreadable) continue;
    if (isNamed && name === 'KeyManagementServiceLookupDomain') continue;
    (keys[key] ??= {})[name] = value;
  }
  recordPolicies(valueOr(snapshot.dnsPolicies, []), keys);
  return keys as ScenarioPart<'registry'>;
}

type Keys = Record<string, Record<string, RegistryValue>>;

/** Adds the DNS client settings that are set by policy to the values of the registry. */
export function recordPolicies(settings: readonly DnsClientSetting[], keys: Keys): void {
  for (const setting of settings) {
    const { key, name } = DNS_POLICIES[setting];
    (keys[key] ??= {})[name] = POLICY_SETS;
  }
}

function servicesOf(state: ServiceState | null): ScenarioPart<'services'> {
  if (state === null) return {};
  // The delay of an automatic start doesn't affect the diagnosis.
  const start = state.start === 'automatic-delayed' ? 'automatic' : state.start;
  return { sppsvc: { ...state, start } };
}

function faultsOf(result: RunResult): ScenarioPart<'faults'> {
  const { diagnosis, snapshot } = result;
  const isPc = snapshot.diagnosedAs === 'this-pc';
  return {
    ...(isPc && { powershell: powershellFault(snapshot), registry: registryFault(result) }),
    ping: pingFault(diagnosis),
  };
}

/** Returns the fault of PowerShell: none of its queries could be read, or a policy blocks scripts. Null otherwise. */
function powershellFault(snapshot: FactSnapshot): ScenarioFault | null {
  const { sppsvc, licence, service, events, firewallRule, outboundBlocked } = snapshot;
  const licensing = [licence, service, events].map(reasonOf);
  if (licensing.every((reason) => reason === 'script-policy')) return 'denied';
  return commonFault([...licensing, ...[sppsvc, firewallRule, outboundBlocked].map(reasonOf)]);
}

function registryFault(result: RunResult): ScenarioFault | null {
  const values = registryReadings(result).map(({ value }) => value);
  return commonFault(values.map((value) => (value instanceof Unreadable ? value.reason : null)));
}

function pingFault({ checks }: Diagnosis): ScenarioFault | null {
  const check = checks.find(({ id }) => id === 'dns-server-ping');
  return check?.status === 'unknown' ? commonFault([check.reason]) : null;
}

const reasonOf = (fact: Result<unknown>): ReasonCode | null => (fact.ok ? null : fact.reason);

const FAULTS: Readonly<Partial<Record<ReasonCode, ScenarioFault>>> = {
  'tool-missing': 'missing',
  'timed-out': 'hang',
  'no-answer': 'hang',
  'access-denied': 'denied',
  'needs-elevation': 'denied',
  'script-policy': 'denied',
};

/** Returns the fault of a tool by why its queries failed, represented by the first one; null if one was read. */
function commonFault(reasons: readonly (ReasonCode | null)[]): ScenarioFault | null {
  const [first = null] = reasons;
  return first === null || reasons.includes(null) ? null : (FAULTS[first] ?? 'garbage');
}
