/**
 * Target `this-pc`: the Windows PC that this program runs on, examined with its own tools. Network facts are read the
 * same way as for target `network`.
 */
import type { Computer } from '@engine/computer';
import { createNetworkComputer } from '../network';
import { windowsChanges } from './changes';
import type { Context } from './context';
import { windowsFacts } from './facts';
import { LocalWindowsHost, type WindowsHost } from './windows-host';
import { findSystemPaths, type SystemPathOptions } from './system-paths';
import { withRecording } from './recording';
import { RegeditPackage } from './regedit-package';
import { RegistryReader } from './registry-reader';
import { Registry } from './registry-writer';
import { PRIORITY } from './process-queue';

export type { WindowsHost } from './windows-host';
export type { SystemPathOptions, Program, Tool } from './system-paths';

/** Options of target `this-pc`. */
export interface WindowsOptions extends SystemPathOptions {
  /** An existing folder that every raw answer is written to, redacted. */
  readonly record?: string;
  /** Replaces the PC, to play back a recording of another one. */
  readonly windowsHost?: WindowsHost;
}

/**
 * Creates the computer for target `this-pc`.
 *
 * It uses at most two Windows PowerShell processes. Each starts with its first question, exits after being idle for a
 * while, and keeps the program from exiting only while a question is pending.
 */
export function createWindowsComputer(options: WindowsOptions = {}): Computer {
  const paths = findSystemPaths(options);
  const own = options.windowsHost ?? new LocalWindowsHost(paths);
  const windowsHost = options.record === undefined ? own : withRecording(own, options.record);
  const reader = new RegistryReader(windowsHost, PRIORITY.other);
  // Network probes wait for what this one reads.
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
    // DNS queries, pings, and probes, which are the same on every target.
    ...network,
    ...facts,
    ...windowsChanges(context, facts),
    target: 'this-pc',
    diagnosedAs: 'this-pc',
  };
}
