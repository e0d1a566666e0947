/** Cases with a simulated change in the PC's environment: a record, the host it points to, or a host's behavior. */
import type { VerdictCode } from '@shared/catalog';
import { verdictOfError } from '@shared/error-codes';
import { canonicalName, isAddress, isIPv6, kmsRecordName } from '@shared/names';
import { completeScenario, type CompleteScenario, type ScenarioFile } from '@shared/scenario';
import { sharedServers, type KnownHost } from './worlds';

type Server = CompleteScenario['dns']['servers'][string];
type DnsRecord = Server['records'][number];

/** Events in which Windows logs its activation attempts. */
const ATTEMPTS = [12288, 12289, 8198, 8233];

/** The addresses a case has for a host. */
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

/** Whether the case's PC reached a host and got an answer from its KMS service. */
export function answers(file: ScenarioFile, { host, port, addresses }: KnownHost): boolean {
  const scenario = completeScenario(file);
  return [...addressesOf(scenario, host), ...addresses].some(
    (address) => scenario.hosts[address]?.ports[port] === 'kms',
  );
}

/** A case with an added record in the domain that points to a host. */
export function withRecord(file: ScenarioFile, domain: string, host: KnownHost): ScenarioFile {
  const name = kmsRecordName(domain);
  return changed(file, host, (records) => [
    ...records,
    { name, type: 'SRV', priority: 0, weight: 0, port: host.port, target: host.host, ttl: 3600 },
  ]);
}

/** A case with all records that point to the wrong host redirected to another one. */
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

/** A case in which the host listens and activates clients. Errors that the verdict code stands for are cleared. */
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

/** A case with changed records on the DNS servers that host the domain, and with the host they point to reachable. */
function changed(
  file: ScenarioFile,
  { host, port, addresses }: KnownHost,
  change: (records: readonly DnsRecord[]) => readonly DnsRecord[],
): ScenarioFile {
  const scenario = completeScenario(file);
  const known = addressesOf(scenario, host);
  const added = known.length > 0 || isAddress(host) ? [] : addresses;
  const inDns = added.map((address): DnsRecord => {
    const type = isIPv6(address) ? 'AAAA' : 'A';
    return { name: host, type, address, ttl: 3600 };
  });
  const shared = sharedServers(scenario);
  const servers = Object.fromEntries(
    Object.entries(scenario.dns.servers).map(([name, server]) => [
      name,
      shared.includes(name)
        ? { ...server, records: [...change(server.records), ...inDns] }
        : server,
    ]),
  );
  // Keep the results of the PC's own probes.
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

/** The unread facts without those of these addresses, which are now known. */
function withoutPorts(file: ScenarioFile, addresses: readonly string[]): ScenarioFile['unread'] {
  const ofHosts = (fact: string): boolean =>
    addresses.some(
      (address) => fact.startsWith(`port/${address}:`) || fact.startsWith(`rpc/${address}:`),
    );
  return Object.fromEntries(Object.entries(file.unread ?? {}).filter(([fact]) => !ofHosts(fact)));
}
