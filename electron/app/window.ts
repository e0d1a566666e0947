/**
 * The window. Checklist items 2 (no Node in the page), 3 (context isolation), 4 (sandbox), 6 (web security), 8 (no
 * insecure content), 9 (no experimental features), 10 (no Blink features) and 11 (no webview tag): set explicitly,
 * although most are Electron's defaults, so that a changed default or a mistake is noticed.
 */
import { BrowserWindow, type WebPreferences, app, nativeTheme, screen } from 'electron';
import type { WindowPlace } from './settings';
import { MIN_WINDOW_SIZE } from './window-bounds';

const WIDTH = 1280;
const HEIGHT = 860;
/** Height of the page's own title bar, in CSS pixels; Windows draws its caption buttons into it. */
const TITLE_BAR = 48;

/** Window background before the first paint: Fluent's default surface colors. */
const BACKGROUND = { light: '#f5f5f5', dark: '#1f1f1f' } as const;

/** Preferences of every page of the program, with as few privileges as possible. */
export const SAFE_PREFERENCES = {
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
} as const satisfies WebPreferences;

/**
 * Creates the window. It's shown after the first paint if `shown` is set.
 *
 * @param place saved position; null for the default size, centered
 */
export function createWindow(
  preload: string,
  title: string,
  place: WindowPlace | null,
  shown: boolean,
): BrowserWindow {
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    title,
    ...(place === null
      ? { width: Math.min(WIDTH, width), height: Math.min(HEIGHT, height) }
      : { x: place.x, y: place.y, width: place.width, height: place.height }),
    minWidth: MIN_WINDOW_SIZE.width,
    minHeight: MIN_WINDOW_SIZE.height,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    ...(process.platform === 'win32' && { titleBarStyle: 'hidden', titleBarOverlay: overlay() }),
    webPreferences: { ...SAFE_PREFERENCES, preload, devTools: !app.isPackaged },
  });
  // The program alone sets the title: page content must not appear in taskbars and screen sharing.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.once('ready-to-show', () => {
    if (!shown) return;
    if (place?.maximized === true) window.maximize();
    window.show();
  });
  nativeTheme.on('updated', () => {
    if (process.platform === 'win32' && !window.isDestroyed()) window.setTitleBarOverlay(overlay());
  });
  return window;
}

function overlay(): Electron.TitleBarOverlayOptions {
  return {
    color: '#00000000',
    symbolColor: nativeTheme.shouldUseDarkColors ? '#ffffff' : '#242424',
    height: TITLE_BAR,
  };
}
