/**
 * Themes, contrast, sizes and languages: no clipped or overlapping text, no axe violations, and no
 * leftover English in Traditional Chinese.
 */
import { readFileSync } from 'node:fs';
import en from '@shared/locales/en.json';
import zh from '@shared/locales/zh-TW.json';
import type { Page } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { launch, type LaunchOptions } from '../../../build/electron-stand-in/launch';
import { axeViolations } from '../axe';
import { layoutProblems } from './layout-problems';
import { isKey, untranslatedKey, texts } from './untranslated-key';
import { type User, example, openWindow } from './user';
import { FULL } from '../../support/sample';
import { EVERYTHING, type Walk, walk } from './screens';

let person: User | undefined;
afterEach(() => person?.program.close());

/** Screens that differ in their layout. */
const SOME: Walk = {
  cards: ['check-dns-configuration', 'create-srv-record', 'assign-kms-host'],
  fixes: ['create-srv-record', 'assign-kms-host', 'activate-now'],
};

interface Look {
  readonly options: LaunchOptions;
  readonly walked: Walk;
  /** Which of every six screens axe checks by default, or null for none. */
  readonly axe: 0 | 1 | 2 | null;
}

/** Size of the smallest window. */
const SMALL = { width: 1000, height: 700 };
const LOOKS: Readonly<Record<string, Look>> = {
  'light, at 100 %': { options: { viewport: SMALL }, walked: SOME, axe: 0 },
  'dark, in Chinese, at 200 %': {
    options: { colorScheme: 'dark', language: 'zh-TW', viewport: SMALL, scale: 2 },
    walked: FULL ? EVERYTHING : SOME,
    axe: 2,
  },
  'dark, in Chinese, at 150 %': {
    options: { colorScheme: 'dark', language: 'zh-TW', viewport: SMALL, scale: 1.5 },
    walked: SOME,
    axe: 0,
  },
  // axe checks the other looks in these colors too.
  'forced colors, at 150 %': {
    options: { forcedColors: true, viewport: SMALL, scale: 1.5 },
    walked: SOME,
    axe: null,
  },
  'forced colors, at 200 %': {
    options: { forcedColors: true, viewport: SMALL, scale: 2 },
    walked: SOME,
    axe: null,
  },
};
/**
 * By default, only the narrowest look, which differs most from the light, English one in other
 * specs.
 */
const TRIED = FULL ? Object.keys(LOOKS) : ['dark, in Chinese, at 200 %'];

/** Interval of the screens that are also checked in the other colors. With --full, all are. */
const EVERY = 12;
/** Anything unrelated to color is the same in each. */
const COLORS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'active' },
] as const;

/** Waits for fading and moving elements, whose colors and positions aren't final before. */
async function atRest(): Promise<void> {
  // The window learns of new colors immediately, but paints them in a later frame.
  for (let pictures = 0; pictures < 2; pictures += 1) {
    await new Promise((drawn) => requestAnimationFrame(drawn));
  }
  const ends = document
    .getAnimations()
    .filter((animation) => Number(animation.effect?.getComputedTiming().endTime) < 10_000);
  await Promise.allSettled(ends.map(({ finished }) => finished));
}

it('leftOver recognizes an English sentence', () => {
  expect(untranslatedKey(en.window.banner.stop)).toBe('window.banner.stop');
  expect(untranslatedKey(zh.window.banner.stop)).toBeNull();
});

it.each(TRIED)(
  'every screen is accessible and has no layout problems: %s',
  { timeout: 400_000 },
  async (name) => {
    const { options, walked, axe } = LOOKS[name]!;
    const file = example('srv-record-missing');
    const { title } = JSON.parse(readFileSync(file, 'utf8')) as { title: string };
    person = await openWindow(file, options);
    const { page, program } = person;
    await page.evaluate(() => {
      const violations: string[] = [];
      (window as { specViolations?: string[] }).specViolations = violations;
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        violations.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    const wrong: string[] = [];
    let screens = 0;
    const see = async (page: Page, screen: string): Promise<void> => {
      screens += 1;
      await page.evaluate(atRest);
      for (const text of await texts(page)) {
        if (isKey(text)) wrong.push(`${screen}: ${text}`);
        // The title of the file isn't translated.
        if (options.language !== 'zh-TW' || text === title) continue;
        const key = untranslatedKey(text);
        if (key !== null) wrong.push(`${screen}: ${text} (${key})`);
      }
      for (const finding of await layoutProblems(page)) wrong.push(`${screen}: ${finding}`);
      if (axe === null || (!FULL && screens % 6 !== axe)) return;
      for (const found of await axeViolations(page)) wrong.push(`${screen}: ${found}`);
      if (!FULL && screens % EVERY > 2) return;
      const own = options.colorScheme ?? 'light';
      for (const colors of COLORS) {
        if (colors.colorScheme === own && colors.forcedColors === 'none') continue;
        await page.emulateMedia(colors);
        await page.evaluate(atRest);
        const look = `${screen}, ${colors.colorScheme}, forced ${colors.forcedColors}`;
        for (const found of await axeViolations(page, ['color-contrast'])) {
          wrong.push(`${look}: ${found}`);
        }
      }
      await page.emulateMedia({ colorScheme: own, forcedColors: 'none' });
      await page.evaluate(atRest);
    };
    // Without a PC, the window waits for the user to press Diagnose.
    const waiting = await launch({ ...options, reducedMotion: true });
    await waiting.page.locator('[data-primary]').waitFor();
    await see(waiting.page, 'ready');
    await waiting.close();
    await walk(person, walked, (screen) => see(page, screen));
    expect([...new Set(wrong)]).toEqual([]);
    expect(screens).toBeGreaterThan(walked === EVERYTHING ? 30 : 15);
    expect(
      await page.evaluate(() => (window as { specViolations?: string[] }).specViolations),
    ).toEqual([]);
    const complaints = (await page.consoleMessages()).filter(
      (message) => message.type() === 'error',
    );
    expect(complaints.map((message) => message.text())).toEqual([]);
    expect(program.app.escapes()).toEqual([]);
  },
);
