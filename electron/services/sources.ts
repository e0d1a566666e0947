/** Makes what the window can be about. */
import type { ScenarioFile } from '@shared/scenario';
import { DEFAULT_SCENARIO } from '@shared/scenario/complete';
import type { Computer } from '@engine/computer';
import { createNetworkComputer } from '../computer/network';
import { createScenarioComputer } from '../computer/scenario';
import type { RunResult } from '@engine/run';
import type { RunHistory, Source } from './diagnosis-session';
import type { FixService } from './fix-service';

/** Milliseconds that each answer of a simulated PC takes, so that its lights come on one by one. */
const PACE_MS = 60;

/** Makes the fixes of a computer; `known` gives what its last run found. */
export type FixServiceFor = (computer: Computer, known: () => RunResult | null) => FixService;

type ComputerSource = Extract<Source, { kind: 'computer' }>;

function sourceOf(
  source: ComputerSource['source'],
  computer: Computer,
  fixesFor: FixServiceFor,
): ComputerSource {
  const memory: RunHistory = { result: null };
  const fixes = fixesFor(computer, () => memory.result);
  return { kind: 'computer', source, computer, fixes, memory };
}

/** This PC on Windows; elsewhere the network, of which alone something can be found out. */
export async function thisPcSource(fixesFor: FixServiceFor): Promise<ComputerSource> {
  if (process.platform === 'win32') {
    const { createWindowsComputer } = await import('../computer/windows');
    return sourceOf({ kind: 'this-pc' }, createWindowsComputer(), fixesFor);
  }
  return sourceOf({ kind: 'network' }, createNetworkComputer(), fixesFor);
}

/**
 * A computer by its own facts: diagnosed and rehearsed as it was when it wrote them, and changed by nobody here.
 *
 * @param computer its name where the line could not read it
 */
export function factsSource(
  facts: ScenarioFile,
  computer: string,
  fixesFor: FixServiceFor,
): ComputerSource {
  const played = createScenarioComputer(facts, { target: 'facts' });
  // A line leaves out what a simulated PC has by itself, which may be its very name.
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
