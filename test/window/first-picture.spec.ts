/** The window's first paint: the cards, before the surrounding UI is loaded. */
import type { AppInfo } from '@shared/ipc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { TIMEOUT } from './journeys/user';
import { openPage } from './fake-main-process';

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(closePages);

const SOURCES: readonly AppInfo['source'][] = [
  { kind: 'this-pc' },
  { kind: 'scenario', title: 'No KMS record in DNS' },
  { kind: 'facts', computer: 'PC-042', at: '2026-11-22T09:00:00Z' },
];

it.each(SOURCES)(
  'the first paint reserves space for UI that loads later: $kind',
  async (source) => {
    const page = await openPage(browser, 'en', {}, undefined, source);
    let arrive: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (arrive = resolve));
    await page.route('**/secondary-chunk-*.js', async (route) => {
      await late;
      await route.fallback();
    });
    await page.reload();
    const first = page.getByRole('article').first();
    const top = async () => (await first.boundingBox())?.y;
    await first.waitFor(TIMEOUT);
    const before = await top();
    expect(await page.getByRole('banner').count()).toBe(0);
    arrive();
    await page.getByRole('banner').waitFor(TIMEOUT);
    expect(await top()).toBe(before);
    await page.context().close();
  },
);
