/** `webContents` and its frames. */
import { EventEmitter } from 'node:events';
import type { PrintToPDFOptions } from 'electron';
import { APP_ORIGIN, type FrameState } from '../contract';
import { browser } from './half';
import type { Session } from './session';

/** A frame, for the sender checks of the main process. */
export class Frame {
  constructor(public url: string) {}

  get origin(): string {
    if (this.url.startsWith(`${APP_ORIGIN}/`)) return APP_ORIGIN;
    return URL.canParse(this.url) ? new URL(this.url).origin : 'null';
  }
}

export class WebContents extends EventEmitter {
  readonly mainFrame = new Frame('');
  openHandler: ((details: { readonly url: string }) => { readonly action: string }) | null = null;
  destroyed = false;
  webRtcPolicy = 'default';

  constructor(
    readonly id: number,
    readonly session: Session,
  ) {
    super();
  }

  /** Returns the frame that a message came from. */
  frame(state: FrameState): Frame {
    if (!state.top) return new Frame(state.url);
    this.mainFrame.url = state.url;
    return this.mainFrame;
  }

  send(channel: string, ...args: readonly unknown[]): void {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    void browser
      .sendToPage({ id: this.id, channel, args: structuredClone(args) })
      .catch(() => undefined);
  }

  setWindowOpenHandler(handler: WebContents['openHandler']): void {
    this.openHandler = handler;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }

  reload(): void {
    void browser.reload({ id: this.id });
  }

  async printToPDF(options: PrintToPDFOptions): Promise<Buffer> {
    return Buffer.from(await browser.printToPdf({ id: this.id, options }));
  }
}
