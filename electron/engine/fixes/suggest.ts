/**
 * What the facts suggest for a form. Names come from DNS, the registry and the licence, so only what passes for a
 * host name or an address is suggested.
 */
import { KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, isHostName, parseEndpoint } from '@shared/names';
import type { Assessment } from '../verdict/assessment';

/** A host with its port. */
export interface SuggestedHost {
  readonly host: string;
  readonly port: number;
}

/**
 * KMS hosts that come into question, best first: those that ought to be there, those that answer, those that DNS
 * names in the PC's own domains or in others, the one that Windows used last.
 */
export function suggestedHosts(
  view: Assessment,
  expectedHosts: readonly string[],
): SuggestedHost[] {
  const expected = expectedHosts.flatMap((text) => {
    const endpoint = parseEndpoint(text);
    return endpoint === null ? [] : [{ host: endpoint.host, port: endpoint.port ?? KMS_PORT }];
  });
  const answering = view.targets.filter(({ reach }) => reach === 'kms');
  const elsewhere = [...view.others, ...(view.unqualified ? [view.unqualified] : [])]
    .filter(({ presence }) => presence === 'found')
    .flatMap(({ records }) => records.map(({ target, port }) => ({ host: target, port })));
  const row = view.licence?.row ?? {};
  const cached = {
    host: String(row['DiscoveredKeyManagementServiceMachineName'] ?? ''),
    port: Number(row['DiscoveredKeyManagementServiceMachinePort'] ?? 0) || KMS_PORT,
  };
  const all = [...expected, ...answering, ...elsewhere, cached, ...view.targets];
  const hosts = new Map<string, SuggestedHost>();
  for (const { host, port } of all) {
    const name = isAddress(host) ? host : canonicalName(host);
    if (!isAddress(name) && !isHostName(name)) continue;
    hosts.set(`${name}#${port}`, { host: name, port });
  }
  return [...hosts.values()];
}

/** This PC's own full name; null where it has no domain. */
export function ownFullName(view: Assessment): string | null {
  const { system, dnsClient } = view.situation;
  const suffix = dnsClient.ok
    ? (dnsClient.value.primaryDnsSuffix ?? dnsClient.value.adDomain)
    : null;
  if (!system.ok || suffix === null) return null;
  const name = canonicalName(`${system.value.name}.${suffix}`);
  return isHostName(name) ? name : null;
}

/** The port on which this KMS host listens. */
export function ownPort(view: Assessment): number {
  const { service } = view.situation;
  const port = service.ok ? Number(service.value['KeyManagementServiceListeningPort'] ?? 0) : 0;
  return port > 0 && port <= 65_535 ? port : KMS_PORT;
}

/** The domain in which the record stands although this PC does not look there. */
export function domainWithRecord(view: Assessment): string | null {
  const found = view.others.find(({ presence }) => presence === 'found');
  return found?.domain ?? null;
}
