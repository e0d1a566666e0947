import type { CheckId, CheckIdOf, ProcedureId } from '@shared/catalog';
import type { Finding, Status } from '@shared/diagnosis';
import type { Evidence } from '@shared/evidence';
import type { Message, MessageKey } from '@shared/message';
import type { Facts } from '../facts/facts';

/** Names of a check's own messages. */
type NameIn<Key, Id extends CheckId> = Key extends `checks.${Id}.${infer Name}` ? Name : never;

/**
 * Awaits the facts it needs and returns a finding. A check doesn't spawn processes, sleep or retry. It lets errors
 * propagate for facts it can't get; the runner turns them into `unknown`.
 *
 * @param found creates a finding with one of the check's own messages
 */
export type Check<Id extends CheckId> = (
  facts: Facts,
  found: (
    status: Status,
    name: NameIn<MessageKey, Id>,
    evidence?: readonly Evidence[],
    params?: Message['params'],
  ) => Finding,
) => Promise<Finding>;

/** All checks of one procedure. */
export type ChecksOf<P extends ProcedureId> = {
  readonly [Id in CheckIdOf<P> & CheckId]: Check<Id>;
};
