import type { VerdictCode } from '@shared/catalog';
import type { Computer } from '@engine/computer';
import { toResult } from '@engine/facts/fact-types';
import { type DiagnoseOptions, diagnose } from '@engine/run';
import type { LocalCallbacks } from './fix-service';

/**
 * Diagnoses a computer after a change.
 *
 * @returns the verdict; null if the facts can't be read
 */
export async function recheck(
  computer: Computer,
  options: DiagnoseOptions,
  { rechecked }: Pick<LocalCallbacks, 'rechecked'>,
): Promise<VerdictCode | null> {
  const found = await toResult(diagnose(computer, options).result);
  if (!found.ok) return null;
  rechecked(found.value);
  return found.value.diagnosis.verdict.code;
}
