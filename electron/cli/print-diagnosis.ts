/** Prints a diagnosis as text, as JSON, or for a monitoring system. */
import { translator, type Language } from '@shared/i18n';
import { nullIfUnreadable } from '@engine/computer';
import type { RunResult } from '@engine/run';
import { jsonOutput } from './console';
import type { Command } from './options';
import { VERSION } from './product';

/** Output with a trailing newline, and an exit code if the default one doesn't apply. */
export interface Printed {
  readonly text: string;
  readonly exitCode?: number;
}

type Options = Extract<Command, { command: 'diagnose' }>;

/** Whether `repair` can do something on this PC, or would if given a host or key. */
async function isRepairOfUse(
  result: RunResult,
  options: Options,
  signal: AbortSignal,
): Promise<boolean> {
  const { fixes } = result.diagnosis.verdict;
  if (fixes.length === 0) return false;
  const { missingRepairInputs } = await import('./recommend');
  if (missingRepairInputs(fixes, options).length > 0) return true;
  const [{ planTreatment }, { createScenarioComputer }] = await Promise.all([
    import('@engine/treatment/plan'),
    import('../computer/scenario'),
  ]);
  const treatment = await planTreatment(result, {
    simulate: createScenarioComputer,
    signal,
  }).catch(nullIfUnreadable);
  // If the facts can't be read, `repair` reports that itself.
  return treatment === null || treatment.steps.length > 0;
}

/** Returns a function that prints a diagnosis, with its modules already loaded. */
export async function printer(
  options: Options,
  language: Language,
  signal: AbortSignal,
): Promise<(result: RunResult) => Printed | Promise<Printed>> {
  const t = translator(language);
  switch (options.format) {
    case 'text': {
      const [{ textReport }, { commandsFor }] = await Promise.all([
        import('../report/text'),
        import('./recommend'),
      ]);
      const where = { ...options, save: null };
      return async (result) => {
        const { diagnosis, snapshot } = result;
        const commands = commandsFor(snapshot, diagnosis.target.kind, where);
        const repair = (await isRepairOfUse(result, where, signal)) ? commands.repair : null;
        return { text: textReport(diagnosis, t, { ...commands, repair }) };
      };
    }
    case 'json': {
      const { jsonReport } = await import('../report/json');
      return ({ diagnosis }) => ({ text: jsonOutput(jsonReport(diagnosis, language, VERSION)) });
    }
    case 'line': {
      const { packFacts } = await import('@engine/facts-line');
      return (result) => ({ text: `${packFacts(result)}\n` });
    }
    case 'nagios': {
      const { nagiosReport } = await import('../report/nagios');
      return ({ diagnosis }) => nagiosReport(diagnosis, options.thresholds, t);
    }
    case 'prometheus': {
      const { prometheusReport } = await import('../report/prometheus');
      return ({ diagnosis }) => ({ text: prometheusReport(diagnosis, VERSION) });
    }
  }
}
