/** A diagnosis as the console shows it. */
import type { Diagnosis } from '@shared/diagnosis';
import { translator, type Language } from '@shared/i18n';
import { jsonReport } from '../report/json';
import { textReport } from '../report/text';
import { VERSION } from './product';

/** The report as JSON, or as text for a person; ends with a line break. */
export function printed(diagnosis: Diagnosis, json: boolean, language: Language): string {
  return json
    ? `${JSON.stringify(jsonReport(diagnosis, language, VERSION), null, 2)}\n`
    : textReport(diagnosis, translator(language));
}
