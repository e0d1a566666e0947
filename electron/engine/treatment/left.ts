/** The remaining items of a treatment: problems left to others or to the user of this PC. */
import { VERDICT_CODES, type VerdictCode } from '@shared/catalog';
import { isFromKmsHost } from '@shared/error-codes';
import type { LeftFor } from '@shared/treatment';
import type { Diagnosis } from '@shared/diagnosis';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import type { VerdictRule } from '../verdict/rule';
import { ruleHolds, VERDICT_RULES, messagesOf } from '../verdict/verdict';
import type { Course } from './search';
import type { RehearsedState } from './rehearsal';
import type { LeftItem } from './treatment';

/** Fixes that work around a cause located elsewhere. */
const WORKAROUNDS = ['assign-kms-host', 'set-lookup-domain', 'set-dns-servers', 'add-dns-suffix'];

/** Verdicts that require the user: a product key, or a connection to the company network. */
const FOR_THE_USER: readonly VerdictCode[] = [
  'no-product-key',
  'product-key-rejected',
  'not-a-kms-client',
  'domain-unknown-to-dns',
];

/** Returns the remaining items after a course, or without one, in verdict order. */
export function expectedRemaining(
  state: RehearsedState,
  course: Course | null,
): readonly LeftItem[] {
  const endsUnread = course?.ends.code === 'cannot-diagnose';
  const found = endsUnread ? (['cannot-diagnose'] as const) : foundIn(state);
  const rounded = (course?.steps ?? []).flatMap(({ step, from }, index) => {
    if (!WORKAROUNDS.includes(step.fix)) return [];
    const noLongerHold = foundIn(from).filter((code) => !ruleHolds(code, state.view));
    return noLongerHold.map((code) => ({ ...itemOf(code, from.view), roundBy: index }));
  });
  return inVerdictOrder([
    ...found.map((code) => itemOf(code, state.view)),
    // A problem on this PC itself was fixed by the step, not worked around.
    ...rounded.filter((item) => item.for !== 'this-pc'),
  ]);
}

/**
 * Returns the remaining items once a treatment has ended, according to the last diagnosis.
 *
 * @param planned the remaining items that were expected
 * @param stands whether a step was done and not rolled back
 */
export function actualRemaining(
  { diagnosis, snapshot }: RunResult,
  planned: readonly LeftItem[],
  stands: (step: number) => boolean,
): readonly LeftItem[] {
  const view = assess(snapshot);
  const found = foundIn(diagnosis).map((code) => itemOf(code, view));
  const gone = planned.filter(({ roundBy }) => roundBy !== null && stands(roundBy));
  return inVerdictOrder([...found, ...gone]);
}

/** Sorts items; of several about the same verdict, the first one counts. */
const inVerdictOrder = (items: readonly LeftItem[]): readonly LeftItem[] =>
  VERDICT_CODES.flatMap((one) => items.find(({ code }) => code === one) ?? []);

const foundIn = ({
  verdict: { code, alsoFound },
}: Pick<Diagnosis, 'verdict'>): readonly VerdictCode[] =>
  code === 'healthy' ? [] : [code, ...alsoFound];

function itemOf(code: VerdictCode, view: Assessment): LeftItem {
  const rule: VerdictRule = VERDICT_RULES[code];
  const message = rule.message?.(view) ?? null;
  return {
    code,
    for: message?.for ?? forWhom(code, rule.about?.(view).code ?? null),
    verdict: messagesOf(code, view),
    message,
    roundBy: null,
  };
}

/** Returns who can fix a problem if there is no message to send. @param error error code that the verdict is about */
function forWhom(code: VerdictCode, error: string | null): LeftFor {
  if (FOR_THE_USER.includes(code)) return 'person';
  return error !== null && isFromKmsHost(Number(error)) ? 'kms-host' : 'this-pc';
}
