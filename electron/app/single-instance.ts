/** One program a profile: a second start with the same rights brings the first one's window forward. */
import { type BrowserWindow, app } from 'electron';

/** Whether this start is the only one. The other one has been told if it is not. */
export function isOnlyInstance(): boolean {
  return app.requestSingleInstanceLock();
}

/** Comes forward at a second start. Its arguments are not looked at: any process of this user can send them. */
export function focusOnSecondInstance(window: BrowserWindow): void {
  app.on('second-instance', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
}
