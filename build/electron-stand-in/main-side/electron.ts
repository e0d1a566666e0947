/**
 * The module `electron` for the built main bundle, as far as the program uses it. It lacks the protections of
 * Electron's own runtime (sandbox, fuses, isolation) and can't prove them.
 */
import { EventEmitter } from 'node:events';
import type { MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';
import type { DialogReply, DialogRequest } from '../contract';
import { app } from './app';
import { BrowserWindow } from './browser-window';
import { browser, mainHalf, environment } from './half';
import { Menu } from './menu';
import { sessionOf } from './session';

// BaseWindow only owns dialogs of the elevated process: it never has a page, and is created only on Windows.
export { app, BrowserWindow, BrowserWindow as BaseWindow, Menu };

type IpcListener = (event: object, ...args: readonly unknown[]) => unknown;

const handlers = new Map<string, IpcListener>();

export const ipcMain = {
  handle(channel: string, listener: IpcListener): void {
    if (handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    handlers.set(channel, listener);
  },
};

mainHalf.invoke = async ({ id, frame, channel, args }) => {
  const sender = BrowserWindow.getAllWindows().find((window) => window.id === id)?.webContents;
  const senderFrame = sender?.frame(frame);
  try {
    const handler = handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return { value: structuredClone(await handler({ sender, senderFrame }, ...args)) };
  } catch (error) {
    return { error: String(error) };
  }
};

const privilegedSchemes: unknown[] = [];

export const session = {
  get defaultSession() {
    return sessionOf('');
  },
  fromPartition: sessionOf,
};

export const protocol = {
  registerSchemesAsPrivileged(schemes: readonly unknown[]): void {
    if (app.isReady()) throw new Error('Schemes are registered before app is ready');
    privilegedSchemes.push(...schemes);
  },
};

const ask = async <Reply extends DialogReply>(dialog: DialogRequest): Promise<Reply> =>
  (await browser.showDialog(dialog)) as Reply;
/** Returns the options, which may follow a window argument. */
const optionsOf = <T>(args: readonly unknown[]): T => args.at(-1) as T;

async function chosenPath(kind: 'open' | 'save', args: readonly unknown[]) {
  const { title = '', defaultPath = '' } = optionsOf<OpenDialogOptions | SaveDialogOptions>(args);
  return (await ask<{ path: string | null }>({ kind, title, suggested: defaultPath })).path;
}

export const dialog = {
  async showMessageBox(...args: readonly unknown[]) {
    const options = optionsOf<MessageBoxOptions>(args);
    const { button } = await ask<{ button: number }>({
      kind: 'message',
      message: options.message,
      detail: options.detail ?? '',
      buttons: options.buttons ?? ['OK'],
      cancelId: options.cancelId ?? 0,
      defaultId: options.defaultId ?? 0,
    });
    return { response: button, checkboxChecked: false };
  },
  async showOpenDialog(...args: readonly unknown[]) {
    const path = await chosenPath('open', args);
    return { canceled: path === null, filePaths: path === null ? [] : [path] };
  },
  async showSaveDialog(...args: readonly unknown[]) {
    const path = await chosenPath('save', args);
    return { canceled: path === null, filePath: path ?? '' };
  },
  showErrorBox(title: string, content: string): void {
    void browser.showDialog({ kind: 'error', title, content }).catch(() => undefined);
  },
};

export const shell = {
  async openExternal(url: string): Promise<void> {
    await browser.handedOut({ to: 'browser', value: url });
  },
  async openPath(path: string): Promise<string> {
    await browser.handedOut({ to: 'shell', value: path });
    return '';
  },
  showItemInFolder(path: string): void {
    void browser.handedOut({ to: 'shell', value: path });
  },
};

export const clipboard = {
  async writeText(text: string): Promise<void> {
    await browser.handedOut({ to: 'clipboard', value: text });
  },
};

class NativeTheme extends EventEmitter {
  #source: 'system' | 'light' | 'dark' = 'system';
  get themeSource() {
    return this.#source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    this.#source = source;
    const scheme = source === 'system' ? null : source;
    void browser.setColorScheme(scheme).catch(() => undefined);
  }
  readonly shouldUseDarkColors = environment.dark;
}
export const nativeTheme = new NativeTheme();

const display = {
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  workAreaSize: { width: 1920, height: 1040 },
};

export const screen = {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
};

/** A desktop notification, which specs can read. */
export class Notification extends EventEmitter {
  static isSupported(): boolean {
    return true;
  }
  constructor(readonly options: { readonly title: string; readonly body: string }) {
    super();
  }
  show(): void {
    const { title, body } = this.options;
    void browser.handedOut({ to: 'notification', value: `${title}\n${body}` });
  }
}

mainHalf.fail = async (how) => {
  const thrown = new Error('planted by a spec');
  if (how === 'rejection') void Promise.reject(thrown);
  else {
    setImmediate(() => {
      throw thrown;
    });
  }
};

mainHalf.settings = async () => ({
  windows: BrowserWindow.getAllWindows().map((window) => ({
    id: window.id,
    title: window.title,
    options: JSON.parse(JSON.stringify(window.options)) as unknown,
    webRtcPolicy: window.webContents.webRtcPolicy,
  })),
  sandboxEnabled: app.sandboxEnabled,
  privilegedSchemes: JSON.parse(JSON.stringify(privilegedSchemes)) as unknown[],
});

void browser.started();
