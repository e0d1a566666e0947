/** A diagnosis as it is printed: for a person, for a program, or for a monitoring system. */
import { translator, type Language } from '@shared/i18n';
import type { RunResult } from '@engine/run';
import { jsonOutput } from './json';
import type { Command } from './options';
import { VERSION } from './product';

/** What is printed, ending with a line end; with the exit code that goes with it where it is not the usual one. */
export interface Printed {
  readonly text: string;
  readonly exitCode?: number;
}

type Options = Extract<Command, { command: 'diagnose' }>;

/** What prints a diagnosis, its words at hand. */
export async function printer(
  options: Options,
  language: Language,
): Promise<(result: RunResult) => Printed> {
  const t = translator(language);
  switch (options.format) {
    case 'text': {
      const [{ textReport }, { commandsFor }] = await Promise.all([
        import('../report/text'),
        import('./recommend'),
      ]);
      const where = { ...options, save: null };
      return ({ diagnosis, snapshot }) => ({
        text: textReport(diagnosis, t, commandsFor(snapshot, where)),
      });
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
