/**
 * A PC with more KMS hosts than fit, with long names: the verdict and the first action are visible
 * immediately, without stutter.
 */
import type { RunEvent } from '@shared/diagnosis';
import { LANGUAGES, translator } from '@shared/i18n';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '../../electron/engine/run';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { pc } from '../unit/computer/scenario/pc';
import { layoutProblems } from './journeys/layout-problems';
import { TIMEOUT } from './journeys/user';
import { openPage, tasksOf, sendEvents } from './fake-main-process';
import { sample } from '../support/sample';
import { expectCpuTimeWithin } from '../support/limits';

/** By default, the language with the longer words. */
const TRIED = sample(LANGUAGES, 2);

const SMALL = { width: 1000, height: 700 };
/** Returns a name of 60 characters. */
const hostName = (index: number): string =>
  `kms-host-${String(index).padStart(2, '0')}-of-the-main-data-center-berlin.contoso.com`.padEnd(
    60,
    'm',
  );

/**
 * Returns the events of a run on a PC for which DNS lists this many hosts, none of which respond.
 */
async function eventsOf(hosts: number): Promise<readonly RunEvent[]> {
  const numbers = Array.from({ length: hosts }, (_, index) => index + 1);
  const records = numbers.flatMap((index) => [
    {
      name: '_vlmcs._tcp.contoso.com',
      type: 'SRV',
      priority: index,
      weight: 0,
      port: 1688,
      target: hostName(index),
    },
    { name: hostName(index), type: 'A', address: `10.0.1.${index}` },
  ]);
  const filtered = Object.fromEntries(
    numbers.map((index) => [`10.0.1.${index}`, { ports: { '1688': 'filtered' } }]),
  );
  const computer = pc({
    computer: { name: 'WORKSTATION-0042', os: 'Windows 11 Enterprise multi-session' },
    dns: { servers: { '10.0.0.10': { records } } },
    hosts: filtered,
  } as never);
  const events: RunEvent[] = [];
  for await (const event of diagnose(computer).events) events.push(event);
  return events;
}

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(closePages);

it.each(TRIED)(
  'the verdict and the first button are on the first screen (%s)',
  async (language) => {
    const page = await openPage(browser, language, { viewport: SMALL });
    await sendEvents(page, await eventsOf(18));
    const t = translator(language);
    const banner = page.getByRole('region', { name: t('window.banner.label'), exact: true });
    const headline = banner.getByRole('heading', { level: 1 });
    await expect.poll(() => headline.innerText(), TIMEOUT).toContain(hostName(1).slice(0, 20));
    const boxOf = async (part: typeof banner) => (await part.boundingBox())!;
    for (const part of [headline, banner.locator('[data-primary]')]) {
      const { y, height } = await boxOf(part);
      expect(y + height).toBeLessThan(SMALL.height);
    }
    // The title bar is always a single line. The headline has at most two.
    expect((await boxOf(page.locator('header'))).height).toBeLessThanOrEqual(48);
    expect((await boxOf(headline)).height).toBeLessThanOrEqual(56);
    expect(await layoutProblems(page)).toEqual([]);
    if (process.env['KMS_DOCTOR_PICTURES'] !== undefined) {
      await page.screenshot({
        path: `${process.env['KMS_DOCTOR_PICTURES']}/hosts-${language}.png`,
      });
    }
    await page.context().close();
  },
);

/** Longest task that isn't noticeable, in milliseconds of CPU time. */
const MAX_TASK_LENGTH = 100;

it(
  'the page stays responsive while the statuses of 30 records arrive',
  { timeout: 240_000 },
  async () => {
    const events = await eventsOf(30);
    const page = await openPage(browser, 'en', { viewport: SMALL });
    const tellAll = () =>
      page.evaluate(async (text) => {
        const { tell } = window as unknown as { tell: (events: unknown[]) => void };
        const all = JSON.parse(text) as unknown[];
        const frame = () => new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
        for (let at = 0; at < all.length; at += 4) {
          tell(all.slice(at, at + 4));
          await frame();
        }
      }, JSON.stringify(events));
    // Excludes the cost of the first compilation and layout.
    await tellAll();
    const { count, longest } = await tasksOf(browser, page, tellAll);
    expect(count).toBeGreaterThan(events.length / 4);
    await expectCpuTimeWithin(longest, MAX_TASK_LENGTH);
    await page.context().close();
  },
);
