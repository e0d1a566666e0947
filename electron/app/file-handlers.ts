/** File operations for the window's requests: choosing, dropping, reading, writing and revealing files. */
import type { FileOutcome } from '@shared/ipc';
import type { HandlerContext } from '../ipc/handler-context';
import type { DiagnosisSession } from '../services/diagnosis-session';
import type { Dialogs } from './dialogs';
import { storeDroppedFiles } from './dropped-files';
import {
  FileProblem,
  fileProblemText,
  openLine,
  openText,
  suggestedName,
  writeFileAtomically,
} from './files';
import { openLogFile, showFile } from './links';
import type { Rights } from './rights';
import type { StartupContext } from './startup-context';

/** Dependencies of the handlers. */
export interface FileHandlerOptions extends StartupContext {
  readonly diagnosisSession: DiagnosisSession;
  readonly dialogs: Dialogs;
  readonly rights: Rights;
}

/** Creates the handlers. They remember the last opened and the last saved file. */
export function fileHandlers({
  started,
  folders,
  logFile,
  diagnosisSession,
  dialogs,
  rights,
  language,
}: FileHandlerOptions) {
  let lastOpened = started.fleet;
  let lastSaved: string | null = null;
  const failed = (error: unknown): Extract<FileOutcome, { outcome: 'failed' }> => {
    if (!(error instanceof FileProblem)) throw error;
    return { outcome: 'failed', message: fileProblemText(error, language.t()) };
  };
  return {
    chooseMany: async (from) =>
      from === 'opened' ? (lastOpened === null ? null : [lastOpened]) : dialogs.chooseMany(from),
    keepDropped: storeDroppedFiles(folders.tempFolders),
    readSource: ({ file, line }) =>
      (line === null ? openText(file) : openLine(file, line)).catch(failed),
    async openLog() {
      const problem = await openLogFile(logFile, rights.elevated, language.t());
      return problem === ''
        ? { outcome: 'done', name: '' }
        : failed(new FileProblem('unreadable', logFile, problem));
    },
    async openFile() {
      const path = await dialogs.chooseToOpen();
      if (path === null) return { outcome: 'cancelled' };
      lastOpened = path;
      return openText(path).catch(failed);
    },
    async saveFile(extension, kind, contents, about = computerName(diagnosisSession)) {
      const name = suggestedName(about, new Date().toISOString(), extension);
      const path = await dialogs.chooseToSave(name, {
        name: language.t()(`dialogs.save.${kind}`),
        extensions: [kind === 'text' ? 'txt' : kind],
      });
      if (path === null) return { outcome: 'cancelled' };
      try {
        const name = await writeFileAtomically(path, await contents());
        lastSaved = path;
        return { outcome: 'done', name };
      } catch (error) {
        return failed(error);
      }
    },
    async showSaved() {
      if (lastSaved !== null) await showFile(lastSaved, rights.elevated, language.t());
    },
  } satisfies Partial<HandlerContext>;
}

/** Name of the PC the window shows. */
export function computerName(diagnosisSession: DiagnosisSession): string {
  const { source } = diagnosisSession.source();
  if (source.kind === 'report' || source.kind === 'facts') return source.computer;
  return diagnosisSession.last()?.diagnosis.target.computer ?? 'PC';
}
