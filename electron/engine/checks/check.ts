import type { CheckIdOf, ProcedureId } from '@shared/catalogue';
import type { Finding } from '@shared/diagnosis';
import type { Facts } from '../facts/facts';

/**
 * A check: awaits the facts it needs and says what follows. It neither spawns, sleeps nor retries. What it
 * cannot find out it lets throw; the runner makes `unknown` of it.
 */
export type Check = (facts: Facts) => Promise<Finding>;

/** The checks of one procedure, complete. */
export type ChecksOf<P extends ProcedureId> = Readonly<Record<CheckIdOf<P>, Check>>;
