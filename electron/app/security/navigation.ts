/**
 * Checklist items 11 and 12 (no webview), 13 (navigation) and 14 (new windows): the window shows a single page and
 * never leaves it.
 */
import { app } from 'electron';
import { START_PAGE } from '../bundle-protocol';
import { log } from '../log';

/** Restricts every page that is created. Must run before the first window. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    // WebRTC would bypass all request handlers.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
    contents.on('will-navigate', (event) => {
      // The page may reload itself, which its error page offers.
      if (event.url !== START_PAGE) refuse(event, 'navigation');
    });
    contents.on('will-frame-navigate', (event) => {
      if (event.url !== START_PAGE || !event.isMainFrame) refuse(event, 'navigation');
    });
    contents.on('will-redirect', (event) => refuse(event, 'redirection'));
    contents.setWindowOpenHandler(() => {
      log.warn('Refused a new window');
      return { action: 'deny' };
    });
    contents.on('will-attach-webview', (event) => refuse(event, 'webview'));
  });
}

function refuse(event: { preventDefault(): void }, what: string): void {
  event.preventDefault();
  log.warn(`Refused a ${what}`);
}
