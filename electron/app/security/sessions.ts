/**
 * Checklist item 5 (permissions), plus restrictions beyond the checklist: no downloads, and renderers may load only the
 * program's own pages. All network access happens in the main process.
 */
import { type Session, app, session } from 'electron';
import { log } from '../log';

/** URLs a renderer may load: the program's pages, and images within them. */
const OWN = /^(app:\/\/(bundle|report)\/|data:)/;

/** Also allows the pages of DevTools, which exist only in the unpackaged program. */
const OWN_OR_DEVTOOLS = /^(app:\/\/(bundle|report)\/|data:|devtools:\/\/)/;

/** Restricts every session that is created. Must run before `ready`. */
export function guardSessions(): void {
  const guarded = new WeakSet<Session>();
  const guardOnce = (made: Session): void => {
    if (guarded.has(made)) return;
    guarded.add(made);
    guard(made);
  };
  app.on('session-created', guardOnce);
  void app.whenReady().then(() => guardOnce(session.defaultSession));
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
