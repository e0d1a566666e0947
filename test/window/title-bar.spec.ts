/** The title bar at every width, and before all of its code is loaded. */
import { translator } from '@shared/i18n';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { layoutProblems } from './journeys/layout-problems';
import { example, openWindow, setTextSize, TIMEOUT } from './journeys/user';
import { openPage } from './fake-main-process';
import { sample } from '../support/sample';

/** By default, the language with the longer words. */
const TRIED = sample(['en', 'zh-TW'] as const, 2);

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(closePages);

it.each([
  ['open', 1300, 'window.menu.openFile'],
  ['report', 1300, 'window.menu.save.html'],
  ['more', 600, 'window.menu.openFile'],
] as const)(
  'the menu %s opens if it was clicked before it was loaded',
  async (menu, width, item) => {
    const t = translator('en');
    const page = await openPage(browser, 'en', { viewport: { width, height: 700 } });
    let arrive: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (arrive = resolve));
    await page.route('**/title-menus-*.js', async (route) => {
      await late;
      await route.fallback();
    });
    await page.reload();
    const button = page.getByRole('button', { name: t(`window.menu.${menu}`), exact: true });
    await button.click(TIMEOUT);
    expect(await page.getByRole('menu').count()).toBe(0);
    arrive();
    await page.getByRole('menuitem', { name: t(item), exact: true }).waitFor(TIMEOUT);
    await page.context().close();
  },
);

it.each(TRIED)('the title bar fits at every width (%s)', async (language) => {
  const who = await openWindow(example('srv-record-in-other-domain'), { language });
  await who.verdict();
  const widths = [500, 683, 700, 740, 860, 921, 960, 1000, 1081, 1141, 1280, 1300];
  const looks = [
    ...widths.map((width) => [width, 100]),
    // Windows' text size may be larger.
    ...[1000, 1280, 1366, 1600].flatMap((width) => [
      [width, 150],
      [width, 200],
    ]),
  ] as const;
  for (const [width = 0, percent = 100] of looks) {
    await who.page.setViewportSize({ width, height: 700 });
    await setTextSize(who.page, percent);
    const at = `${width} pixels, text at ${percent} %`;
    const marks = who.page.getByText(who.t('window.title.simulated')).filter({ visible: true });
    await expect.poll(() => marks.count(), { message: at, ...TIMEOUT }).toBe(1);
    const below = who.page.getByRole('complementary', { name: who.t('window.report.label') });
    const inBar = who.page.locator('header [class*="_mark_"]').filter({ visible: true });
    expect(await inBar.or(below).count(), at).toBe(1);
    expect(await layoutProblems(who.page), at).toEqual([]);
    const name = who.page.locator('header [class*="_pc_"]');
    const hidden = await name.evaluate((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return range.getBoundingClientRect().width - one.getBoundingClientRect().width;
    });
    expect(hidden, `of the name at ${at}`).toBeLessThan(0.1);
  }
  await who.program.close();
});
