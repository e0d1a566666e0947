/**
 * Messages between the two halves of the stand-in. The main half is the process that runs the built main bundle with
 * the module `electron` replaced; the browser half drives Chromium.
 */
import type { PrintToPDFOptions } from 'electron';

/** Scheme of the program's pages. */
export const APP_SCHEME = 'app:';

/** Origin of the window's page as seen by the main process. */
export const APP_ORIGIN = `${APP_SCHEME}//bundle`;

/** The environment of the program. The main process reads it synchronously, so it is passed at startup. */
export interface Environment {
  /** BCP 47 tags, most preferred first. */
  readonly languages: readonly string[];
  readonly dark: boolean;
  readonly packaged: boolean;
  /** Base folder of `app.getPath` unless the program sets another path. */
  readonly home: string;
}

/** A native dialog requested by the main process. */
export type DialogRequest =
  | {
      readonly kind: 'message';
      readonly message: string;
      readonly detail: string;
      readonly buttons: readonly string[];
      readonly cancelId: number;
      readonly defaultId: number;
    }
  | { readonly kind: 'open' | 'save'; readonly title: string; readonly suggested: string }
  | { readonly kind: 'error'; readonly title: string; readonly content: string };

/** Result of a dialog: the index of the button, or a path, null if canceled. */
export type DialogReply =
  { readonly button: number } | { readonly path: string | null } | { readonly seen: true };

/** Returns the index of the button that a user presses who answers like this; `yes` is the first other than Cancel. */
export function buttonFor(
  { buttons, cancelId }: Pick<Extract<DialogRequest, { kind: 'message' }>, 'buttons' | 'cancelId'>,
  says: 'yes' | 'cancel',
): number {
  const yes = buttons.findIndex((_label, index) => index !== cancelId);
  return says === 'yes' && yes >= 0 ? yes : cancelId;
}

/** Something handed to another program or the desktop: a link, file, text or notification. */
export interface Handoff {
  readonly to: 'browser' | 'shell' | 'clipboard' | 'notification';
  readonly value: string;
}

/** A frame of a page at the moment it sends a message. */
export interface FrameState {
  readonly url: string;
  readonly top: boolean;
}

/** A window by its ID. */
interface OfWindow {
  readonly id: number;
}

/** A URL that a window loads, or that its page wants. */
interface UrlOfWindow extends OfWindow {
  readonly url: string;
}

/** What `ipcRenderer` sends or receives. */
export interface PageMessage {
  readonly channel: string;
  readonly args: readonly unknown[];
}

/** A window to create, with its size in CSS pixels. */
export interface NewWindow extends OfWindow {
  readonly show: boolean;
  readonly width: number;
  readonly height: number;
  /** Path of the built preload; null for a window without one. */
  readonly preload: string | null;
  readonly javascript: boolean;
}

/** Methods of the browser half, called by the main process. */
export interface BrowserHalfMethods {
  /** The module `electron` has loaded, so the main process can now be called. */
  started(): Promise<void>;
  createWindow(window: NewWindow): Promise<void>;
  loadUrl(load: UrlOfWindow): Promise<void>;
  showWindow(window: OfWindow): Promise<void>;
  reload(window: OfWindow): Promise<void>;
  closeWindow(window: OfWindow): Promise<void>;
  sendToPage(event: OfWindow & PageMessage): Promise<void>;
  printToPdf(window: OfWindow & { readonly options: PrintToPDFOptions }): Promise<Uint8Array>;
  showDialog(dialog: DialogRequest): Promise<DialogReply>;
  /** The program sets the color scheme of its pages; null follows the system. */
  setColorScheme(scheme: 'light' | 'dark' | null): Promise<void>;
  /** Something would have left the program: a link for the browser, a path for the shell. */
  handedOut(what: Handoff): Promise<void>;
}

/** Methods of the main half, called by the browser half. */
export interface MainHalfMethods {
  ready(): Promise<void>;
  /** A page is about to send a request to the network. */
  request(
    request: UrlOfWindow & {
      readonly method: string;
      readonly resourceType: string;
      readonly headers: Readonly<Record<string, string>>;
    },
  ): Promise<
    | { readonly outcome: 'cancelled' }
    /** The main process neither blocks nor serves it; real Electron would send it. */
    | { readonly outcome: 'passed' }
    | {
        readonly outcome: 'served';
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: Uint8Array;
      }
  >;
  /** A page wants to navigate; true allows it. */
  navigation(to: UrlOfWindow & { readonly top: boolean }): Promise<boolean>;
  /** A page wants to open a window; true allows it. */
  newWindow(window: UrlOfWindow): Promise<boolean>;
  permission(question: UrlOfWindow & { readonly permission: string }): Promise<boolean>;
  /** A page wants to save a file; true allows it. */
  download(window: OfWindow): Promise<boolean>;
  /** A request through `ipcRenderer.invoke`. */
  invoke(
    request: OfWindow & PageMessage & { readonly frame: FrameState },
  ): Promise<{ readonly value: unknown } | { readonly error: string }>;
  loaded(window: UrlOfWindow & { readonly title: string }): Promise<void>;
  gone(window: OfWindow & { readonly reason: string }): Promise<void>;
  closed(window: OfWindow): Promise<void>;
  clickMenu(item: { readonly id: string }): Promise<boolean>;
  /** A key that the page didn't handle, which may be an accelerator in the main process's menu. */
  accelerator(key: string): Promise<void>;
  secondInstance(start: {
    readonly argv: readonly string[];
    readonly data: unknown;
  }): Promise<void>;
  /** A `<webview>` is about to be attached, which Chromium without Electron doesn't support; true allows it. */
  attachWebview(webview: UrlOfWindow): Promise<boolean>;
  /** Throws an uncaught error in the main process. */
  fail(how: 'exception' | 'rejection'): Promise<void>;
  /** Returns the settings of the main process, for specs that inspect them. */
  settings(): Promise<MainSettings>;
}

/** Settings of the main process that real Electron would enforce itself. */
interface MainSettings {
  readonly windows: readonly {
    readonly id: number;
    readonly title: string;
    readonly options: unknown;
    readonly webRtcPolicy: string;
  }[];
  readonly sandboxEnabled: boolean;
  readonly privilegedSchemes: readonly unknown[];
}
