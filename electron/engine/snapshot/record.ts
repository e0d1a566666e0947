/**
 * Writes a finished diagnosis down as a scenario: what was seen on a real PC or network, in the form in which it can
 * be diagnosed, and fixed, elsewhere. Nothing is taken for granted that was not read; where the format has a fault
 * for what could not be read, the case has it.
 *
 * Options that were in force are written as facts: servers that a person named are the adapters' own, with their
 * ports, and domains that a person named are the suffixes.
 */
import type { Diagnosis, ReasonCode } from '@shared/diagnosis';
import { formatEndpoint } from '@shared/names';
import { SCENARIO_SCHEMA, type ScenarioFault, type ScenarioFile } from '@shared/scenario';
import { redactDeep } from '@shared/redaction';
import { Unreadable, type CimRow, type DnsClientSettings } from '../computer';
import { DNS_POLICIES, type RegistryValue } from '../registry-keys';
import { ordinaryDomains } from '../facts/candidate-domains';
import { isGarbled, someAnswer } from '../facts/answers';
import type { Result, FactSnapshot } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { assess } from '../verdict/assessment';
import { fitting, withinLimits } from './fitting';
import { recordHosts } from './hosts';
import { recordServers, resolverCache } from './servers';
import { registryReadings, unreadFacts } from './unread';

type Section<K extends keyof ScenarioFile> = NonNullable<ScenarioFile[K]>;

/** What a case has for a setting of a policy: that it is set is what counts. */
const POLICY_SETS = 'policy';

/** Where no computer gave its name. */
const NAMELESS = 'PC';

/** A computer's name as the format takes it. */
const LONGEST_NAME = 63;

const NO_SETTINGS: DnsClientSettings = {
  adDomain: null,
  primaryDnsSuffix: null,
  suffixSearchList: [],
};

/** The case of a finished run, without a whole product key in it. */
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
      ...(snapshot.sppsvc.ok && { services: servicesOf(snapshot) }),
      events: read(snapshot.events, []).map(({ id, time, data }) => ({
        id,
        time,
        data: [...data],
      })),
    }),
    dns: {
      servers: recordServers(diagnosis, snapshot),
      resolverCache: resolverCache(snapshot),
    },
    hosts: recordHosts(diagnosis, snapshot),
    faults: faultsOf(result),
    unread: unreadFacts(result),
    // The format has no server that talks, and no DNS; the verdict may rest on others.
    ...(diagnosis.verdict.certainty !== 'certain' &&
      someAnswer(snapshot, isGarbled) && { leftOut: ['dns'] }),
    expectedHosts: [...expectedHosts],
  };
  return redactDeep(fitting(withinLimits(file)));
}

function titleOf({ target, verdict }: Diagnosis): string {
  return [target.computer, verdict.code].filter((part) => part !== '').join(': ');
}

function read<T>(reading: Result<T>, otherwise: T): T {
  return reading.ok ? reading.value : otherwise;
}

function computerOf(snapshot: FactSnapshot): Section<'computer'> {
  const { system, clock, vbscript, firewallRule, outboundBlocked, dnsTools } = snapshot;
  return {
    // What is left out would be the example's own.
    name: NAMELESS,
    ...(system.ok && {
      name: system.value.name.slice(0, LONGEST_NAME) || NAMELESS,
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
    ...(outboundBlocked.ok && { outboundBlocked: outboundBlocked.value !== null }),
    ...(outboundBlocked.ok &&
      outboundBlocked.value === 'group-policy' && { outboundBlockedByPolicy: true }),
    ...(dnsTools.ok && { dnsTools: dnsTools.value }),
  };
}

/**
 * The domains that a person named (`--domain`); null where none were. A KMS host keeps its own: it publishes in
 * them, and looks for no other host.
 */
function namedDomains(snapshot: FactSnapshot): readonly string[] | null {
  const { domains, dnsClient, adapters } = snapshot;
  if (!domains.ok || assess(snapshot).role === 'kms-host') return null;
  const { candidates, lookupDomain } = domains.value;
  const usual = lookupDomain === null ? ordinaryDomains(dnsClient, adapters) : [lookupDomain];
  return JSON.stringify(candidates) === JSON.stringify(usual) ? null : candidates;
}

/** Suffixes that lead to the domains in which the record was looked for. */
function suffixesOf(
  snapshot: FactSnapshot,
): Pick<Section<'computer'>, 'domain' | 'primaryDnsSuffix' | 'dnsSuffixSearchList'> {
  const settings = read(snapshot.dnsClient, NO_SETTINGS);
  const named = namedDomains(snapshot);
  if (named === null) {
    return {
      domain: settings.adDomain,
      primaryDnsSuffix: settings.primaryDnsSuffix,
      dnsSuffixSearchList: [...settings.suffixSearchList],
    };
  }
  // In a workgroup the suffixes of connections would be looked in beside the domains that were named.
  const hasConnection = read(snapshot.adapters, []).some(({ up, connectionSuffix }) =>
    Boolean(up && connectionSuffix),
  );
  const domain = settings.adDomain !== null || hasConnection ? (named[0] ?? null) : null;
  return { domain, primaryDnsSuffix: domain, dnsSuffixSearchList: [...named] };
}

/** The lookup domain; with one domain that a person named, that one, since nothing else was looked in. */
function lookupDomainOf(snapshot: FactSnapshot): string | null {
  const { domains } = snapshot;
  const lookupDomain = domains.ok ? domains.value.lookupDomain : null;
  const named = namedDomains(snapshot);
  if (lookupDomain === null || named === null) return lookupDomain;
  return named.length === 1 ? (named[0] ?? null) : null;
}

function adaptersOf(snapshot: FactSnapshot): Section<'adapters'> {
  const adapters = read(snapshot.adapters, []);
  const plain = adapters.map((adapter) => ({
    name: adapter.name,
    up: adapter.up,
    addresses: [...adapter.addresses],
    gateways: [...adapter.gateways],
    dnsServers: [...adapter.dnsServers],
    ...(adapter.dnsServersFrom !== null && { dnsServersFrom: adapter.dnsServersFrom }),
    connectionSuffix: adapter.connectionSuffix,
  }));
  if (snapshot.resolverTakesPart || !snapshot.servers.ok) return plain;
  const servers = snapshot.servers.value.map(({ address, port }) => formatEndpoint(address, port));
  const bearer = plain.findIndex(({ up }) => up);
  if (bearer < 0) return [...plain, { ...bare, dnsServers: servers }];
  return plain.map((adapter, index) => ({
    ...adapter,
    dnsServers: index === bearer ? servers : adapter.up ? [] : adapter.dnsServers,
  }));
}

/** Carries the servers that a person named where no adapter is up. */
const bare = { name: 'Ethernet', up: true, addresses: [], gateways: [], connectionSuffix: null };

function licensingOf(snapshot: FactSnapshot): Section<'licensing'> {
  const { service, licence, products, domains } = snapshot;
  const rows = products.ok ? products.value : licence.ok && licence.value ? [licence.value] : [];
  const isNamed = namedDomains(snapshot) !== null;
  const named = { KeyManagementServiceLookupDomain: lookupDomainOf(snapshot) ?? '' };
  return {
    service: {
      ...(service.ok && plainRow(service.value)),
      ...(domains.ok && isNamed && named),
    },
    products: rows.map(({ row, partialProductKey, status, reason }) => ({
      ...plainRow(row),
      // A row that says nothing of its channel is not a KMS client's.
      Description: String(row['Description'] ?? ''),
      ...(isNamed && { KeyManagementServiceLookupDomain: '' }),
      PartialProductKey: partialProductKey,
      LicenseStatus: status,
      LicenseStatusReason: reason,
    })),
  };
}

/** A CIM row without what may hold a whole product key, or an id that stands for this one computer. */
function plainRow(row: CimRow): CimRow {
  return Object.fromEntries(
    Object.entries(row).filter(
      ([name]) => !/^OA3x|^DigitalProductId|^OfflineInstallationId$/i.test(name),
    ),
  );
}

function registryOf(result: RunResult): Section<'registry'> {
  const { snapshot } = result;
  const isNamed = namedDomains(snapshot) !== null;
  const keys: Record<string, Record<string, RegistryValue>> = {};
  for (const { key, name, value } of registryReadings(result)) {
    if (value === null || value instanceof Unreadable) continue;
    if (isNamed && name === 'KeyManagementServiceLookupDomain') continue;
    keys[key] = { ...keys[key], [name]: value };
  }
  for (const setting of read(snapshot.dnsPolicies, [])) {
    const { key, name } = DNS_POLICIES[setting];
    keys[key] = { ...keys[key], [name]: { type: 'REG_SZ', value: POLICY_SETS } };
  }
  return keys as Section<'registry'>;
}

function servicesOf({ sppsvc }: FactSnapshot): Section<'services'> {
  const state = read(sppsvc, null);
  if (state === null) return {};
  // When a service starts that starts by itself makes no difference to anybody.
  const start = state.start === 'automatic-delayed' ? 'automatic' : state.start;
  return { sppsvc: { ...state, start } };
}

function faultsOf(result: RunResult): Section<'faults'> {
  const { diagnosis, snapshot } = result;
  const isPc = snapshot.diagnosedAs === 'this-pc';
  return {
    ...(isPc && { powershell: powershellFault(snapshot), registry: registryFault(result) }),
    ping: pingFault(diagnosis),
  };
}

/** PowerShell is broken where nothing that it is asked can be read, or a policy lets no script run. */
function powershellFault(snapshot: FactSnapshot): ScenarioFault | null {
  const { sppsvc, licence, service, events, firewallRule, outboundBlocked } = snapshot;
  const licensing = [licence, service, events];
  const all = [...licensing, sppsvc, firewallRule, outboundBlocked];
  if (licensing.flatMap(reasonOf).every((reason) => reason === 'script-policy')) {
    const forbidden = licensing.every((fact) => !fact.ok);
    if (forbidden) return 'denied';
  }
  const reasons = all.flatMap(reasonOf);
  return reasons.length === all.length ? faultFor(reasons[0]) : null;
}

function registryFault(result: RunResult): ScenarioFault | null {
  const values = registryReadings(result).map(({ value }) => value);
  const reasons = values.flatMap((value) => (value instanceof Unreadable ? [value.reason] : []));
  return reasons.length > 0 && reasons.length === values.length ? faultFor(reasons[0]) : null;
}

function pingFault({ checks }: Diagnosis): ScenarioFault | null {
  const check = checks.find(({ id }) => id === 'dns-server-ping');
  return check?.status === 'unknown' && check.reason !== null ? faultFor(check.reason) : null;
}

function reasonOf(fact: Result<unknown>): ReasonCode[] {
  return fact.ok ? [] : [fact.reason];
}

function faultFor(reason: ReasonCode | undefined): ScenarioFault {
  switch (reason) {
    case 'tool-missing':
      return 'missing';
    case 'timed-out':
    case 'no-answer':
      return 'hang';
    case 'access-denied':
    case 'needs-elevation':
    case 'script-policy':
      return 'denied';
    default:
      return 'garbage';
  }
}
