/** Manual steps for a card's details. */
import type { ProcedureId } from '@shared/catalog';
import { manualSteps, manualValues, type ManualStep } from '@shared/manual-steps';
import { kmsPath } from '@shared/kms-path';
import { useDoctor } from '../../state/store';

/** Returns the manual steps of a procedure, filled in with the values in the window. */
export function byHandSteps(procedure: ProcedureId): readonly ManualStep[] {
  return manualSteps(procedure, manualValues(kmsPath(useDoctor.getState().checks)));
}
