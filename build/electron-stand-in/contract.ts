/**
 * What the two halves of the stand-in say to each other: the main half is the process that runs the built
 * main bundle with the module `electron` replaced, the browser half drives Chromium.
 */

/** The scheme of the program's pages. */
export const APP_SCHEME = 'app:';

/** The origin that the main process knows its window's page by. */
export const APP_ORIGIN = `${APP_SCHEME}//bundle`;

/** What the person at the PC is like, and the PC; main reads it synchronously, so it comes with the start. */
export interface Surroundings {
  /** BCP 47 tags, most preferred first. */
  readonly languages: readonly string[];
  readonly dark: boolean;
  readonly forcedColors: boolean;
  readonly packaged: boolean;
  /** `productName` of the package. */
  readonly name: string;
  readonly version: string;
  readonly appPath: string;
  /** Where `app.getPath` points to before the program says otherwise. */
  readonly home: string;
}

/** A native dialog that main asks for. */
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

/** What a dialog gives back: the button's number, or a path; null when cancelled. */
export type DialogReply =
  { readonly button: number } | { readonly path: string | null } | { readonly seen: true };

/** Something for another program or the desktop: a link, a file, a text, a notification. */
export interface HandedOut {
  readonly to: 'browser' | 'shell' | 'clipboard' | 'notification';
  readonly value: string;
}

/** A frame of a page, as it is at the moment when it speaks. */
export interface FrameState {
  readonly url: string;
  readonly top: boolean;
}

/** What main tells the browser half, each with an answer. */
export interface Driving {
  /** The module `electron` was loaded: main can be told things from now on. */
  started(): Promise<void>;
  createWindow(window: {
    readonly id: number;
    readonly show: boolean;
    readonly width: number;
    readonly height: number;
    readonly preload: string | null;
    readonly javascript: boolean;
  }): Promise<void>;
  loadUrl(load: { readonly id: number; readonly url: string }): Promise<void>;
  showWindow(window: { readonly id: number }): Promise<void>;
  reload(window: { readonly id: number }): Promise<void>;
  closeWindow(window: { readonly id: number }): Promise<void>;
  sendToPage(event: {
    readonly id: number;
    readonly channel: string;
    readonly args: readonly unknown[];
  }): Promise<void>;
  printToPdf(window: { readonly id: number; readonly options: unknown }): Promise<Uint8Array>;
  showDialog(dialog: DialogRequest): Promise<DialogReply>;
  /** The program wants its pages light or dark; null: as the system is. */
  setColorScheme(scheme: 'light' | 'dark' | null): Promise<void>;
  /** Something that would have left the program: a link for the browser, a path for the shell. */
  handedOut(what: HandedOut): Promise<void>;
}

/** What the browser half tells main, each with an answer. */
export interface Happenings {
  ready(): Promise<void>;
  /** A request of a page on its way to the network. */
  request(request: {
    readonly id: number;
    readonly url: string;
    readonly method: string;
    readonly resourceType: string;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<
    | { readonly outcome: 'cancelled' }
    /** Nothing in main stops or serves it: with a real Electron it would go out. */
    | { readonly outcome: 'passed' }
    | {
        readonly outcome: 'served';
        readonly status: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: Uint8Array;
      }
  >;
  /** A page wants to go elsewhere; true lets it. */
  navigation(to: {
    readonly id: number;
    readonly url: string;
    readonly top: boolean;
  }): Promise<boolean>;
  /** A page wants a new window; true lets it. */
  newWindow(window: { readonly id: number; readonly url: string }): Promise<boolean>;
  permission(question: {
    readonly id: number;
    readonly permission: string;
    readonly url: string;
  }): Promise<boolean>;
  /** A page wants to save a file; true lets it. */
  download(item: {
    readonly id: number;
    readonly url: string;
    readonly name: string;
  }): Promise<boolean>;
  message(message: {
    readonly id: number;
    readonly kind: 'invoke' | 'send';
    readonly frame: FrameState;
    readonly channel: string;
    readonly args: readonly unknown[];
  }): Promise<{ readonly value: unknown } | { readonly error: string }>;
  loaded(window: {
    readonly id: number;
    readonly url: string;
    readonly title: string;
  }): Promise<void>;
  gone(window: { readonly id: number; readonly reason: string }): Promise<void>;
  closed(window: { readonly id: number }): Promise<void>;
  clickMenu(item: { readonly id: string }): Promise<boolean>;
  /** A key that the page left alone; main's menu may know it. */
  accelerator(key: string): Promise<void>;
  secondInstance(start: {
    readonly argv: readonly string[];
    readonly data: unknown;
  }): Promise<void>;
  /** A `<webview>` is about to be attached, which Chromium without Electron cannot do; true lets it. */
  attachWebview(webview: { readonly id: number; readonly url: string }): Promise<boolean>;
  /** Something in main throws where nobody catches it. */
  fail(how: 'exception' | 'rejection'): Promise<void>;
  /** What main has set up, for specs that read settings. */
  settings(): Promise<MainSettings>;
}

/** Settings of the main process that Electron itself would put into effect. */
export interface MainSettings {
  readonly windows: readonly {
    readonly id: number;
    readonly title: string;
    readonly options: unknown;
    readonly webRtcPolicy: string;
  }[];
  readonly sandboxEnabled: boolean;
  readonly privilegedSchemes: readonly unknown[];
}
