/**
 * Form suggestions from the facts. Names come from DNS, the registry and the license, so only valid host names and
 * addresses are suggested.
 */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { KMS_PORT } from '@shared/kms';
import {
  canonicalName,
  isAddress,
  isHostName,
  parseEndpoint,
  canonicalHost,
  type Endpoint,
} from '@shared/names';
import { answersAtStandardPort, reachabilityOf } from '../facts/answers';
import type { Assessment } from '../verdict/assessment';

/**
 * Returns the hosts that responded as a KMS host in this run, best first: hosts from the candidate domains, from other
 * domains, then other possible hosts. Never includes the assigned one.
 */
export function suggestedHosts(view: Assessment): Endpoint[] {
  const { assignment, snapshot } = view;
  const inOtherDomains = new Set(hostsElsewhere(view).map(keyOf));
  const isElsewhere = (target: Endpoint): boolean => inOtherDomains.has(keyOf(target));
  const inQuestion = snapshot.hostsInQuestion;
  const targets = [
    // Assigned with another port, it may respond on the default one.
    ...(snapshot.assignedTarget === null ? [] : [snapshot.assignedTarget]),
    ...snapshot.targets,
    ...snapshot.laterTargets,
    ...inQuestion.filter(isElsewhere),
    ...inQuestion.filter((target) => !isElsewhere(target)),
  ];
  const answering = targets.flatMap((target) => [
    ...(reachabilityOf(target) === 'kms' ? [target] : []),
    // Listed with another port, it may listen on the default one.
    ...(answersAtStandardPort(target) ? [{ host: target.host, port: KMS_PORT }] : []),
  ]);
  const assigned = assignment === null ? null : keyOf(assignment);
  return fit(answering).filter((host) => keyOf(host) !== assigned);
}

/** Returns the best of {@link suggestedHosts} that hasn't refused this PC. */
export const hostToAssign = (view: Assessment): Endpoint | null =>
  suggestedHosts(view).find((host) => !hasRefused(host, view)) ?? null;

/** Whether a host refused the newest request sent to it because of a problem on the host. */
function hasRefused({ host }: Endpoint, { attempts }: Assessment): boolean {
  const last = attempts
    .flatMap(({ requests }) => requests)
    .findLast((request) => canonicalHost(parseEndpoint(request.host)?.host ?? '') === host);
  return (
    last !== undefined && isFromKmsHost(last.code) && verdictOfError(last.code) !== 'clock-skew'
  );
}

/** Returns the KMS host found in DNS, whether or not it responds; null if there is none. */
export const hostFromDns = (view: Assessment): Endpoint | null =>
  fit(view.targets)[0] ?? fit(hostsElsewhere(view))[0] ?? null;

/** Returns the hosts in records of domains that this PC doesn't query. */
const hostsElsewhere = ({ others, unqualified }: Assessment): Endpoint[] =>
  [...others, ...(unqualified ? [unqualified] : [])]
    .filter(({ presence }) => presence === 'found')
    .flatMap(({ records }) => records.map(({ target, port }) => ({ host: target, port })));

const keyOf = ({ host, port }: Endpoint): string => `${canonicalHost(host)}#${port}`;

/** Deduplicates hosts and drops those without a valid name or address. */
function fit(hosts: readonly Endpoint[]): Endpoint[] {
  const distinct = new Map(
    hosts
      .map(({ host, port }) => ({ host: canonicalHost(host), port }))
      .filter(({ host }) => isAddress(host) || isHostName(host))
      .map((host) => [keyOf(host), host]),
  );
  return [...distinct.values()];
}

/** Returns this PC's fully qualified name; null if it has no domain. */
export function ownFullName(view: Assessment): string | null {
  const { system, dnsClient } = view.snapshot;
  if (!system.ok || !dnsClient.ok) return null;
  const suffix = dnsClient.value.primaryDnsSuffix ?? dnsClient.value.adDomain;
  if (suffix === null) return null;
  const name = canonicalName(`${system.value.name}.${suffix}`);
  return isHostName(name) ? name : null;
}

/** Returns the port that this KMS host listens on. */
export function ownPort(view: Assessment): number {
  const { service } = view.snapshot;
  const port = service.ok ? Number(service.value['KeyManagementServiceListeningPort'] ?? 0) : 0;
  return port > 0 && port <= 65_535 ? port : KMS_PORT;
}

/** Returns a domain that has the record but isn't queried by this PC; null if there is none. */
export const domainWithRecord = ({ others }: Assessment): string | null =>
  others.find(({ presence }) => presence === 'found')?.domain ?? null;
