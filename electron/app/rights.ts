/** The rights of this process, and restarting with administrator rights. */
import { app } from 'electron';
import type { Translate } from '@shared/i18n';
import type { FolderProblem } from '../elevation/folder-safety';
import { startElevated } from '../elevation/launch';
import { checkProgramFolder } from '../elevation/trust';
import { log } from './log';
import { windowHandle } from './window-handle';

/** Rights of this process. */
export interface Rights {
  /** Whether it has administrator rights. */
  readonly elevated: boolean;
  /**
   * Resolves with the reason it must not be elevated, or null. Always null except on Windows, which has the fixes that
   * need elevation.
   */
  readonly objection: Promise<FolderProblem | null>;
  /** Restarts the program with administrator rights; false if the user refused or it isn't possible. */
  readonly restartElevated: () => Promise<boolean>;
}

/** Timeout of the elevation query, which usually takes 100 ms. */
const LIMIT_MS = 10_000;

/** Determines the rights of this process. */
export async function readRights(): Promise<Rights> {
  if (process.platform !== 'win32') {
    return {
      elevated: false,
      objection: Promise.resolve(null),
      restartElevated: async () => false,
    };
  }
  const { createWindowsComputer } = await import('../computer/windows');
  const elevated = await createWindowsComputer()
    .system(AbortSignal.timeout(LIMIT_MS))
    .then(
      // If it's unknown, a repair session requests elevation when it's needed.
      (system) => system.elevated === true,
      () => false,
    );
  const objection = elevated ? Promise.resolve(null) : checkProgramFolder();
  return { elevated, objection, restartElevated: () => restart(objection) };
}

/** Returns the localized reason. */
export function folderProblemText({ code, path, detail }: FolderProblem, t: Translate): string {
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
