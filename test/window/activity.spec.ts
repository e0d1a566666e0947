/** The activity list with a long history: grouped by day, filtered, and without delays. */
import { translator } from '@shared/i18n';
import type { JournalEntryView, JournalView } from '@shared/plan';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { axeViolations } from './axe';
import { sample } from '../support/sample';
import { layoutProblems } from './journeys/layout-problems';
import { untranslatedKey, texts } from './journeys/untranslated-key';
import { TIMEOUT } from './journeys/user';
import { openPage, tasksOf } from './fake-main-process';
import { expectCpuTimeWithin } from '../support/limits';

/** Returns a journal with this many entries, each with its own host. The first one failed. */
function journalOf(count: number): JournalView {
  const now = new Date();
  const entries = Array.from({ length: count }, (_, index): JournalEntryView => {
    const days = index < 3 ? 0 : index < 5 ? 1 : index < 25 ? 40 : 400;
    const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, 12);
    const number = String(count - index).padStart(4, '0');
    return {
      ...{ entry: `e${number}`, fix: 'assign-kms-host', title: `Fix ${number}`, target: 'pc' },
      ...{ at: at.toISOString(), state: index === 0 ? 'failed' : 'verified', running: false },
      ...{ treatment: null, undoable: index > 0 },
      changes: [
        {
          ...{ kind: 'kms-assignment', title: 'Host', byHand: '', undoable: true },
          ...{ before: 'none', after: `kms-${number}.contoso.com` },
        },
      ],
    };
  });
  return { entries, unreadable: null };
}

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(closePages);

const partsOf = (page: Page, t: ReturnType<typeof translator>) => {
  const activity = page.getByRole('region', { name: t('window.activity.title'), exact: true });
  return {
    activity,
    rows: activity.getByRole('listitem'),
    all: activity.locator('button[aria-expanded]'),
    text: activity.getByRole('searchbox'),
    state: activity.getByRole('combobox'),
    more: activity.getByRole('button', { name: t('window.list.showMore', { count: 30 }) }),
  };
};

/**
 * Counts running transitions. With reduced motion, new colors must apply immediately at every level
 * of the page.
 */
async function transitions(): Promise<number> {
  await new Promise((drawn) => requestAnimationFrame(drawn));
  return document.getAnimations().filter((one) => one instanceof CSSTransition).length;
}

const LOOKS = [
  ['en', [{ colorScheme: 'light' }, { forcedColors: 'active' }]],
  ['zh-TW', [{ colorScheme: 'dark' }]],
] as const;

it.each(sample(LOOKS, 2, 1))(
  'the activity list is grouped by day and can be filtered, in %s',
  async (language, looks) => {
    const t = translator(language);
    const size = { viewport: { width: 800, height: 560 } };
    const options = { ...size, reducedMotion: 'reduce' } as const;
    const page = await openPage(browser, language, options, journalOf(200));
    const { activity, rows, all, text, state, more } = partsOf(page, t);
    const isWell = async () => {
      expect(await layoutProblems(page)).toEqual([]);
      for (const colors of looks) {
        await page.emulateMedia(colors);
        expect(await page.evaluate(transitions)).toBe(0);
        expect(await axeViolations(page)).toEqual([]);
      }
      if (language === 'zh-TW')
        expect((await texts(page)).map(untranslatedKey).filter(Boolean)).toEqual([]);
    };
    expect(await rows.count()).toBe(1);
    await all.focus();
    await page.keyboard.press('Enter');
    const day = (days: number) => {
      const now = new Date();
      const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);
      return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
        ...{ day: 'numeric', month: 'long' },
        ...(date.getFullYear() !== now.getFullYear() && { year: 'numeric' }),
      } as const).format(date);
    };
    const words = language === 'en' ? ['Today', 'Yesterday'] : ['今天', '昨天'];
    const headings = activity.getByRole('heading', { level: 3 });
    expect(await headings.allInnerTexts()).toEqual([...words, day(40), day(400)]);
    expect(await rows.count()).toBe(30);
    await isWell();

    await page.keyboard.press('Tab');
    await page.keyboard.insertText('KMS-0197.contoso');
    await expect.poll(() => rows.allInnerTexts(), TIMEOUT).toHaveLength(1);
    expect(await rows.innerText()).toContain('Fix 0197');
    expect(await headings.allInnerTexts()).toEqual([words[1]]);
    await activity.getByText(t('window.activity.found', { count: 1 })).waitFor();
    await page.keyboard.press('Tab');
    expect(await state.evaluate((element) => element === document.activeElement)).toBe(true);
    // Offers both states that exist, and no others.
    expect(await state.locator('option').allInnerTexts()).toEqual([
      t('window.activity.anyState'),
      t('window.activity.state.verified'),
      t('window.activity.state.failed'),
    ]);
    await page.keyboard.press('End');
    await activity.getByText(t('window.activity.nothing')).waitFor();
    expect(await rows.count()).toBe(0);
    await isWell();
    await text.fill('');
    expect(await rows.allInnerTexts()).toHaveLength(1);
    expect(await rows.innerText()).toContain('Fix 0200');

    await state.selectOption('');
    await more.focus();
    await page.keyboard.press('Enter');
    expect(await rows.count()).toBe(60);
    expect(await rows.nth(30).evaluate((row) => row === document.activeElement)).toBe(true);
    await page.context().close();
  },
);

/** Longest task that isn't noticeable, in milliseconds of CPU time. */
const MAX_TASK_LENGTH = 100;

it('the activity list stays responsive with 5,000 entries', { timeout: 120_000 }, async () => {
  const page = await openPage(browser, 'en', {}, journalOf(5000));
  const { rows, all, text, state, more } = partsOf(page, translator('en'));
  const look = async () => {
    await all.click();
    for (const key of '4321') await text.press(key);
    await expect.poll(() => rows.count(), TIMEOUT).toBe(1);
    await text.fill('');
    await state.selectOption('failed');
    await state.selectOption('');
    await more.click();
    await more.click();
    await all.click();
  };
  // Excludes the cost of the first compilation and layout.
  await look();
  const { longest } = await tasksOf(browser, page, look);
  await expectCpuTimeWithin(longest, MAX_TASK_LENGTH);
  await page.context().close();
});
