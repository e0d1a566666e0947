/** Cases with something changed in the world around their PC: a record, the host that it names, what a host does. */
import type { VerdictCode } from '@shared/catalogue';
import { verdictOfError } from '@shared/error-codes';
import { canonicalName, isAddress, isIPv6, kmsRecordName } from '@shared/names';
import { completeScenario, type CompleteScenario, type ScenarioFile } from '@shared/scenario';
import { sharedServers, type KnownHost } from './worlds';

type Server = CompleteScenario['dns']['servers'][string];
type DnsRecord = Server['records'][number];

/** Events in which Windows says how it tried to activate. */
const ATTEMPTS = [12288, 12289, 8198, 8233];

/** The addresses of a host, as a case knows them. */
function addressesOf(scenario: CompleteScenario, host: string): readonly string[] {
  if (isAddress(host)) return [host];
  const all = [
    ...Object.values(scenario.dns.servers).flatMap(({ records }) => records),
    ...(scenario.dns.resolverCache ?? []),
  ];
  return all.flatMap((record) =>
    'address' in record && canonicalName(record.name) === host ? [record.address] : [],
  );
}

/** Whether a case's PC tried a host, and it answered as a KMS service. */
export function answers(file: ScenarioFile, { host, port, addresses }: KnownHost): boolean {
  const scenario = completeScenario(file);
  return [...addressesOf(scenario, host), ...addresses].some(
    (address) => scenario.hosts[address]?.ports[port] === 'kms',
  );
}

/** A case in whose domain a record names a host. */
export function withRecord(file: ScenarioFile, domain: string, host: KnownHost): ScenarioFile {
  const name = kmsRecordName(domain);
  return changed(file, host, (records) => [
    ...records,
    { name, type: 'SRV', priority: 0, weight: 0, port: host.port, target: host.host, ttl: 3600 },
  ]);
}

/** A case whose records name a host in the place of another one. */
export function withRecordsNaming(
  file: ScenarioFile,
  wrong: string,
  host: KnownHost,
): ScenarioFile {
  return changed(file, host, (records) =>
    records.map((record) =>
      record.type === 'SRV' && canonicalName(record.target) === wrong
        ? { ...record, target: host.host, port: host.port }
        : record,
    ),
  );
}

/** A case whose host listens and serves: what it refused with, which the code stands for, is forgotten. */
export function withHost(file: ScenarioFile, host: KnownHost, code: VerdictCode): ScenarioFile {
  const scenario = completeScenario(file);
  const hosts = Object.fromEntries(
    addressesOf(scenario, host.host).map((address) => {
      const known = scenario.hosts[address];
      const ports = { ...known?.ports, [host.port]: 'kms' as const };
      return [address, { ping: true, ports }];
    }),
  );
  const products = scenario.licensing.products.map((row) =>
    verdictOfError(Number(row['LicenseStatusReason'])) === code
      ? { ...row, LicenseStatusReason: 0 }
      : row,
  );
  return {
    ...file,
    licensing: { ...file.licensing, products },
    events: (file.events ?? []).filter(({ id }) => !ATTEMPTS.includes(id)),
    hosts: { ...scenario.hosts, ...hosts },
    unread: withoutPorts(file, Object.keys(hosts)),
  };
}

/** A case with other records at the servers that have the domain, which lead to a host. */
function changed(
  file: ScenarioFile,
  { host, port, addresses }: KnownHost,
  change: (records: readonly DnsRecord[]) => readonly DnsRecord[],
): ScenarioFile {
  const scenario = completeScenario(file);
  const known = addressesOf(scenario, host);
  const added = known.length > 0 || isAddress(host) ? [] : addresses;
  const inDns = added.map((address): DnsRecord =>
    isIPv6(address)
      ? { name: host, type: 'AAAA', address, ttl: 3600 }
      : { name: host, type: 'A', address, ttl: 3600 },
  );
  const shared = sharedServers(scenario);
  const servers = Object.fromEntries(
    Object.entries(scenario.dns.servers).map(([name, server]) => [
      name,
      shared.includes(name)
        ? { ...server, records: [...change(server.records), ...inDns] }
        : server,
    ]),
  );
  // What the PC found itself stands.
  const hosts = Object.fromEntries(
    addresses
      .filter((address) => scenario.hosts[address] === undefined)
      .map((address) => [address, { ping: true, ports: { [port]: 'kms' as const } }]),
  );
  return {
    ...file,
    dns: { servers: servers as NonNullable<ScenarioFile['dns']>['servers'], resolverCache: null },
    hosts: { ...scenario.hosts, ...hosts },
    unread: withoutPorts(file, Object.keys(hosts)),
  };
}

/** What is unread, less what is known of these addresses now. */
function withoutPorts(file: ScenarioFile, addresses: readonly string[]): ScenarioFile['unread'] {
  const ofHosts = (fact: string): boolean =>
    addresses.some(
      (address) => fact.startsWith(`port/${address}:`) || fact.startsWith(`rpc/${address}:`),
    );
  return Object.fromEntries(Object.entries(file.unread ?? {}).filter(([fact]) => !ofHosts(fact)));
}
