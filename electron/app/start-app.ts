/** Opens the window and connects it to the engine. */
import { app, nativeTheme, session } from 'electron';
import type { RunEvent } from '@shared/diagnosis';
import { translateMessage } from '@shared/i18n';
import { batchEvents } from '../ipc/batches';
import type { HandlerContext } from '../ipc/handler-context';
import { missingTranslations } from '../ipc/page-words';
import { registerIpcHandlers } from '../ipc/register';
import { type Source, createDiagnosisSession } from '../services/diagnosis-session';
import { readDocument } from '../services/open-file';
import { type FixServiceFor, simulatedSource, thisPcSource } from '../services/sources';
import { caseScenario } from './cases';
import { SELF_TEST_CASE } from './self-test';
import { trackRunProgress } from './attention';
import { BUNDLE_ORIGIN, START_PAGE, serveBundle } from './bundle-protocol';
import { handlePageCrashes } from './crash-handler';
import { createAppHandlers } from './handlers';
import { bundleList, reloadOnRebuild } from './dev-reload';
import { createDialogs, showAbout, showStartProblem } from './dialogs';
import { FileProblem, fileProblemText, openText } from './files';
import { createFixServices } from './fixes';
import type { LanguageChoice } from './language';
import { log } from './log';
import { setMenu } from './menu';
import { readRights } from './rights';
import { focusOnSecondInstance } from './single-instance';
import type { RunningApp, StartupContext } from './startup-context';
import { createWindow } from './window';
import { trackWindowBounds, savedWindowBounds } from './window-bounds';

/** Exit code for wrong usage, here for an invalid scenario file. */
const WRONG_USAGE = 64;

/** Opens the window. Resolves once the page is loaded, or with null after reporting why the program can't start. */
export async function startApp(startup: StartupContext): Promise<RunningApp | null> {
  const { started, folders, settings, language } = startup;
  nativeTheme.themeSource = settings.current().theme;
  await app.whenReady();
  const rights = await readRights();
  const fixesFor = createFixServices(startup, rights);
  const first = await initialSource(startup, fixesFor);
  if (first === null) return null;

  serveBundle(session.defaultSession, folders.page, bundleList(folders.pageList));
  const window = createWindow(
    folders.preload,
    titleOf(first, language),
    savedWindowBounds(settings),
    !started.selfTest,
  );
  trackWindowBounds(window, settings);
  handlePageCrashes(window, language.t);
  focusOnSecondInstance(window);
  app.on('window-all-closed', () => {
    // Settings changed just before closing may still be on their way to a slow disk.
    void settings.written().then(() => app.quit());
  });

  const emit: HandlerContext['emit'] = (name, event) => {
    if (!window.isDestroyed()) window.webContents.send(name, event);
  };
  const emitEvent = batchEvents<RunEvent>((batch) => {
    const words = missingTranslations(batch);
    if (words !== null) emit('app:words', words);
    emit('run:event', batch);
  });
  const follow = trackRunProgress(window, language.t);
  const diagnosisSession = createDiagnosisSession(first, {
    event: (event) => {
      emitEvent(event);
      follow(event);
    },
    onSourceChanged: (source) => window.setTitle(titleOf(source, language)),
    failed: (error) => log.error('The diagnosis failed', error),
  });
  const putMenu = (): void => {
    setMenu(language.t(), {
      command: (command) => emit('app:command', command),
      backToThisPc: () => {
        void handlers['app:this-pc']().then((info) => emit('app:changed', info));
      },
      openLog: () => void handlers['app:open-log'](),
      openLink: (link) => void handlers['link:open']({ link }),
      about: () => void showAbout(window, language.t()),
    });
  };
  const handlers = createAppHandlers({
    ...startup,
    fixesFor,
    diagnosisSession,
    dialogs: createDialogs(window, language.t),
    rights,
    emit,
    onLanguageChanged: () => {
      window.setTitle(titleOf(diagnosisSession.source(), language));
      putMenu();
    },
  });
  putMenu();
  registerIpcHandlers({
    page: () => (window.isDestroyed() ? null : window.webContents),
    origin: BUNDLE_ORIGIN,
    handlers,
    refused: (channel, reason) => {
      log.warn(`Refused ${channel}: ${reason}`);
    },
    failed: (channel, error) => {
      log.error(`${channel} failed`, error);
    },
  });
  reloadOnRebuild(window, folders.pageList);
  await window.loadURL(START_PAGE);
  return {
    diagnosisSession,
    diagnose: () => emit('app:command', 'diagnose'),
  };
}

/**
 * The initial source: this PC, or the simulated one from the command line; null after reporting that it can't be
 * opened.
 */
async function initialSource(
  { started, language }: StartupContext,
  fixesFor: FixServiceFor,
): Promise<Source | null> {
  if (started.selfTest) {
    return simulatedSource(caseScenario(SELF_TEST_CASE), '', fixesFor);
  }
  if (started.scenario === null) return thisPcSource(fixesFor);
  const refuse = (reason: string): null => {
    showStartProblem(language.t(), reason);
    app.exit(WRONG_USAGE);
    return null;
  };
  try {
    const { name, text } = await openText(started.scenario);
    const document = readDocument(name, text);
    if (document.kind === 'scenario') {
      return simulatedSource(document.scenario, document.scenario.title ?? name, fixesFor);
    }
    return refuse(
      document.kind === 'problem'
        ? translateMessage(language.t(), document.message)
        : language.t()('dialogs.file.unknown', { name }),
    );
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return refuse(fileProblemText(error, language.t()));
  }
}

/** The window title: the kind of source, and nothing that was read from the PC or a file. */
function titleOf({ source }: Source, language: LanguageChoice): string {
  const t = language.t();
  if (source.kind === 'scenario') return t('app.titleSimulated');
  if (source.kind === 'report') return t('app.titleReport');
  return t('app.name');
}
