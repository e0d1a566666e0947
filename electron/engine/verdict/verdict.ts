/**
 * The verdict: a single root cause. Rules are evaluated in the order of their codes. The first one that holds is the
 * verdict; others that hold are listed in `alsoFound`.
 */
import { VERDICT_CODES, type VerdictCode } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import en from '@shared/locales/en.json';
import type { Message, MessageKey } from '@shared/message';
import type { Computer } from '../computer';
import { refusalOf } from '../fixes';
import { ABOUT_NOTHING } from './about';
import { daysLeft, wasRenewedToday, type Assessment } from './assessment';
import { scopesOf, type VerdictRule, type VerdictRules } from './rule';
import { clockRules } from './rules/clock';
import { dnsRules } from './rules/dns';
import { hostInUseRules } from './rules/host-in-use';
import { keyRules } from './rules/key';
import { kmsHostRules } from './rules/kms-host';
import { licenseRules } from './rules/license';
import { officeRules } from './rules/office';

/** All verdict rules by code. */
export const VERDICT_RULES: VerdictRules = {
  ...licenseRules,
  ...clockRules,
  ...keyRules,
  ...officeRules,
  ...dnsRules,
  ...hostInUseRules,
  ...kmsHostRules,
};

/** Codes of verdicts on DNS and on the path to a KMS host. */
export const PATH_CODES: readonly VerdictCode[] = VERDICT_CODES.slice(
  VERDICT_CODES.indexOf('dns-server-not-configured'),
  VERDICT_CODES.indexOf('not-a-kms-host') + 1,
);

/** Returns the verdict on what was read so far. It isn't certain if the computer's case leaves out facts. */
export function computeVerdict(
  view: Assessment,
  { leftOut = [] }: Pick<Computer, 'leftOut'> = {},
): Verdict {
  const scopes = scopesOf(view);
  const found: { readonly code: VerdictCode; readonly certain: boolean }[] = [];
  let open = false;
  for (const code of VERDICT_CODES) {
    const rule: VerdictRule = VERDICT_RULES[code];
    if (!scopes.some((scope) => rule.scope.includes(scope))) continue;
    if (rule.alone && found.length > 0) continue;
    const result = rule.evaluate(view, code);
    if (result === 'no') continue;
    if (result === 'open') {
      open = true;
      continue;
    }
    // A client that renewed within the last day got through to its KMS host, whatever the path looks like now.
    const isContradicted = PATH_CODES.includes(code) && wasRenewedToday(view);
    found.push({ code, certain: result === 'certain' && !open && !isContradicted });
  }
  const [first, ...others] = found;
  if (first === undefined) throw new Error('cannot-diagnose must always hold');
  const { code } = first;
  const rule: VerdictRule = VERDICT_RULES[code];
  const explained = found.flatMap((one) => (VERDICT_RULES[one.code] as VerdictRule).explains ?? []);
  return {
    code,
    certainty: first.certain && leftOut.length === 0 ? 'certain' : 'likely',
    ...messagesOf(code, view),
    daysLeft: code === 'healthy' ? null : daysLeft(view.licence),
    procedure: rule.procedureFor?.(view) ?? rule.procedure,
    because: typeof rule.because === 'function' ? rule.because(view) : rule.because,
    fixes: fixesOf(rule, view).fixes,
    alsoFound: others.map((other) => other.code).filter((other) => !explained.includes(other)),
    about: {
      ...ABOUT_NOTHING,
      ...rule.about?.(view),
      // In this case the path is Office's, which finds its KMS host independently of Windows.
      ...(PATH_CODES.includes(code) && view.officeAlone && { product: 'office' as const }),
    },
    message: rule.message?.(view) ?? null,
  };
}

/** Whether a rule holds, either as the verdict or in `alsoFound`. */
export function ruleHolds(code: VerdictCode, view: Assessment): boolean {
  const rule: VerdictRule = VERDICT_RULES[code];
  const applies = scopesOf(view).some((scope) => rule.scope.includes(scope));
  return applies && ['certain', 'likely'].includes(rule.evaluate(view, code));
}

/** Returns the sentences of a rule that holds. */
export function messagesOf(
  code: VerdictCode,
  view: Assessment,
): Pick<Verdict, 'title' | 'summary' | 'notes'> {
  const rule: VerdictRule = VERDICT_RULES[code];
  const summary = rule.summary?.(view) ?? 'summary';
  const note = rule.note?.(view) ?? null;
  // In this case the summary already explains why the service can't be restarted.
  const refusal = summary === 'summaryGone' ? [] : fixesOf(rule, view).refusal;
  const notes = [...(note === null ? [] : [note]), ...refusal];
  return {
    title: sentence(code, rule.title?.(view) ?? 'title', view),
    summary: typeof summary === 'string' ? sentence(code, summary, view) : summary,
    ...(notes.length > 0 && { notes }),
  };
}

/** Returns the rule's fixes that are available here; if there are none, the reason why the first one isn't. */
function fixesOf(rule: VerdictRule, view: Assessment) {
  const all = (rule.fixesFor?.(view) ?? rule.fixes)
    .filter((fix) => rule.offers?.(fix, view) ?? true)
    .map((fix) => ({ fix, refusal: refusalOf(fix, view) }));
  const fixes = all.flatMap(({ fix, refusal }) => (refusal === null ? [fix] : []));
  const refusal = fixes.length > 0 ? null : all[0]?.refusal;
  return { fixes, refusal: refusal?.messages.flatMap(({ message }) => message) ?? [] };
}

/** Returns a sentence with the parameters that its English text has placeholders for, as has every other language. */
export function sentence(code: VerdictCode, name: string, view: Assessment): Message {
  const { say, sayInTitle }: VerdictRule = VERDICT_RULES[code];
  const texts: Readonly<Record<string, string>> = en.verdicts[code];
  const text = texts[name];
  if (text === undefined) throw new Error(`The verdict ${code} has no text ${name}`);
  // A text with a clock difference also has the placeholders of that text.
  const difference = text.includes('$t(clockDifference.') ? Object.values(en.clockDifference) : [];
  const whole = [text, ...difference].join(' ');
  const params = Object.entries({ ...say, ...(name.startsWith('title') && sayInTitle) })
    .filter(([place]) => whole.includes(`{{${place}}}`))
    .map(([place, fill]) => [place, fill(view)]);
  return {
    key: `verdicts.${code}.${name}` as MessageKey,
    params: Object.fromEntries(params) as Message['params'],
  };
}
