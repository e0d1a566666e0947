/** The product's scripts in a real PowerShell engine, with doubles for the cmdlets that only Windows has. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pwsh } from '../../../build/powershell/powershell.mjs';
import { powershellHost, program } from '../../../build/test-parts.mjs';
import type { Computer } from '../../../electron/engine/computer';
import { createWindowsComputer } from '../../../electron/computer/windows';
import { LocalWindowsHost } from '../../../electron/computer/windows/windows-host';
import {
  findSystemPaths,
  type SystemPaths,
  type Program,
} from '../../../electron/computer/windows/system-paths';
import { doublesModule } from '../doubles/module';

/** The product's scripts. */
export const SCRIPTS = fileURLToPath(
  new URL('../../../electron/computer/windows/scripts', import.meta.url),
);

const here = fileURLToPath(new URL('..', import.meta.url));

/** A PowerShell, as the program starts it. */
export interface Engine {
  readonly program: Program;
  /** Where it finds its own commands; the doubles go before them. */
  readonly modules: string;
}

/** Windows PowerShell itself; elsewhere the PowerShell that runs there. */
export function engine(): Engine {
  if (process.platform === 'win32') {
    const { programs, modules } = findSystemPaths();
    return { program: programs['powershell.exe'], modules };
  }
  const dotnet = program('dotnet');
  const assembly = pwsh();
  if (dotnet === null || assembly === null) throw new Error('sh build/install-test-parts.sh');
  return {
    // It would report each start to its maker, and load what does that; the program passes no environment on.
    program: { file: '/usr/bin/env', before: ['POWERSHELL_TELEMETRY_OPTOUT=1', dotnet, assembly] },
    modules: join(dirname(assembly), 'Modules'),
  };
}

/** A policy of a PC; see powershell-under-policy.mjs. */
export interface Policy {
  readonly forbids?: string;
  readonly constrained?: boolean;
  readonly record?: string;
}

/** The PowerShell of a PC with a policy. */
export function underPolicy(policy: Policy): Program {
  const { file, before = [] } = engine().program;
  const standIn = join(here, 'support/powershell-under-policy.mjs');
  return {
    file: process.execPath,
    before: [standIn, JSON.stringify(policy), file, JSON.stringify(before)],
  };
}

/** The check against Windows PowerShell 5.1. */
export function checker(): { file: string; args: readonly string[] } {
  const dotnet = program('dotnet');
  const host = powershellHost();
  if (dotnet === null || host === null) throw new Error('sh build/install-test-parts.sh');
  return { file: dotnet, args: [host] };
}

/** A PC made of doubles. */
export interface DoubledPc {
  readonly computer: Computer;
  readonly machine: LocalWindowsHost;
  readonly places: SystemPaths;
  /**
   * Has other functions take the place of those in doubles/healthy.psm1, until the next scene; `Log @{…}` in them
   * is found in `log()`, which is empty again.
   */
  scene(functions?: string): void;
  /** What the doubles were asked to do since the scene was set, in order. */
  log(): Record<string, unknown>[];
  end(): void;
}

/** What is other than usual about a PC. */
export interface Oddities {
  /** Stands for powershell.exe. */
  readonly program?: Program;
  /** The folder of the product's scripts. */
  readonly scripts?: string;
  /** A folder of modules that go before the doubles. */
  readonly modules?: string;
}

/** Starts a PC whose Windows cmdlets are those of doubles/healthy.psm1. */
export function startPc(odd: Oddities = {}): DoubledPc {
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

/** A signal that nobody aborts. */
export const never = new AbortController().signal;
