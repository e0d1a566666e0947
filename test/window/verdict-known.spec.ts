/**
 * A verdict that is known before the diagnosis has ended. The page is the built one; the events are those of a real
 * run, and the spec gives them out, since no hand is quick enough for a simulated PC.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { RunEvent } from '@shared/diagnosis';
import { translator, type Language } from '@shared/i18n';
import type { AppInfo, Bridge } from '@shared/ipc';
import { parseScenario } from '@shared/scenario';
import type { BrowserContextOptions, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { diagnose } from '../../electron/engine/run';
import { geometry } from './journeys/geometry';
import { example, SOON } from './journeys/person';
import { type Browser, startChromium } from '../../build/electron-stand-in/chromium';
import { ROOT } from '../../build/electron-stand-in/main-half';

const ORIGIN = 'http://127.0.0.1:9';

interface SpecWindow extends Window {
  tell: (events: readonly RunEvent[]) => void;
  /** What the live region has said. */
  said: string[];
}

/** Runs in the page before its own scripts: a privileged side that answers, and tells what the spec has it tell. */
function privilegedSide(info: AppInfo): void {
  const answers: Record<string, unknown> = {
    'app:info': info,
    'journal:list': { entries: [], unreadable: null },
  };
  const request = new Proxy(
    {},
    { get: (_, name) => () => Promise.resolve(answers[String(name)] ?? {}) },
  );
  const on = new Proxy(
    {},
    {
      get: (_, name) => (listener: (events: readonly RunEvent[]) => void) => {
        if (name === 'run:event') Object.assign(window, { tell: listener });
        return () => undefined;
      },
    },
  );
  const said: string[] = [];
  Object.assign(window, { kmsDoctor: { request, on } as unknown as Bridge, said });
  new MutationObserver(() => {
    const text = document.querySelector('[role="status"][aria-live]')?.textContent ?? '';
    if (text !== '' && said.at(-1) !== text) said.push(text);
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

/** The events of a run, those up to the verdict and those after it. */
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
  // Half of what came before it comes after it, as where Windows is slow.
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
  browser = await startChromium(true);
  run = await eventsOf(example('srv-record-missing'));
});
afterAll(() => browser.close());

async function openPage(language: Language, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const info: AppInfo = {
    version: '1.0.0',
    language,
    settings: { theme: 'system', diagnosesByItself: true },
    source: { kind: 'this-pc' },
    elevated: true,
    repairRefusal: null,
    startsOnFleet: false,
  };
  await context.addInitScript(privilegedSide, info);
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ path: join(ROOT, 'dist/renderer', pathname) });
  });
  const page = await context.newPage();
  await page.goto(`${ORIGIN}/index.html`);
  await page.locator('[data-primary]').waitFor(SOON);
  return page;
}

/** Gives events out, as text: evidence is a recursive type, which Playwright's unwrapping does not end on. */
const tell = (page: Page, events: readonly RunEvent[]): Promise<void> =>
  page.evaluate((text) => {
    (window as unknown as SpecWindow).tell(JSON.parse(text) as RunEvent[]);
  }, JSON.stringify(events));

const LOOKS: readonly (readonly [string, Language, BrowserContextOptions])[] = [
  ['light, in English', 'en', { colorScheme: 'light' }],
  ['dark, in Chinese', 'zh-TW', { colorScheme: 'dark' }],
  ['in little room', 'en', { viewport: { width: 1000, height: 700 } }],
  ['at 125 % of it', 'zh-TW', { viewport: { width: 800, height: 560 } }],
  ['in forced colours', 'en', { forcedColors: 'active' }],
];

describe('a verdict before the end', { timeout: 240_000 }, () => {
  it.each(LOOKS)(
    'is shown, said once, and moves nothing when the rest is there: %s',
    async (_, language, options) => {
      const page = await openPage(language, options);
      const t = translator(language);
      const banner = page.getByRole('region', { name: t('window.banner.label'), exact: true });
      const button = (name: string): Locator => banner.getByRole('button', { name, exact: true });
      const headline = banner.getByRole('heading', { level: 1 });
      const title = t('verdicts.srv-record-missing.title', { domains: 'contoso.com' });
      const fix = button(t('window.fix.open', { title: t('fixes.create-srv-record.title') }));
      const ticket = button(t('window.copy.ticket'));
      const stop = button(t('window.banner.stop'));
      const remaining = banner.getByRole('complementary', { name: t('window.banner.remaining') });

      await tell(page, run.before);
      await stop.waitFor(SOON);
      expect(await headline.innerText()).not.toBe(title);
      await stop.focus();

      await tell(page, [run.known]);
      await remaining.waitFor(SOON);
      expect(await headline.innerText()).toBe(title);
      expect(await fix.isDisabled()).toBe(true);
      expect(await ticket.isDisabled()).toBe(true);
      expect(await stop.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await geometry(page)).toEqual([]);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      const before = { banner: await banner.boundingBox(), headline: await headline.boundingBox() };

      await tell(page, run.after);
      await remaining.waitFor({ state: 'detached', ...SOON });
      expect(await headline.innerText()).toBe(title);
      expect(await fix.isEnabled()).toBe(true);
      expect(await ticket.isEnabled()).toBe(true);
      expect(await banner.boundingBox()).toEqual(before.banner);
      const { x, y } = before.headline ?? {};
      expect(await headline.boundingBox()).toMatchObject({ x, y });

      const said = await page.evaluate(() => (window as unknown as SpecWindow).said);
      expect(said.filter((text) => text.startsWith(title))).toHaveLength(1);
      // The progress that comes after it is no news.
      expect(said.at(-1)?.startsWith(title)).toBe(true);
      await page.context().close();
    },
  );
});
