/**
 * Runs the app's scripts in a real PowerShell, with test doubles for cmdlets that only Windows has.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pwsh } from '../../../build/powershell/powershell.mjs';
import { powershellChecker, findProgram } from '../../../build/test-parts.mjs';
import type { Computer } from '../../../electron/engine/computer';
import { createWindowsComputer } from '../../../electron/computer/windows';
import { LocalWindowsHost } from '../../../electron/computer/windows/windows-host';
import {
  findSystemPaths,
  type SystemPaths,
  type Program,
} from '../../../electron/computer/windows/system-paths';
import { doublesModule } from '../doubles/module';

/** Folder of the app's scripts. */
export const SCRIPTS = fileURLToPath(
  new URL('../../../electron/computer/windows/scripts', import.meta.url),
);

const here = fileURLToPath(new URL('..', import.meta.url));

/** A PowerShell, started like the app does. */
export interface Engine {
  readonly program: Program;
  /** Module path of its own commands. The doubles come first. */
  readonly modules: string;
}

/** Returns Windows PowerShell on Windows, and the installed PowerShell elsewhere. */
export function engine(): Engine {
  if (process.platform === 'win32') {
    const { programs, modules } = findSystemPaths();
    return { program: programs['powershell.exe'], modules };
  }
  const dotnet = findProgram('dotnet');
  const assembly = pwsh();
  if (dotnet === null || assembly === null) throw new Error('sh build/install-test-parts.sh');
  return {
    // Disables telemetry, which would report each start and load code for that. The app passes no
    // environment on.
    program: { file: '/usr/bin/env', before: ['POWERSHELL_TELEMETRY_OPTOUT=1', dotnet, assembly] },
    modules: join(dirname(assembly), 'Modules'),
  };
}

/** Policy of a PC; see powershell-under-policy.mjs. */
export interface Policy {
  readonly forbids?: string;
  readonly constrained?: boolean;
  readonly record?: string;
}

/** Returns a PowerShell that a policy restricts. */
export function underPolicy(policy: Policy): Program {
  const { file, before = [] } = engine().program;
  const standIn = join(here, 'support/powershell-under-policy.mjs');
  return {
    file: process.execPath,
    before: [standIn, JSON.stringify(policy), file, JSON.stringify(before)],
  };
}

/** Returns the check against Windows PowerShell 5.1. */
export function checker(): { file: string; args: readonly string[] } {
  const dotnet = findProgram('dotnet');
  const host = powershellChecker();
  if (dotnet === null || host === null) throw new Error('sh build/install-test-parts.sh');
  return { file: dotnet, args: [host] };
}

/** A PC made of test doubles. */
export interface DoubledPc {
  readonly computer: Computer;
  readonly machine: LocalWindowsHost;
  readonly places: SystemPaths;
  /**
   * Overrides functions of doubles/healthy.psm1 until the next scene, and clears `log()`. The
   * functions can add to it with `Log @{…}`.
   */
  scene(functions?: string): void;
  /** Returns the doubles' calls since the scene was set, in order. */
  log(): Record<string, unknown>[];
  end(): void;
}

/** Deviations of a PC from the default. */
export interface PcOptions {
  /** Replaces powershell.exe. */
  readonly program?: Program;
  /** Folder of the app's scripts. */
  readonly scripts?: string;
  /** Folder of modules that take precedence over the doubles. */
  readonly modules?: string;
}

/** Starts a PC with the Windows cmdlets of doubles/healthy.psm1. */
export function startPc(odd: PcOptions = {}): DoubledPc {
  const { program: powershell, modules } = engine();
  const scripts = odd.scripts ?? SCRIPTS;
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-powershell-'));
  const log = join(folder, 'log.jsonl');
  const scene = join(folder, 'scene.ps1');
  const setScene = (functions = '') => {
    writeFileSync(log, '');
    writeFileSync(scene, functions);
  };
  setScene();
  mkdirSync(join(folder, 'Doubles'));
  writeFileSync(join(folder, 'Doubles/Doubles.psm1'), doublesModule({ log, scene }));
  const places: SystemPaths = {
    ...findSystemPaths({
      scripts,
      modules: [...(odd.modules === undefined ? [] : [odd.modules]), folder, modules].join(
        delimiter,
      ),
    }),
    system32: folder,
  };
  const machine = new LocalWindowsHost({
    ...places,
    programs: { ...places.programs, 'powershell.exe': odd.program ?? powershell },
  });
  return {
    computer: createWindowsComputer({ windowsHost: machine, scripts }),
    machine,
    places,
    scene: setScene,
    log: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    end: () => {
      machine.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A signal that never aborts. */
export const never = new AbortController().signal;
