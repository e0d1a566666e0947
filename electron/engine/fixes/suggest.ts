/**
 * What the facts suggest for a form. Names come from DNS, the registry and the licence, so only what passes for a
 * host name or an address is suggested.
 */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { KMS_PORT } from '@shared/kms';
import { canonicalName, isAddress, isHostName, parseEndpoint, type Endpoint } from '@shared/names';
import { type Probe } from '../facts/fact-snapshot';
import { reachabilityOf } from '../facts/answers';
import type { Assessment } from '../verdict/assessment';

/**
 * KMS hosts that answered as one in this run, best first: those of the candidate domains, of other domains, and
 * others that something speaks for; never the one that is assigned.
 */
export function suggestedHosts(view: Assessment): Endpoint[] {
  const { assignment, snapshot } = view;
  const inOtherDomains = new Set(hostsElsewhere(view).map(keyOf));
  const isElsewhere = (target: Endpoint): boolean => inOtherDomains.has(keyOf(target));
  const inQuestion = snapshot.hostsInQuestion;
  const targets = [
    // Assigned with another port, it may answer at the usual one.
    ...(snapshot.assignedTarget === null ? [] : [snapshot.assignedTarget]),
    ...snapshot.targets,
    ...snapshot.laterTargets,
    ...inQuestion.filter(isElsewhere),
    ...inQuestion.filter((target) => !isElsewhere(target)),
  ];
  const answering = targets.flatMap((target) => [
    ...(reachabilityOf(target) === 'kms' ? [target] : []),
    // Named with another port, it may listen on the usual one.
    ...(target.standardPort.some(answersAsKms) ? [{ host: target.host, port: KMS_PORT }] : []),
  ]);
  const assigned = assignment === null ? null : keyOf(assignment);
  return fit(answering).filter((host) => keyOf(host) !== assigned);
}

/** The one of {@link suggestedHosts} to assign: the best one that has not refused this PC. */
export const hostToAssign = (view: Assessment): Endpoint | null =>
  suggestedHosts(view).find((host) => !hasRefused(host, view)) ?? null;

/** Whether a host refused the newest request to it for what is wrong with the host. */
function hasRefused({ host }: Endpoint, { attempts }: Assessment): boolean {
  const last = attempts
    .flatMap(({ requests }) => requests)
    .findLast((request) => nameOf(parseEndpoint(request.host)?.host ?? '') === host);
  return (
    last !== undefined && isFromKmsHost(last.code) && verdictOfError(last.code) !== 'clock-skew'
  );
}

/** The KMS host that DNS names, whether it answers or not; null where it names none. */
export const hostInDoubt = (view: Assessment): Endpoint | null =>
  fit(view.targets)[0] ?? fit(hostsElsewhere(view))[0] ?? null;

/** Those that records name which stand where this PC does not look. */
const hostsElsewhere = ({ others, unqualified }: Assessment): Endpoint[] =>
  [...others, ...(unqualified ? [unqualified] : [])]
    .filter(({ presence }) => presence === 'found')
    .flatMap(({ records }) => records.map(({ target, port }) => ({ host: target, port })));

const answersAsKms = ({ answered }: Probe): boolean =>
  answered.ok && answered.value?.outcome === 'kms';

const keyOf = ({ host, port }: Endpoint): string => `${nameOf(host)}#${port}`;

const nameOf = (host: string): string => (isAddress(host) ? host : canonicalName(host));

/** Each once, as far as its name is one that may be typed. */
function fit(hosts: readonly Endpoint[]): Endpoint[] {
  const distinct = new Map(
    hosts
      .map(({ host, port }) => ({ host: nameOf(host), port }))
      .filter(({ host }) => isAddress(host) || isHostName(host))
      .map((host) => [keyOf(host), host]),
  );
  return [...distinct.values()];
}

/** This PC's own full name; null where it has no domain. */
export function ownFullName(view: Assessment): string | null {
  const { system, dnsClient } = view.snapshot;
  const suffix = dnsClient.ok
    ? (dnsClient.value.primaryDnsSuffix ?? dnsClient.value.adDomain)
    : null;
  if (!system.ok || suffix === null) return null;
  const name = canonicalName(`${system.value.name}.${suffix}`);
  return isHostName(name) ? name : null;
}

/** The port on which this KMS host listens. */
export function ownPort(view: Assessment): number {
  const { service } = view.snapshot;
  const port = service.ok ? Number(service.value['KeyManagementServiceListeningPort'] ?? 0) : 0;
  return port > 0 && port <= 65_535 ? port : KMS_PORT;
}

/** The domain in which the record stands although this PC does not look there. */
export function domainWithRecord(view: Assessment): string | null {
  const found = view.others.find(({ presence }) => presence === 'found');
  return found?.domain ?? null;
}
