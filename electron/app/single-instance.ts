/** One instance per profile: a second start with the same rights focuses the first window. */
import { type BrowserWindow, app } from 'electron';

/** Focuses the window on a second start. Its arguments are ignored: any process of this user can send them. */
export function focusOnSecondInstance(window: BrowserWindow): void {
  app.on('second-instance', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
}
