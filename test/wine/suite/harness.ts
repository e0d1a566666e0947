/** What the tests inside of Windows (or Wine) share. */
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

/** What the outside tells. */
export interface Setting {
  /** The product's PowerShell scripts. */
  readonly scripts: string;
  /** The folder of the bundled tests. */
  readonly work: string;
  /** A DNS server with the zone `contoso.test`. */
  readonly dnsPort: number;
  /** Something on 127.0.0.1 that answers as a KMS service does. */
  readonly kmsPort: number;
  /** Whether this is Windows itself, with its own slmgr and licensing service. */
  readonly native: boolean;
  /** Whether every test runs. */
  readonly full: boolean;
}

export const setting = JSON.parse(
  readFileSync(new URL('setting.json', import.meta.url), 'utf8'),
) as Setting;

/** A program takes half a second to start under Wine: by default the first of so many tests of a file runs. */
const EVERY = 33;
let registered = 0;

/** A test of the suite, where it is its turn. */
export const test = ((...args: Parameters<typeof everyTest>) => {
  const isItsTurn = setting.full || registered % EVERY === 0;
  registered += 1;
  return isItsTurn ? everyTest(...args) : Promise.resolve();
}) as typeof everyTest;

/** A signal that nobody aborts. */
export const never = new AbortController().signal;

const places = findSystemPaths();
const SYSTEM32 = places.system32;

/** Runs a program of Windows and gives what it printed; what fails throws. */
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
    // On a busy machine Wine does not come to start one now and then.
    if ((error as NodeJS.ErrnoException).code !== 'UNKNOWN') throw error;
    return run();
  }
}

/** Like {@link tool}, and nothing matters. */
export function attempt(name: string, ...args: string[]): void {
  try {
    tool(name, ...args);
  } catch {
    // That it could not be done is fine.
  }
}

// Every process of Wine has administrator rights; what tells so is made here.
if (process.env['WINEPREFIX'] !== undefined) attempt('reg.exe', 'add', 'HKU\\S-1-5-19', '/f');

/** Where the tests' slmgr looks for what it should do. */
const TEST_KEY = 'HKLM\\SOFTWARE\\KmsDoctorTest';

/** Tells the tests' slmgr what to do next; nothing for its ordinary ways. */
export function slmgrShall(
  values: Partial<Record<'ExitCode' | 'Idle' | 'Hang', number>> & { Say?: string } = {},
): void {
  replaceKey(TEST_KEY, values);
}

/** A key made anew, with these values, by a single program. */
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

/** How slmgr was called since the last time that this was asked, each call as `[argument][argument]`. */
export function slmgrCalls(): string[] {
  if (!existsSync(ARGUMENTS)) return [];
  const text = readFileSync(ARGUMENTS, 'utf16le').replace(/^\uFEFF/, '');
  rmSync(ARGUMENTS);
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** What a test writes into the key of volume activation. */
const WRITTEN = [
  'DisableDnsPublishing',
  'DnsDomainPublishList',
  'KeyManagementServiceListeningPort',
  'KeyManagementServiceLookupDomain',
  'KeyManagementServiceName',
  'KeyManagementServicePort',
];

/** Takes every value away that volume activation may have. On Windows itself the rest of the key is not ours. */
export function emptyRegistry(): void {
  if (setting.native)
    for (const name of WRITTEN) attempt('reg.exe', 'delete', SPP_KEY, '/v', name, '/f');
  else replaceKey(SPP_KEY, { Other: 'stays' });
}

let exports = 0;

/** The whole key as `reg export` writes it. */
export function exportedKey(key: string = SPP_KEY): string {
  exports += 1;
  const file = join(tmpdir(), `kms-export-${process.pid}-${exports}.reg`);
  tool('reg.exe', 'export', key, file);
  const text = readFileSync(file).toString('hex');
  rmSync(file);
  return text;
}

/** A place in the key of volume activation. */
export function at(name: RegistryLocation['name']): RegistryLocation {
  return { key: SPP_KEY, name };
}

/** How the stand-in for PowerShell behaves: see fake-powershell.ts. */
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

/** One answer of a stand-in for a tool. */
export interface ToolAnswer {
  /** How the arguments begin, joined by blanks. Several answers of one beginning come one after the other. */
  readonly asked: string;
  readonly exitCode: number;
  /** Base64. */
  readonly stdout?: string;
  /** Base64. */
  readonly stderr?: string;
  readonly afterMs?: number;
}

/** What a stand-in for a tool says. */
export interface ToolScript {
  readonly answers: readonly ToolAnswer[];
  /** Who answers everything else; null for nobody. */
  readonly real: string | null;
}

let standIns = 0;

/** A stand-in for a tool, and how it was called since. */
export interface StandIn {
  readonly program: Program;
  calls(): string[];
}

/** Makes a stand-in. What its answers do not know goes to the real tool, if that is named. */
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

/** A PC with stand-ins for what Wine lacks. */
export interface Pc {
  readonly computer: Computer;
  readonly machine: WindowsHost;
  readonly places: SystemPaths;
  /** How often PowerShell was started, and with which arguments. */
  powershellStarts(): string[][];
  /** What PowerShell was asked, as lines. */
  powershellAsked(): string[];
  end(): void;
}

let pcs = 0;

/** Makes a PC whose PowerShell is a stand-in; reg.exe, sc.exe and cscript.exe are those of the system. */
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

/** Takes a folder away. What somebody still holds open stands in it for a moment longer on Windows. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** What a promise rejects with. */
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
