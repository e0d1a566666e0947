/**
 * Handles failures of the program itself with one dialog, never a cascade. The journal needs no handling: every entry
 * is on disk before its change is made.
 */
import { type BrowserWindow, app, dialog } from 'electron';
import type { Translate } from '@shared/i18n';
import { messageBox } from './dialogs';
import { log } from './log';

/** Exit code of an internal error (sysexits.h, EX_SOFTWARE). */
const FAILED_INSIDE = 70;

/** Reports the first uncaught error of the main process and exits: its state is undefined afterward. */
export function handleMainCrashes(t: () => Translate, logFile: string): void {
  let reported = false;
  const report = (error: unknown): void => {
    log.error('The main process failed', error);
    if (reported) return;
    reported = true;
    dialog.showErrorBox(t()('app.name'), t()('dialogs.crash.main', { file: logFile }));
    app.exit(FAILED_INSIDE);
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
}

/** Offers to reload the page if the renderer process ends. */
export function handlePageCrashes(window: BrowserWindow, t: () => Translate): void {
  let asking = false;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log.error(`The renderer process exited: ${reason}`);
    if (asking || reason === 'clean-exit') return;
    asking = true;
    const words = t();
    const box = messageBox(words, {
      type: 'error',
      message: words('dialogs.crash.page'),
      detail: words('dialogs.crash.pageDetail'),
      buttons: [words('dialogs.crash.again'), words('dialogs.crash.quit')],
    });
    void dialog.showMessageBox(window, box).then(({ response }) => {
      asking = false;
      if (response === 0) window.webContents.reload();
      else app.quit();
    });
  });
}
