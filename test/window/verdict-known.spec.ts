/**
 * A verdict that's known before the diagnosis has finished. The page is the built one. The events
 * are those of a real run, sent by the spec because a simulated PC is too fast otherwise.
 */
import { readFileSync } from 'node:fs';
import type { RunEvent } from '@shared/diagnosis';
import { translator, type Language } from '@shared/i18n';
import { parseScenario } from '@shared/scenario';
import type { BrowserContextOptions, Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { diagnose } from '../../electron/engine/run';
import { axeViolations } from './axe';
import { layoutProblems } from './journeys/layout-problems';
import { example, TIMEOUT } from './journeys/user';
import { type Browser, closePages, sharedChromium } from '../../build/electron-stand-in/chromium';
import { sample } from '../support/sample';
import { openPage, sendEvents, type SpecWindow } from './fake-main-process';

/** Returns the events of a run, split at the verdict. */
async function eventsOf(
  file: string,
): Promise<{ before: RunEvent[]; known: RunEvent; after: RunEvent[] }> {
  const parsed = parseScenario(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const events: RunEvent[] = [];
  for await (const event of diagnose(createScenarioComputer(parsed.scenario)).events) {
    events.push(event);
  }
  const at = events.findIndex(({ type }) => type === 'verdict-known');
  const known = events[at];
  if (known === undefined) throw new Error('The run told no verdict');
  // Half of the earlier events come after the verdict, as if Windows were slow.
  const half = Math.floor(at / 2);
  return {
    before: events.slice(0, half),
    known,
    after: [...events.slice(half, at), ...events.slice(at + 1)],
  };
}

let browser: Browser;
let run: Awaited<ReturnType<typeof eventsOf>>;
beforeAll(async () => {
  browser = await sharedChromium();
  run = await eventsOf(example('srv-record-missing'));
});
afterAll(closePages);

const LOOKS: readonly (readonly [string, Language, BrowserContextOptions])[] = [
  ['light, in English', 'en', { colorScheme: 'light' }],
  ['dark, in Chinese', 'zh-TW', { colorScheme: 'dark' }],
  ['in a small window', 'en', { viewport: { width: 1000, height: 700 } }],
  ['in a small window at 125 %', 'zh-TW', { viewport: { width: 800, height: 560 } }],
  ['in forced colors', 'en', { forcedColors: 'active' }],
];

/** Height of a progress row with the banner's padding, in pixels. */
const ROW = 76;

describe('a verdict before the end of a run', { timeout: 240_000 }, () => {
  it.each(sample(LOOKS, 5, 1))(
    "is shown, announced once, and doesn't move when the rest arrives: %s",
    async (_, language, options) => {
      const page = await openPage(browser, language, { reducedMotion: 'reduce', ...options });
      const t = translator(language);
      const banner = page.getByRole('region', { name: t('window.banner.label'), exact: true });
      const button = (name: string): Locator => banner.getByRole('button', { name, exact: true });
      const headline = banner.getByRole('heading', { level: 1 });
      const title = t('verdicts.srv-record-missing.title', { domains: 'contoso.com' });
      const fix = button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }));
      const ticket = button(t('window.copy.ticket'));
      const stop = button(t('window.banner.stop'));
      const remaining = banner.getByRole('complementary', { name: t('window.banner.remaining') });

      await sendEvents(page, run.before);
      await stop.waitFor(TIMEOUT);
      expect(await headline.innerText()).not.toBe(title);
      await stop.focus();

      await sendEvents(page, [run.known]);
      await remaining.waitFor(TIMEOUT);
      expect(await headline.innerText()).toBe(title);
      expect(await fix.isDisabled()).toBe(true);
      expect(await ticket.isDisabled()).toBe(true);
      expect(await stop.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await layoutProblems(page)).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      const before = { banner: await banner.boundingBox(), headline: await headline.boundingBox() };

      await sendEvents(page, run.after);
      await remaining.waitFor({ state: 'detached', ...TIMEOUT });
      expect(await headline.innerText()).toBe(title);
      expect(await fix.isEnabled()).toBe(true);
      expect(await ticket.isEnabled()).toBe(true);
      expect(await banner.boundingBox()).toEqual(before.banner);
      // In a narrow window, the progress was below. No more than its row may stay empty.
      const [whole, buttons] = await Promise.all([banner.boundingBox(), ticket.boundingBox()]);
      const empty = whole!.y + whole!.height - buttons!.y - buttons!.height;
      if (whole!.width < 1150) expect(empty).toBeLessThan(ROW);
      const { x, y } = before.headline ?? {};
      expect(await headline.boundingBox()).toMatchObject({ x, y });

      const said = await page.evaluate(() => (window as unknown as SpecWindow).said);
      expect(said.filter((text) => text.startsWith(title))).toHaveLength(1);
      // Progress after the verdict isn't announced.
      expect(said.at(-1)?.startsWith(title)).toBe(true);
      await page.context().close();
    },
  );
});
