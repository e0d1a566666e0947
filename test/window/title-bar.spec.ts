/** The title bar before all of its code is there. */
import { translator } from '@shared/i18n';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, startChromium } from '../../build/electron-stand-in/chromium';
import { SOON } from './journeys/person';
import { openPage } from './told-page';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium(true);
});
afterAll(() => browser.close());

it.each([
  ['open', 1300, 'window.menu.openFile'],
  ['report', 1300, 'window.menu.save.html'],
  ['more', 600, 'window.menu.openFile'],
] as const)('opens the menu %s that was pressed before it was there', async (menu, width, item) => {
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
  await button.click(SOON);
  expect(await page.getByRole('menu').count()).toBe(0);
  arrive();
  await page.getByRole('menuitem', { name: t(item), exact: true }).waitFor(SOON);
  await page.context().close();
});
