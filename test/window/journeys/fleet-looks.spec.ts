/**
 * The fleet view in every look, with names that are hostile, too long or Chinese: no clipped text,
 * no axe violations, no executed script, and no leftover English in Traditional Chinese.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type LaunchOptions } from '../../../build/electron-stand-in/launch';
import { HOSTILE_NAMES, SCRIPT } from '../../support/hostile';
import { caseOf, factsLine, reportOf, reportsOf } from './fleet-files';
import { sample } from '../../support/sample';
import { axeViolations } from '../axe';
import { layoutProblems } from './layout-problems';
import { untranslatedKey, texts } from './untranslated-key';
import { example, openWindow, scenario, TIMEOUT, type User } from './user';

let person: User | undefined;
const home = mkdtempSync(join(tmpdir(), 'kms-doctor-looks-'));
const folder = join(home, 'fleet');
beforeAll(everything);
afterEach(() => person?.program.close());
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const HEALTHY = scenario('healthy/default');

/** Fills the folder with something for every list of the page. */
async function everything(): Promise<void> {
  mkdirSync(folder);
  const missing = await reportOf(caseOf(example('srv-record-missing'), 'PC'));
  const healthy = await reportOf(caseOf(HEALTHY, 'PC'));
  const unknown = { ...missing.verdict, code: 'cannot-diagnose', certainty: 'likely' };
  const about = { ...missing.verdict.about, domain: `${'long-'.repeat(30)}${SCRIPT}` };
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    'reports.jsonl',
    [
      ...reportsOf(missing, HOSTILE_NAMES),
      ...reportsOf({ ...missing, verdict: { ...missing.verdict, about } }, ['A-1', 'A-2']),
      ...reportsOf({ ...missing, verdict: unknown }, ['U-1']),
      ...reportsOf(healthy, ['H-1', '電腦'.repeat(120)]),
      ...reportsOf({ ...healthy, activation: { ...healthy.activation, graceMinutes: 9_000 } }, [
        'E-1',
        'E'.repeat(255),
      ]),
      ...['silent', 'constrained-language', 'not-yet-known'].flatMap((outcome) =>
        reportsOf(
          {
            ...missing,
            target: { ...missing.target, kind: 'remote', reach: { outcome, detail: null } },
          },
          [`N-${outcome}`],
        ),
      ),
    ].join('\n'),
  );
  for (const file of [example('srv-record-missing'), example('clock-skew')]) {
    write(`${file.length}.txt`, await factsLine(caseOf(file, `F-${file.length}`)));
  }
  write(`${'檔'.repeat(60)}.json`, '{');
  write('code.py', 'import os, sys\nfrom re import match, sub\nx = f(1, 2)\n');
}

const LOOKS: Readonly<Record<string, LaunchOptions>> = {
  'light, at 100 %': { viewport: { width: 1000, height: 700 } },
  'dark, in Chinese, at 200 %': {
    colorScheme: 'dark',
    language: 'zh-TW',
    viewport: { width: 1000, height: 700 },
    scale: 2,
  },
  'forced colors, 320 pixels wide': { forcedColors: true, viewport: { width: 320, height: 700 } },
};

/** Index of the first list of unreachable PCs. */
const NOT_REACHED = 6;

/**
 * Verifies that a list of names can be read and scrolled, but isn't selectable and doesn't look
 * like links.
 */
async function hasNothingToOpen(page: Page): Promise<void> {
  const list = page.locator('main li[data-list] > div [role="list"]');
  expect(await page.locator('main').getByRole('option').count()).toBe(0);
  const row = list.getByRole('listitem').first();
  const colors = await row.evaluate((element) =>
    [element, element.firstElementChild!].map((one) => getComputedStyle(one).color),
  );
  expect(colors[1]).toBe(colors[0]);
  await list.focus();
  await page.keyboard.press('Enter');
  await row.click();
  expect(await list.isVisible()).toBe(true);
}

it.each(sample(Object.keys(LOOKS), 2, 1))(
  'the fleet view is accessible and has no layout problems: %s',
  { timeout: 400_000 },
  async (name) => {
    const options = LOOKS[name]!;
    person = await openWindow(HEALTHY, {
      ...options,
      args: ['--fleet', folder],
    });
    const { page, program, t } = person;
    await page
      .getByRole('heading', { level: 1, name: /share one cause|原因相同/ })
      .waitFor(TIMEOUT);
    const wrong: string[] = [];
    const see = async (screen: string): Promise<void> => {
      for (const text of options.language === 'zh-TW' ? await texts(page) : []) {
        const key = untranslatedKey(text);
        if (key !== null) wrong.push(`${screen}: ${text} (${key})`);
      }
      for (const finding of await layoutProblems(page)) wrong.push(`${screen}: ${finding}`);
      for (const found of await axeViolations(page)) wrong.push(`${screen}: ${found}`);
    };
    await see('causes');
    const lists = page.locator('main li[data-list] > button');
    const count = await lists.count();
    // Four causes, and one list each: healthy, ending soon, three reasons for being unreachable,
    // unreadable.
    expect(count).toBe(10);
    for (const at of [0, 1, count - 5, NOT_REACHED, count - 1]) {
      await lists.nth(at).click();
      const rows = page.locator(
        'main li[data-list] :is([role="option"], [role="listitem"]), main li[data-list] ul li',
      );
      await rows.first().waitFor(TIMEOUT);
      await rows.filter({ hasText: '…' }).first().waitFor({ state: 'detached' });
      await see(`list ${at}`);
      if (at === NOT_REACHED) await hasNothingToOpen(page);
    }
    expect(wrong).toEqual([]);
    expect(await page.evaluate(() => 'hit' in globalThis)).toBe(false);
    expect(await page.locator('main img, main script').count()).toBe(0);
    const shown = await page.locator('main').innerText();
    for (const key of ['window.fleet.section.ending', 'fleet.words.noCure'] as const) {
      expect(shown).toContain(t(key));
    }
    const complaints = (await page.consoleMessages()).filter(
      (message) => message.type() === 'error',
    );
    expect(complaints.map((message) => message.text())).toEqual([]);
    expect(program.app.escapes()).toEqual([]);
  },
);
