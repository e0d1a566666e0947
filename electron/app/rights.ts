/** With which rights the program runs, and how it gets more. */
import { app } from 'electron';
import type { Translate } from '@shared/i18n';
import type { FolderProblem } from '../elevation/folder-safety';
import { startElevated } from '../elevation/launch';
import { checkProgramFolder } from '../elevation/trust';
import { log } from './log';
import { windowHandle } from './window-handle';

/** Rights of this process. */
export interface Rights {
  /** Whether it holds administrator rights. */
  readonly elevated: boolean;
  /** Why it must not be given them, once that is known; only Windows has the kind that fixes need. */
  readonly objection: Promise<FolderProblem | null>;
  /** Starts the program anew with administrator rights; false when that was refused or is not possible here. */
  readonly restartElevated: () => Promise<boolean>;
}

/** Asking who we are takes a tenth of a second. */
const LIMIT_MS = 10_000;

/** Reads the rights. */
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
      // Where it could not be found out, whoever needs the rights asks Windows for them.
      (system) => system.elevated === true,
      () => false,
    );
  const objection = elevated ? Promise.resolve(null) : checkProgramFolder();
  return { elevated, objection, restartElevated: () => restart(objection) };
}

/** The objection in words. */
export function folderProblemText({ code, path, detail }: FolderProblem, t: Translate): string {
  return t(`repair.program.${code}`, { path, detail });
}

async function restart(objection: Promise<FolderProblem | null>): Promise<boolean> {
  if (!app.isPackaged || (await objection) !== null) return false;
  // Elevated, the new process looks for a lock of its own; where it is not seen to be, it would find this one.
  app.releaseSingleInstanceLock();
  const started = await startElevated(process.execPath, [], windowHandle());
  if (started.outcome === 'started') {
    app.quit();
    return true;
  }
  log.warn(`Not restarted with administrator rights: ${started.outcome}`);
  app.requestSingleInstanceLock();
  return false;
}
