/** What this process is on its PC, for whoever wants nothing else of the PC. */
import { displayLanguage } from './display-language';
import { isElevated } from './elevation';
import { ThisMachine } from './machine';
import { findPlaces } from './programs';
import { RegistryReader } from './registry-reader';
import { RANK } from './start-queue';

/** As {@link displayLanguage}. */
export function ownDisplayLanguage(): Promise<string | null> {
  return displayLanguage(new ThisMachine(findPlaces()), new AbortController().signal);
}

/** As {@link isElevated}. */
export function ownElevation(signal: AbortSignal): Promise<boolean> {
  const machine = new ThisMachine(findPlaces());
  return isElevated(machine, new RegistryReader(machine, RANK.other), signal);
}
