/** Makes what the window can be about. */
import type { ScenarioFile } from '@shared/scenario';
import type { Computer } from '@engine/computer';
import { createNetworkComputer } from '../computer/network';
import { createScenarioComputer } from '../computer/scenario';
import type { RunResult } from '@engine/run';
import type { RunMemory, Subject } from './engine-service';
import type { FixDesk } from './fix-desk';

/** Milliseconds that each answer of a simulated PC takes, so that its lights come on one by one. */
const PACE_MS = 60;

/** Makes the fixes of a computer; `known` gives what its last run found. */
export type FixDeskFor = (computer: Computer, known: () => RunResult | null) => FixDesk;

type ComputerSubject = Extract<Subject, { kind: 'computer' }>;

function subjectOf(
  source: ComputerSubject['source'],
  computer: Computer,
  fixesFor: FixDeskFor,
): ComputerSubject {
  const memory: RunMemory = { result: null };
  const fixes = fixesFor(computer, () => memory.result);
  return { kind: 'computer', source, computer, fixes, memory };
}

/** This PC on Windows; elsewhere the network, of which alone something can be found out. */
export async function thisPc(fixesFor: FixDeskFor): Promise<ComputerSubject> {
  if (process.platform === 'win32') {
    const { createWindowsComputer } = await import('../computer/windows');
    return subjectOf({ kind: 'this-pc' }, createWindowsComputer(), fixesFor);
  }
  return subjectOf({ kind: 'network' }, createNetworkComputer(), fixesFor);
}

/** A simulated PC. Its changes stay in memory. */
export function simulatedPc(
  scenario: ScenarioFile,
  title: string,
  fixesFor: FixDeskFor,
): ComputerSubject {
  const computer = createScenarioComputer(scenario, { paceMs: PACE_MS });
  return subjectOf({ kind: 'scenario', title }, computer, fixesFor);
}
