/**
 * Entry point of the main process: one line per concern, in startup order. The numbers in the modules refer to
 * Electron's security checklist (docs/security-checklist.md).
 */
import { app } from 'electron';
import { allowedArgumentsOrExit, type WindowArguments } from './app/arguments';
import { registerBundleScheme } from './app/bundle-protocol';
import { guardNavigation } from './app/security/navigation';
import { handleMainCrashes } from './app/crash-handler';
import { resolvePaths } from './app/app-paths';
import { isProbablyElevated } from './app/integrity';
import { resolveLanguage } from './app/language';
import { startLog } from './app/log';
import { useTemporaryProfile } from './app/temporary-profile';
import { startApp } from './app/start-app';
import { serveRepair } from './app/elevated-helper';
import { endWithSelfTest } from './app/self-test';
import { openSettings } from './app/settings';
import { sandboxEveryRenderer } from './app/security/sandbox';
import { guardSessions } from './app/security/sessions';

const started = allowedArgumentsOrExit(app.isPackaged, import.meta.dirname);
sandboxEveryRenderer();
registerBundleScheme();
if (started.repair !== null) {
  useTemporaryProfile();
  void serveRepair(started.repair);
} else {
  openWindow(started);
}

/** Opens the window, or focuses the one that is already open. */
function openWindow(started: WindowArguments): void {
  if (started.selfTest) useTemporaryProfile();
  const folders = resolvePaths(import.meta.dirname, started.dataDir, isProbablyElevated());
  // One instance per profile: the other one has been notified.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const settings = openSettings(folders.settings);
  const language = resolveLanguage(settings, started.language, app.getPreferredSystemLanguages());
  const logFile = startLog(folders.logs);
  handleMainCrashes(language.t, logFile);
  guardSessions();
  guardNavigation();
  const opened = startApp({ started, folders, settings, language, logFile });
  if (started.selfTest) void endWithSelfTest(opened);
}
