/** Parameters and notes shared by the sentences of several verdicts. */
import type { FixId } from '@shared/catalog';
import { explainError, formatErrorCode, isFailureCode } from '@shared/error-codes';
import { isTruncated, isConclusive, type Reachability } from '@shared/kms-path';
import { joinShort, message, type Message } from '@shared/message';
import { kmsRecordName, formatDnsServer, type Endpoint } from '@shared/names';
import { joinDomains, joinEndpoints, joinHosts, joinServers } from '../checks/finding';
import { valueOr, type QueryResult, type SrvLookup } from '../facts/fact-types';
import { allAnswers, someAnswer } from '../facts/answers';
import { cloudOfHost } from '../facts/clouds';
import type { AssessedTarget, Assessment } from './assessment';

type TargetFilter = (target: AssessedTarget) => boolean;

/** Selects targets by how far they were reached. */
export const withReachability =
  (state: Reachability): TargetFilter =>
  ({ reach }) =>
    reach === state;

/** Names of the selected targets. */
export const hosts = (which: TargetFilter) => (view: Assessment) =>
  joinHosts(view.targets.filter(which));

/** The selected targets with their ports. */
export const endpoints = (which: TargetFilter) => (view: Assessment) =>
  joinEndpoints(view.targets.filter(which));

/** The KMS host in use: the assigned one, or the first that answers as a KMS host. */
export const hostInUse = (view: Assessment): string =>
  (view.assignment ?? view.targets.filter(withReachability('kms'))[0])?.host ?? '';

/** A property of the assigned host; empty if there is none. */
export const ofAssigned =
  (part: (assigned: Endpoint) => string | number) =>
  ({ assignment }: Assessment): string | number =>
    assignment === null ? '' : part(assignment);

/** The last error in Windows' notation; empty if there is none. */
export const lastError = ({ lastError: error }: Assessment): string =>
  error === null ? '' : formatErrorCode(error);

/** Returns the names of the DNS servers with a matching answer, or of all configured ones if none has. */
export function serversWith(
  { snapshot }: Assessment,
  holds: (answer: QueryResult) => boolean,
): readonly string[] {
  const configured = valueOr(snapshot.servers, []).map(formatDnsServer);
  const answers = allAnswers(snapshot).filter(({ answer }) => holds(answer));
  const speaking = new Set(answers.map(({ server }) => formatDnsServer(server)));
  const those = configured.filter((server) => speaking.has(server));
  return those.length > 0 ? those : configured;
}

/** Candidate domains where a server or the resolver denies the record. If all queries failed, the record may exist. */
export const deniedDomains = ({ candidates }: Assessment): string =>
  joinDomains(candidates.filter(({ presence }) => presence === 'absent'));

/**
 * Returns the first domain that lacks the record, and the server that denies it; `server` is null if only the Windows
 * resolver denies it.
 */
export function denialOf({ candidates, domains }: Assessment) {
  const lacking = candidates.find(({ presence }) => presence === 'absent');
  const said = lacking?.servers.find(({ answer }) => isConclusive(answer));
  const domain = lacking?.domain ?? domains.candidates[0] ?? null;
  return { domain, record: kmsRecordName(domain), server: said?.server ?? null };
}

/** Returns the domains whose record no server can look up, if that is so for all of them while other queries work. */
export function unreadDomains({ candidates, assignment, snapshot }: Assessment): string[] {
  const fails = ({ answer }: SrvLookup['servers'][number]): boolean =>
    answer.outcome === 'answered' && !isConclusive(answer);
  const isUseless = candidates.every(
    ({ presence, servers }) => presence === 'unread' && servers.length > 0 && servers.every(fails),
  );
  return isUseless && assignment === null && someAnswer(snapshot, isConclusive)
    ? candidates.flatMap(({ domain }) => domain ?? [])
    : [];
}

/** The servers that were queried for those records. */
export const unreadServers = ({ candidates }: Assessment): string =>
  joinServers(candidates.flatMap(({ servers }) => servers));

/** Returns the servers' response codes by their DNS names; `TC` for an answer truncated to nothing. */
export function responseCodes({ snapshot }: Assessment): string {
  const codes = allAnswers(snapshot).flatMap(({ answer }) => {
    if (answer.outcome !== 'answered') return [];
    return isTruncated(answer) ? ['TC'] : [answer.rcode];
  });
  return joinShort(codes);
}

/**
 * Returns a note if one of these hosts is a cloud's own, which refuses other clients; null if none is.
 *
 * @param lacks what a virtual machine of the cloud needs to get to it: the direct route, or its name
 */
export function cloudNote(
  hosts: readonly string[],
  lacks: 'cloudHost' | 'cloudHostUnnamed' = 'cloudHost',
): Message | null {
  const [note] = hosts.flatMap((host) => {
    const cloud = cloudOfHost(host);
    return cloud === null ? [] : [message(`verdicts.${lacks}`, { host, cloud })];
  });
  return note ?? null;
}

/**
 * Fixes for errors on the path to a KMS host. With a key that needs none, such an error is left over from another key.
 */
const OF_THE_PATH: readonly FixId[] = ['assign-kms-host', 'create-srv-record', 'test-routing'];

/** Returns what an error means and what helps, if it's known and more specific than a missing license. */
export function remedyOf(error: number | null): Message | null {
  const known = explainError(error ?? 0);
  if (known === undefined || !isFailureCode(known.code) || known.vague) return null;
  return known.fromKmsHost || known.fixes.some((fix) => OF_THE_PATH.includes(fix))
    ? null
    : message('verdicts.remedyOfError', { error: known.hex });
}

/** The same for the last error. */
export const remedyOfLastError = ({ lastError: error }: Assessment): Message | null =>
  remedyOf(error);

/** Moves the fix that helps most with the last error to the front, if it's one of these. */
export function withRemedyFirst(fixes: readonly FixId[], { lastError: error }: Assessment) {
  const first = explainError(error ?? 0)?.fixes.find((fix) => fixes.includes(fix));
  return first === undefined ? fixes : [...new Set([first, ...fixes])];
}

/**
 * Whether the last error is SL_E_IA_…: activation by the Hyper-V host failed. It must be fixed on that host, or
 * isn't available at all.
 */
export const isRefusedByHyperV = ({ lastError: error }: Assessment): boolean =>
  (error ?? 0) >>> 4 === 0xc004fd0;
