/** Shared code of the tests inside Windows or Wine. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as everyTest } from 'node:test';
import { type Computer } from '../../../electron/engine/computer';
import { SPP_KEY, type RegistryLocation } from '../../../electron/engine/registry-keys';
import { createWindowsComputer, type WindowsOptions } from '../../../electron/computer/windows';
import {
  LocalWindowsHost,
  type WindowsHost,
} from '../../../electron/computer/windows/windows-host';
import {
  findSystemPaths,
  type SystemPathOptions,
  type SystemPaths,
  type Program,
} from '../../../electron/computer/windows/system-paths';

/** Settings from the outer spec. */
export interface Setting {
  /** Folder of the app's PowerShell scripts. */
  readonly scripts: string;
  /** Folder of the bundled tests. */
  readonly work: string;
  /** Port of a DNS server with the zone `contoso.test`. */
  readonly dnsPort: number;
  /** Port on 127.0.0.1 that responds like a KMS service. */
  readonly kmsPort: number;
  /** Whether this is Windows itself, with its own slmgr and licensing service. */
  readonly native: boolean;
  /** Whether every test runs. */
  readonly full: boolean;
}

export const setting = JSON.parse(
  readFileSync(new URL('setting.json', import.meta.url), 'utf8'),
) as Setting;

/**
 * A program takes half a second to start under Wine, so by default only one of this many tests in a
 * file runs.
 */
const EVERY = 33;
let registered = 0;

/** Registers a test of the suite. Most are skipped unless every test runs. */
export const test = ((...args: Parameters<typeof everyTest>) => {
  const isItsTurn = setting.full || registered % EVERY === 0;
  registered += 1;
  return isItsTurn ? everyTest(...args) : Promise.resolve();
}) as typeof everyTest;

/** A signal that never aborts. */
export const never = new AbortController().signal;

const places = findSystemPaths();
const SYSTEM32 = places.system32;

/**
 * Runs a Windows program and returns its output.
 *
 * @throws if the program fails
 */
export function tool(name: string, ...args: string[]): Buffer {
  const run = () =>
    execFileSync(`${SYSTEM32}\\${name}`, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 30_000,
      windowsHide: true,
    });
  try {
    return run();
  } catch (error) {
    // On a busy machine, Wine occasionally fails to start a program.
    if ((error as NodeJS.ErrnoException).code !== 'UNKNOWN') throw error;
    return run();
  }
}

/** Like {@link tool}, but ignores failures. */
export function attempt(name: string, ...args: string[]): void {
  try {
    tool(name, ...args);
  } catch {
    // Failures are expected.
  }
}

// Every Wine process has administrator rights. This creates the key that shows it.
if (process.env['WINEPREFIX'] !== undefined) attempt('reg.exe', 'add', 'HKU\\S-1-5-19', '/f');

/** Key with instructions for the tests' slmgr. */
const TEST_KEY = 'HKLM\\SOFTWARE\\KmsDoctorTest';

/** Sets the behavior of the tests' slmgr. Without values, it behaves normally. */
export function slmgrShall(
  values: Partial<Record<'ExitCode' | 'Idle' | 'Hang', number>> & { Say?: string } = {},
): void {
  replaceKey(TEST_KEY, values);
}

/** Replaces a key, including its values, with a single program run. */
export function replaceKey(key: string, values: Readonly<Record<string, number | string>>): void {
  const full = key.replace(/^HKLM/, 'HKEY_LOCAL_MACHINE');
  const lines = Object.entries(values).map(([name, value]) =>
    typeof value === 'number'
      ? `"${name}"=dword:${value.toString(16).padStart(8, '0')}`
      : `"${name}"="${value}"`,
  );
  const file = join(tmpdir(), `kms-import-${process.pid}.reg`);
  const text = ['Windows Registry Editor Version 5.00', `[-${full}]`, `[${full}]`, ...lines, ''];
  writeFileSync(file, `\uFEFF${text.join('\r\n')}`, 'utf16le');
  tool('reg.exe', 'import', file);
  rmSync(file);
}

const ARGUMENTS = 'C:\\windows\\temp\\slmgr-arguments.txt';

/** Returns the slmgr calls since the last time, each as `[argument][argument]`. */
export function slmgrCalls(): string[] {
  if (!existsSync(ARGUMENTS)) return [];
  const text = readFileSync(ARGUMENTS, 'utf16le').replace(/^\uFEFF/, '');
  rmSync(ARGUMENTS);
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** Values that tests write to the volume activation key. */
const WRITTEN = [
  'DisableDnsPublishing',
  'DnsDomainPublishList',
  'KeyManagementServiceListeningPort',
  'KeyManagementServiceLookupDomain',
  'KeyManagementServiceName',
  'KeyManagementServicePort',
];

/** Removes all volume activation values. On Windows itself, the rest of the key is kept. */
export function emptyRegistry(): void {
  if (setting.native)
    for (const name of WRITTEN) attempt('reg.exe', 'delete', SPP_KEY, '/v', name, '/f');
  else replaceKey(SPP_KEY, { Other: 'stays' });
}

let exports = 0;

/** Returns the whole key as written by `reg export`, in hexadecimal. */
export function exportedKey(key: string = SPP_KEY): string {
  exports += 1;
  const file = join(tmpdir(), `kms-export-${process.pid}-${exports}.reg`);
  tool('reg.exe', 'export', key, file);
  const text = readFileSync(file).toString('hex');
  rmSync(file);
  return text;
}

/** Returns the location of a value in the volume activation key. */
export function at(name: RegistryLocation['name']): RegistryLocation {
  return { key: SPP_KEY, name };
}

/** Behavior of the fake PowerShell; see fake-powershell.ts. */
export type FakeMode =
  | 'answering'
  | 'licensed'
  | 'kms-host'
  | 'public'
  | 'slow'
  | 'hanging'
  | 'half'
  | 'garbage'
  | 'ending'
  | 'constrained'
  | 'megabyte';

/** One answer of a fake tool. */
export interface ToolAnswer {
  /**
   * Start of the arguments, joined with spaces. Answers with the same start are used in sequence.
   */
  readonly asked: string;
  readonly exitCode: number;
  /** Base64. */
  readonly stdout?: string;
  /** Base64. */
  readonly stderr?: string;
  readonly afterMs?: number;
}

/** Answers of a fake tool. */
export interface ToolScript {
  readonly answers: readonly ToolAnswer[];
  /** The real tool, which handles all other calls, or null for none. */
  readonly real: string | null;
}

let standIns = 0;

/** A fake tool and the calls it received. */
export interface StandIn {
  readonly program: Program;
  calls(): string[];
}

/** Creates a fake tool. Calls without an answer go to the real tool, if given. */
export function standIn(answers: readonly ToolAnswer[], real: string | null = null): StandIn {
  standIns += 1;
  const file = join(setting.work, `tool-${process.pid}-${standIns}.json`);
  const script: ToolScript = { answers, real: real === null ? null : `${SYSTEM32}\\${real}` };
  writeFileSync(file, JSON.stringify(script));
  writeFileSync(`${file}.calls`, '');
  process.once('exit', () => {
    for (const left of [file, `${file}.calls`]) rmSync(left, { force: true });
  });
  return {
    program: { file: process.execPath, before: [`${setting.work}\\fake-tool.mjs`, file] },
    calls: () =>
      readFileSync(`${file}.calls`, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}

/** A PC with fakes for the programs that Wine lacks. */
export interface Pc {
  readonly computer: Computer;
  readonly machine: WindowsHost;
  readonly places: SystemPaths;
  /** Returns the arguments of each PowerShell start. */
  powershellStarts(): string[][];
  /** Returns the lines that were sent to PowerShell. */
  powershellAsked(): string[];
  end(): void;
}

let pcs = 0;

/** Creates a PC with a fake PowerShell and the system's reg.exe, sc.exe and cscript.exe. */
export function startPc(mode: FakeMode, more: SystemPathOptions = {}): Pc {
  pcs += 1;
  const record = join(setting.work, `powershell-${process.pid}-${pcs}.jsonl`);
  writeFileSync(record, '');
  const stand = (script: string, ...args: string[]) => ({
    file: process.execPath,
    before: [`${setting.work}\\${script}`, ...args],
  });
  const options: WindowsOptions = {
    scripts: setting.scripts,
    ...more,
    programs: {
      'powershell.exe': stand('fake-powershell.mjs', mode, record),
      ...more.programs,
    },
  };
  const found = findSystemPaths(options);
  const machine = new LocalWindowsHost(found);
  const lines = () =>
    readFileSync(record, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { argv?: string[]; asked?: string });
  return {
    computer: createWindowsComputer({ ...options, windowsHost: machine }),
    machine,
    places: found,
    powershellStarts: () => lines().flatMap(({ argv }) => (argv === undefined ? [] : [argv])),
    powershellAsked: () => lines().flatMap(({ asked }) => (asked === undefined ? [] : [asked])),
    end: () => {
      machine.end();
      rmSync(record, { force: true });
    },
  };
}

/** Removes a folder. Retries because Windows keeps files that are still open for a moment. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/**
 * Returns the error that a promise rejects with.
 *
 * @throws if the promise fulfills or rejects with another type of error
 */
export async function failure<E>(
  promise: Promise<unknown>,
  kind: new (...given: never[]) => E,
): Promise<E> {
  const error: unknown = await promise.then(
    (value) => {
      throw new Error(`should have failed, gave ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof kind)) throw error;
  return error;
}
