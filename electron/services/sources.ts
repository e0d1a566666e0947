/** Creates the sources that the window can show. */
import type { ScenarioFile } from '@shared/scenario';
import { DEFAULT_SCENARIO } from '@shared/scenario/complete';
import type { Computer } from '@engine/computer';
import { createNetworkComputer } from '../computer/network';
import { createScenarioComputer } from '../computer/scenario';
import type { RunResult } from '@engine/run';
import type { ComputerSource } from './diagnosis-session';
import type { FixService } from './fix-service';

/** Delay of each answer of a simulated PC in milliseconds, so that its results appear one by one. */
const PACE_MS = 60;

/** Creates the fix service of a computer; `known` returns the result of its last run. */
export type FixServiceFor = (computer: Computer, known: () => RunResult | null) => FixService;

function sourceOf(
  source: ComputerSource['source'],
  computer: Computer,
  fixesFor: FixServiceFor,
): ComputerSource {
  const memory: ComputerSource['memory'] = { result: null };
  const fixes = fixesFor(computer, () => memory.result);
  return { kind: 'computer', source, computer, fixes, memory };
}

/** This PC on Windows; on other systems the network, the only thing that can be checked there. */
export async function thisPcSource(fixesFor: FixServiceFor): Promise<ComputerSource> {
  if (process.platform === 'win32') {
    const { createWindowsComputer } = await import('../computer/windows');
    return sourceOf({ kind: 'this-pc' }, createWindowsComputer(), fixesFor);
  }
  return sourceOf({ kind: 'network' }, createNetworkComputer(), fixesFor);
}

/**
 * A computer known by its facts line: diagnosed and rehearsed in the state it was in, but never changed here.
 *
 * @param computer its name, used if the computer couldn't read its own
 */
export function factsSource(
  facts: ScenarioFile,
  computer: string,
  fixesFor: FixServiceFor,
): ComputerSource {
  const played = createScenarioComputer(facts, { target: 'facts' });
  // A facts line omits values equal to a simulated PC's defaults, even the name.
  const name = facts.computer?.name ?? DEFAULT_SCENARIO.computer.name;
  const source = {
    kind: 'facts' as const,
    computer: facts.unread?.system === undefined ? name : computer,
    at: played.now().toISOString(),
  };
  return sourceOf(source, played, fixesFor);
}

/** A simulated PC. Its changes stay in memory. */
export function simulatedSource(
  scenario: ScenarioFile,
  title: string,
  fixesFor: FixServiceFor,
): ComputerSource {
  const computer = createScenarioComputer(scenario, { paceMs: PACE_MS });
  return sourceOf({ kind: 'scenario', title }, computer, fixesFor);
}
