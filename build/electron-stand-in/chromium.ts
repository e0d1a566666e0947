/** Finds a Chromium that Playwright can drive. */
import { type Browser, chromium } from 'playwright';
import { chromiumPath as installedChromium } from '../test-parts.mjs';

/** Path of a Chromium on this machine (the variable KMS_DOCTOR_CHROMIUM first); null without one. */
export function chromiumPath(headless: boolean): string | null {
  return installedChromium(chromium.executablePath(), headless);
}

/** Whether a window can be shown to somebody. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** No name resolves, so that nothing can leave even where a route is missing; this machine's own address does. */
const SWITCHES = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-features=Translate',
];

/** Starts Chromium. */
export async function startChromium(headless: boolean): Promise<Browser> {
  const executablePath = chromiumPath(headless);
  if (executablePath === null) throw new Error('No Chromium is installed on this machine');
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath,
    headless,
    args: [...SWITCHES, '--window-size=1300,950', ...(isRoot ? ['--no-sandbox'] : [])],
  });
}

let shared: Promise<Browser> | undefined;

/**
 * The Chromium without a window that everything in this process shares: starting one takes as long as a short test. It
 * ends with the process, or by {@link closeChromium}.
 */
export function sharedChromium(): Promise<Browser> {
  shared ??= startChromium(true).then((browser) =>
    browser.on('disconnected', () => (shared = undefined)),
  );
  return shared;
}

/** Closes every page of the shared Chromium. */
export async function closePages(): Promise<void> {
  const contexts = (await shared)?.contexts() ?? [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Ends the shared Chromium. */
export async function closeChromium(): Promise<void> {
  await (await shared)?.close();
}

export type { Browser };
