/**
 * The built page with a fake main process that the spec controls. The events are those of real
 * runs, sent when the spec decides, because a simulated PC is too fast otherwise.
 */
import { join } from 'node:path';
import type { RunEvent } from '@shared/diagnosis';
import type { Language } from '@shared/i18n';
import type { AppInfo, Bridge } from '@shared/ipc';
import type { JournalView } from '@shared/plan';
import type { BrowserContextOptions, Page } from 'playwright';
import type { Browser } from '../../build/electron-stand-in/chromium';
import { ROOT } from '../../build/electron-stand-in/main-half';
import { TIMEOUT } from './journeys/user';

const ORIGIN = 'http://127.0.0.1:9';

/** Properties that the fake main process adds to the page. */
export interface SpecWindow extends Window {
  tell: (events: readonly RunEvent[]) => void;
  /** Announcements of the live region. */
  said: string[];
}

/**
 * Runs in the page before its own scripts: a fake main process that answers requests and sends the
 * spec's events.
 */
function fakeMainProcess([info, journal]: readonly [AppInfo, JournalView]): void {
  const answers: Record<string, unknown> = { 'app:info': info, 'journal:list': journal };
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

/** Opens a page that waits for the user to press Diagnose. */
export async function openPage(
  browser: Browser,
  language: Language,
  options: BrowserContextOptions,
  journal: JournalView = { entries: [], unreadable: null },
  source: AppInfo['source'] = { kind: 'this-pc' },
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const info: AppInfo = {
    version: '1.0.0',
    language,
    settings: { theme: 'system', diagnosesByItself: true },
    source,
    elevated: true,
    repairRefusal: null,
    startsOnFleet: false,
  };
  await context.addInitScript(fakeMainProcess, [info, journal] as const);
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ path: join(ROOT, 'dist/renderer', pathname) });
  });
  const page = await context.newPage();
  await page.goto(`${ORIGIN}/index.html`);
  await page.locator('[data-primary]').waitFor(TIMEOUT);
  return page;
}

/**
 * Sends events as text: evidence is a recursive type, for which Playwright's unwrapping doesn't
 * terminate.
 */
export const sendEvents = (page: Page, events: readonly RunEvent[]): Promise<void> =>
  page.evaluate((text) => {
    (window as unknown as SpecWindow).tell(JSON.parse(text) as RunEvent[]);
  }, JSON.stringify(events));

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time in microseconds, which is independent of a busy machine. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Returns the number of a page's tasks during an action, and the CPU time of the longest in
 * milliseconds.
 */
export async function tasksOf(
  browser: Browser,
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ readonly count: number; readonly longest: number }> {
  await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel'] });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as {
    traceEvents: readonly TraceEvent[];
  };
  const main = traceEvents.filter(({ args }) => args?.name === 'CrRendererMain');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && main.some((thread) => thread.pid === pid && thread.tid === tid),
  );
  const longest = Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
  console.log(`${tasks.length} tasks, the longest of ${longest.toFixed(0)} ms`);
  return { count: tasks.length, longest };
}
