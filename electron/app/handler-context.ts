/** Electron features behind the window's requests: dialogs, files, clipboard, browser and PDF. */
import { app, clipboard, nativeTheme } from 'electron';
import { createFleetService } from '../services/fleet-service';
import type { HandlerContext } from '../ipc/handler-context';
import { ticket } from '../report/ticket';
import { type ReportParts, renderReport } from '../services/report-service';
import type { FolderProblem } from '../elevation/folder-safety';
import { caseDocument, exampleCases } from './cases';
import { computerName, fileHandlers, type FileHandlerOptions } from './file-handlers';
import { openLink } from './links';
import { printToPdf } from './print';
import { folderProblemText } from './rights';

/** Dependencies of the context. */
export type HandlerContextOptions = FileHandlerOptions & Pick<HandlerContext, 'emit' | 'fixesFor'>;

/** Timeout of the query for this PC's identity, which involves Node and the registry. */
const SYSTEM_LIMIT_MS = 10_000;

/** Creates the context. */
export function createHandlerContext(
  parts: HandlerContextOptions,
): Omit<HandlerContext, 'setLanguage'> {
  const { diagnosisSession, dialogs, rights, language } = parts;
  let objection: FolderProblem | null = null;
  void rights.objection.then((problem) => {
    objection = problem;
  });
  const reportParts = async (): Promise<ReportParts | null> => {
    const source = diagnosisSession.source();
    const result = diagnosisSession.last();
    if (source.kind === 'report' || result === null) return null;
    const [{ id }, { entries }] = await Promise.all([
      source.computer.system(AbortSignal.timeout(SYSTEM_LIMIT_MS)),
      source.fixes.journal(),
    ]);
    return {
      result,
      done: entries.filter(({ target }) => target === id),
      language: language.current(),
      version: app.getVersion(),
    };
  };
  return {
    diagnosisSession,
    version: app.getVersion(),
    language: language.current,
    settings: () => {
      const { theme, diagnosesByItself } = parts.settings.current();
      return { theme, diagnosesByItself };
    },
    changeSettings: async (values) => {
      nativeTheme.themeSource = values.theme;
      await parts.settings.change(values);
    },
    startsOnFleet: parts.started.fleet !== null,
    elevated: rights.elevated,
    repairRefusal: () => (objection === null ? null : folderProblemText(objection, language.t())),
    fixesFor: parts.fixesFor,
    fleet: createFleetService({
      // Loaded on demand, to keep startup fast.
      read: async (...of) => (await import('../fleet/fleet')).readFleet(...of),
      language: language.current,
      progress: (progress) => {
        parts.emit('fleet:progress', progress);
      },
    }),
    async renderFleet(fleet) {
      const { fleetPage } = await import('../fleet/page');
      return fleetPage(fleet, {
        language: language.current(),
        version: app.getVersion(),
        at: new Date(),
      });
    },
    ...fileHandlers(parts),
    restartElevated: rights.restartElevated,
    async render(format) {
      const parts = await reportParts();
      if (parts === null) throw new Error('No diagnosis to save');
      return format === 'pdf'
        ? printToPdf(await renderReport('html', parts))
        : renderReport(format, parts);
    },
    async ticket() {
      const parts = await reportParts();
      return parts === null ? '' : ticket(parts.result.diagnosis, parts);
    },
    cases: () => exampleCases(language.t()),
    caseDocument,
    confirm: (shown) =>
      dialogs.confirm({
        ...shown,
        computer: computerName(diagnosisSession),
        simulated: diagnosisSession.source().source.kind === 'scenario',
      }),
    copy: (text) => clipboard.writeText(text),
    openLink: (link) => openLink(link, rights.elevated, language.t()),
    emit: parts.emit,
  };
}
