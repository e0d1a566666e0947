/**
 * View models of the window, the same for a run in progress, a finished diagnosis and a report from a file.
 * A report's sentences stay in the language they were written in; everything else is translated when rendered.
 */
import type { AdminMessage, WrittenMessage } from '@shared/admin-message';
import type { CheckId, ProcedureId } from '@shared/catalog';
import type {
  CheckResult,
  Diagnosis,
  KnownVerdict,
  LiveStatus,
  ReasonCode,
  Verdict,
} from '@shared/diagnosis';
import type { Message } from '@shared/message';
import type { Report } from '@shared/report';

/** A message to translate, or a fixed text. */
export type Sentence = Message | { readonly text: string };

/** A check on its card. */
export interface CheckView extends Omit<CheckResult, 'status' | 'message' | 'startedMs'> {
  readonly status: LiveStatus;
  readonly sentence: Sentence | null;
}

/** A procedure's card. */
export interface CardView {
  readonly id: ProcedureId;
  readonly light: LiveStatus;
  readonly sentence: Sentence | null;
  readonly checks: readonly CheckView[];
}

/** The verdict in the banner. `notes` is never set for a report, whose summary already contains them. */
export interface VerdictView extends Pick<
  Verdict,
  'code' | 'certainty' | 'notes' | 'because' | 'fixes' | 'alsoFound'
> {
  /** Null in a report, which has no headline; the verdict's name is used instead. */
  readonly title: Message | null;
  readonly summary: Sentence;
  /** Already written in a report, else still to be translated. */
  readonly message: AdminMessage | WrittenMessage | null;
}

/** A diagnosis with a verdict, as the window shows it. */
export interface FinishedView extends Omit<KnownVerdict, 'verdict'> {
  /** Null while checks that can't change the verdict are still running. */
  readonly durationMs: number | null;
  readonly verdict: VerdictView;
  /** Empty while they are still being read. */
  readonly otherProducts: Diagnosis['otherProducts'];
}

/** Creates the view of a finished diagnosis, or of a verdict known during the run. */
export function finishedView(diagnosis: Diagnosis | KnownVerdict): FinishedView {
  return { durationMs: null, otherProducts: [], ...diagnosis };
}

/** Creates the view of a diagnosis from a report file: the banner and the checks. */
export function reportView(report: Report) {
  const { verdict, startedAt, durationMs, activation } = report;
  const finished: FinishedView = {
    target: { ...report.target, domain: null },
    startedAt,
    durationMs,
    activation,
    // The schema has validated verdict codes and fix IDs; check IDs from a later version may be unknown here.
    verdict: {
      code: verdict.code,
      certainty: verdict.certainty,
      title: null,
      summary: { text: verdict.summary },
      because: verdict.because as CheckId[],
      fixes: verdict.fixes,
      alsoFound: verdict.alsoFound,
      message: verdict.message ?? null,
    },
    otherProducts: report.otherProducts ?? [],
  };
  return {
    finished,
    checks: report.procedures.flatMap((procedure) =>
      procedure.checks.map((check): CheckView => ({
        ...check,
        id: check.id as CheckId,
        procedure: procedure.id,
        sentence: { text: check.summary },
        reason: check.reason as ReasonCode | null,
      })),
    ),
  };
}
