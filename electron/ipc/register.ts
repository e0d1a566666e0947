/** The only place in the main process that uses Electron's raw IPC. */
import { ipcMain } from 'electron';
import { type RouterContext, route } from './router';

/** Registers the handlers of all requests in the IPC contract. */
export function registerIpcHandlers(context: RouterContext): void {
  route(ipcMain, context);
}
