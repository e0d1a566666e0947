/**
 * Handles failures of the program itself with one dialog, never a cascade. The journal needs no handling: every entry
 * is on disk before its change is made.
 */
import { type BrowserWindow, app, dialog } from 'electron';
import type { Translate } from '@shared/i18n';
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
    void dialog
      .showMessageBox(window, {
        type: 'error',
        title: t()('app.name'),
        message: t()('dialogs.crash.page'),
        detail: t()('dialogs.crash.pageDetail'),
        buttons: [t()('dialogs.crash.again'), t()('dialogs.crash.quit')],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      })
      .then(({ response }) => {
        asking = false;
        if (response === 0) window.webContents.reload();
        else app.quit();
      });
  });
}
