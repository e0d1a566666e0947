/** The steps by hand, for the details of a card. */
import type { ProcedureId } from '@shared/catalogue';
import { byHand, byHandValues, type ByHandStep } from '@shared/by-hand';
import { kmsPath } from '@shared/kms-path';
import { useDoctor } from '../../state/store';

/** The steps of a procedure with the values of what the window shows. */
export function byHandSteps(procedure: ProcedureId): readonly ByHandStep[] {
  return byHand(procedure, byHandValues(kmsPath(useDoctor.getState().checks)));
}
