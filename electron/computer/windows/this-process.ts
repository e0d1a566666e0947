/** Facts about this process, for callers that need nothing else about the PC. */
import { neverAborted } from '@engine/deadline';
import { displayLanguage } from './display-language';
import { isElevated } from './elevation';
import { LocalWindowsHost } from './windows-host';
import { findSystemPaths } from './system-paths';
import { RegistryReader } from './registry-reader';
import { PRIORITY } from './process-queue';

/** Returns the display language of this PC, like {@link displayLanguage}. */
export function ownDisplayLanguage(): Promise<string | null> {
  return displayLanguage(new LocalWindowsHost(findSystemPaths()), neverAborted());
}

/** Whether this process has administrator rights, like {@link isElevated}. */
export function ownElevation(signal: AbortSignal): Promise<boolean> {
  const windowsHost = new LocalWindowsHost(findSystemPaths());
  return isElevated(windowsHost, new RegistryReader(windowsHost, PRIORITY.other), signal);
}
