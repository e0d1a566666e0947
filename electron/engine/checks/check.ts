import type { CheckIdOf, ProcedureId } from '@shared/catalog';
import type { Finding } from '@shared/diagnosis';
import type { Facts } from '../facts/facts';

/**
 * Awaits the facts it needs and returns a finding. A check doesn't spawn processes, sleep or retry. It lets errors
 * propagate for facts it can't get; the runner turns them into `unknown`.
 */
export type Check = (facts: Facts) => Promise<Finding>;

/** All checks of one procedure. */
export type ChecksOf<P extends ProcedureId> = Readonly<Record<CheckIdOf<P>, Check>>;
