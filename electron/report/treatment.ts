/** A treatment for reading on a console: its steps as rehearsed, what is left for whom, and what undo takes back. */
import type { Translate } from '@shared/i18n';
import { clausesOf, type LeftView, type TreatmentView } from '@shared/treatment';

/** What will be done, in its order: each step with its exact changes and how the PC is after it. */
export function stepLines({ steps }: TreatmentView, t: Translate): readonly string[] {
  return steps.flatMap(({ fix, changes, then }, index) => {
    const known = steps[index - 1]?.then.restsOn ?? [];
    // What an earlier step rests on has been said there.
    const clauses = clausesOf(then.restsOn.filter((one) => !known.includes(one)));
    const verdict = t(`verdicts.${then.code}.name`);
    return [
      `${index + 1}. ${t(`fixes.${fix}.title`)}`,
      ...changes.flatMap(({ title, byHand, before, after }) => [
        `   ${title}`,
        ...byHand.split('\n').map((line) => `     ${line}`),
        `     ${before} → ${after}`,
      ]),
      `   ${t('treatment.cli.then', {
        verdict: [verdict, ...clauses.map((clause) => t(clause))].join(t('report.comma')),
      })}`,
    ];
  });
}

/**
 * What is left, each with its message.
 *
 * @param told texts that stand above already: of such a one the headline alone is repeated
 */
export function leftLines(
  left: readonly LeftView[],
  told: readonly string[],
  t: Translate,
): readonly string[] {
  if (left.length === 0) return [];
  return [
    '',
    t('treatment.cli.left'),
    ...left.flatMap(({ for: whom, subject, text }) => [
      t('report.pair', { asked: t(`treatment.cli.for.${whom}`), answer: subject }),
      ...(told.includes(text) ? [] : text.trimEnd().split('\n').map((line) => `  ${line}`)),
    ]),
  ];
}
