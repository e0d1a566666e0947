/** Manual steps for a card's details. */
import type { ProcedureId } from '@shared/catalogue';
import { byHand, byHandValues, type ByHandStep } from '@shared/by-hand';
import { kmsPath } from '@shared/kms-path';
import { useDoctor } from '../../state/store';

/** Returns the manual steps of a procedure, filled in with the values in the window. */
export function byHandSteps(procedure: ProcedureId): readonly ByHandStep[] {
  return byHand(procedure, byHandValues(kmsPath(useDoctor.getState().checks)));
}
