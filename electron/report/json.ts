/** The report for other tools, `kms-doctor/report@1` (docs/report.md#the-report). */
import type { Diagnosis } from '@shared/diagnosis';
import { translateMessage, translator, type Language } from '@shared/i18n';
import { redactDeep } from '@shared/redaction';
import type { Report } from '@shared/report';
import { messageText, proceduresOf, verdictSummary } from './words';

/** Returns the report of a diagnosis in one language, with product keys masked. */
export function jsonReport(diagnosis: Diagnosis, language: Language, version: string): Report {
  const t = translator(language);
  const { verdict } = diagnosis;
  const { kind, computer, os, build, roles, elevated } = diagnosis.target;
  const message = messageText(diagnosis, t);
  const report: Report = {
    schema: 'kms-doctor/report@1',
    product: { version },
    target: { kind, computer, os, build, roles: [...roles], elevated },
    startedAt: diagnosis.startedAt,
    durationMs: diagnosis.durationMs,
    language,
    activation: diagnosis.activation,
    otherProducts: [...diagnosis.otherProducts],
    procedures: proceduresOf(diagnosis).map(({ id, status, checks }) => ({
      id,
      status,
      checks: checks.map((check) => ({
        id: check.id,
        status: check.status,
        summary: translateMessage(t, check.message),
        reason: check.reason,
        evidence: [...check.evidence],
        startedMs: check.startedMs,
        durationMs: check.durationMs,
      })),
    })),
    verdict: {
      code: verdict.code,
      certainty: verdict.certainty,
      summary: verdictSummary(verdict, t),
      procedure: verdict.procedure,
      because: [...verdict.because],
      fixes: [...verdict.fixes],
      alsoFound: [...verdict.alsoFound],
      about: verdict.about,
      message: message && { for: message.for, subject: message.subject, text: message.text },
    },
  };
  return redactDeep(report);
}
