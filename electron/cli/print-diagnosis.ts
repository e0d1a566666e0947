/** A diagnosis as the console shows it. */
import { translator, type Language } from '@shared/i18n';
import type { RunResult } from '@engine/run';
import { jsonReport } from '../report/json';
import { textReport } from '../report/text';
import { jsonOutput } from './json';
import { VERSION } from './product';
import { commandsFor, type Whereabouts } from './recommend';

/**
 * What prints a diagnosis, its words at hand.
 *
 * @returns the report as JSON, or as text for a person; ends with a line break
 */
export function printer(
  json: boolean,
  language: Language,
  options: Whereabouts,
): (result: RunResult) => string {
  const t = translator(language);
  return ({ diagnosis, situation }) =>
    json
      ? jsonOutput(jsonReport(diagnosis, language, VERSION))
      : textReport(diagnosis, t, commandsFor(situation, options));
}
