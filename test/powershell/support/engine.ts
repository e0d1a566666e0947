/** The product's scripts in a real PowerShell engine, with doubles for the cmdlets that only Windows has. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { powershellHost, program } from '../../../build/test-parts.mjs';
import type { Computer } from '../../../electron/engine/computer';
import { createWindowsComputer } from '../../../electron/computer/windows';
import { ThisMachine } from '../../../electron/computer/windows/machine';
import { findPlaces, type Places, type Program } from '../../../electron/computer/windows/programs';
import { doublesModule } from '../doubles/module';

/** The product's scripts. */
export const SCRIPTS = fileURLToPath(
  new URL('../../../electron/computer/windows/scripts', import.meta.url),
);

const here = fileURLToPath(new URL('..', import.meta.url));

interface Engine {
  readonly program: Program;
  /** Where the engine finds its own commands; the doubles go before them. */
  readonly modules: string;
}

/** Windows PowerShell itself; elsewhere pwsh where it is installed, or else the host of the tests. */
function engine(): Engine {
  if (process.platform === 'win32') {
    const { programs, modules } = findPlaces();
    return { program: programs['powershell.exe'], modules };
  }
  const pwsh = program('pwsh');
  if (pwsh !== null) return { program: { file: pwsh }, modules: join(dirname(pwsh), 'Modules') };
  const dotnet = program('dotnet');
  const host = powershellHost();
  if (dotnet === null || host === null) throw new Error('sh build/install-test-parts.sh');
  return { program: { file: dotnet, before: [host] }, modules: join(here, 'modules') };
}

/** The host's check against Windows PowerShell 5.1. */
export function checker(): { file: string; args: readonly string[] } {
  const dotnet = program('dotnet');
  const host = powershellHost();
  if (dotnet === null || host === null) throw new Error('sh build/install-test-parts.sh');
  return { file: dotnet, args: [host, 'check'] };
}

/** A PC made of doubles. */
export interface DoubledPc {
  readonly computer: Computer;
  readonly machine: ThisMachine;
  readonly places: Places;
  /**
   * Has other functions take the place of those in doubles/healthy.psm1, until the next scene; `Log @{…}` in them
   * is found in `log()`, which is empty again.
   */
  scene(functions?: string): void;
  /** What the doubles were asked to do since the scene was set, in order. */
  log(): Record<string, unknown>[];
  end(): void;
}

/** Starts a PC whose Windows cmdlets are those of doubles/module.ts; with other scripts than the product's if any. */
export function startPc({ scripts = SCRIPTS }: { readonly scripts?: string } = {}): DoubledPc {
  const { program: powershell, modules } = engine();
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
  const places: Places = {
    ...findPlaces({ scripts, modules: [folder, modules].join(delimiter) }),
    system32: folder,
  };
  const machine = new ThisMachine({
    ...places,
    programs: { ...places.programs, 'powershell.exe': powershell },
  });
  return {
    computer: createWindowsComputer({ machine, scripts }),
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
