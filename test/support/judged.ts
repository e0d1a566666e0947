/** Verdicts without checks: a hundred of them take no longer than ten diagnoses. */
import type { Verdict } from '@shared/diagnosis';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { assess } from '@engine/verdict/assessment';
import { verdictOn } from '@engine/verdict/verdict';

/** Returns the verdict on a computer without running its checks. */
export async function judged(computer: Computer): Promise<Verdict> {
  const facts = new Facts(computer, { atOnce: true }, new AbortController().signal);
  const verdict = verdictOn(assess(await facts.snapshot()));
  return (computer.leftOut ?? []).length === 0 ? verdict : { ...verdict, certainty: 'likely' };
}
