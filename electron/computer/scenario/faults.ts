/** Broken tools of the simulated PC, which can't read facts or make changes. */
import { ChangeRefused, Unreadable } from '@engine/computer';
import type { CompleteScenario, ScenarioFault } from '@shared/scenario';

/** A tool that a scenario can break. */
export type Tool = keyof CompleteScenario['faults'];

/** Returns a tool's name in reports. */
const nameOf = (tool: Tool): string => (tool === 'registry' ? 'reg.exe' : tool);

const REASONS = {
  missing: 'tool-missing',
  hang: 'timed-out',
  garbage: 'garbled-answer',
  denied: 'access-denied',
} as const satisfies Record<ScenarioFault, Unreadable['reason']>;

const REFUSALS = {
  ...REASONS,
  garbage: 'tool-failed',
} as const satisfies Record<ScenarioFault, ChangeRefused['refusal']>;

/** HRESULT of a denied access (winerror.h, E_ACCESSDENIED). */
export const E_ACCESSDENIED = 0x80070005;

/**
 * Checks that a tool can read facts.
 *
 * @throws Unreadable if it's broken
 */
export function assertCanRead(tool: Tool, { faults }: CompleteScenario): void {
  const fault = faults[tool];
  if (fault !== null) throw new Unreadable(REASONS[fault], nameOf(tool));
}

/**
 * Checks that a tool can make changes.
 *
 * @throws ChangeRefused if it's broken
 */
export function assertCanChange(tool: Tool, { faults }: CompleteScenario): void {
  const fault = faults[tool];
  if (fault === null) return;
  const code = fault === 'denied' ? E_ACCESSDENIED : null;
  throw new ChangeRefused(REFUSALS[fault], code, nameOf(tool));
}

/**
 * Returns how licensing is changed: by slmgr, or by the same CIM method if slmgr or VBScript doesn't work.
 *
 * @throws ChangeRefused if neither works
 */
export function licensingTool(scenario: CompleteScenario): 'slmgr' | 'cim' {
  if (scenario.faults.slmgr === null && scenario.computer.vbscript) return 'slmgr';
  assertCanChange('powershell', scenario);
  return 'cim';
}
