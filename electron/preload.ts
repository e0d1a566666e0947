/**
 * Checklist item 20: the page gets one named method per request and one listener per event, and nothing else of
 * Electron. Bundled into a single CommonJS file, the only format a sandboxed preload script supports.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, EventTable, IpcReply, RequestName } from '@shared/ipc';
import { BRIDGE_NAME, EVENT_NAMES, REQUEST_NAMES } from '@shared/ipc-names';

const ask = async (name: RequestName, request: unknown): Promise<unknown> => {
  const reply = (await ipcRenderer.invoke(name, request)) as IpcReply;
  return 'refused' in reply ? reply : reply.answer;
};

const listen = (name: keyof EventTable, listener: (event: never) => void): (() => void) => {
  // Electron's own event isn't passed on: it exposes the sender.
  const plain = (_event: unknown, payload: unknown): void => listener(payload as never);
  ipcRenderer.on(name, plain);
  return () => ipcRenderer.removeListener(name, plain);
};

const methods = <Name extends string>(names: readonly Name[], method: (name: Name) => unknown) =>
  Object.fromEntries(names.map((name) => [name, method(name)]));

const bridge = {
  request: methods(REQUEST_NAMES, (name) => (request: unknown) => ask(name, request)),
  on: methods(EVENT_NAMES, (name) => (listener: (event: never) => void) => listen(name, listener)),
} as unknown as Bridge;

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
