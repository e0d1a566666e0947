/** The script that other engines run on many PCs: it gathers facts and prints one facts line. */

/** Engines that run it, each with its own ways for output and exit codes. */
export const SCRIPT_ENGINES = ['intune', 'configmgr', 'gpo', 'ansible'] as const;

/** One of {@link SCRIPT_ENGINES}. */
export type ScriptEngine = (typeof SCRIPT_ENGINES)[number];

/** How the script is to be. */
export interface FleetScriptOptions {
  readonly engine: ScriptEngine;
  /** Leaves the computer's name out of the line: the engine has a column of its own for it. */
  readonly noName: boolean;
}

/** A whole script for Windows PowerShell 5.1: ASCII, at most 200 KB, run with standard rights. */
export function fleetScript(_options: FleetScriptOptions): string {
  throw new Error('not built yet');
}
