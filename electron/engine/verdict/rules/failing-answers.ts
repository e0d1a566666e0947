/** DNS servers that answer, and with errors: to every question, or to that for the KMS record alone. */
import { isDefinite } from '@shared/kms-path';
import type { AskedAnswer } from '../../facts/fact-snapshot';
import { everyServerAnswers } from '../../facts/answers';
import { every, some } from '../../facts/outstanding';
import type { Assessment } from '../assessment';

/** Whether a server fails otherwise than servers do: it cut its answer, or did not understand the question. */
export const isOdd = (answer: AskedAnswer): boolean =>
  answer.outcome === 'answered' &&
  !isDefinite(answer) &&
  !['SERVFAIL', 'REFUSED'].includes(answer.rcode);

/**
 * Whether servers that answer other questions fail on the record alone, in every domain where Windows looks: the zone
 * is not loaded there, or what it is forwarded or delegated to does not answer.
 */
export function onlyRecordFails({ candidates, role, onlyFailingAnswers }: Assessment): boolean {
  if (onlyFailingAnswers || role === 'kms-host' || candidates.length === 0) return false;
  return every(
    candidates,
    ({ presence, servers }) =>
      presence !== 'found' &&
      some(servers, ({ answer }) => answer.outcome === 'answered') &&
      every(servers, ({ answer }) => !isDefinite(answer)),
  );
}

/** Whether nobody who was not heard may have that record: a silent server, or the Windows resolver. */
export function isRecordUnfound({ windows, situation, candidates, domains }: Assessment): boolean {
  const isNoWitness = !situation.resolverTakesPart || !windows;
  return (
    domains.complete &&
    everyServerAnswers(situation) &&
    (isNoWitness || every(candidates, ({ resolver }) => resolver?.ok === true)) &&
    !some(candidates, ({ servers }) => some(servers, ({ answer }) => isOdd(answer)))
  );
}
