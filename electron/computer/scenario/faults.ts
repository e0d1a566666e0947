/** Tools of the simulated PC that are broken: what they are needed for cannot be read or done. */
import { ChangeRefused, Unreadable } from '@engine/computer';
import type { CompleteScenario, ScenarioFault } from '@shared/scenario';

/** A tool that a scenario can break. */
export type Tool = keyof CompleteScenario['faults'];

/** What reports call the tools. */
const NAMES: Readonly<Record<Tool, string>> = {
  slmgr: 'slmgr',
  powershell: 'powershell',
  registry: 'reg.exe',
  ping: 'ping',
};

const REASONS = {
  missing: 'tool-missing',
  hang: 'timed-out',
  garbage: 'garbled-answer',
  denied: 'access-denied',
} as const satisfies Record<ScenarioFault, Unreadable['reason']>;

const REFUSALS = {
  missing: 'tool-missing',
  hang: 'timed-out',
  garbage: 'tool-failed',
  denied: 'access-denied',
} as const satisfies Record<ScenarioFault, ChangeRefused['refusal']>;

/** HRESULT of a refused access (winerror.h, E_ACCESSDENIED). */
export const E_ACCESSDENIED = 0x80070005;

/**
 * Lets pass what a tool that works can read.
 *
 * @throws Unreadable
 */
export function readBy(tool: Tool, { faults }: CompleteScenario): void {
  const fault = faults[tool];
  if (fault !== null) throw new Unreadable(REASONS[fault], NAMES[tool]);
}

/**
 * Lets pass what a tool that works can do.
 *
 * @throws ChangeRefused
 */
export function doneBy(tool: Tool, { faults }: CompleteScenario): void {
  const fault = faults[tool];
  if (fault === null) return;
  const code = fault === 'denied' ? E_ACCESSDENIED : null;
  throw new ChangeRefused(REFUSALS[fault], code, NAMES[tool]);
}

/**
 * By which way Windows is told: slmgr, or the same CIM method where slmgr or VBScript does not work.
 *
 * @throws ChangeRefused where neither works
 */
export function licensingWay(scenario: CompleteScenario): 'slmgr' | 'cim' {
  if (scenario.faults.slmgr === null && scenario.computer.vbscript) return 'slmgr';
  doneBy('powershell', scenario);
  return 'cim';
}
