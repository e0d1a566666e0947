/** The one place that knows Electron's raw IPC on the privileged side. */
import { ipcMain } from 'electron';
import { type RouterContext, route } from './router';

/** Opens the border to the window: every request of the contract, and nothing else. */
export function registerIpcHandlers(context: RouterContext): void {
  route(ipcMain, context);
}
