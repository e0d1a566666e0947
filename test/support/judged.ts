/** Verdicts without checks: a hundred of them take no longer than ten diagnoses. */
import type { Verdict } from '@shared/diagnosis';
import type { Computer } from '@engine/computer';
import { Facts } from '@engine/facts/facts';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';

/** Returns the verdict on a computer without running its checks. */
export async function verdictFor(computer: Computer): Promise<Verdict> {
  const facts = new Facts(computer, { atOnce: true }, new AbortController().signal);
  return computeVerdict(assess(await facts.snapshot()), computer);
}
