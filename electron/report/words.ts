/** Sentences that every kind of report shares. */
import type { Verdict } from '@shared/diagnosis';
import { say, type Translate } from '@shared/i18n';

/** The verdict in full: what was found, and how long Windows stays activated where that ends. */
export function verdictSummary(verdict: Verdict, t: Translate): string {
  const summary = say(t, verdict.summary);
  if (verdict.daysLeft === null) return summary;
  return `${summary} ${t('verdicts.daysLeft', { days: verdict.daysLeft })}`;
}
