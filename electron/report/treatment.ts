/** A treatment as console text: its rehearsed steps, and the tasks that remain for each recipient. */
import type { Translate } from '@shared/i18n';
import { clausesOf, type LeftView, type TreatmentView } from '@shared/treatment';
import { indented } from './terminal';

/** The steps in order, each with its exact changes and the PC's verdict after it. */
export function stepLines({ steps }: TreatmentView, t: Translate): readonly string[] {
  return steps.flatMap(({ fix, changes, then }, index) => {
    const known = steps[index - 1]?.then.restsOn ?? [];
    // Conditions are listed only at the first step that depends on them.
    const clauses = clausesOf({
      code: then.code,
      restsOn: then.restsOn.filter((one) => !known.includes(one)),
    });
    const verdict = t(`verdicts.${then.code}.name`);
    return [
      `${index + 1}. ${t(`fixes.${fix}.title`)}`,
      `   ${t(`fixes.${fix}.why`)}`,
      ...changes.flatMap(({ title, byHand, before, after }) => [
        `   ${title}`,
        ...byHand.split('\n').map((line) => `     ${line}`),
        `     ${before} → ${after}`,
      ]),
      `   ${
        clauses.length === 0
          ? t('treatment.cli.then', { verdict })
          : t('treatment.cli.thenIf', {
              verdict,
              conditions: clauses.map((clause) => t(clause)).join(t('report.semicolon')),
            })
      }`,
    ];
  });
}

/**
 * Lists the remaining tasks, each with its recipient.
 *
 * @param extent whether to include the handover messages
 * @param told text that was already printed; it isn't repeated unless it's for someone else
 */
export function leftLines(
  left: readonly LeftView[],
  t: Translate,
  extent: 'whole' | 'headlines',
  told: string | null = null,
): readonly string[] {
  if (left.length === 0) return [];
  const bodyOf = ({ for: whom, text }: LeftView): readonly string[] =>
    extent === 'headlines' || (whom === 'this-pc' && text === told) ? [] : indented(text);
  return [
    '',
    t('treatment.cli.left'),
    ...left.flatMap((item) => [
      t('report.pair', { asked: t(`treatment.cli.for.${item.for}`), answer: item.subject }),
      ...bodyOf(item),
    ]),
  ];
}
