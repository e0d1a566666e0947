/** What the end of a rehearsal takes for granted, since nobody can read it from here. */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { OF_THE_HOST, type RestsOn } from '@shared/treatment';
import type { Plan } from '../fixes/plan';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import type { KmsRequest } from '../verdict/attempts';
import { attemptsToActivate, canonicalHost, isAmong, namesOf, requestsBetween } from './copy';
import type { RehearsedState } from './rehearsal';

/** What one step rests on. */
export function restsOnOf(
  { changes }: Plan,
  before: RehearsedState,
  after: RehearsedState,
  result: RunResult,
): readonly RestsOn[] {
  const makes = (kind: Plan['changes'][number]['kind']) =>
    changes.some((change) => change.kind === kind);
  return [
    ...(makes('dns-cache-flush') ? (['resolver-cache'] as const) : []),
    ...(makes('dns-record') || (makes('service-restart') && publishesOnStart(before.view))
      ? (['dns-replication', 'rights'] as const)
      : []),
    ...(makes('activation')
      ? whoActivates(requestsBetween(before.file, after.file), before, result)
      : []),
  ];
}

/** Whether a KMS host publishes itself when its service starts, where its record is missing. */
const publishesOnStart = ({ role, ownRecords }: Assessment): boolean =>
  role === 'kms-host' && ownRecords.some(({ presence }) => presence === 'absent');

/** What an activation rests on: a refusal on what was refused, a success on all that the host has not shown lately. */
function whoActivates(
  requests: readonly KmsRequest[],
  { verdict }: RehearsedState,
  { snapshot }: RunResult,
): readonly RestsOn[] {
  const last = requests.at(-1);
  if (last === undefined) return ['microsoft-activation'];
  if (last.code !== 0) {
    return requests.flatMap(({ code }) => (isFromKmsHost(code) ? [refusedFor(code)] : []));
  }
  const names = namesOf(canonicalHost(last.host), snapshot);
  const hasServed = attemptsToActivate(verdict.about.product, assess(snapshot))
    .flatMap((attempt) => attempt.requests)
    .some(({ host, code }) => code === 0 && isAmong(canonicalHost(host), names));
  return hasServed ? [] : OF_THE_HOST;
}

function refusedFor(code: number): RestsOn {
  switch (verdictOfError(code)) {
    case 'kms-count-too-low':
      return 'host-count';
    case 'clock-skew':
      return 'host-clock';
    case 'kms-host-cannot-activate-this-product':
      return 'product-served';
    default:
      return 'host-activated';
  }
}
