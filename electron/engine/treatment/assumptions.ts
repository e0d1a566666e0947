/** Assumptions behind the outcome of a rehearsal: conditions that can't be read from this PC. */
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { HOST_ASSUMPTIONS, type Assumption } from '@shared/treatment';
import type { Plan } from '../fixes/plan';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import type { KmsRequest } from '../verdict/attempts';
import { attemptsToActivate, canonicalHost, isAmong, namesOf, requestsBetween } from './copy';
import type { RehearsedState } from './rehearsal';

/** Returns the assumptions of one step. */
export function assumptionsOf(
  { changes }: Plan,
  before: RehearsedState,
  after: RehearsedState,
  result: RunResult,
): readonly Assumption[] {
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

/** Whether restarting the service would publish a missing record of this KMS host. */
const publishesOnStart = ({ role, ownRecords }: Assessment): boolean =>
  role === 'kms-host' && ownRecords.some(({ presence }) => presence === 'absent');

/**
 * Returns the assumptions of an activation: for a refusal, the reasons for it; for a success, everything about the host
 * that it hasn't shown recently.
 */
function whoActivates(
  requests: readonly KmsRequest[],
  { verdict }: RehearsedState,
  { snapshot }: RunResult,
): readonly Assumption[] {
  const last = requests.at(-1);
  if (last === undefined) return ['microsoft-activation'];
  if (last.code !== 0) {
    return requests.flatMap(({ code }) => (isFromKmsHost(code) ? [refusedFor(code)] : []));
  }
  const names = namesOf(canonicalHost(last.host), snapshot);
  const hasServed = attemptsToActivate(verdict.about.product, assess(snapshot))
    .flatMap((attempt) => attempt.requests)
    .some(({ host, code }) => code === 0 && isAmong(canonicalHost(host), names));
  return hasServed ? [] : HOST_ASSUMPTIONS;
}

function refusedFor(code: number): Assumption {
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
