/** `BrowserWindow`: a page in the browser half. */
import { EventEmitter } from 'node:events';
import { productName } from '../../../package.json';
import { app } from './app';
import { browser, mainHalf } from './half';
import { type Session, sessionOf } from './session';
import { WebContents } from './web-contents';

/** Options used by the stand-in; specs can read all of them. */
interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly title?: string;
  readonly webPreferences?: {
    readonly preload?: string;
    readonly partition?: string;
    readonly session?: Session;
    readonly javascript?: boolean;
  };
}

const windows = new Map<number, BrowserWindow>();
let lastId = 0;

export class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContents;
  title: string;
  readonly #created: Promise<void>;

  static getAllWindows(): BrowserWindow[] {
    return [...windows.values()];
  }

  constructor(readonly options: WindowOptions = {}) {
    super();
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    lastId += 1;
    this.id = lastId;
    this.title = options.title ?? productName;
    const preferences = options.webPreferences ?? {};
    this.webContents = new WebContents(
      this.id,
      preferences.session ?? sessionOf(preferences.partition ?? ''),
    );
    windows.set(this.id, this);
    app.emit('web-contents-created', {}, this.webContents);
    this.#created = browser.createWindow({
      id: this.id,
      show: options.show ?? true,
      width: options.width ?? 800,
      height: options.height ?? 600,
      preload: preferences.preload ?? null,
      javascript: preferences.javascript ?? true,
    });
    // If the browser is gone, this rejects; loadURL, which every window calls, reports it.
    this.#created.catch(() => undefined);
  }

  async loadURL(url: string): Promise<void> {
    await this.#created;
    await browser.loadUrl({ id: this.id, url });
  }

  close(): void {
    void browser.closeWindow({ id: this.id }).catch(() => undefined);
  }

  destroy(): void {
    this.close();
    this.gone();
  }

  /** Called when the page no longer exists. */
  gone(): void {
    if (!windows.delete(this.id)) return;
    this.webContents.destroyed = true;
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }

  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }

  // Under Playwright, a Chromium page keeps its initial size and always has the focus.
  readonly isMinimized = (): boolean => false;
  readonly isFocused = (): boolean => true;
  readonly isMaximized = (): boolean => false;

  maximize(): void {
    // A Chromium page keeps its initial size.
  }

  getNormalBounds() {
    const { x = 0, y = 0, width = 800, height = 600 } = this.options;
    return { x, y, width, height };
  }

  setProgressBar(): void {
    // Only affects the Windows taskbar.
  }

  restore(): void {
    // Under Playwright, a Chromium page is never minimized.
  }

  show(): void {
    void browser.showWindow({ id: this.id }).catch(() => undefined);
  }

  focus(): void {
    // Under Playwright, every page has the focus.
  }

  setTitle(title: string): void {
    this.title = title;
  }

  setTitleBarOverlay(): void {
    // Only affects Windows' caption buttons; Chromium draws its own frame.
  }
}

function windowOf(id: number): BrowserWindow {
  const window = windows.get(id);
  if (window === undefined) throw new Error(`No window ${String(id)}`);
  return window;
}

mainHalf.request = async ({ id, url, method, resourceType, headers }) =>
  windowOf(id).webContents.session.answer(
    { url, method, resourceType, webContentsId: id },
    headers,
  );

/** Emits an event with these properties; returns whether no listener prevented its default action. */
function allows(
  emitter: EventEmitter,
  name: string,
  properties: object,
  ...args: readonly unknown[]
): boolean {
  const event = Object.assign(new Event('', { cancelable: true }), properties);
  emitter.emit(name, event, ...args);
  return !event.defaultPrevented;
}

mainHalf.navigation = async ({ id, url, top }) => {
  const contents = windowOf(id).webContents;
  const details = { url, isMainFrame: top, isSameDocument: false };
  const inAnyFrame = allows(contents, 'will-frame-navigate', details);
  if (!top) return inAnyFrame;
  return allows(contents, 'will-navigate', details, url) && inAnyFrame;
};

mainHalf.newWindow = async ({ id, url }) =>
  windowOf(id).webContents.openHandler?.({ url }).action !== 'deny';

mainHalf.permission = async ({ id, permission, url }) => {
  const contents = windowOf(id).webContents;
  return contents.session.grants(contents, permission, url);
};

mainHalf.download = async ({ id }) => allows(windowOf(id).webContents.session, 'will-download', {});

mainHalf.attachWebview = async ({ id, url }) =>
  allows(windowOf(id).webContents, 'will-attach-webview', {}, {}, { src: url });

mainHalf.loaded = async ({ id, url, title }) => {
  const window = windowOf(id);
  if (allows(window, 'page-title-updated', {}, title, true)) window.setTitle(title);
  window.webContents.mainFrame.url = url;
  window.emit('ready-to-show');
};

mainHalf.gone = async ({ id, reason }) => {
  windowOf(id).webContents.emit('render-process-gone', {}, { reason, exitCode: 1 });
};

mainHalf.closed = async ({ id }) => {
  windows.get(id)?.gone();
};
