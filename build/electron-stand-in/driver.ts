/**
 * The browser half of the stand-in: starts the built, unmodified main bundle in a process of its own and gives
 * it Chromium pages for windows. Nothing that a page asks for leaves: what main neither stops nor serves ends
 * at a wall here and is counted in {@link StandIn.escapes}.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { PrintToPDFOptions } from 'electron';
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
  type Driving,
  type HandedOut,
  type Happenings,
  type Surroundings,
} from './contract';
import { BINDING, type PageCall, type PageEvent, pageScript } from './page-side';

/** Under which Chromium loads what main knows as `app://…`: it refuses to open a scheme that it does not know. */
const PAGE_DOMAIN = '.app.invalid';
const PAGE_URL = /^https:\/\/(\w+)\.app\.invalid(?=\/)/;

/** What Chromium asks its user for: Electron's name, and Playwright's. */
const PERMISSIONS = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'microphone'],
  ['media', 'camera'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
] as const;

/** What is started, and in which surroundings. */
export interface StandInOptions {
  /** The built main bundle. */
  readonly main: string;
  /** The bundled main half: the folder that holds `register.mjs` and `electron.mjs`. */
  readonly mainSide: string;
  readonly args: readonly string[];
  readonly surroundings: Surroundings;
  /** Surroundings of pages; a viewport of its own overrides the size that main gives its window. */
  readonly context: BrowserContextOptions;
  readonly showDialog: (dialog: DialogRequest, page: Page | null) => Promise<DialogReply>;
  /** Something is handed to the browser, the shell or the clipboard. */
  readonly handOut?: (what: HandedOut, page: Page | null) => Promise<void>;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the preload in sub-frames too, so that messages really come from one. */
  readonly preloadInSubframes: boolean;
  /** Pages of other origins that the wall serves, so that messages really come from one. */
  readonly strays: Readonly<Record<string, string>>;
}

type Asked = Parameters<Driving['createWindow']>[0];

interface Window {
  readonly asked: Asked;
  readonly context: BrowserContext;
  page: Page;
  /** Events for the page, until it fetches them. */
  queue: PageEvent[];
  fetch: ((events: readonly PageEvent[]) => void) | null;
  /** The address that main itself is loading: no navigation of the page's. */
  expected: string | null;
}

const toPage = (url: string): string =>
  url.replace(/^app:\/\/(\w+)(?=\/)/, (_all, host: string) => `https://${host}${PAGE_DOMAIN}`);
const toMain = (url: string): string =>
  url.replace(PAGE_URL, (_all, host: string) => `${APP_SCHEME}//${host}`);

/** A running program under the stand-in. */
export class StandIn {
  readonly #windows = new Map<number, Window>();
  readonly #main: ChildProcess;
  readonly #happen: Happenings;
  readonly #broken: () => void;
  readonly #exited: Promise<number | null>;
  readonly #answers = new Map<string, unknown>();
  #output = '';
  #firstPage!: (page: Page) => void;

  /** Addresses that got past everything that main forbids, and would have left with a real Electron. */
  readonly escapes: string[] = [];
  /** Windows and downloads that main did not forbid. */
  readonly unforbidden: string[] = [];
  /** What main handed to the browser, the shell and the clipboard. */
  readonly handedOut: HandedOut[] = [];
  #scheme: 'light' | 'dark' | null = null;
  /** The first window that is shown. */
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
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#exited = new Promise((done) => {
      this.#main.once('exit', (code) => done(code));
    });
    const { other, broken } = connect<Happenings, Driving>(this.#main, this.#driving());
    this.#happen = other;
    this.#broken = broken;
    void this.#exited.then(async () => {
      this.#broken();
      await this.#closeContexts();
    });
  }

  /** What main printed so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#main.pid ?? -1;
  }

  /** Main's exit code, once it ends. */
  get exited(): Promise<number | null> {
    return this.#exited;
  }

  /** What only specs do: menu clicks, second starts, reading settings. */
  get happen(): Pick<
    Happenings,
    'clickMenu' | 'secondInstance' | 'settings' | 'attachWebview' | 'message' | 'fail'
  > {
    return this.#happen;
  }

  /** The pages of the windows there are, in the order in which they were made. */
  pages(): readonly Page[] {
    return [...this.#windows.values()].map((window) => window.page);
  }

  /** Ends the program as if its last window was closed, and by force after a while. */
  async close(): Promise<void> {
    for (const id of this.#windows.keys()) void this.#closeWindow(id);
    if (this.#windows.size === 0) this.#main.kill();
    const force = setTimeout(() => this.#main.kill('SIGKILL'), 5000);
    await this.#exited;
    clearTimeout(force);
    await this.#closeContexts();
  }

  async #closeContexts(): Promise<void> {
    const closing = [...this.#windows.values()].map(({ context }) => context.close());
    // One that is closed already is what is wanted.
    await Promise.allSettled(closing);
  }

  #driving(): Driving {
    return {
      started: async () => {
        // A program that ends at once, because of its arguments for instance, never gets ready.
        this.#happen.ready().catch(() => undefined);
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
      printToPdf: async ({ id, options }) => {
        const {
          printBackground = false,
          pageSize = 'A4',
          landscape = false,
        } = options as PrintToPDFOptions;
        return this.#window(id).page.pdf({
          printBackground,
          landscape,
          ...(typeof pageSize === 'string' && { format: pageSize }),
        });
      },
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

  async #createWindow(asked: Asked): Promise<void> {
    const context = await this.browser.newContext({
      viewport: { width: asked.width, height: asked.height },
      javaScriptEnabled: asked.javascript,
      serviceWorkers: 'block',
      ...this.options.context,
    });
    await context.route('**/*', (route) => this.#route(asked.id, route));
    await context.routeWebSocket(/.*/, async (socket) => {
      const answer = await this.#happen.request({
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
    await this.#furnish(window);
    if (this.#scheme !== null) await this.#paint(window);
    await this.#settlePermissions(window);
    if (asked.show) this.#firstPage(window.page);
  }

  async #paint({ page }: Window): Promise<void> {
    await page.emulateMedia({
      colorScheme: this.#scheme ?? this.options.context.colorScheme ?? null,
    });
  }

  /** Gives a page its preload, and main what happens to it. */
  async #furnish(window: Window): Promise<void> {
    const { page, asked, context } = window;
    const { id } = asked;
    await page.exposeBinding(BINDING, ({ frame }, call: PageCall) => this.#heard(id, frame, call));
    const preload = asked.preload === null ? null : readFileSync(asked.preload, 'utf8');
    await page.addInitScript({ content: pageScript(preload, this.options.preloadInSubframes) });
    page.on('popup', (popup) => void this.#popup(id, popup));
    page.on('download', (item) => void this.#download(id, item));
    page.on('domcontentloaded', () => void this.#loaded(id));
    page.on('crash', () => {
      this.#happen.gone({ id, reason: 'crashed' }).catch(() => undefined);
    });
    page.on('close', () => {
      // A page that crashed is taken away when the window gets another one.
      if (window.page !== page) return;
      this.#windows.delete(id);
      this.#happen.closed({ id }).catch(() => undefined);
      context.close().catch(() => undefined);
    });
  }

  /** Loads the window's page again; one that crashed cannot, so there is a new one. */
  async #reload(id: number): Promise<void> {
    const window = this.#window(id);
    const { page } = window;
    const url = page.url();
    window.page = await window.context.newPage();
    await this.#furnish(window);
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
    const window = this.#windows.get(id);
    if (window === undefined) return;
    const { page } = window;
    try {
      // A page without scripts, or one that left again, has no title to tell.
      const title = await page.title().catch(() => '');
      await this.#happen.loaded({ id, url: toMain(page.url()), title });
    } catch {
      // Main has ended.
    }
  }

  /** Chromium grants what main would: all of it, unless both of main's handlers say no. */
  async #settlePermissions({ asked: { id }, context }: Window): Promise<void> {
    const granted: string[] = [];
    for (const [permission, name] of PERMISSIONS) {
      if (await this.#happen.permission({ id, permission, url: `${APP_ORIGIN}/` })) {
        granted.push(name);
      }
    }
    // Whatever is not on the list is denied.
    await context.grantPermissions(granted);
  }

  async #route(id: number, route: Route): Promise<void> {
    const request = route.request();
    try {
      await this.#answer(id, route, request);
    } catch {
      // Main has ended, or the page has.
      await route.abort('aborted').catch(() => undefined);
    }
  }

  async #answer(id: number, route: Route, request: Request): Promise<void> {
    const url = toMain(request.url());
    if (request.isNavigationRequest() && !(await this.#mayNavigate(id, request))) {
      await route.abort('aborted');
      return;
    }
    const answer = await this.#happen.request({
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
    const stray = this.options.strays[url];
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
    if (top && (request.url() === window.expected || this.options.strays[request.url()])) {
      window.expected = null;
      return true;
    }
    return this.#happen.navigation({ id, url: toMain(request.url()), top });
  }

  async #popup(id: number, popup: Page): Promise<void> {
    const url = popup.url();
    const allowed = await this.#happen.newWindow({ id, url }).catch(() => false);
    if (allowed) this.unforbidden.push(`window ${url}`);
    await popup.close();
  }

  /** From now on a request of the page is answered so in place of main, also later: what main says only on Windows. */
  answer(channel: string, value: unknown): void {
    this.#answers.set(channel, value);
  }

  /** From now on main answers everything again. */
  forgetAnswers(): void {
    this.#answers.clear();
  }

  /** Tells the page something in place of main. */
  tell(channel: string, event: unknown): void {
    for (const window of this.#windows.values()) {
      window.queue.push({ channel, args: [event] });
      this.#flush(window);
    }
  }

  async #download(id: number, item: Download): Promise<void> {
    const url = toMain(item.url());
    const allowed = await this.#happen
      .download({ id, url, name: item.suggestedFilename() })
      .catch(() => false);
    if (allowed) this.unforbidden.push(`download ${url}`);
    await item.cancel();
  }

  async #heard(id: number, frame: Frame, call: PageCall): Promise<unknown> {
    const window = this.#window(id);
    switch (call.say) {
      case 'hello':
        window.fetch?.([]);
        window.fetch = null;
        return null;
      case 'next':
        return new Promise<readonly PageEvent[]>((done) => {
          window.fetch = done;
          this.#flush(window);
        });
      case 'key':
        return this.#happen.accelerator(call.key);
      case 'invoke':
      case 'send':
        if (this.#answers.has(call.channel))
          return { value: await this.#answers.get(call.channel) };
        return this.#happen.message({
          id,
          kind: call.say,
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
