/** What a treatment leaves to others, or to a person here. */
import { VERDICT_CODES, type VerdictCode } from '@shared/catalogue';
import { isFromKmsHost } from '@shared/error-codes';
import type { LeftFor } from '@shared/treatment';
import type { Diagnosis } from '@shared/diagnosis';
import type { RunResult } from '../run';
import { assess, type Assessment } from '../verdict/assessment';
import type { VerdictRule } from '../verdict/rule';
import { rowHolds, VERDICT_RULES, wordsOf } from '../verdict/verdict';
import type { Course } from './search';
import type { RehearsedState } from './rehearsal';
import type { LeftItem } from './treatment';

/** Fixes by which a cause that stands elsewhere is gone round. */
const WAYS_ROUND = ['assign-kms-host', 'set-lookup-domain', 'set-dns-servers', 'add-dns-suffix'];

/** Rows that ask for what only a person has or can do: a product key, the way into the company's network. */
const FOR_A_PERSON: readonly VerdictCode[] = [
  'no-product-key',
  'product-key-rejected',
  'not-a-kms-client',
  'domain-unknown-to-dns',
];

/** What is left after a course, or without one, in the order of the verdicts. */
export function leftAfter(state: RehearsedState, course: Course | null): readonly LeftItem[] {
  const left = new Map<VerdictCode, LeftItem>();
  const add = (code: VerdictCode, view: Assessment, roundBy: number | null = null): void => {
    if (!left.has(code)) left.set(code, { ...itemOf(code, view), roundBy });
  };
  if (course?.ends.code === 'cannot-diagnose') add('cannot-diagnose', state.view);
  else for (const code of foundIn(state)) add(code, state.view);
  for (const [index, step] of (course?.steps ?? []).entries()) {
    const from = course?.from[index];
    if (from === undefined || !WAYS_ROUND.includes(step.fix)) continue;
    for (const code of foundIn(from)) {
      // A row that is for this PC is cured by what was done here.
      const isCured = !rowHolds(code, state.view) && itemOf(code, from.view).for !== 'this-pc';
      if (isCured) add(code, from.view, index);
    }
  }
  return VERDICT_CODES.flatMap((code) => left.get(code) ?? []);
}

/**
 * What is left once a treatment ended, as the PC was found then.
 *
 * @param planned what was to be left
 * @param stands whether a step was done and not put back
 */
export function leftOn(
  { diagnosis, snapshot }: RunResult,
  planned: readonly LeftItem[],
  stands: (step: number) => boolean,
): readonly LeftItem[] {
  const view = assess(snapshot);
  const found = foundIn(diagnosis).map((code) => itemOf(code, view));
  const gone = planned.filter(({ roundBy }) => roundBy !== null && stands(roundBy));
  return VERDICT_CODES.flatMap((one) => [...found, ...gone].find(({ code }) => code === one) ?? []);
}

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
    verdict: wordsOf(code, view),
    message,
    roundBy: null,
  };
}

/** Who has the cure where there is no message to send. @param error that the row is about */
function forWhom(code: VerdictCode, error: string | null): LeftFor {
  if (FOR_A_PERSON.includes(code)) return 'person';
  return error !== null && isFromKmsHost(Number(error)) ? 'kms-host' : 'this-pc';
}
