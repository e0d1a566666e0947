/**
 * The browser half of the stand-in: runs the built, unmodified main bundle in a separate process and gives it Chromium
 * pages as windows. No request of a page gets out: whatever the main process neither blocks nor serves is aborted here
 * and recorded in {@link StandIn.escapes}.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Download,
  Frame,
  Page,
  Request,
  Route,
} from 'playwright';
import { connect } from './calls';
import {
  APP_ORIGIN,
  APP_SCHEME,
  type DialogReply,
  type DialogRequest,
  type BrowserHalfMethods,
  type Handoff,
  type MainHalfMethods,
  type Environment,
  type NewWindow,
  type PageMessage,
} from './contract';
import { BINDING, type PageCall, pageScript } from './page-side';

/** Domain under which Chromium loads the pages of `app://…`, because it doesn't open unknown schemes. */
const PAGE_DOMAIN = '.app.invalid';
const PAGE_URL = /^https:\/\/(\w+)\.app\.invalid(?=\/)/;

/** Permissions that Chromium prompts for: Electron's name and Playwright's. */
const PERMISSIONS = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'microphone'],
  ['media', 'camera'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
] as const;

/** Features that only specs use. */
export interface StandInFeatures {
  readonly environment?: Readonly<Record<string, string>>;
  /** Also runs the preload in subframes, to get messages that really come from one. */
  readonly preloadInSubframes?: boolean;
  /** Pages of other origins to serve, by URL, to get messages that really come from one. */
  readonly strays?: Readonly<Record<string, string>>;
}

/** What to run, and in which environment. */
export interface StandInOptions extends StandInFeatures {
  /** The built main bundle. */
  readonly main: string;
  /** Folder of the bundled main half, with `register.mjs` and `electron.mjs`. */
  readonly mainSide: string;
  readonly args: readonly string[];
  readonly surroundings: Environment;
  /** Options of the pages; a viewport overrides the size that the main process gives its window. */
  readonly context: BrowserContextOptions;
  readonly showDialog: (dialog: DialogRequest, page: Page | null) => Promise<DialogReply>;
  /** Called when something is handed to the browser, the shell or the clipboard. */
  readonly handOut?: (what: Handoff, page: Page | null) => Promise<void>;
}

interface Window {
  readonly asked: NewWindow;
  readonly context: BrowserContext;
  page: Page;
  /** Events queued for the page until it fetches them. */
  queue: PageMessage[];
  fetch: ((events: readonly PageMessage[]) => void) | null;
  /** The URL that the main process itself is loading; not a navigation by the page. */
  expected: string | null;
}

const toPage = (url: string): string =>
  url.replace(/^app:\/\/(\w+)(?=\/)/, (_all, host: string) => `https://${host}${PAGE_DOMAIN}`);
const toMain = (url: string): string =>
  url.replace(PAGE_URL, (_all, host: string) => `${APP_SCHEME}//${host}`);

/** A program running under the stand-in. */
export class StandIn {
  readonly #windows = new Map<number, Window>();
  readonly #main: ChildProcess;
  readonly #answers = new Map<string, unknown>();
  #firstPage!: (page: Page) => void;

  /** Methods of the main process. Specs click menus, start second instances and read settings through it. */
  readonly happen: MainHalfMethods;
  /** Everything the main process has printed so far. */
  output = '';
  /** The exit code of the main process, once it exits. */
  readonly exited: Promise<number | null>;
  /** URLs that the main process didn't block, which would have been requested in real Electron. */
  readonly escapes: string[] = [];
  /** Windows and downloads that the main process didn't block. */
  readonly unforbidden: string[] = [];
  /** Everything the main process handed to the browser, the shell and the clipboard. */
  readonly handedOut: Handoff[] = [];
  #scheme: 'light' | 'dark' | null = null;
  /** The first window shown. */
  readonly firstPage = new Promise<Page>((done) => {
    this.#firstPage = done;
  });

  constructor(
    private readonly browser: Browser,
    private readonly options: StandInOptions,
  ) {
    this.#main = spawn(
      process.execPath,
      ['--import', `${options.mainSide}/register.mjs`, options.main, ...options.args],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        serialization: 'advanced',
        env: {
          ...process.env,
          ...options.environment,
          KMS_DOCTOR_STAND_IN: JSON.stringify(options.surroundings),
        },
      },
    );
    for (const stream of [this.#main.stdout, this.#main.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.exited = new Promise((done) => {
      this.#main.once('exit', (code) => done(code));
    });
    this.happen = connect<MainHalfMethods, BrowserHalfMethods>(this.#main, this.#driving()).other;
    void this.exited.then(() => this.#closeContexts());
  }

  get pid(): number {
    return this.#main.pid ?? -1;
  }

  /** Returns the pages of all open windows in order of creation. */
  pages(): readonly Page[] {
    return [...this.#windows.values()].map((window) => window.page);
  }

  /** Closes all windows, which ends the program; kills it after 5 s. */
  async close(): Promise<void> {
    for (const id of this.#windows.keys()) void this.#closeWindow(id);
    if (this.#windows.size === 0) this.#main.kill();
    const force = setTimeout(() => this.#main.kill('SIGKILL'), 5000);
    await this.exited;
    clearTimeout(force);
    await this.#closeContexts();
  }

  async #closeContexts(): Promise<void> {
    const closing = [...this.#windows.values()].map(({ context }) => context.close());
    // It is fine if some are closed already.
    await Promise.allSettled(closing);
  }

  #driving(): BrowserHalfMethods {
    return {
      started: async () => {
        // A program that exits immediately, for instance because of its arguments, never gets ready.
        this.happen.ready().catch(() => undefined);
      },
      createWindow: (window) => this.#createWindow(window),
      loadUrl: ({ id, url }) => this.#load(id, url),
      showWindow: async ({ id }) => {
        this.#firstPage(this.#window(id).page);
      },
      reload: ({ id }) => this.#reload(id),
      closeWindow: ({ id }) => this.#closeWindow(id),
      sendToPage: async ({ id, channel, args }) => {
        const window = this.#window(id);
        window.queue.push({ channel, args });
        this.#flush(window);
      },
      printToPdf: async ({ id, options: { printBackground = false, pageSize = 'A4' } }) =>
        this.#window(id).page.pdf({
          printBackground,
          ...(typeof pageSize === 'string' && { format: pageSize }),
        }),
      setColorScheme: async (scheme) => {
        this.#scheme = scheme;
        await Promise.all([...this.#windows.values()].map((window) => this.#paint(window)));
      },
      showDialog: (dialog) => this.options.showDialog(dialog, this.pages()[0] ?? null),
      handedOut: async (what) => {
        this.handedOut.push(what);
        await this.options.handOut?.(what, this.pages()[0] ?? null);
      },
    };
  }

  #window(id: number): Window {
    const window = this.#windows.get(id);
    if (window === undefined) throw new Error(`Window ${String(id)} is gone`);
    return window;
  }

  async #createWindow(asked: NewWindow): Promise<void> {
    const context = await this.browser.newContext({
      viewport: { width: asked.width, height: asked.height },
      javaScriptEnabled: asked.javascript,
      serviceWorkers: 'block',
      ...this.options.context,
    });
    await context.route('**/*', (route) => this.#route(asked.id, route));
    await context.routeWebSocket(/.*/, async (socket) => {
      const answer = await this.happen.request({
        id: asked.id,
        url: socket.url(),
        method: 'GET',
        resourceType: 'webSocket',
        headers: {},
      });
      if (answer.outcome !== 'cancelled') this.escapes.push(socket.url());
      await socket.close();
    });
    const window: Window = {
      asked,
      context,
      page: await context.newPage(),
      queue: [],
      fetch: null,
      expected: null,
    };
    this.#windows.set(asked.id, window);
    await this.#setUpPage(window);
    if (this.#scheme !== null) await this.#paint(window);
    await this.#settlePermissions(window);
    if (asked.show) this.#firstPage(window.page);
  }

  async #paint({ page }: Window): Promise<void> {
    await page.emulateMedia({
      colorScheme: this.#scheme ?? this.options.context.colorScheme ?? null,
    });
  }

  /** Gives a page its preload, and forwards its events to the main process. */
  async #setUpPage(window: Window): Promise<void> {
    const { page, asked, context } = window;
    const { id } = asked;
    await page.exposeBinding(BINDING, ({ frame }, call: PageCall) =>
      this.#handleCall(id, frame, call),
    );
    const preload = asked.preload === null ? null : readFileSync(asked.preload, 'utf8');
    await page.addInitScript({
      content: pageScript(preload, this.options.preloadInSubframes === true),
    });
    page.on('popup', (popup) => void this.#popup(id, popup));
    page.on('download', (item) => void this.#download(id, item));
    page.on('domcontentloaded', () => void this.#loaded(id));
    page.on('crash', () => {
      this.happen.gone({ id, reason: 'crashed' }).catch(() => undefined);
    });
    page.on('close', () => {
      // A crashed page is closed when the window gets a new one.
      if (window.page !== page) return;
      this.#windows.delete(id);
      this.happen.closed({ id }).catch(() => undefined);
      context.close().catch(() => undefined);
    });
  }

  /** Reloads the window's page. A crashed page can't reload, so a new one is created. */
  async #reload(id: number): Promise<void> {
    const window = this.#window(id);
    const { page } = window;
    const url = page.url();
    window.page = await window.context.newPage();
    await this.#setUpPage(window);
    await page.close();
    await this.#load(id, toMain(url));
  }

  async #load(id: number, url: string): Promise<void> {
    const window = this.#window(id);
    window.expected = toPage(url);
    await window.page.goto(toPage(url), { waitUntil: 'domcontentloaded' });
  }

  async #closeWindow(id: number): Promise<void> {
    await this.#windows.get(id)?.page.close();
  }

  async #loaded(id: number): Promise<void> {
    const page = this.#windows.get(id)?.page;
    if (page === undefined) return;
    // A page without scripts, or one that has navigated away, has no title.
    const title = await page.title().catch(() => '');
    this.happen.loaded({ id, url: toMain(page.url()), title }).catch(() => undefined);
  }

  /** Makes Chromium grant what the main process would: everything, unless its handlers refuse. */
  async #settlePermissions({ asked: { id }, context }: Window): Promise<void> {
    const granted: string[] = [];
    for (const [permission, name] of PERMISSIONS) {
      if (await this.happen.permission({ id, permission, url: `${APP_ORIGIN}/` })) {
        granted.push(name);
      }
    }
    // Everything not on the list is denied.
    await context.grantPermissions(granted);
  }

  async #route(id: number, route: Route): Promise<void> {
    const request = route.request();
    try {
      await this.#answer(id, route, request);
    } catch {
      // The main process has exited or the page is gone.
      await route.abort('aborted').catch(() => undefined);
    }
  }

  async #answer(id: number, route: Route, request: Request): Promise<void> {
    const url = toMain(request.url());
    if (request.isNavigationRequest() && !(await this.#mayNavigate(id, request))) {
      await route.abort('aborted');
      return;
    }
    const answer = await this.happen.request({
      id,
      url,
      method: request.method(),
      resourceType: request.isNavigationRequest() ? 'mainFrame' : request.resourceType(),
      headers: await request.allHeaders(),
    });
    if (answer.outcome === 'served') {
      await route.fulfill({
        status: answer.status,
        headers: answer.headers,
        body: Buffer.from(answer.body),
      });
      return;
    }
    const stray = this.options.strays?.[url];
    if (stray !== undefined) {
      await route.fulfill({ contentType: 'text/html', body: stray });
      return;
    }
    if (answer.outcome === 'passed') this.escapes.push(url);
    await route.abort('blockedbyclient');
  }

  async #mayNavigate(id: number, request: Request): Promise<boolean> {
    const window = this.#window(id);
    const top = request.frame() === window.page.mainFrame();
    if (top && (request.url() === window.expected || this.options.strays?.[request.url()])) {
      window.expected = null;
      return true;
    }
    return this.happen.navigation({ id, url: toMain(request.url()), top });
  }

  async #popup(id: number, popup: Page): Promise<void> {
    const url = popup.url();
    const allowed = await this.happen.newWindow({ id, url }).catch(() => false);
    if (allowed) this.unforbidden.push(`window ${url}`);
    await popup.close();
  }

  /**
   * From now on, answers requests on this channel in place of the main process, with replies that it only gives on
   * Windows. The value may be a promise.
   */
  answer(channel: string, value: unknown): void {
    this.#answers.set(channel, value);
  }

  /** Lets the main process answer everything again. */
  forgetAnswers(): void {
    this.#answers.clear();
  }

  /** Sends the page an event in place of the main process. */
  tell(channel: string, event: unknown): void {
    for (const window of this.#windows.values()) {
      window.queue.push({ channel, args: [event] });
      this.#flush(window);
    }
  }

  async #download(id: number, item: Download): Promise<void> {
    const allowed = await this.happen.download({ id }).catch(() => false);
    if (allowed) this.unforbidden.push(`download ${toMain(item.url())}`);
    await item.cancel();
  }

  async #handleCall(id: number, frame: Frame, call: PageCall): Promise<unknown> {
    const window = this.#window(id);
    switch (call.say) {
      case 'hello':
        window.fetch?.([]);
        window.fetch = null;
        return null;
      case 'next':
        return new Promise<readonly PageMessage[]>((done) => {
          window.fetch = done;
          this.#flush(window);
        });
      case 'key':
        return this.happen.accelerator(call.key);
      case 'invoke':
        if (this.#answers.has(call.channel))
          return { value: await this.#answers.get(call.channel) };
        return this.happen.invoke({
          id,
          frame: { url: toMain(frame.url()), top: frame === window.page.mainFrame() },
          channel: call.channel,
          args: call.args,
        });
    }
  }

  #flush(window: Window): void {
    if (window.fetch === null || window.queue.length === 0) return;
    const { fetch, queue } = window;
    window.fetch = null;
    window.queue = [];
    fetch(queue);
  }
}
