/** Assumptions behind the outcome of a rehearsal: conditions that can't be read from this PC. */
import type { VerdictCode } from '@shared/catalog';
import { isFromKmsHost, verdictOfError } from '@shared/error-codes';
import { HOST_ASSUMPTIONS, type Assumption } from '@shared/treatment';
import type { Plan } from '../fixes/plan';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import type { KmsRequest } from '../verdict/attempts';
import { attemptsToActivate, canonicalHostIn, isAmong, namesOf, requestsBetween } from './copy';
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
    const refusals = requests.filter(({ code }) => isFromKmsHost(code));
    return refusals.map(({ code }) => REFUSED_FOR.get(verdictOfError(code)) ?? 'host-activated');
  }
  const names = namesOf(canonicalHostIn(last.host), snapshot);
  const hasServed = attemptsToActivate(verdict.about.product, assess(snapshot))
    .flatMap((attempt) => attempt.requests)
    .some(({ host, code }) => code === 0 && isAmong(canonicalHostIn(host), names));
  return hasServed ? [] : HOST_ASSUMPTIONS;
}

/** What a refusal with an error of each verdict assumes, if not that the host isn't activated. */
const REFUSED_FOR: ReadonlyMap<VerdictCode | null, Assumption> = new Map([
  ['kms-count-too-low', 'host-count'],
  ['clock-skew', 'host-clock'],
  ['kms-host-cannot-activate-this-product', 'product-served'],
]);
