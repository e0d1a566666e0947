/**
 * Tells somebody who has turned to other work how far it is: a bar in the task bar, and a notification when work that
 * took its time has ended behind other windows. Neither says anything that was read from the PC.
 */
import { Notification, type BrowserWindow } from 'electron';
import type { RunEvent } from '@shared/diagnosis';
import type { Translate } from '@shared/i18n';

/** Milliseconds after which nobody is taken to be watching. */
const LONG_MS = 8_000;
/** Takes the bar away. */
const NO_BAR = -1;

/** Follows the runs of a window; the listener takes every event of them. */
export function followRuns(window: BrowserWindow, t: () => Translate): (event: RunEvent) => void {
  let started = 0;
  let total = 0;
  let done = new Set<string>();
  const show = (share: number): void => {
    if (!window.isDestroyed()) window.setProgressBar(share);
  };
  return (event) => {
    switch (event.type) {
      case 'run-started':
        started = performance.now();
        total = event.checks.length;
        done = new Set();
        show(0);
        return;
      case 'check-finished':
        done.add(event.result.id);
        show(done.size / total);
        return;
      case 'run-cancelled':
        show(NO_BAR);
        return;
      case 'run-finished':
        show(NO_BAR);
        if (performance.now() - started < LONG_MS || window.isDestroyed() || window.isFocused()) {
          return;
        }
        notify(window, t()(`verdicts.${event.diagnosis.verdict.code}.name`), t());
        return;
      default:
        return;
    }
  };
}

function notify(window: BrowserWindow, body: string, t: Translate): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title: t('dialogs.notification.finished'), body });
  notification.on('click', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  notification.show();
}
