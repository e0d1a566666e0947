/**
 * The elevated helper: this program, started elevated and without a window, makes the changes requested by a window of
 * the same installation. It plans and validates every change itself, and asks for confirmation.
 */
import { join } from 'node:path';
import { app } from 'electron';
import { type Language, translator } from '@shared/i18n';
import { Journal, defaultDataDirectory } from '@engine/journal/journal';
import { createElevatedFixHandler } from '../services/elevated-fix-handler';
import { prepareJournalFolder } from '../elevation/journal-folder';
import { scriptRunner } from '../elevation/launch';
import { sweepProfiles } from '../elevation/profile-sweep';
import { type StartupRejection, connectToWindow, serveSession } from '../elevation/session';
import type { Token } from '../elevation/token';
import type { Question, ElevatedFixHandler } from '../elevation/operations';
import { questionBox } from './dialogs';
import { log, startLog } from './log';
import { profileBase } from './temporary-profile';
import { showDialogOnTop } from './dialog-on-top';

const LIMIT_MS = 10_000;

/** Serves the window that started this process, and exits with it. Must run before `ready`. */
export async function serveRepair(token: Token): Promise<void> {
  // Nothing is drawn, and it's one process fewer that could fail when elevated.
  app.disableHardwareAcceleration();
  await app.whenReady();
  try {
    const stream = await connectToWindow(token);
    const end = await serveSession(stream, { token, open, confirm, log: log.info });
    log.info(`The repair session ended: ${end}`);
  } catch (error) {
    log.error('The repair session failed', error);
  }
  app.exit(0);
}

/** Prepares the helper. The log is stored next to the journal, once that folder is verified to be safe. */
async function open(): Promise<ElevatedFixHandler | StartupRejection> {
  if (process.platform !== 'win32') return { code: 'not-elevated', detail: '' };
  const { createWindowsComputer } = await import('../computer/windows');
  const computer = createWindowsComputer();
  const { elevated } = await computer.system(AbortSignal.timeout(LIMIT_MS));
  // Windows was asked to elevate this process; only a definite `false` means that it didn't.
  if (elevated === false) return { code: 'not-elevated', detail: '' };
  const folder = defaultDataDirectory();
  const problem = await prepareJournalFolder(folder);
  if (problem !== null) return { code: 'journal-folder', detail: problem.path };
  startLog(join(folder, 'logs'));
  // Not awaited: nothing depends on it.
  void sweepProfiles(profileBase(), scriptRunner()).then((swept) => {
    if (swept.length > 0) log.info(`Deleted ${swept.length} profiles of earlier sessions`);
  });
  return createElevatedFixHandler(computer, new Journal(folder));
}

/** Shows the native confirmation at this process's own integrity level. */
async function confirm(
  question: Question,
  language: Language,
  signal: AbortSignal,
): Promise<boolean> {
  const box = questionBox({ ...question, simulated: false }, translator(language));
  return (await showDialogOnTop({ ...box, signal })) === 0;
}
