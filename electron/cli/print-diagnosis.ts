/** A diagnosis as the console shows it. */
import type { Diagnosis } from '@shared/diagnosis';
import { translator, type Language } from '@shared/i18n';
import { jsonReport } from '../report/json';
import { textReport } from '../report/text';
import { jsonOutput } from './json';
import { VERSION } from './product';

/**
 * What prints a diagnosis, its words at hand.
 *
 * @returns the report as JSON, or as text for a person; ends with a line break
 */
export function printer(json: boolean, language: Language): (diagnosis: Diagnosis) => string {
  const t = translator(language);
  return (diagnosis) =>
    json ? jsonOutput(jsonReport(diagnosis, language, VERSION)) : textReport(diagnosis, t);
}
