/**
 * Checklist item 5 (permissions), and what the checklist leaves to the program: no downloads, and no traffic
 * of a renderer but for the program's own pages. All network work is the privileged side's.
 */
import { type Session, app, session } from 'electron';
import { log } from '../log';

/** What a renderer may load: pages of the program, and images within them. */
const OWN = /^(app:\/\/(bundle|report)\/|data:)/;

/** DevTools have pages of their own; they exist in the unpacked program alone. */
const OWN_OR_DEVTOOLS = /^(app:\/\/(bundle|report)\/|data:|devtools:\/\/)/;

/** Guards every session there will be. Must run before `ready`. */
export function guardSessions(): void {
  const guarded = new WeakSet<Session>();
  const guardOnce = (made: Session): void => {
    if (guarded.has(made)) return;
    guarded.add(made);
    guard(made);
  };
  app.on('session-created', guardOnce);
  void app.whenReady().then(() => {
    guardOnce(session.defaultSession);
  });
}

function guard(made: Session): void {
  made.setPermissionRequestHandler((_contents, permission, answer) => {
    log.warn(`Refused the permission ${permission}`);
    answer(false);
  });
  made.setPermissionCheckHandler(() => false);
  made.setDevicePermissionHandler(() => false);
  made.on('will-download', (event) => {
    event.preventDefault();
    log.warn('Refused a download');
  });
  const allowed = app.isPackaged ? OWN : OWN_OR_DEVTOOLS;
  made.webRequest.onBeforeRequest((details, answer) => {
    const cancel = !allowed.test(details.url);
    if (cancel) log.warn(`Refused a request for ${new URL(details.url).origin}`);
    answer({ cancel });
  });
}
