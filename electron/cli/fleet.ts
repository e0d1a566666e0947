/** `fleet`: reports on many computers and prints the script that collects their facts. */
import { usageError, type Command } from './options';
import { translator } from '@shared/i18n';
import { replaceFile, systemCode } from '@engine/files';
import type { CommandContext } from './context';
import { EXIT, FOUND_EXIT } from './exit-codes';
import { writeJson, writeLines } from './console';
import { VERSION } from './product';
import { checkDestination } from './save-destination';

type FleetCommand = Extract<Command, { command: 'fleet' }>;

/**
 * Reports on a fleet, or prints its script.
 *
 * @returns the exit code
 */
export function fleetCommand(command: FleetCommand, context: CommandContext): Promise<number> {
  return command.action === 'script' ? script(command, context) : report(command, context);
}

async function script(
  { engine, noName }: Extract<FleetCommand, { action: 'script' }>,
  { stdout }: CommandContext,
): Promise<number> {
  const { fleetScript, SCRIPT_ENGINES } = await import('../fleet/script');
  const known = SCRIPT_ENGINES.find((name) => name === (engine ?? 'intune'));
  if (known === undefined) {
    usageError('fleetEngine', { word: engine ?? '', engines: SCRIPT_ENGINES.join(', ') });
  }
  stdout.write(fleetScript({ engine: known, noName }));
  return 0;
}

async function report(
  { paths, json, html }: Extract<FleetCommand, { action: 'report' }>,
  { stdin, stdout, stderr, language, signal }: CommandContext,
): Promise<number> {
  if (html !== null) await checkDestination(html, '--html', 'fleet.html');
  const [{ readFleet }, { fleetLines }] = await Promise.all([
    import('../fleet/fleet'),
    import('./print-fleet'),
  ]);
  const fleet = await readFleet(paths, { language, signal, stdin });
  if (html !== null) {
    const { fleetPage } = await import('../fleet/page');
    const page = fleetPage(fleet, { language, version: VERSION, at: new Date() });
    try {
      await replaceFile(html, page, 0o666);
    } catch (error) {
      const code = systemCode(error);
      writeLines(stderr, [translator(language)('fleet.cli.htmlFailed', { file: html, code })]);
      return EXIT.failed;
    }
  }
  if (json) writeJson(stdout, fleet.report);
  else writeLines(stdout, fleetLines(fleet, language));
  if (fleet.report.computers === 0) return FOUND_EXIT.unknown;
  return fleet.report.healthy === fleet.report.computers ? FOUND_EXIT.healthy : FOUND_EXIT.problem;
}
