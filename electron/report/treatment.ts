/** A treatment for reading on a console: its steps as rehearsed, what is left for whom, and what undo takes back. */
import type { Translate } from '@shared/i18n';
import { clausesOf, type LeftView, type TreatmentView } from '@shared/treatment';

/** What will be done, in its order: each step with its exact changes and how the PC is after it. */
export function stepLines({ steps }: TreatmentView, t: Translate): readonly string[] {
  return steps.flatMap(({ fix, changes, then }, index) => {
    const known = steps[index - 1]?.then.restsOn ?? [];
    // What an earlier step rests on has been said there.
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
 * What is left, and for whom.
 *
 * @param extent whether the messages are shown, too
 * @param told a text that stands above already; who is to be told of it elsewhere needs it here
 */
export function leftLines(
  left: readonly LeftView[],
  t: Translate,
  extent: 'whole' | 'headlines',
  told: string | null = null,
): readonly string[] {
  if (left.length === 0) return [];
  const bodyOf = ({ for: whom, text }: LeftView): readonly string[] =>
    extent === 'headlines' || (whom === 'this-pc' && text === told)
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`);
  return [
    '',
    t('treatment.cli.left'),
    ...left.flatMap((item) => [
      t('report.pair', { asked: t(`treatment.cli.for.${item.for}`), answer: item.subject }),
      ...bodyOf(item),
    ]),
  ];
}
