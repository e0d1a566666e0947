/** Absolute paths of the Windows programs that are run, determined once. */
import { windowsDirectory } from '../network/ping';
import type { Program } from '../run-program';
import { shippedFiles, type ShippedFiles } from './shipped-files';
import { temporaryFolder } from './temporary-folder';

export type { Program };

/** The only programs that this folder runs. */
const TOOLS = [
  'reg.exe',
  'sc.exe',
  'cscript.exe',
  'ipconfig.exe',
  'w32tm.exe',
  'powershell.exe',
] as const;

/** Name of one of these programs, as shown in reports. */
export type Tool = (typeof TOOLS)[number];

/** Paths of programs, scripts, and modules. */
export interface SystemPaths extends ShippedFiles {
  /** E.g. `C:\Windows`. */
  readonly root: string;
  /** E.g. `C:\Windows\System32`; the PATH and working directory of the programs. */
  readonly system32: string;
  readonly programs: Readonly<Record<Tool, Program>>;
  /** `slmgr.vbs`. */
  readonly slmgr: string;
  /** Folder of Windows' own PowerShell modules; modules of users aren't loaded. */
  readonly modules: string;
}

/** Overrides of paths; the programs are for tests. */
export interface SystemPathOptions extends Partial<
  Pick<SystemPaths, 'scripts' | 'regeditScripts' | 'slmgr' | 'modules'>
> {
  readonly programs?: Partial<SystemPaths['programs']>;
}

/** Windows directory if the environment doesn't have it. */
const USUAL_ROOT = 'C:\\Windows';

/**
 * Determines all paths.
 *
 * The environment's `SystemRoot` is used only if it looks like a Windows directory, since programs are started from
 * there with administrator rights.
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

/** Returns the environment for programs. It inherits only a validated `TEMP`, so nothing can be injected through it. */
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
