/** Finds a Chromium that Playwright can drive. */
import { type Browser, chromium } from 'playwright';
import { chromiumPath as installedChromium } from '../test-parts.mjs';

/** Returns the path of a Chromium on this machine, preferring the variable KMS_DOCTOR_CHROMIUM; null without one. */
export function chromiumPath(headless: boolean): string | null {
  return installedChromium(chromium.executablePath(), headless);
}

/** Whether a window can be displayed. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** Only this machine's own address resolves, so that nothing gets out even if a route is missing. */
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
 * Returns the headless Chromium shared by everything in this process, because starting one takes as long as a short
 * test. It is closed when the process exits, or by {@link closeChromium}.
 */
export function sharedChromium(): Promise<Browser> {
  shared ??= startChromium(true).then((browser) =>
    browser.on('disconnected', () => (shared = undefined)),
  );
  return shared;
}

/** Closes all pages of the shared Chromium. */
export async function closePages(): Promise<void> {
  const contexts = (await shared)?.contexts() ?? [];
  await Promise.all(contexts.map((context) => context.close()));
}

/** Closes the shared Chromium. */
export async function closeChromium(): Promise<void> {
  await (await shared)?.close();
}

export type { Browser };
