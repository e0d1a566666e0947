/**
 * Runs scripts of build/windows/ and workflow steps in the real PowerShell, the way GitHub's runner
 * does.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pwsh } from '../../../build/powershell/powershell.mjs';
import { INSTALL } from '../../../build/test-parts.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Whether scenes can run. Their programs are `#!` scripts, which Windows can't start. */
export const CAN_RUN = process.platform !== 'win32';

/** Misbehavior of a tool. */
export interface Fault {
  /** Regular expression for the tool and its arguments. */
  readonly match: string;
  /** First call that's affected. Defaults to the first one. */
  readonly from?: number;
  readonly code?: number;
  readonly output?: string;
  readonly errors?: string;
  /** The tool does nothing and reports success. */
  readonly idle?: boolean;
  /** Another kind of misbehavior, by its name in windows-double.mjs. */
  readonly how?: string;
}

/** A step and its environment. */
export interface Play {
  /** PowerShell code. `SCENE` is replaced by the scene's folder. */
  readonly step: string;
  readonly faults?: readonly Fault[];
  /** Files to create or replace in the scene, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names to remove from the scene. */
  readonly without?: readonly string[];
}

/** Result of a step. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  /** Claims that the script confirmed, in order, without duplicates. */
  readonly claims: readonly string[];
}

/** Wraps a step like the runner does (github.com/actions/runner, ScriptHandlerHelpers.cs). */
const wrapped = (step: string): string =>
  [
    "$ErrorActionPreference = 'stop'",
    step,
    'if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }',
    '',
  ].join('\r\n');

function environment(scene: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: scene,
    DOTNET_NOLOGO: '1',
    POWERSHELL_TELEMETRY_OPTOUT: '1',
    POWERSHELL_UPDATECHECK: 'Off',
    NO_COLOR: '1',
    SCENE: scene,
    DOUBLE: here('windows-double.mjs'),
    DOUBLE_NODE: process.execPath,
    SystemRoot: join(scene, 'Windows'),
    ProgramFiles: join(scene, 'Program Files'),
    ProgramData: join(scene, 'ProgramData'),
  };
}

/** Creates the scene and returns the file with the wrapped step. */
function prepare(scene: string, { step, faults = [], files = {}, without = [] }: Play): string {
  mkdirSync(scene, { recursive: true });
  const env = { ...environment(scene), TOOL: 'scene' };
  execFileSync(process.execPath, [here('windows-double.mjs')], { env });
  writeFileSync(join(scene, 'faults.json'), JSON.stringify(faults));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(scene, name), text);
  for (const name of without) rmSync(join(scene, name), { recursive: true });
  const file = join(scene, 'step.ps1');
  writeFileSync(file, wrapped(step.replaceAll('SCENE', scene)));
  return file;
}

function ended(code: number, output: string): Ended {
  const claims = output.split('\n').flatMap((line) => /^ok: (.+?)\r?$/.exec(line)?.[1] ?? []);
  return { code, output, claims: [...new Set(claims)] };
}

/** Runs one step in a separate process, started like the runner does. */
export async function runStep(one: Play): Promise<Ended> {
  return inFolder(async (folder) => {
    const file = prepare(folder, one);
    const command = `. '${here('doubles.ps1')}'; . '${file}'`;
    const { code, output } = await powershell(['-Command', command], environment(folder));
    return ended(code, output);
  });
}

/**
 * Runs many steps sequentially in one process, because starting it takes longer than most of them.
 */
export async function runSteps(all: readonly Play[]): Promise<readonly Ended[]> {
  return inFolder(async (folder) => {
    const plays = all.map((one, index) => {
      const scene = join(folder, String(index));
      return { scene, step: prepare(scene, one) };
    });
    const file = join(folder, 'plays.json');
    writeFileSync(file, JSON.stringify(plays));
    const script = ['-File', here('run-all.ps1'), '-Plays', file];
    const { output } = await powershell(script, environment(folder));
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    if (lines.length !== all.length) throw new Error(`Not every step was played:\n${output}`);
    return lines.map((line) => {
      const { code, printed } = JSON.parse(line) as { code: number; printed: string[] };
      return ended(code, printed.join('\n'));
    });
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-lab-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function powershell(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; output: string }> {
  const assembly = pwsh();
  if (assembly === null) throw new Error(`PowerShell is missing: ${INSTALL}`);
  return new Promise((resolve, reject) => {
    const all = [assembly, '-NoLogo', '-NoProfile', '-NonInteractive', ...args];
    const child = spawn('dotnet', all, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code: code ?? -1, output });
    });
  });
}
