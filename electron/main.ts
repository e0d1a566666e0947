/**
 * The privileged side of the window, as its table of contents: one line a concern, in the order in which they
 * start. The numbers in the modules are those of Electron's security checklist (docs/security-checklist.md).
 */
import { app } from 'electron';
import { allowedArgumentsOrExit, type WindowArguments } from './app/arguments';
import { registerBundleScheme } from './app/bundle-protocol';
import { guardContents } from './app/content-guards';
import { guardMainProcess } from './app/crash-guard';
import { settleFolders } from './app/folders';
import { seemsElevated } from './app/integrity';
import { settleLanguage } from './app/language';
import { startLog } from './app/log';
import { usePassingProfile } from './app/passing-profile';
import { openProgram } from './app/program';
import { serveRepair } from './app/repair-role';
import { endWithSelfTest } from './app/self-test';
import { sandboxEveryRenderer } from './app/sandbox';
import { guardSessions } from './app/session-guards';
import { isOnlyInstance } from './app/single-instance';

const started = allowedArgumentsOrExit(app.isPackaged, import.meta.dirname);
sandboxEveryRenderer();
registerBundleScheme();
if (started.repair !== null) {
  usePassingProfile();
  void serveRepair(started.repair);
} else {
  openWindow(started);
}

/** Opens the window, unless it is open already: then that one comes forward. */
function openWindow(started: WindowArguments): void {
  if (started.selfTest) usePassingProfile();
  const folders = settleFolders(import.meta.dirname, started.dataDir, seemsElevated());
  if (!isOnlyInstance()) {
    app.quit();
    return;
  }
  const language = settleLanguage(
    folders.settings,
    started.language,
    app.getPreferredSystemLanguages(),
  );
  const logFile = startLog(folders.logs);
  guardMainProcess(language.t, logFile);
  guardSessions();
  guardContents();
  const opened = openProgram({ started, folders, language, logFile });
  if (started.selfTest) void endWithSelfTest(opened);
}
