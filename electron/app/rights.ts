/** The rights of this process, and restarting with administrator rights. */
import { app } from 'electron';
import type { Translate } from '@shared/i18n';
import type { FolderProblem } from '../elevation/folder-safety';
import { startElevated } from '../elevation/launch';
import { checkProgramFolder } from '../elevation/trust';
import { log } from './log';
import { windowHandle } from './window-handle';

/** Rights of this process. */
export type Rights = Awaited<ReturnType<typeof readRights>>;

/** Timeout of the elevation query, which usually takes 100 ms. */
const LIMIT_MS = 10_000;

/** Determines the rights of this process. Only Windows has the fixes that need elevation. */
export async function readRights() {
  const isWindows = process.platform === 'win32';
  const elevated = isWindows && (await isElevated());
  const objection = isWindows && !elevated ? checkProgramFolder() : Promise.resolve(null);
  return {
    /** Whether it has administrator rights. */
    elevated,
    /** Resolves with the reason it must not be elevated, or null. */
    objection,
    /** Restarts the program with administrator rights; false if the user refused or it isn't possible. */
    restartElevated: async (): Promise<boolean> => isWindows && restart(objection),
  };
}

async function isElevated(): Promise<boolean> {
  const { createWindowsComputer } = await import('../computer/windows');
  return createWindowsComputer()
    .system(AbortSignal.timeout(LIMIT_MS))
    .then(
      // If it's unknown, a repair session requests elevation when it's needed.
      (system) => system.elevated === true,
      () => false,
    );
}

/** Returns the localized reason; null if there is none. */
export function folderProblemText(problem: FolderProblem | null, t: Translate): string | null {
  if (problem === null) return null;
  const { code, path, detail } = problem;
  return t(`repair.program.${code}`, { path, detail });
}

async function restart(objection: Promise<FolderProblem | null>): Promise<boolean> {
  if (!app.isPackaged || (await objection) !== null) return false;
  // The elevated process uses a different lock, but would find this one if it doesn't detect its own elevation.
  app.releaseSingleInstanceLock();
  const started = await startElevated(process.execPath, [], windowHandle());
  if (started.outcome === 'started') {
    app.quit();
    return true;
  }
  log.warn(`Failed to restart with administrator rights: ${started.outcome}`);
  app.requestSingleInstanceLock();
  return false;
}
