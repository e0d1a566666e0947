/** The window: time to its first card, and whether a flood of progress events delays a click. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright';
import { CHECKS } from '@shared/catalog';
import type { RunEvent } from '@shared/diagnosis';
import type { AppInfo, Bridge } from '@shared/ipc';
import { chromiumPath, startChromium } from '../../build/electron-stand-in/chromium';
import { type Figure, figure, compareSeries } from './measure';

/** Figures of the window. */
export type WindowFigures = Readonly<
  Record<
    | 'firstCardOverEmptyPage'
    | 'firstCardMs'
    | 'emptyPageMs'
    /** Time in ms from a click to the frame that shows it, with 2,000 events per second coming in. */
    | 'clickUnderLoadMs'
    | 'windowHeapMb',
    Figure
  >
>;

const EVENTS = 2_000;
/** Events arrive in batches, at most one per frame. */
const BATCHES = 60;
/** Number of clicks that fit into the second, and the pause between them in ms. */
const CLICKS = 6;
const PAUSE = 100;

/** The smallest Fluent UI page: provider, theme, and one element to wait for. */
const EMPTY = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { FluentProvider, webLightTheme } from '@fluentui/react-components';
  createRoot(document.getElementById('root')).render(
    createElement(FluentProvider, { theme: webLightTheme }, createElement('article', null, 'Empty')),
  );`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

type SpecWindow = Window & {
  specEvents?: (events: readonly RunEvent[]) => void;
  specFirst?: Promise<number>;
};

/** A page served on loopback. */
interface Served {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Serves only the files of a page. Intercepting requests in the browser would cost more than what is measured. */
async function serve(read: (file: string) => Promise<string | Buffer>): Promise<Served> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = pathname === '/' ? 'index.html' : pathname.slice(1);
    read(file).then(
      (body) => {
        response.setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream');
        response.end(body);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/**
 * Runs in a page before its own scripts: detects the frame that shows the first article. A check from outside would
 * only run once the page has time, which is after whatever it does next.
 */
function watchForArticle(): void {
  const specFirst = new Promise<number>((done) => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('article') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now()));
    }).observe(document, { childList: true, subtree: true });
  });
  Object.assign(window, { specFirst });
}

/** Returns the time in ms from the start of the navigation to the frame that shows the first article. */
async function firstArticle(page: Page, origin: string): Promise<number> {
  await page.goto(`${origin}/`);
  return (await page.evaluate(() => (window as SpecWindow).specFirst)) ?? NaN;
}

/** Fakes a main process that answers immediately, so that only the page itself is measured. */
function fakeBridge(info: AppInfo): void {
  const answers: Record<string, unknown> = {
    'app:info': info,
    'journal:list': { entries: [], unreadable: null },
  };
  const request = new Proxy(
    {},
    { get: (_target, name) => async () => answers[String(name)] ?? {} },
  );
  const on = new Proxy(
    {},
    {
      get: (_target, name) => (listener: (events: readonly RunEvent[]) => void) => {
        if (name === 'run:event') (window as SpecWindow).specEvents = listener;
        return () => undefined;
      },
    },
  );
  Object.assign(window, { kmsDoctor: { request, on } as unknown as Bridge });
}

const INFO: AppInfo = {
  version: '1.0.0',
  language: 'en',
  settings: { theme: 'system', diagnosesByItself: true },
  source: { kind: 'this-pc' },
  elevated: true,
  repairRefusal: null,
  startsOnFleet: false,
};

/** Returns the events of a run that never ends: its checks start and finish over and over. */
function flood(): RunEvent[][] {
  const events = Array.from({ length: EVENTS }, (_, index): RunEvent => {
    const check = CHECKS[Math.floor(index / 2) % CHECKS.length];
    if (check === undefined) throw new Error('There are no checks');
    const { id, procedure } = check;
    if (index % 2 === 0) return { type: 'check-started', id };
    return {
      type: 'check-finished',
      result: {
        id,
        procedure,
        status: 'pass',
        message: { key: `checks.${id}.title` },
        reason: null,
        evidence: [],
        startedMs: index,
        durationMs: 1,
      },
    };
  });
  const size = Math.ceil(EVENTS / BATCHES);
  return Array.from({ length: BATCHES }, (_, batch) =>
    events.slice(batch * size, (batch + 1) * size),
  );
}

/** Clicks through the browser during a second of progress events. Returns the delay of each click in ms. */
async function clicksUnderLoad(page: Page): Promise<number[]> {
  const batches = flood();
  // Evidence is a recursive type, on which Playwright's own unwrapping of arguments doesn't terminate.
  const started: RunEvent = { type: 'run-started', checks: CHECKS.map(({ id }) => id) };
  await page.evaluate(
    (text) => {
      const [first, ...rest] = JSON.parse(text) as RunEvent[];
      const send = (window as SpecWindow).specEvents;
      if (first !== undefined) send?.([first]);
      send?.(rest);
    },
    JSON.stringify([started, ...batches.flat()]),
  );
  const button = await page.locator('[data-card] button[aria-expanded]').first().boundingBox();
  if (button === null) throw new Error('There is no card to click');
  const pouring = page.evaluate(async (text) => {
    const pour = JSON.parse(text) as RunEvent[][];
    const waits: number[] = [];
    addEventListener(
      'click',
      ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => waits.push(performance.now() - timeStamp)));
      },
      true,
    );
    const begun = performance.now();
    for (const [index, batch] of pour.entries()) {
      (window as SpecWindow).specEvents?.(batch);
      const next = begun + ((index + 1) * 1000) / pour.length;
      await new Promise((done) => setTimeout(done, Math.max(0, next - performance.now())));
    }
    return waits;
  }, JSON.stringify(batches));
  const clicking = async (): Promise<void> => {
    for (let click = 0; click < CLICKS; click += 1) {
      await page.mouse.click(button.x + button.width / 2, button.y + button.height / 2);
      await page.waitForTimeout(PAUSE);
    }
  };
  const [waits] = await Promise.all([pouring, clicking()]);
  return waits;
}

/** Returns the memory held by the page's scripts after garbage collection, in MB. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 2 ** 20;
}

/**
 * Measures the built window in Chromium.
 *
 * @param renderer folder of the built window
 * @returns null if Chromium isn't installed
 */
export async function windowFigures(
  renderer: string,
  rounds: number,
): Promise<WindowFigures | null> {
  if (chromiumPath(true) === null) return null;
  const { outputFiles } = await build({
    stdin: { contents: EMPTY, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files: Readonly<Record<string, string>> = {
    'index.html':
      '<!doctype html><div id="root"></div><script type="module" src="./empty.js"></script>',
    'empty.js': outputFiles[0]?.text ?? '',
  };
  const browser = await startChromium(true);
  const read = new Map<string, Promise<Buffer>>();
  const pages = {
    // Both are served from memory, to measure the page and not the disk.
    own: await serve((file) => {
      const known = read.get(file) ?? readFile(path.join(renderer, file));
      read.set(file, known);
      return known;
    }),
    empty: await serve(async (file) => files[file] ?? ''),
  };
  try {
    const open = async (own: boolean): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      await context.addInitScript(watchForArticle);
      if (own) await context.addInitScript(fakeBridge, INFO);
      return context.newPage();
    };
    const times = { own: [] as number[], empty: [] as number[] };
    const clicks: number[] = [];
    const heap: number[] = [];
    // Alternate, so that a busy moment of the machine affects both. The first pair is a warm-up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const which of ['own', 'empty'] as const) {
        const page = await open(which === 'own');
        const ms = await firstArticle(page, pages[which].origin);
        if (round > 0) times[which].push(ms);
        if (round === rounds && which === 'own') {
          clicks.push(...(await clicksUnderLoad(page)));
          heap.push(await heapMb(page));
        }
        await page.context().close();
      }
    }
    const { ratio, one, other } = compareSeries(times.own, times.empty);
    const waits = figure(clicks);
    return {
      firstCardOverEmptyPage: ratio,
      firstCardMs: one,
      emptyPageMs: other,
      // The slowest click counts.
      clickUnderLoadMs: { ...waits, value: waits.max },
      windowHeapMb: figure(heap),
    };
  } finally {
    await browser.close();
    await Promise.all([pages.own.stop(), pages.empty.stop()]);
  }
}
