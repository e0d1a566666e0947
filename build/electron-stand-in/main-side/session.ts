/** `session` and `protocol`: what the main process blocks and serves, queried by the browser half on every request. */
import { EventEmitter } from 'node:events';
import type { MainHalfMethods } from '../contract';
import { app } from './app';

type Served = Awaited<ReturnType<MainHalfMethods['request']>>;
type ProtocolHandler = (request: Request) => Response | Promise<Response>;
interface RequestDetails {
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  readonly webContentsId: number;
}
type BeforeRequest = (
  details: RequestDetails,
  callback: (answer: { cancel?: boolean }) => void,
) => void;
type RequestHandler = (
  webContents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: object,
) => void;
type CheckHandler = (
  webContents: unknown,
  permission: string,
  origin: string,
  details: object,
) => boolean;

export class Session extends EventEmitter {
  readonly #schemes = new Map<string, ProtocolHandler>();
  #beforeRequest: BeforeRequest | null = null;
  #permissionRequest: RequestHandler | null = null;
  #permissionCheck: CheckHandler | null = null;
  #devicePermission: ((details: object) => boolean) | null = null;

  readonly protocol = {
    handle: (scheme: string, handler: ProtocolHandler): void => {
      if (this.#schemes.has(scheme)) throw new Error(`${scheme} is handled already`);
      this.#schemes.set(scheme, handler);
    },
    unhandle: (scheme: string): void => {
      this.#schemes.delete(scheme);
    },
  };

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest | null): void => {
      this.#beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: ((details: object) => boolean) | null): void {
    this.#devicePermission = handler;
  }

  /** Answers a request of a page: canceled, served by a protocol handler, or passed to the network. */
  async answer(
    details: RequestDetails,
    headers: Readonly<Record<string, string>>,
  ): Promise<Served> {
    const before = this.#beforeRequest;
    if (before !== null) {
      const verdict = await new Promise<{ cancel?: boolean }>((done) => {
        before(details, done);
      });
      if (verdict.cancel === true) return { outcome: 'cancelled' };
    }
    const handler = this.#schemes.get(new URL(details.url).protocol.slice(0, -1));
    if (handler === undefined) return { outcome: 'passed' };
    const response = await handler(new Request(details.url, { method: details.method, headers }));
    return {
      outcome: 'served',
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  }

  /** Whether any of the main process's permission handlers would grant it; Chromium only has one answer. */
  async grants(webContents: unknown, permission: string, url: string): Promise<boolean> {
    const request = this.#permissionRequest;
    const requested =
      request === null ||
      (await new Promise<boolean>((done) => {
        request(webContents, permission, done, { requestingUrl: url, isMainFrame: true });
      }));
    const checked =
      this.#permissionCheck?.(webContents, permission, url, { requestingUrl: url }) ?? true;
    const device = this.#devicePermission?.({ deviceType: permission, origin: url }) ?? false;
    return requested || checked || device;
  }
}

const partitions = new Map<string, Session>();

/** Returns the session of a partition, creating it on first use. The default session is the empty string. */
export function sessionOf(partition: string): Session {
  const known = partitions.get(partition);
  if (known !== undefined) return known;
  const made = new Session();
  partitions.set(partition, made);
  app.emit('session-created', made);
  return made;
}

// Electron creates the default session itself.
app.once('ready', () => sessionOf(''));
