/** A finished diagnosis in the forms in which it is saved and pasted. */
import type { Diagnosis } from '@shared/diagnosis';
import { type Language, translator } from '@shared/i18n';
import type { RunResult } from '@engine/run';
import { jsonReport } from '../report/json';
import { textReport } from '../report/text';
import { jsonText } from './handlers';

/** Renders a diagnosis. */
export async function renderReport(
  format: 'html' | 'json' | 'text' | 'case' | 'case-anonymous',
  { diagnosis }: RunResult,
  language: Language,
  version: string,
): Promise<string> {
  switch (format) {
    case 'json':
      return jsonText(jsonReport(diagnosis, language, version));
    case 'text':
    case 'html':
    case 'case':
    case 'case-anonymous':
      return textReport(diagnosis, translator(language));
  }
}

/** The short text for the ticket. */
export function ticketText(diagnosis: Diagnosis, language: Language): string {
  return textReport(diagnosis, translator(language));
}
