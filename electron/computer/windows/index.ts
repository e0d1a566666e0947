/**
 * Target `this-pc`: the Windows PC that this program runs on, told the truth by its own tools. What the network
 * says is asked as on target `network`.
 */
import type { Computer } from '@engine/computer';
import { createNetworkComputer } from '../network';
import { windowsChanges } from './changes';
import type { Context } from './context';
import { windowsFacts } from './facts';
import { LocalWindowsHost, type WindowsHost } from './windows-host';
import { findSystemPaths, type SystemPathOptions } from './system-paths';
import { recorded } from './recording';
import { RegeditPackage } from './regedit-package';
import { RegistryReader } from './registry-reader';
import { Registry } from './registry-writer';
import { PRIORITY } from './process-queue';

export type { WindowsHost } from './windows-host';
export type { SystemPathOptions, Program, Tool } from './system-paths';

/** How this PC is asked. */
export interface WindowsOptions extends SystemPathOptions {
  /** A folder that gets every raw answer, redacted; it is made. */
  readonly record?: string;
  /** Takes the place of the PC: what was recorded of another one. */
  readonly windowsHost?: WindowsHost;
}

/**
 * Makes the computer of target `this-pc`.
 *
 * Two processes of Windows PowerShell at most serve it; they start with the first question to them, end when
 * nobody has asked for a while, and keep the program from ending only while somebody waits.
 */
export function createWindowsComputer(options: WindowsOptions = {}): Computer {
  const paths = findSystemPaths(options);
  const own = options.windowsHost ?? new LocalWindowsHost(paths);
  const windowsHost = options.record === undefined ? own : recorded(own, options.record);
  const reader = new RegistryReader(windowsHost, PRIORITY.other);
  // The probes of the network wait for what is read by this one.
  const networkReader = new RegistryReader(windowsHost, PRIORITY.network);
  const network = createNetworkComputer();
  const context: Context = {
    paths,
    windowsHost,
    reader,
    networkReader,
    registry: new Registry(windowsHost, networkReader, new RegeditPackage(paths)),
    wait: (ms, signal) => network.wait(ms, signal),
  };
  const facts = windowsFacts(context);
  return {
    // Questions to DNS servers, pings and probes, which are the same everywhere.
    ...network,
    ...facts,
    ...windowsChanges(context, facts),
    target: 'this-pc',
    diagnosedAs: 'this-pc',
  };
}
