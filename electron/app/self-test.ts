/**
 * `--self-test`: whether the installed program works on this PC, for whoever rolls it out. It opens its window
 * unseen, has the page diagnose a simulated PC through the preload and the border, and looks at what it needs beside
 * it. What it finds is printed in no language, a line each; the exit code is 0 when all of it is good, else 1.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { app } from 'electron';
import { findSystemPaths } from '../computer/windows/system-paths';
import { checkRegeditScripts } from '../computer/windows/regedit-package';
import type { RunningApp } from './startup-context';

/** The simulated PC that is diagnosed, and what is wrong with it. */
export const SELF_TEST_CASE = 'srv-record-missing';

const LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** Runs the test, prints what it found and ends the program. */
export async function endWithSelfTest(opening: Promise<RunningApp | null>): Promise<void> {
  const checks: readonly (readonly [string, Promise<void>])[] = [
    ['window', seesTheVerdict(opening)],
    ['sandbox', opening.then(isSandboxed)],
    ['files', hasItsFiles()],
  ];
  // All at once: a check that fails while another is waited for is no failure of the program.
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

/** That the page had a diagnosis made tells that page, preload, border and engine work. */
async function seesTheVerdict(opening: Promise<RunningApp | null>): Promise<void> {
  const until = Date.now() + LIMIT_MS;
  const opened = await Promise.race([opening, later(LIMIT_MS, null)]);
  if (opened === null) throw new Error('no page');
  while (opened.diagnosisSession.last() === null) {
    if (Date.now() > until) throw new Error('no diagnosis');
    // A page that is not there yet does not hear it, and one that has started does not start again.
    opened.diagnose();
    await later(LOOK_MS);
  }
  const found = opened.diagnosisSession.last()?.diagnosis.verdict.code;
  if (found !== SELF_TEST_CASE) throw new Error(`another verdict: ${String(found)}`);
}

/** Whether Windows runs the page's process in Chromium's sandbox; other systems do not tell. */
function isSandboxed(): void {
  if (process.platform !== 'win32') return;
  const pages = app.getAppMetrics().filter(({ type }) => type === 'Tab');
  if (pages.length === 0 || pages.some(({ sandboxed }) => sandboxed !== true)) {
    throw new Error('a page without it');
  }
}

/** Whether the files are there that programs of Windows read. */
async function hasItsFiles(): Promise<void> {
  const { scripts, regeditScripts } = findSystemPaths();
  await Promise.all(['serve.ps1', 'answer.ps1'].map((name) => access(join(scripts, name))));
  // In the checkout they are where npm put them.
  if (regeditScripts !== null) await checkRegeditScripts(regeditScripts);
}
