/** Verifies that a saved case gives the same diagnosis as the one it was created from. */
import type { CheckId, VerdictCode } from '@shared/catalog';
import type { Diagnosis } from '@shared/diagnosis';
import type { ScenarioFile } from '@shared/scenario';
import type { Computer } from '../computer';
import { diagnose } from '../run';

/** Differences between a case and the original diagnosis. */
export interface SnapshotMismatch {
  /** The verdict of the case, if it or its certainty or secondary findings differ; null otherwise. */
  readonly verdict: VerdictCode | null;
  /** Checks with a different status, because they depend on something that the format can't represent. */
  readonly checks: readonly CheckId[];
}

/**
 * Diagnoses a case and compares the result with the original.
 *
 * @param play creates a simulated PC from a case
 * @returns null if the verdict, the other findings and all check statuses are the same
 */
export async function verifySnapshot(
  file: ScenarioFile,
  original: Diagnosis,
  play: (file: ScenarioFile) => Computer,
): Promise<SnapshotMismatch | null> {
  const { diagnosis } = await diagnose(play(file)).result;
  const said = ({ verdict }: Diagnosis): string =>
    JSON.stringify([verdict.code, verdict.certainty, verdict.alsoFound]);
  const checks = original.checks.flatMap(({ id, status }) =>
    diagnosis.checks.find((check) => check.id === id)?.status === status ? [] : [id],
  );
  const isSame = said(diagnosis) === said(original);
  if (isSame && checks.length === 0) return null;
  return { verdict: isSame ? null : diagnosis.verdict.code, checks };
}
