/**
 * The data model of a diagnosis. It is language-neutral: findings and verdicts carry message keys, which are translated
 * at the edge (window, console, report).
 */
import {
  REPRESENTATIVES,
  type CheckId,
  type FixId,
  type ProcedureId,
  type VerdictCode,
} from './catalog';
import type { AdminMessage } from './admin-message';
import type { Evidence, EvidenceData } from './evidence';
import { LICENSED } from './kms';
import type { Message } from './message';
import type { Report } from './report';

/** Final status of a check. */
export type Status = Report['procedures'][number]['status'];

/** Status of a check during a run. */
export type LiveStatus = Status | 'pending' | 'running' | 'cancelled';

/** Whether a check has finished on its own. */
export function hasEnded(status: LiveStatus | undefined): status is Status {
  return status !== undefined && !['pending', 'running', 'cancelled'].includes(status);
}

/** Why something couldn't be determined; texts are under `reasons.<code>`. */
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

/** Result of a check. */
export interface Finding {
  readonly status: Status;
  readonly message: Message;
  readonly reason: ReasonCode | null;
  readonly evidence: readonly Evidence[];
}

/** The part of a check's result needed to read its evidence. */
export interface CheckEvidence extends Pick<CheckResult, 'id' | 'evidence'> {
  readonly status: LiveStatus;
}

/** Whether a message itself explains why something couldn't be determined. */
export const explainsReason = ({ key }: Message): boolean =>
  /^(?:reasons|checks\.common)\./.test(key);

/** Returns the data of all evidence of one kind, in order. If IDs are given, only those checks are searched. */
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

/** Returns the text of a setting in a check's evidence; empty if there is none. */
export function settingOf(checks: readonly CheckEvidence[], check: CheckId, name: string): string {
  const value = evidenceOf(checks, 'setting', check).find((one) => one.name === name)?.value;
  return typeof value === 'string' ? value : '';
}

/** Returns a check's status; undefined if it isn't among these. */
export const statusOf = (
  checks: readonly Pick<CheckEvidence, 'id' | 'status'>[],
  check: CheckId,
): LiveStatus | undefined => checks.find(({ id }) => id === check)?.status;

/** A finding with its check and its timing within a run. */
export interface CheckResult extends Finding {
  readonly id: CheckId;
  readonly procedure: ProcedureId;
  /** Milliseconds from the start of the run. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** The computer whose facts were read. */
export interface TargetInfo extends Readonly<Omit<Report['target'], 'roles'>> {
  readonly roles: readonly Report['target']['roles'][number][];
  /** The PC's AD domain or primary suffix, for the window's title. Not in the report. */
  readonly domain: string | null;
}

/** State of the license; unknown values are null. */
export type Activation = Readonly<Report['activation']>;

/** Minutes until an activation ends; null if it doesn't, which Windows reports as 0 (docs/windows-facts.md). */
export const minutesUntilExpiry = ({
  licenseStatus,
  graceMinutes,
}: Pick<Activation, 'licenseStatus' | 'graceMinutes'>): number | null =>
  licenseStatus === LICENSED && graceMinutes !== null && graceMinutes > 0 ? graceMinutes : null;

/** A product of an application other than Windows, such as Office. */
export type OtherProduct = Readonly<NonNullable<Report['otherProducts']>[number]>;

/** The subject of a verdict, used to group the verdicts of many computers. Parts that don't apply are null. */
export interface VerdictAbout extends Readonly<
  Omit<NonNullable<Report['verdict']['about']>, 'product'>
> {
  readonly product: 'office' | null;
}

/** The single root cause. */
export interface Verdict {
  readonly code: VerdictCode;
  readonly certainty: 'certain' | 'likely';
  /** The headline: the problem and its location. */
  readonly title: Message;
  /** The query, the response and the conclusion. */
  readonly summary: Message;
  /** Sentences appended to the summary: a warning, or why none of the fixes is available here. */
  readonly notes?: readonly Message[];
  /** Days until Windows stops being activated if it is still licensed; else null. */
  readonly daysLeft: number | null;
  readonly procedure: ProcedureId | null;
  readonly because: readonly CheckId[];
  readonly fixes: readonly FixId[];
  readonly alsoFound: readonly VerdictCode[];
  readonly about: VerdictAbout;
  /** A message to the person who can fix the cause; null if it can be fixed here. */
  readonly message: AdminMessage | null;
}

/** A finished diagnosis. */
export interface Diagnosis {
  readonly target: TargetInfo;
  /** ISO 8601, UTC, by the target's clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly activation: Activation;
  readonly otherProducts: readonly OtherProduct[];
  readonly checks: readonly CheckResult[];
  readonly verdict: Verdict;
}

/** A verdict that no outstanding fact can change, with the data shown alongside it. */
export type KnownVerdict = Pick<Diagnosis, 'target' | 'startedAt' | 'activation' | 'verdict'>;

/** Events of a run, in order. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly checks: readonly CheckId[] }
  | { readonly type: 'target-known'; readonly target: TargetInfo }
  | { readonly type: 'check-started'; readonly id: CheckId }
  | { readonly type: 'check-finished'; readonly result: CheckResult }
  /** Sent once per run, at the latest before its end. The diagnosis has the same verdict. */
  | { readonly type: 'verdict-known'; readonly known: KnownVerdict }
  | { readonly type: 'run-finished'; readonly diagnosis: Diagnosis }
  | { readonly type: 'run-cancelled' };

const SEVERITY: readonly Status[] = ['not-applicable', 'pass', 'warn', 'unknown', 'fail'];

/** Returns the status of a procedure: the worst of its checks (fail > unknown > warn > pass > not-applicable). */
export const worstStatus = (statuses: readonly Status[]): Status =>
  SEVERITY.findLast((status) => statuses.includes(status)) ?? 'not-applicable';

/**
 * Returns the warnings to show in addition to a verdict. The ping check of DNS servers is dropped if the check of their
 * answers reports more.
 */
export function additionalWarnings<C extends { readonly id: CheckId; readonly status: LiveStatus }>(
  checks: readonly C[],
  because: readonly CheckId[],
): readonly C[] {
  const answers = statusOf(checks, 'dns-server-answers');
  const isTold = answers === 'warn' || answers === 'fail';
  return checks.filter(
    ({ id, status }) =>
      status === 'warn' && !because.includes(id) && !(isTold && id === 'dns-server-ping'),
  );
}

/**
 * Returns the check whose sentence represents its procedure: one of the worst, preferring one that the verdict rests
 * on, then the procedure's representative check.
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
    among.find(({ id }) => id === REPRESENTATIVES[procedure]) ??
    among[0]
  );
}
