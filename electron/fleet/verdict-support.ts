/** Whether a report's own checks support the certainty it claims. A damaged or altered report is downgraded. */
import { LICENSED } from '@shared/kms';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import type { CheckId, VerdictCode } from '@shared/catalog';
import { channelOf } from '@shared/channels';
import { verdictOfError } from '@shared/error-codes';
import { isObject } from '@shared/look-up';
import type { Report } from '@shared/report';

/** The parts of a report that its certainty is verified against. */
interface Grounds {
  readonly verdict: Pick<Report['verdict'], 'code' | 'because' | 'procedure' | 'fixes'>;
  readonly activation: Pick<Report['activation'], 'licenseStatus' | 'lastError' | 'channel'>;
  readonly checks: readonly Check[];
}

interface Check {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly evidence: readonly unknown[];
}

const WERE_READ: readonly unknown[] = ['pass', 'warn', 'fail'];

/** The checks that support a certain verdict that can have several grounds; other verdicts use those of their rule. */
const GROUNDS: Readonly<Partial<Record<VerdictCode, readonly (readonly CheckId[])[]>>> = {
  'activation-pending': [['licence-status', 'kms-service-answers']],
  'assigned-host-unresolvable': [['assigned-host-resolves'], ['assigned-host-form']],
  'clock-skew': [
    ['clock-offset'],
    ['last-activation-error'],
    ['last-activation-error', 'clock-offset'],
  ],
  healthy: [
    ['kms-service-answers'],
    ['kms-host-activated', 'publish-list', 'kms-host-listening'],
    ['kms-host-activated', 'publish-list', 'kms-host-listening', 'kms-host-requests'],
    ['licence-status'],
    ['licence-status', 'kms-service-answers'],
  ],
  'kms-host-cannot-activate-this-product': [['kms-host-requests'], ['last-activation-error']],
  'kms-service-not-listening': [['kms-port-reachable'], ['kms-port-reachable', 'srv-record-form']],
  'licensing-service-unavailable': [['licensing-service']],
};

/** Facts of a report used to verify its verdict. */
interface Told {
  /** Statuses of the supporting checks. */
  readonly statuses: readonly unknown[];
  /** Outcomes of their connections, plus `answered` for each DNS query that got a reply. */
  readonly outcomes: readonly unknown[];
  readonly isLicensed: boolean;
  readonly isEvaluation: boolean;
  /** Whether a KMS host that answers is the only evidence, as on systems other than Windows. */
  readonly isPathAlone: boolean;
}

/** Distinguishes verdicts that share the same checks. */
const TELLING: Readonly<Partial<Record<VerdictCode, (told: Told) => boolean>>> = {
  'activation-pending': ({ isLicensed }) => !isLicensed,
  'assigned-host-is-this-pc': ({ statuses }) => !statuses.includes('fail'),
  'assigned-host-unresolvable': ({ statuses }) => statuses.includes('fail'),
  'dns-server-failing': ({ outcomes }) => outcomes.includes('answered'),
  'dns-server-unreachable': ({ outcomes }) => !outcomes.includes('answered'),
  'evaluation-edition': ({ isEvaluation }) => isEvaluation,
  healthy: ({ isLicensed, isPathAlone, statuses }) =>
    (isLicensed || isPathAlone) && !statuses.includes('fail'),
  'kms-port-filtered': ({ outcomes }) => outcomes.some((outcome) => outcome !== 'refused'),
  'kms-service-not-listening': ({ outcomes }) => outcomes.includes('refused'),
  'not-a-kms-client': ({ isEvaluation }) => !isEvaluation,
};

function outcomesIn(check: Check | undefined): unknown[] {
  return (check?.evidence ?? []).flatMap((one) => {
    if (!isObject(one)) return [];
    const data = isObject(one['data']) ? one['data'] : {};
    if (one['kind'] === 'tcp') return [data['outcome']];
    return one['kind'] === 'dns' && typeof data['rcode'] === 'string' ? ['answered'] : [];
  });
}

const isOneOf = (words: readonly string[], word: string): boolean => words.includes(word);

/**
 * Whether the checks cited for a verdict completed and support this verdict, and neither license nor last error
 * contradicts it.
 */
export function isVerdictSupported({ verdict, activation, checks: all }: Grounds): boolean {
  const { code, because, procedure, fixes } = verdict;
  const rule: VerdictRule = VERDICT_RULES[code];
  const checks = because.map((id) => all.find((check) => check.id === id));
  const statuses = checks.map((check) => check?.status);
  if (because.length === 0 || !statuses.every((status) => WERE_READ.includes(status))) return false;
  const usual = GROUNDS[code] ?? (typeof rule.because === 'function' ? [] : [rule.because]);
  if (!usual.some((checks) => checks.join() === because.join())) return false;
  if (rule.fixesFor === undefined && !fixes.every((fix) => isOneOf(rule.fixes, fix))) return false;
  if (rule.procedureFor === undefined && rule.procedure !== procedure) return false;
  if (because.includes('last-activation-error')) {
    return verdictOfError(Number(activation.lastError)) === code;
  }
  const told: Told = {
    statuses,
    outcomes: checks.flatMap(outcomesIn),
    isLicensed: activation.licenseStatus === LICENSED,
    isEvaluation: channelOf(activation.channel).class === 'evaluation',
    isPathAlone: because[0] === 'kms-service-answers',
  };
  return TELLING[code]?.(told) ?? true;
}
