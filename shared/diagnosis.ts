/**
 * What a diagnosis says, free of any language: findings and verdicts carry message keys, and the words are
 * put in at the edge (window, console, report).
 */
import {
  representativeCheck,
  type CheckId,
  type FixId,
  type ProcedureId,
  type VerdictCode,
} from './catalogue';
import type { AdminMessage } from './admin-message';
import type { Evidence, EvidenceData } from './evidence';
import type { Message } from './message';

/** How a check ends. */
export type Status = 'pass' | 'warn' | 'fail' | 'unknown' | 'not-applicable';

/** How a check stands while a run goes on. */
export type LiveStatus = Status | 'pending' | 'running' | 'cancelled';

/** Whether a check has come to an end by itself. */
export function hasEnded(status: LiveStatus | undefined): status is Status {
  return status !== undefined && !['pending', 'running', 'cancelled'].includes(status);
}

/** Why something could not be found out; words under `reasons.<code>`. */
export const REASON_CODES = [
  'needs-windows',
  'needs-elevation',
  'timed-out',
  'tool-missing',
  'tool-failed',
  'access-denied',
  'script-policy',
  'garbled-answer',
  'no-answer',
  'no-ipv6',
  'service-disabled',
  'unsupported-query',
  'not-reached',
  'not-asked',
  'left-out',
  'cancelled',
  'check-failed',
] as const;

/** One of {@link REASON_CODES}. */
export type ReasonCode = (typeof REASON_CODES)[number];

/** What a check found. */
export interface Finding {
  readonly status: Status;
  readonly message: Message;
  readonly reason: ReasonCode | null;
  readonly evidence: readonly Evidence[];
}

/** As much of a check's result as its evidence is read from. */
export interface CheckEvidence {
  readonly id: CheckId;
  readonly status: LiveStatus;
  readonly evidence: readonly Evidence[];
}

/** Whether a sentence says itself why something could not be found out. */
export const saysWhy = ({ key }: Message): boolean => /^(?:reasons|checks\.common)\./.test(key);

/** What the evidence of one kind holds, in order; of some checks alone where these are named. */
export function evidenceOf<K extends Evidence['kind']>(
  checks: readonly Pick<CheckEvidence, 'id' | 'evidence'>[],
  kind: K,
  ...ids: readonly CheckId[]
): EvidenceData<K>[] {
  return checks
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .flatMap(({ evidence }) => evidence.filter((one) => one.kind === kind))
    .map(({ data }) => data as EvidenceData<K>);
}

/** A finding in its place and time within a run. */
export interface CheckResult extends Finding {
  readonly id: CheckId;
  readonly procedure: ProcedureId;
  /** Milliseconds from the start of the run. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** Whose facts were read. */
export interface TargetInfo {
  readonly kind: 'this-pc' | 'network' | 'scenario' | 'facts' | 'remote';
  readonly computer: string;
  readonly os: string;
  readonly build: number | null;
  readonly roles: readonly ('kms-client' | 'kms-host')[];
  readonly elevated: boolean;
  /** Where the PC belongs, for the window's title: its AD domain or primary suffix. Not in the report. */
  readonly domain: string | null;
}

/** State of the licence; what is not known is null. */
export interface Activation {
  readonly edition: string | null;
  readonly channel: string | null;
  readonly licenseStatus: number | null;
  readonly partialProductKey: string | null;
  readonly graceMinutes: number | null;
  /** `0x` and eight upper-case hex digits. */
  readonly lastError: string | null;
}

/** A product of another application than Windows, such as Office. */
export interface OtherProduct {
  readonly name: string;
  readonly channel: string;
  /** As Windows numbers it; 1 is licensed. */
  readonly licenseStatus: number;
  /** `0x` and eight upper-case hex digits; 0x00000000 is none. */
  readonly lastError: string;
}

/** What a verdict is about, by which those of many computers are grouped; what it is not about is null. */
export interface VerdictAbout {
  readonly domain: string | null;
  /** A DNS server's address, with its port where that is not 53. */
  readonly server: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** `0x` and eight upper-case hex digits. */
  readonly code: string | null;
  readonly product: 'office' | null;
}

/** The one root cause. */
export interface Verdict {
  readonly code: VerdictCode;
  readonly certainty: 'certain' | 'likely';
  /** The headline: what, where. */
  readonly title: Message;
  /** Who was asked, what came back, what follows. */
  readonly summary: Message;
  /** Sentences that the summary ends with: a warning, or why none of the fixes can be had here. */
  readonly notes?: readonly Message[];
  /** Days until Windows stops being activated, where it is still licensed; else null. */
  readonly daysLeft: number | null;
  readonly procedure: ProcedureId | null;
  readonly because: readonly CheckId[];
  readonly fixes: readonly FixId[];
  readonly alsoFound: readonly VerdictCode[];
  readonly about: VerdictAbout;
  /** A message to whoever can cure it; null where the cure is here. */
  readonly message: AdminMessage | null;
}

/** A finished diagnosis. */
export interface Diagnosis {
  readonly target: TargetInfo;
  /** ISO 8601, UTC, in the target's time. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly activation: Activation;
  readonly otherProducts: readonly OtherProduct[];
  readonly checks: readonly CheckResult[];
  readonly verdict: Verdict;
}

/** A verdict that nothing which is still being read can change, and what goes with it. */
export type KnownVerdict = Pick<Diagnosis, 'target' | 'startedAt' | 'activation' | 'verdict'>;

/** What happens during a run, in order. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly checks: readonly CheckId[] }
  | { readonly type: 'target-known'; readonly target: TargetInfo }
  | { readonly type: 'check-started'; readonly id: CheckId }
  | { readonly type: 'check-finished'; readonly result: CheckResult }
  /** Once a run, at the latest before its end; the diagnosis has the same verdict. */
  | { readonly type: 'verdict-known'; readonly known: KnownVerdict }
  | { readonly type: 'run-finished'; readonly diagnosis: Diagnosis }
  | { readonly type: 'run-cancelled' };

const SEVERITY: readonly Status[] = ['not-applicable', 'pass', 'warn', 'unknown', 'fail'];

/** The light of a procedure: the worst of its checks (fail > unknown > warn > pass > not-applicable). */
export function worstStatus(statuses: readonly Status[]): Status {
  let worst = 0;
  for (const status of statuses) worst = Math.max(worst, SEVERITY.indexOf(status));
  return SEVERITY[worst] ?? 'not-applicable';
}

/** What is warned of besides a verdict; no ping of servers of which a check on their answers tells more. */
export function warningsBeside<C extends { readonly id: CheckId; readonly status: LiveStatus }>(
  checks: readonly C[],
  because: readonly CheckId[],
): readonly C[] {
  const answers = checks.find(({ id }) => id === 'dns-server-answers')?.status;
  const isTold = answers === 'warn' || answers === 'fail';
  return checks.filter(
    ({ id, status }) =>
      status === 'warn' && !because.includes(id) && !(isTold && id === 'dns-server-ping'),
  );
}

/**
 * The check whose sentence stands for its procedure: one of the worst, and of these one that the verdict rests
 * on, else the procedure's representative check.
 *
 * @param results the results of one procedure, in the catalogue's order
 * @param because the checks that the verdict rests on
 */
export function headlineCheck<R extends { readonly id: string; readonly status: Status }>(
  procedure: ProcedureId,
  results: readonly R[],
  because: readonly string[],
): R | undefined {
  const worst = worstStatus(results.map(({ status }) => status));
  const among = results.filter(({ status }) => status === worst);
  return (
    among.find(({ id }) => because.includes(id)) ??
    among.find(({ id }) => id === representativeCheck(procedure)) ??
    among[0]
  );
}
