/**
 * Target `scenario`: an entire simulated PC with its DNS servers and KMS hosts, loaded from a scenario file. Its
 * behavior is documented in docs/scenario-file.md. It accesses nothing outside the simulation, except the file that it
 * saves to and a key file that it's given.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ChangeRefused, type Computer, type ComputerChanges } from '@engine/computer';
import { replaceFile } from '@engine/files';
import { canonicalName } from '@shared/names';
import { jsonFile } from '@shared/printable';
import type { ScenarioFile } from '@shared/scenario';
import { scenarioChanges } from './changes';
import { usesCustomDnsServers } from './dns';
import { ScenarioDocument, type Simulation } from './document';
import { scenarioFacts } from './facts';

/** Options of a simulated PC. */
export interface ScenarioOptions {
  /** `facts` if the scenario is what another computer reported about itself; defaults to `scenario`. */
  readonly target?: ScenarioComputer['target'];
  /** File that the entire scenario is written to, atomically, after every single change. */
  readonly save?: string;
  /** Real milliseconds that each answer takes; defaults to 0. With `Infinity`, no answer ever comes. */
  readonly paceMs?: number;
  /** Called with the document after every change that made a difference. */
  readonly onChange?: (document: ScenarioFile) => void;
}

/** A simulated PC. */
export interface ScenarioComputer
  extends Required<ComputerChanges>, Omit<Computer, keyof ComputerChanges> {
  readonly target: 'scenario' | 'facts';
  /** Returns the current document: the loaded scenario, with changed leaves. */
  document(): ScenarioFile;
}

/** Creates a simulated PC from a scenario that {@link parseScenario} has validated. */
export function createScenarioComputer(
  file: ScenarioFile,
  { target = 'scenario', save, paceMs = 0, onChange }: ScenarioOptions = {},
): ScenarioComputer {
  let passedMs = 0;
  const document = new ScenarioDocument(file, async (changed, isOther) => {
    // Saved even if the change made no difference, so that the file exists to continue from.
    if (save !== undefined) {
      await saveScenario(save, changed).catch((error: unknown) => {
        throw new ChangeRefused('not-kept', null, error instanceof Error ? error.message : null);
      });
    }
    if (isOther) onChange?.(changed);
  });
  const simulation: Simulation = {
    document,
    started: new Set(),
    now: () => new Date(Date.parse(document.scenario.now) + passedMs),
    pause: (signal) => pauseFor(paceMs, signal),
  };
  return {
    target,
    diagnosedAs: document.scenario.of,
    asksResolver: !usesCustomDnsServers(document.scenario),
    leftOut: document.scenario.leftOut,
    expectedHosts: document.scenario.expectedHosts.map(canonicalName),
    now: simulation.now,
    wait: async (ms, signal) => {
      await simulation.pause(signal);
      passedMs += ms;
    },
    document: () => document.file(),
    ...scenarioFacts(simulation),
    ...scenarioChanges(simulation),
  };
}

/** Writes the document, replacing any existing file. @throws the file system's error */
export function saveScenario(path: string, document: ScenarioFile): Promise<void> {
  return replaceFile(path, jsonFile(document), 0o666);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) return;
  if (Number.isFinite(ms)) {
    await delay(ms, undefined, { signal });
  } else {
    await once(signal, 'abort');
    signal.throwIfAborted();
  }
}
