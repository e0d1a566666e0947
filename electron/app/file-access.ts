/** File operations for the window's requests: choosing, dropping, reading, writing and revealing files. */
import type { NotDone, RequestOf } from '@shared/ipc';
import type { HandlerContext } from '../ipc/handler-context';
import type { Handlers } from '../ipc/router';
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

/** Dependencies of the operations. */
export interface FileAccessOptions extends StartupContext {
  readonly diagnosisSession: DiagnosisSession;
  readonly dialogs: Dialogs;
  readonly rights: Rights;
}

/** File extension and type of each format in which the window saves. */
const FORMATS = {
  html: { extension: 'html', kind: 'html' },
  pdf: { extension: 'pdf', kind: 'pdf' },
  json: { extension: 'json', kind: 'json' },
  text: { extension: 'txt', kind: 'text' },
  case: { extension: 'case.json', kind: 'json' },
  'case-anonymous': { extension: 'case.json', kind: 'json' },
} as const satisfies Record<RequestOf<'report:save'>['format'], unknown>;

/** Creates the operations. They remember the last opened and the last saved file. */
export function createFileAccess({
  started,
  folders,
  logFile,
  diagnosisSession,
  dialogs,
  rights,
  language,
}: FileAccessOptions) {
  let lastOpened = started.fleet;
  let lastSaved: string | null = null;
  const failed = (error: unknown): NotDone => {
    if (!(error instanceof FileProblem)) throw error;
    return { outcome: 'failed', message: fileProblemText(error, language.t()) };
  };
  return {
    chooseMany: async (from) =>
      from === 'opened' ? (lastOpened === null ? null : [lastOpened]) : dialogs.chooseMany(from),
    keepDropped: storeDroppedFiles(folders.tempFolders),
    readSource: ({ file, line }) =>
      (line === null ? openText(file) : openLine(file, line)).catch(failed),
    openLog: async () => {
      const problem = await openLogFile(logFile, rights.elevated, language.t());
      return problem === ''
        ? { outcome: 'opened' }
        : failed(new FileProblem('unreadable', logFile, problem));
    },
    async openFile() {
      const path = await dialogs.chooseToOpen();
      if (path === null) return { outcome: 'cancelled' };
      lastOpened = path;
      return openText(path).catch(failed);
    },
    async saveFile(format, contents, about?: string) {
      const { extension, kind } = FORMATS[format];
      // The anonymized case gets another name than the plain one, so that the wrong one isn't sent by mistake.
      const subject = format === 'case-anonymous' ? 'anonymized' : computerName(diagnosisSession);
      const name = suggestedName(about ?? subject, new Date().toISOString(), extension);
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
    showSaved: async () => {
      if (lastSaved !== null) await showFile(lastSaved, rights.elevated, language.t());
    },
  } satisfies Partial<HandlerContext> & {
    readonly openLog: Handlers['app:open-log'];
    readonly showSaved: Handlers['file:show-saved'];
  };
}

/** Name of the PC the window shows. */
export function computerName(diagnosisSession: DiagnosisSession): string {
  const { source } = diagnosisSession.source();
  if (source.kind === 'report' || source.kind === 'facts') return source.computer;
  return diagnosisSession.last()?.diagnosis.target.computer ?? 'PC';
}
