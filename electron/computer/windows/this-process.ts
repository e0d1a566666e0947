/** What this process is on its PC, for whoever wants nothing else of the PC. */
import { neverAborted } from '@engine/deadline';
import { displayLanguage } from './display-language';
import { isElevated } from './elevation';
import { LocalWindowsHost } from './windows-host';
import { findSystemPaths } from './system-paths';
import { RegistryReader } from './registry-reader';
import { PRIORITY } from './process-queue';

/** As {@link displayLanguage}. */
export function ownDisplayLanguage(): Promise<string | null> {
  return displayLanguage(new LocalWindowsHost(findSystemPaths()), neverAborted());
}

/** As {@link isElevated}. */
export function ownElevation(signal: AbortSignal): Promise<boolean> {
  const windowsHost = new LocalWindowsHost(findSystemPaths());
  return isElevated(windowsHost, new RegistryReader(windowsHost, PRIORITY.other), signal);
}
