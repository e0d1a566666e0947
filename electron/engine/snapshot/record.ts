/**
 * Writes a finished diagnosis down as a scenario: what was seen on a real PC or network, in the form in which it can
 * be diagnosed, and fixed, elsewhere. Nothing is taken for granted that was not read; where the format has a fault
 * for what could not be read, the case has it.
 *
 * Options that were in force are written as facts: servers that a person named are the adapters' own, with their
 * ports, and domains that a person named are the suffixes.
 */
import type { Diagnosis, ReasonCode } from '@shared/diagnosis';
import { KMS_PORT } from '@shared/kms';
import { formatEndpoint, isIPv6 } from '@shared/names';
import {
  SCENARIO_SCHEMA,
  scenarioSchema,
  type ScenarioFault,
  type ScenarioFile,
} from '@shared/scenario';
import { redactDeep } from '@shared/redaction';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  type CimRow,
  type DnsClientSettings,
  type RegistryValue,
} from '../computer';
import { ordinaryDomains } from '../facts/candidate-domains';
import type { Result, FactSnapshot } from '../facts/fact-snapshot';
import { assess } from '../verdict/assessment';
import { recordHosts } from './hosts';
import { recordServers, resolverCache } from './servers';

type Section<K extends keyof ScenarioFile> = NonNullable<ScenarioFile[K]>;

/** Where no computer gave its name. */
const NAMELESS = 'PC';

/** A computer's name as the format takes it. */
const LONGEST_NAME = 63;

const NO_SETTINGS: DnsClientSettings = {
  adDomain: null,
  primaryDnsSuffix: null,
  suffixSearchList: [],
};

/**
 * The case of a diagnosis, without a whole product key in it.
 *
 * @param diagnosis whose evidence has the pings and the answers over TCP, which the verdict does not need
 */
export function recordScenario(diagnosis: Diagnosis, situation: FactSnapshot): ScenarioFile {
  const isPc = situation.diagnosedAs === 'this-pc';
  const file: ScenarioFile = {
    schema: SCENARIO_SCHEMA,
    title: titleOf(diagnosis),
    of: situation.diagnosedAs,
    now: diagnosis.startedAt,
    computer: computerOf(situation),
    adapters: adaptersOf(situation),
    ...(isPc && {
      licensing: licensingOf(situation),
      registry: registryOf(situation),
      ...(situation.sppsvc.ok && { services: servicesOf(situation) }),
      events: read(situation.events, []).map(({ id, time, data }) => ({
        id,
        time,
        data: [...data],
      })),
    }),
    dns: {
      servers: recordServers(diagnosis, situation),
      resolverCache: resolverCache(situation),
    },
    hosts: recordHosts(diagnosis, situation),
    faults: faultsOf(diagnosis, situation),
  };
  return redactDeep(fitting(file));
}

function titleOf({ target, verdict }: Diagnosis): string {
  return [target.computer, verdict.code].filter((part) => part !== '').join(': ');
}

function read<T>(reading: Result<T>, otherwise: T): T {
  return reading.ok ? reading.value : otherwise;
}

function computerOf(situation: FactSnapshot): Section<'computer'> {
  const { system, clock, vbscript, firewallRule, outboundBlocked } = situation;
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
    ...suffixesOf(situation),
    ...(clock.ok && { clockSkewMinutes: clock.value.minutes }),
    ...(vbscript.ok && { vbscript: vbscript.value }),
    ...(firewallRule.ok && { firewallKmsRule: firewallRule.value }),
    ...(outboundBlocked.ok && { outboundBlocked: outboundBlocked.value }),
  };
}

/**
 * The domains that a person named (`--domain`); null where none were. A KMS host keeps its own: it publishes in
 * them, and looks for no other host.
 */
function namedDomains(situation: FactSnapshot): readonly string[] | null {
  const { domains, dnsClient, adapters } = situation;
  if (!domains.ok || assess(situation).role === 'kms-host') return null;
  const { candidates, lookupDomain } = domains.value;
  const usual = lookupDomain === null ? ordinaryDomains(dnsClient, adapters) : [lookupDomain];
  return JSON.stringify(candidates) === JSON.stringify(usual) ? null : candidates;
}

/** Suffixes that lead to the domains in which the record was looked for. */
function suffixesOf(
  situation: FactSnapshot,
): Pick<Section<'computer'>, 'domain' | 'primaryDnsSuffix' | 'dnsSuffixSearchList'> {
  const settings = read(situation.dnsClient, NO_SETTINGS);
  const named = namedDomains(situation);
  if (named === null) {
    return {
      domain: settings.adDomain,
      primaryDnsSuffix: settings.primaryDnsSuffix,
      dnsSuffixSearchList: [...settings.suffixSearchList],
    };
  }
  // In a workgroup the suffixes of connections would be looked in beside the domains that were named.
  const hasConnection = read(situation.adapters, []).some(({ up, connectionSuffix }) =>
    Boolean(up && connectionSuffix),
  );
  const domain = settings.adDomain !== null || hasConnection ? (named[0] ?? null) : null;
  return { domain, primaryDnsSuffix: domain, dnsSuffixSearchList: [...named] };
}

/** The lookup domain; with one domain that a person named, that one, since nothing else was looked in. */
function lookupDomainOf(situation: FactSnapshot): string | null {
  const { domains } = situation;
  const lookupDomain = domains.ok ? domains.value.lookupDomain : null;
  const named = namedDomains(situation);
  if (lookupDomain === null || named === null) return lookupDomain;
  return named.length === 1 ? (named[0] ?? null) : null;
}

function adaptersOf(situation: FactSnapshot): Section<'adapters'> {
  const adapters = read(situation.adapters, []);
  const plain = adapters.map((adapter) => ({
    name: adapter.name,
    up: adapter.up,
    addresses: [...adapter.addresses],
    gateways: [...adapter.gateways],
    dnsServers: [...adapter.dnsServers],
    connectionSuffix: adapter.connectionSuffix,
  }));
  if (situation.resolverTakesPart || !situation.servers.ok) return plain;
  const servers = situation.servers.value.map(({ address, port }) => formatEndpoint(address, port));
  const bearer = plain.findIndex(({ up }) => up);
  if (bearer < 0) return [...plain, { ...bare, dnsServers: servers }];
  return plain.map((adapter, index) => ({
    ...adapter,
    dnsServers: index === bearer ? servers : adapter.up ? [] : adapter.dnsServers,
  }));
}

/** Carries the servers that a person named where no adapter is up. */
const bare = { name: 'Ethernet', up: true, addresses: [], gateways: [], connectionSuffix: null };

function licensingOf(situation: FactSnapshot): Section<'licensing'> {
  const { service, licence, assignment, domains } = situation;
  const assigned = assignment.ok ? assignment.value : null;
  return {
    service: {
      ...(service.ok && plainRow(service.value)),
      // The registry has the last word on these, and is read where the row is not.
      ...(assignment.ok && {
        KeyManagementServiceMachine:
          assigned === null ? '' : isIPv6(assigned.host) ? `[${assigned.host}]` : assigned.host,
        KeyManagementServicePort:
          assigned === null || assigned.port === KMS_PORT ? 0 : assigned.port,
      }),
      ...(domains.ok && {
        KeyManagementServiceLookupDomain: lookupDomainOf(situation) ?? '',
      }),
    },
    ...(licence.ok && {
      products:
        licence.value === null
          ? []
          : [
              {
                // A row that says nothing of its channel is not a KMS client's.
                Description: '',
                ...plainRow(licence.value.row),
                PartialProductKey: licence.value.partialProductKey,
                LicenseStatus: licence.value.status,
                LicenseStatusReason: licence.value.reason,
              },
            ],
    }),
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

function registryOf(situation: FactSnapshot): Section<'registry'> {
  const { disableDnsPublishing, publishList, legacyValues } = situation;
  const spp: Record<string, RegistryValue> = {};
  const put = (name: string, reading: Result<RegistryValue | null>): void => {
    if (reading.ok && reading.value !== null) spp[name] = reading.value;
  };
  put('DisableDnsPublishing', disableDnsPublishing);
  put('DnsDomainPublishList', publishList);
  const old = Object.fromEntries(read(legacyValues, []).map(({ name, value }) => [name, value]));
  return {
    ...(Object.keys(spp).length > 0 && { [SPP_KEY]: spp }),
    ...(Object.keys(old).length > 0 && { [LEGACY_SL_KEY]: old }),
  } as Section<'registry'>;
}

function servicesOf({ sppsvc, licence, service }: FactSnapshot): Section<'services'> {
  const state = read(sppsvc, null);
  if (state === null) return {};
  // Its tool works and it does not answer: a stopped service is what the format has for that.
  const mute = [licence, service].some((fact) => !fact.ok && fact.reason === 'tool-failed');
  // When a service starts that starts by itself makes no difference to anybody.
  const start = state.start === 'automatic-delayed' ? 'automatic' : state.start;
  return { sppsvc: { ...state, start: mute ? 'disabled' : start } };
}

function faultsOf(diagnosis: Diagnosis, situation: FactSnapshot): Section<'faults'> {
  const isPc = situation.diagnosedAs === 'this-pc';
  return {
    ...(isPc && { powershell: powershellFault(situation), registry: registryFault(situation) }),
    ping: pingFault(diagnosis),
  };
}

function powershellFault(situation: FactSnapshot): ScenarioFault | null {
  const { sppsvc, licence, service, events, firewallRule, outboundBlocked } = situation;
  const reasons = [sppsvc, events, firewallRule, outboundBlocked].flatMap(reasonOf);
  if (reasons.length === 4) return faultFor(reasons[0]);
  const licensing = [licence, service].flatMap(reasonOf);
  const [reason] = licensing;
  // Licensing alone cannot be missing in a scenario; without the rest of the tool it at least stays unknown.
  const isOpen = reason !== undefined && reason !== 'service-disabled' && reason !== 'tool-failed';
  return isOpen ? faultFor(reason) : null;
}

function registryFault(situation: FactSnapshot): ScenarioFault | null {
  const { disableDnsPublishing, publishList, legacyValues } = situation;
  const reasons = [disableDnsPublishing, publishList, legacyValues].flatMap(reasonOf);
  return reasons.length === 3 ? faultFor(reasons[0]) : null;
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

/** Repairs of a case that the format refuses; each takes one place out, so there cannot be many. */
const MOST_REPAIRS = 1_000;

/**
 * The case without what the format has no place for: an address in a form of its own, a number out of its range.
 * A real network holds everything.
 */
function fitting(file: ScenarioFile): ScenarioFile {
  const copy = structuredClone(file);
  for (let repairs = 0; repairs < MOST_REPAIRS; repairs += 1) {
    const [issue] = scenarioSchema.safeParse(copy).error?.issues ?? [];
    if (issue === undefined) return copy;
    takeOut(copy, issue.path);
  }
  throw new Error('The case does not fit its format');
}

function takeOut(file: ScenarioFile, path: readonly PropertyKey[]): void {
  let container: unknown = file;
  for (const step of path.slice(0, -1)) {
    container = (container as Record<PropertyKey, unknown>)[step];
  }
  const last = path.at(-1);
  if (Array.isArray(container)) container.splice(Number(last), 1);
  else if (last !== undefined) Reflect.deleteProperty(container as object, last);
}
