/**
 * Code that runs in a page before its own scripts: the built preload, with `contextBridge` and `ipcRenderer` as its
 * `electron`. There is no isolated world, so the stand-in can't prove anything that only context isolation protects.
 */

import type { PageMessage } from './contract';

/** Name of the binding that Playwright adds to the page; removed before any script of the page runs. */
export const BINDING = '__standIn';

/** A call from the page to the browser half. */
export type PageCall =
  | { readonly say: 'hello' }
  | { readonly say: 'next' }
  | (PageMessage & { readonly say: 'invoke' })
  | { readonly say: 'key'; readonly key: string };

/**
 * Returns the init script of a window.
 *
 * @param preload source of the built preload (CommonJS); null for a window without one
 * @param subframes whether it also runs in subframes, as with Electron's `nodeIntegrationInSubFrames`
 */
export function pageScript(preload: string | null, subframes: boolean): string {
  const body = preload === null ? 'null' : `function (require, module, exports) {${preload}\n}`;
  return `(${prepare.toString()})(${JSON.stringify(BINDING)}, ${String(subframes)}, ${body});`;
}

/** Runs in the page from its source text, so it must not reference anything outside itself. */
function prepare(
  binding: string,
  subframes: boolean,
  preload: ((require: unknown, module: unknown, exports: unknown) => void) | null,
): void {
  const globals = window as unknown as Record<string, unknown>;
  const call = globals[binding] as (call: PageCall) => Promise<never>;
  Reflect.deleteProperty(globals, binding);
  if (preload === null || (window !== window.top && !subframes)) return;

  type Listener = (event: object, ...args: readonly unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();
  const ipcRenderer = {
    async invoke(channel: string, ...args: readonly unknown[]): Promise<unknown> {
      const reply = (await call({ say: 'invoke', channel, args: structuredClone(args) })) as
        { readonly value: unknown } | { readonly error: string };
      if ('error' in reply) {
        throw new Error(`Error invoking remote method '${channel}': ${reply.error}`);
      }
      return reply.value;
    },
    on(channel: string, listener: Listener) {
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set.add(listener));
      return ipcRenderer;
    },
    removeListener(channel: string, listener: Listener) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
  };
  const frozen = <T>(value: T): T => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
    return Object.freeze(value);
  };
  const contextBridge = {
    exposeInMainWorld(key: string, api: unknown): void {
      Object.defineProperty(window, key, { value: frozen(api), enumerable: true });
    },
  };
  const receive = async (): Promise<void> => {
    await call({ say: 'hello' });
    for (;;) {
      const events: readonly PageMessage[] = await call({ say: 'next' });
      for (const { channel, args } of events) {
        for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
      }
    }
  };
  void receive();

  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return;
    const parts = [
      event.ctrlKey || event.metaKey ? 'CmdOrCtrl' : '',
      event.altKey ? 'Alt' : '',
      event.shiftKey ? 'Shift' : '',
      event.key.length === 1 ? event.key.toUpperCase() : event.key,
    ];
    if (parts[0] !== '' || parts[1] !== '' || /^F\d+$/.test(event.key)) {
      void call({ say: 'key', key: parts.filter((part) => part !== '').join('+') });
    }
  });

  const module = { exports: {} };
  const require = (name: string): unknown => {
    if (name === 'electron') return { ipcRenderer, contextBridge };
    throw new Error(`A sandboxed preload cannot load ${name}`);
  };
  preload(require, module, module.exports);
}
