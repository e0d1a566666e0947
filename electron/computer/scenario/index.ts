/**
 * Target `scenario`: a whole simulated PC with its DNS servers and KMS hosts, read from a scenario file, that
 * behaves as docs/scenario-file.md says. It reaches for nothing outside but the file that it is saved to and a key
 * file that it is handed.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeRefused,
  type Computer,
  type ComputerChanges,
  type ServiceName,
} from '@engine/computer';
import { replaceFile } from '@engine/files';
import { canonicalName } from '@shared/names';
import { jsonFile } from '@shared/printable';
import type { ScenarioFile } from '@shared/scenario';
import { scenarioChanges } from './changes';
import { serversAreNamed } from './dns';
import { ScenarioDocument } from './document';
import { scenarioFacts } from './facts';

/** How a scenario is played. */
export interface ScenarioOptions {
  /** `facts` where the scenario is what another computer said of itself; `scenario` unless given. */
  readonly target?: ScenarioComputer['target'];
  /** Where the changed scenario is written, anew and atomically after every single change. */
  readonly save?: string;
  /** Real milliseconds that each answer takes, 0 unless given; `Infinity` for one that never comes. */
  readonly paceMs?: number;
  /** Gets the document after every change that made a difference. */
  readonly onChange?: (document: ScenarioFile) => void;
}

/** A simulated PC. */
export interface ScenarioComputer
  extends Required<ComputerChanges>, Omit<Computer, keyof ComputerChanges> {
  readonly target: 'scenario' | 'facts';
  /** The scenario as it stands now: what was read, changed leaf by leaf. */
  document(): ScenarioFile;
}

/** Makes a simulated PC from a scenario that {@link parseScenario} has let pass. */
export function createScenarioComputer(
  file: ScenarioFile,
  { target = 'scenario', save, paceMs = 0, onChange }: ScenarioOptions = {},
): ScenarioComputer {
  let passedMs = 0;
  const running = new Set<ServiceName>();
  const document = new ScenarioDocument(file, async (changed, isOther) => {
    // Also after a change that made no difference: whoever goes on from the file finds it.
    if (save !== undefined) await keep(save, changed);
    if (isOther) onChange?.(changed);
  });
  const now = () => new Date(Date.parse(document.scenario.now) + passedMs);
  const pause = (signal: AbortSignal) => pauseFor(paceMs, signal);
  const source = {
    get scenario() {
      return document.scenario;
    },
    isStarted: (name: ServiceName) => running.has(name),
    pause,
  };
  return {
    target,
    diagnosedAs: document.scenario.of,
    asksResolver: !serversAreNamed(document.scenario),
    leftOut: document.scenario.leftOut,
    expectedHosts: document.scenario.expectedHosts.map(canonicalName),
    now,
    wait: async (ms, signal) => {
      await pause(signal);
      passedMs += ms;
    },
    document: () => document.file(),
    ...scenarioFacts(source),
    ...scenarioChanges({ document, now, pause, started: (name) => running.add(name) }),
  };
}

/** @throws ChangeRefused: a change that cannot be kept is not made */
async function keep(path: string, document: ScenarioFile): Promise<void> {
  await saveScenario(path, document).catch((error: unknown) => {
    throw new ChangeRefused('not-kept', null, error instanceof Error ? error.message : null);
  });
}

/** Puts the document in the place of whatever stands at the path. @throws the file system's error */
export function saveScenario(path: string, document: ScenarioFile): Promise<void> {
  return replaceFile(path, jsonFile(document), 0o666);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) return;
  if (Number.isFinite(ms)) {
    await delay(ms, undefined, { signal });
    return;
  }
  await new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
