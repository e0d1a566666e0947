/** Handlers of all requests, with the Electron features behind them: dialogs, files, clipboard, browser and PDF. */
import { app, clipboard, nativeTheme } from 'electron';
import type { AppInfo } from '@shared/ipc';
import { jsonFile } from '@shared/printable';
import type { RunResult } from '@engine/run';
import { createFleetService } from '../services/fleet-service';
import type { HandlerContext } from '../ipc/handler-context';
import { createHandlers } from '../ipc/handlers';
import type { Handlers } from '../ipc/router';
import { ticket } from '../report/ticket';
import { type ReportParts, renderReport } from '../services/report-service';
import type { ComputerSource, Source } from '../services/diagnosis-session';
import { simulatedSource, thisPcSource } from '../services/sources';
import type { FolderProblem } from '../elevation/folder-safety';
import { caseScenario, exampleCases } from './cases';
import { computerName, createFileAccess, type FileAccessOptions } from './file-access';
import { openLink } from './links';
import { printToPdf } from './print';
import { folderProblemText } from './rights';

/** Dependencies of the handlers. */
interface HandlerOptions extends FileAccessOptions, Pick<HandlerContext, 'emit' | 'fixesFor'> {
  /** Called when the language has changed. */
  readonly onLanguageChanged: () => void;
}

/** Timeout of the query for this PC's identity, which involves Node and the registry. */
const SYSTEM_LIMIT_MS = 10_000;

/** Creates the handlers. They tell the window once it's known that nothing can be changed from here. */
export function createAppHandlers(options: HandlerOptions) {
  const { diagnosisSession, dialogs, rights, language, settings, fixesFor, emit } = options;
  const { t } = language;
  const version = app.getVersion();
  const files = createFileAccess(options);
  let objection: FolderProblem | null = null;
  void rights.objection.then((problem) => {
    objection = problem;
    if (problem !== null) emit('app:changed', info());
  });

  const refusalOf = (kind: AppInfo['source']['kind']): string | null => {
    if (kind === 'facts') return t()('dialogs.apply.elsewhere');
    return kind === 'this-pc' ? folderProblemText(objection, t()) : null;
  };
  const info = (): AppInfo => {
    const { source } = diagnosisSession.source();
    const { theme, diagnosesByItself } = settings.current();
    return {
      version,
      language: language.current(),
      settings: { theme, diagnosesByItself },
      source,
      startsOnFleet: options.started.fleet !== null,
      elevated: source.kind === 'scenario' || source.kind === 'facts' || rights.elevated,
      repairRefusal: refusalOf(source.kind),
    };
  };
  const openSource = (source: Source): AppInfo => {
    diagnosisSession.setSource(source);
    return info();
  };
  const reportParts = async (source: ComputerSource, result: RunResult): Promise<ReportParts> => {
    const [{ id }, { entries }] = await Promise.all([
      source.computer.system(AbortSignal.timeout(SYSTEM_LIMIT_MS)),
      source.fixes.journal(),
    ]);
    return {
      result,
      done: entries.filter(({ target }) => target === id),
      language: language.current(),
      version,
    };
  };

  return {
    'app:info': info,
    'app:set-language': async ({ language: chosen }) => {
      await language.choose(chosen);
      options.onLanguageChanged();
      return info();
    },
    'app:set-settings': async (values) => {
      nativeTheme.themeSource = values.theme;
      await settings.change(values);
      return info();
    },
    'app:this-pc': async () => openSource(await thisPcSource(fixesFor)),
    'app:open-log': files.openLog,
    'app:restart-elevated': async () => ({ started: await rights.restartElevated() }),
    'report:ticket': async () => {
      const source = diagnosisSession.source();
      const result = diagnosisSession.last();
      if (source.kind === 'report' || result === null) return '';
      return ticket(result.diagnosis, await reportParts(source, result));
    },
    'report:save': ({ format }) => {
      const shown = diagnosisSession.source();
      if (shown.kind === 'report') {
        return format === 'json'
          ? files.saveFile(format, async () => jsonFile(shown.source.report))
          : { outcome: 'failed', message: t()('dialogs.file.onlyJson') };
      }
      // What is shown now is saved, even if another diagnosis starts while the dialog is open.
      const result = diagnosisSession.last();
      if (result === null) return { outcome: 'failed', message: t()('dialogs.file.noReport') };
      return files.saveFile(format, async () => {
        const parts = await reportParts(shown, result);
        return format === 'pdf'
          ? printToPdf(await renderReport('html', parts))
          : renderReport(format, parts);
      });
    },
    'case:list': () => exampleCases(t()),
    'case:open': ({ id }) => {
      const scenario = caseScenario(id);
      const title = exampleCases(t()).find((example) => example.id === id)?.title ?? id;
      return openSource(simulatedSource(scenario, title, fixesFor));
    },
    'text:copy': ({ text }) => clipboard.writeText(text),
    'text:save': ({ text }) => files.saveFile('text', async () => text),
    'file:show-saved': files.showSaved,
    'link:open': ({ link }) => openLink(link, rights.elevated, t()),
    ...createHandlers({
      ...files,
      diagnosisSession,
      t,
      fixesFor,
      fleet: createFleetService({
        // Loaded on demand, to keep startup fast.
        read: async (...of) => (await import('../fleet/fleet')).readFleet(...of),
        language: language.current,
        progress: (progress) => emit('fleet:progress', progress),
      }),
      openSource,
      async renderFleet(fleet) {
        const { fleetPage } = await import('../fleet/page');
        return fleetPage(fleet, { language: language.current(), version, at: new Date() });
      },
      confirm: (shown) =>
        dialogs.confirm({
          ...shown,
          computer: computerName(diagnosisSession),
          simulated: diagnosisSession.source().source.kind === 'scenario',
        }),
      copy: (text) => clipboard.writeText(text),
      emit,
    }),
  } satisfies Handlers;
}
