/**
 * The verdict: one root cause. The rules are asked in the order of their codes; the first that holds is the verdict,
 * the others that hold were also found.
 */
import { fixDefinition, VERDICT_CODES, type FixId, type VerdictCode } from '@shared/catalogue';
import type { Verdict } from '@shared/diagnosis';
import type { Message, MessageKey } from '@shared/message';
import { daysLeft, type Assessment } from './assessment';
import { scopeOf, type VerdictRule, type VerdictRules } from './rule';
import { dnsRules } from './rules/dns';
import { hostInUseRules } from './rules/host-in-use';
import { kmsHostRules } from './rules/kms-host';
import { licenceRules } from './rules/licence';

/** Every verdict by its code. */
export const VERDICT_RULES: VerdictRules = {
  ...licenceRules,
  ...dnsRules,
  ...hostInUseRules,
  ...kmsHostRules,
};

/** The verdict on what was read so far. */
export function verdictOn(view: Assessment): Verdict {
  const scope = scopeOf(view);
  const found: { readonly code: VerdictCode; readonly certain: boolean }[] = [];
  let open = false;
  for (const code of VERDICT_CODES) {
    const rule: VerdictRule = VERDICT_RULES[code];
    if (!rule.scope.includes(scope) || (rule.alone && found.length > 0)) continue;
    const result = rule.evaluate(view, code);
    if (result === 'open') open = true;
    if (result === 'certain' || result === 'likely') {
      found.push({ code, certain: result === 'certain' && !open });
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw new Error('cannot-diagnose holds where nothing else does');
  const { code } = first;
  const rule: VerdictRule = VERDICT_RULES[code];
  const explained = found.flatMap((one) => (VERDICT_RULES[one.code] as VerdictRule).explains ?? []);
  const note = rule.note?.(view) ?? null;
  return {
    code,
    certainty: first.certain ? 'certain' : 'likely',
    title: sentence(code, rule.title?.(view) ?? 'title', view),
    summary: sentence(code, rule.summary?.(view) ?? 'summary', view),
    ...(note !== null && { note }),
    daysLeft: code === 'healthy' ? null : daysLeft(view.licence),
    procedure: rule.procedure,
    because: typeof rule.because === 'function' ? rule.because(view) : rule.because,
    fixes: rule.fixes.filter((fix) => canBeDone(fix, view) && (rule.offers?.(fix, view) ?? true)),
    alsoFound: others.map((other) => other.code).filter((other) => !explained.includes(other)),
  };
}

/** Whether a fix can be done on the computer at hand, or handed over. */
function canBeDone(fix: FixId, view: Assessment): boolean {
  if (!view.windows) return fixDefinition(fix).withoutWindows === 'yes';
  return !(fix === 'assign-kms-host' && view.role === 'kms-host');
}

function sentence(code: VerdictCode, name: string, view: Assessment): Message {
  const { say }: VerdictRule = VERDICT_RULES[code];
  const params = Object.entries(say?.[name] ?? {}).map(([place, fill]) => [place, fill(view)]);
  return {
    key: `verdicts.${code}.${name}` as MessageKey,
    params: Object.fromEntries(params) as Message['params'],
  };
}
