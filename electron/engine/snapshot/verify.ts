/** Whether a saved case says what the diagnosis said that it was made from. */
import type { CheckId, VerdictCode } from '@shared/catalogue';
import type { Diagnosis } from '@shared/diagnosis';
import type { ScenarioFile } from '@shared/scenario';
import type { Computer } from '../computer';
import { diagnose } from '../run';

/** Where a case falls short. */
export interface SnapshotMismatch {
  /** The verdict that the case gets, where it is another one, or as sure as the first was not. */
  readonly verdict: VerdictCode | null;
  /** Checks that end otherwise: what they rest on is nothing that the format can say. */
  readonly checks: readonly CheckId[];
}

/**
 * Diagnoses a case and compares.
 *
 * @param play makes the simulated PC of a case
 * @returns null where verdict, what was also found, and all lights are the same
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
