/** Cost of generating reports from a diagnosis. */
import { diagnose } from '@engine/run';
import { translator } from '@shared/i18n';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { htmlReport } from '../../electron/report/html';
import { jsonReport } from '../../electron/report/json';
import { textReport } from '../../electron/report/text';
import { ticket } from '../../electron/report/ticket';
import { ratio } from './measure';

/** Measures all four report formats against the diagnosis itself. */
export async function reportsOverDiagnose(
  rounds: number,
): Promise<Awaited<ReturnType<typeof ratio>>> {
  const pc = createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
  const diagnosed = () => diagnose(pc).result;
  const { diagnosis } = await diagnosed();
  const options = { language: 'en', version: '1.0.0' } as const;
  const reports = (): Promise<unknown> =>
    Promise.resolve([
      JSON.stringify(jsonReport(diagnosis, 'en', '1.0.0')),
      textReport(diagnosis, translator('en')),
      ticket(diagnosis, options),
      htmlReport(diagnosis, options),
    ]);
  await reports();
  return ratio(reports, diagnosed, rounds);
}
