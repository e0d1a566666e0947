/**
 * Keeps a user who has switched to other work informed: a taskbar progress bar, and a notification when a long run ends
 * in the background. The only content shown is the verdict's name.
 */
import { Notification, type BrowserWindow } from 'electron';
import type { RunEvent } from '@shared/diagnosis';
import type { Translate } from '@shared/i18n';

/** Milliseconds after which the user is assumed not to be watching. */
const LONG_MS = 8_000;
/** Removes the progress bar. */
const NO_BAR = -1;

/** Tracks the runs of a window; the returned listener must receive all run events. */
export function trackRunProgress(
  window: BrowserWindow,
  t: () => Translate,
): (event: RunEvent) => void {
  let started = 0;
  let total = 0;
  let done = new Set<string>();
  return (event) => {
    if (window.isDestroyed()) return;
    switch (event.type) {
      case 'run-started':
        started = performance.now();
        total = event.checks.length;
        done = new Set();
        window.setProgressBar(0);
        return;
      case 'check-finished':
        done.add(event.result.id);
        window.setProgressBar(done.size / total);
        return;
      case 'run-cancelled':
        window.setProgressBar(NO_BAR);
        return;
      case 'run-finished':
        window.setProgressBar(NO_BAR);
        if (performance.now() - started < LONG_MS || window.isFocused()) return;
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
