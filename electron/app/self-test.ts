/**
 * `--self-test`: verifies that the installed program works on this PC, for admins who deploy it. Opens a hidden window,
 * has the page diagnose a simulated PC through preload and IPC, and checks the sandbox and the required files. Prints
 * one line per check, not localized, and exits with 0 if all passed, otherwise 1.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { app } from 'electron';
import { findSystemPaths } from '../computer/windows/system-paths';
import { checkRegeditScripts } from '../computer/windows/regedit-package';
import type { RunningApp } from './startup-context';

/** The simulated PC to diagnose; its ID is the expected verdict. */
export const SELF_TEST_CASE = 'srv-record-missing';

const LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** Runs the test, prints the results and exits. */
export async function endWithSelfTest(opening: Promise<RunningApp | null>): Promise<void> {
  const checks: readonly (readonly [string, Promise<void>])[] = [
    ['window', seesTheVerdict(opening)],
    ['sandbox', opening.then(isSandboxed)],
    ['files', hasItsFiles()],
  ];
  // Awaited together, so that no rejection is unhandled while another check is pending.
  const found = await Promise.all(
    checks.map(async ([name, check]) => {
      const said = await check.then(
        () => 'ok',
        (error: unknown) => `failed (${error instanceof Error ? error.message : String(error)})`,
      );
      return { good: said === 'ok', line: `${name}: ${said}\n` };
    }),
  );
  process.stdout.write(found.map(({ line }) => line).join(''));
  app.exit(found.every(({ good }) => good) ? 0 : 1);
}

/** A diagnosis requested by the page proves that page, preload, IPC and engine work. */
async function seesTheVerdict(opening: Promise<RunningApp | null>): Promise<void> {
  const until = Date.now() + LIMIT_MS;
  const opened = await Promise.race([opening, later(LIMIT_MS, null)]);
  if (opened === null) throw new Error('the page did not load');
  while (opened.diagnosisSession.last() === null) {
    if (Date.now() > until) throw new Error('the diagnosis did not finish');
    // A page that is still loading misses the command, and one that is already diagnosing ignores it.
    opened.diagnose();
    await later(LOOK_MS);
  }
  const found = opened.diagnosisSession.last()?.diagnosis.verdict.code;
  if (found !== SELF_TEST_CASE) throw new Error(`unexpected verdict: ${String(found)}`);
}

/** Checks that Windows runs the renderer in Chromium's sandbox; other systems don't report it. */
function isSandboxed(): void {
  if (process.platform !== 'win32') return;
  const pages = app.getAppMetrics().filter(({ type }) => type === 'Tab');
  if (pages.length === 0 || pages.some(({ sandboxed }) => sandboxed !== true)) {
    throw new Error('the page is not sandboxed');
  }
}

/** Checks for the script files that Windows programs execute. */
async function hasItsFiles(): Promise<void> {
  const { scripts, regeditScripts } = findSystemPaths();
  await Promise.all(['serve.ps1', 'answer.ps1'].map((name) => access(join(scripts, name))));
  // Null in the checkout, where npm installed them.
  if (regeditScripts !== null) await checkRegeditScripts(regeditScripts);
}
