/** Formats a completed diagnosis for saving and pasting. */
import { setImmediate } from 'node:timers/promises';
import { type Language, translator } from '@shared/i18n';
import type { RequestOf } from '@shared/ipc';
import type { JournalEntryView } from '@shared/plan';
import { jsonFile } from '@shared/printable';
import { toScenario } from '@engine/snapshot';
import { packFacts } from '@engine/facts-line';
import type { RunResult } from '@engine/run';
import { htmlReport } from '../report/html';
import { jsonReport } from '../report/json';
import { textReport } from '../report/text';

/** Content of a report. */
export interface ReportParts {
  readonly result: RunResult;
  /** Changes made to this computer, newest first. */
  readonly done: readonly JournalEntryView[];
  readonly language: Language;
  readonly version: string;
}

/** A text format; PDF is made from the HTML. */
export type TextFormat = Exclude<RequestOf<'report:save'>['format'], 'pdf'>;

/** Renders a diagnosis as file content, yielding in between to keep the window responsive. */
export async function renderReport(format: TextFormat, parts: ReportParts): Promise<string> {
  const { result, language, version } = parts;
  switch (format) {
    case 'html': {
      const line = factsLineOf(result);
      await setImmediate();
      return htmlReport(result.diagnosis, { ...parts, ...line });
    }
    case 'json':
      return jsonFile(jsonReport(result.diagnosis, language, version));
    case 'text':
      return textReport(result.diagnosis, translator(language));
    case 'case':
      return jsonFile(toScenario(result));
    case 'case-anonymous':
      return jsonFile(toScenario(result, { hideNames: true }));
  }
}

/** The facts line with which an unhealthy PC can be diagnosed elsewhere. */
function factsLineOf(result: RunResult): { readonly line?: string } {
  const { target, verdict } = result.diagnosis;
  return verdict.code === 'healthy' || target.kind === 'facts' ? {} : { line: packFacts(result) };
}
