/** Where Windows keeps the programs that are run, found once and absolute. */
import { windowsDirectory } from '../network/ping';
import { shippedFiles } from './shipped-files';
import { temporaryFolder } from './temporary-folder';

/** The programs that are run; nothing else is. */
const TOOLS = [
  'reg.exe',
  'sc.exe',
  'cscript.exe',
  'ipconfig.exe',
  'w32tm.exe',
  'powershell.exe',
] as const;

/** The name of such a program, as reports show it. */
export type Tool = (typeof TOOLS)[number];

/** A program and what always goes before its arguments; the latter is for the stand-ins of tests. */
export interface Program {
  readonly file: string;
  readonly before?: readonly string[];
}

/** Where everything stands. */
export interface SystemPaths {
  /** E.g. `C:\Windows`. */
  readonly root: string;
  /** E.g. `C:\Windows\System32`: the programs' PATH and working directory. */
  readonly system32: string;
  readonly programs: Readonly<Record<Tool, Program>>;
  /** `slmgr.vbs`. */
  readonly slmgr: string;
  /** The folder of our own PowerShell scripts. */
  readonly scripts: string;
  /** Windows' own PowerShell modules; those of users are not loaded. */
  readonly modules: string;
  /** The scripts of the regedit package; null for where the package has them. */
  readonly regeditScripts: string | null;
  /** The regedit package; null for where Node finds it. */
  readonly regeditPackage: string | null;
}

/** What a caller knows better; the programs are for tests. */
export interface SystemPathOptions {
  readonly scripts?: string;
  readonly regeditScripts?: string;
  readonly programs?: Partial<Record<Tool, Program>>;
  readonly slmgr?: string;
  readonly modules?: string;
}

/** Where Windows is when the environment does not say so. */
const USUAL_ROOT = 'C:\\Windows';

/**
 * Finds all of it.
 *
 * The environment's `SystemRoot` is believed only where it has the form of a Windows folder: programs are started
 * from there with an administrator's rights.
 */
export function findSystemPaths(options: SystemPathOptions = {}): SystemPaths {
  const root = windowsDirectory() ?? USUAL_ROOT;
  const system32 = `${root}\\System32`;
  const powershell = `${system32}\\WindowsPowerShell\\v1.0`;
  const programs = Object.fromEntries(
    TOOLS.map((tool) => [
      tool,
      options.programs?.[tool] ?? {
        file: `${tool === 'powershell.exe' ? powershell : system32}\\${tool}`,
      },
    ]),
  ) as Record<Tool, Program>;
  const shipped = shippedFiles(import.meta.url);
  return {
    root,
    system32,
    programs,
    slmgr: options.slmgr ?? `${system32}\\slmgr.vbs`,
    scripts: options.scripts ?? shipped.scripts,
    modules: options.modules ?? `${powershell}\\Modules`,
    regeditScripts: options.regeditScripts ?? shipped.regeditScripts,
    regeditPackage: shipped.regeditPackage,
  };
}

/** The environment that programs get: nothing of ours, so nobody can slip something in through it. */
export function cleanEnvironment({ root, system32, modules }: SystemPaths): NodeJS.ProcessEnv {
  const temporary = temporaryFolder(root);
  return {
    SystemRoot: root,
    windir: root,
    SystemDrive: root.slice(0, 2),
    PATH: system32,
    PSModulePath: modules,
    TEMP: temporary,
    TMP: temporary,
  };
}
