/**
 * The verdict: one root cause. The rules are asked in the order of their codes; the first that holds is the verdict,
 * the others that hold were also found.
 */
import { VERDICT_CODES, type VerdictCode } from '@shared/catalogue';
import type { Verdict } from '@shared/diagnosis';
import type { Message, MessageKey } from '@shared/message';
import { refusalOf } from '../fixes';
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
  return {
    code,
    certainty: first.certain ? 'certain' : 'likely',
    title: sentence(code, rule.title?.(view) ?? 'title', view),
    summary: sentence(code, rule.summary?.(view) ?? 'summary', view),
    daysLeft: code === 'healthy' ? null : daysLeft(view.licence),
    procedure: rule.procedure,
    because: typeof rule.because === 'function' ? rule.because(view) : rule.because,
    ...fixesOf(rule, view),
    alsoFound: others.map((other) => other.code),
  };
}

/** The fixes of a rule that can be had here; why not the first of them where none can. */
function fixesOf(rule: VerdictRule, view: Assessment): Pick<Verdict, 'fixes' | 'refusal'> {
  const refusals = rule.fixes
    .filter((fix) => rule.offers?.(fix, view) ?? true)
    .map((fix) => ({ fix, refusal: refusalOf(fix, view) }));
  const fixes = refusals.flatMap(({ fix, refusal }) => (refusal === null ? [fix] : []));
  const [first] = refusals;
  return fixes.length > 0 || first?.refusal == null
    ? { fixes }
    : { fixes, refusal: first.refusal.messages.flatMap(({ message }) => message) };
}

function sentence(code: VerdictCode, name: string, view: Assessment): Message {
  const { say }: VerdictRule = VERDICT_RULES[code];
  const params = Object.entries(say?.[name] ?? {}).map(([place, fill]) => [place, fill(view)]);
  return {
    key: `verdicts.${code}.${name}` as MessageKey,
    params: Object.fromEntries(params) as Message['params'],
  };
}
