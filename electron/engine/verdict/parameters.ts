/** What sentences of several verdicts say, and are filled in with. */
import type { FixId } from '@shared/catalogue';
import { explainError, formatErrorCode, isFailureCode } from '@shared/error-codes';
import { isCutShort, isDefinite } from '@shared/kms-path';
import { message, type Message } from '@shared/message';
import { formatEndpoint, kmsRecordName, type Endpoint } from '@shared/names';
import { joinShort, serverName } from '../checks/finding';
import { type AskedAnswer, type SrvLookup } from '../facts/fact-snapshot';
import type { Reachability } from '@shared/kms-path';
import { allAnswers, someAnswer } from '../facts/answers';
import { cloudOfHost } from '../facts/clouds';
import type { AssessedTarget, Assessment } from './assessment';

type TargetFilter = (target: AssessedTarget) => boolean;

/** The targets that were reached so far. */
export const reachedAs =
  (state: Reachability): TargetFilter =>
  ({ reach }) =>
    reach === state;

/** Names of such targets. */
export const hosts = (which: TargetFilter) => (view: Assessment) =>
  joinShort(view.targets.filter(which).map(({ host }) => host));

/** Such targets with their ports. */
export const endpoints = (which: TargetFilter) => (view: Assessment) =>
  joinShort(view.targets.filter(which).map(({ host, port }) => formatEndpoint(host, port)));

/** Their ports, each once. */
export const ports = (which: TargetFilter) => (view: Assessment) =>
  joinShort([...new Set(view.targets.filter(which).map(({ port }) => String(port)))]);

/** The KMS host that is used: the assigned one, or the first that answers as one. */
export const hostInUse = (view: Assessment): string =>
  (view.assignment ?? view.targets.filter(reachedAs('kms'))[0])?.host ?? '';

/** Something of the assigned host. */
export const ofAssigned =
  (part: (assigned: Endpoint) => string | number) =>
  ({ assignment }: Assessment): string | number =>
    assignment === null ? '' : part(assignment);

/** The last error as Windows writes it. */
export const lastError = ({ lastError: error }: Assessment): string =>
  error === null ? '' : formatErrorCode(error);

/** Names of the DNS servers with such an answer; of all that are configured where none has one. */
export function serversWith(
  { snapshot }: Assessment,
  holds: (answer: AskedAnswer) => boolean,
): readonly string[] {
  const configured = snapshot.servers.ok ? snapshot.servers.value.map(serverName) : [];
  const answers = allAnswers(snapshot).filter(({ answer }) => holds(answer));
  const speaking = new Set(answers.map(({ server }) => serverName(server)));
  const those = configured.filter((server) => speaking.has(server));
  return those.length > 0 ? those : configured;
}

/** Those of the domains that lack the record by what somebody said; where all failed, nobody knows. */
export const deniedDomains = ({ candidates }: Assessment): string =>
  joinShort(
    candidates
      .filter(({ presence }) => presence === 'absent')
      .flatMap(({ domain }) => domain ?? []),
  );

/** The first domain that lacks the record, and the server that says so; null where Windows alone does. */
export function denialOf({ candidates, domains }: Assessment) {
  const lacking = candidates.find(({ presence }) => presence === 'absent');
  const said = lacking?.servers.find(({ answer }) => isDefinite(answer));
  const domain = lacking?.domain ?? domains.candidates[0] ?? null;
  return { domain, record: kmsRecordName(domain), server: said?.server ?? null };
}

/** The domains whose record no server can tell of, where that of none can be told and servers answer other questions. */
export function unreadDomains({ candidates, assignment, snapshot }: Assessment): string[] {
  const fails = ({ answer }: SrvLookup['servers'][number]): boolean =>
    answer.outcome === 'answered' && !isDefinite(answer);
  const isUseless = candidates.every(
    ({ presence, servers }) => presence === 'unread' && servers.length > 0 && servers.every(fails),
  );
  return isUseless && assignment === null && someAnswer(snapshot, isDefinite)
    ? candidates.flatMap(({ domain }) => domain ?? [])
    : [];
}

/** The servers that were asked for it there. */
export const unreadServers = ({ candidates }: Assessment): string =>
  joinShort(candidates.flatMap(({ servers }) => servers.map(({ server }) => serverName(server))));

/** The codes with which servers answered, as they are named in DNS; `TC` where an answer was cut to nothing. */
export function responseCodes({ snapshot }: Assessment): string {
  const codes = allAnswers(snapshot).flatMap(({ answer }) => {
    if (answer.outcome !== 'answered') return [];
    return isCutShort(answer) ? ['TC'] : [answer.rcode];
  });
  return joinShort([...new Set(codes)]);
}

/**
 * That one of these hosts is a cloud's own, which turns others away; null where none is.
 *
 * @param lacks what keeps a virtual machine of the cloud from it: the direct way there, or its name
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

/** Fixes of errors on the way to a KMS host, which a key that needs none has from its time as another one. */
const OF_THE_PATH: readonly FixId[] = ['assign-kms-host', 'create-srv-record', 'test-routing'];

/** What an error means and what helps, where it is known and speaks of more than a missing licence. */
export function remedyOf(error: number | null): Message | null {
  const known = explainError(error ?? 0);
  if (known === undefined || !isFailureCode(known.code) || known.vague) return null;
  return known.fromKmsHost || known.fixes.some((fix) => OF_THE_PATH.includes(fix))
    ? null
    : message('verdicts.remedyOfError', { error: known.hex });
}

/** The same of the last error. */
export const remedyOfLastError = ({ lastError: error }: Assessment): Message | null =>
  remedyOf(error);

/** Of these fixes, the one that helps first with the last error before the others. */
export function withRemedyFirst(fixes: readonly FixId[], { lastError: error }: Assessment) {
  const first = explainError(error ?? 0)?.fixes.find((fix) => fixes.includes(fix));
  return first === undefined ? fixes : [...new Set([first, ...fixes])];
}

/** SL_E_IA_…: activation by the Hyper-V host, which is put right there, or not had at all. */
export const isRefusedByHyperV = ({ lastError: error }: Assessment): boolean =>
  (error ?? 0) >>> 4 === 0xc004fd0;
