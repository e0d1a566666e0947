/** The steps by hand, for the details of a card and as a text for somebody else's administrator. */
import type { ProcedureId } from '@shared/catalogue';
import { byHand, byHandValues, type ByHandStep } from '@shared/by-hand';
import { kmsPath } from '@shared/kms-path';
import { useDoctor } from '../../state/store';
import type { Translations } from '../../i18n/translations';

/** The steps of a procedure with the values of what the window shows. */
export function byHandSteps(procedure: ProcedureId): readonly ByHandStep[] {
  return byHand(procedure, byHandValues(kmsPath(useDoctor.getState().checks)));
}

/** The same as one text to paste. */
export function byHandText(procedure: ProcedureId, { t, sentence }: Translations): string {
  return [
    t(`procedures.${procedure}.article`),
    t(`window.about.${procedure}`),
    ...byHandSteps(procedure).map(
      ({ comment, command }) => `\n${sentence(comment)}\n    ${command}`,
    ),
  ].join('\n');
}
