/** Opens the window and joins it to the engine. */
import { type BrowserWindow, app, session } from 'electron';
import type { RunEvent } from '@shared/diagnosis';
import { say } from '@shared/i18n';
import type { EventTable } from '@shared/ipc';
import {
  type EngineService,
  type FixDeskFor,
  type Subject,
  batches,
  createEngineService,
  createHandlers,
  openBorder,
  readDocument,
  simulatedPc,
  thisPc,
} from '../ipc';
import type { WindowArguments } from './arguments';
import { caseDocument } from './cases';
import { SELF_TEST_CASE } from './self-test';
import { BUNDLE_ORIGIN, serveBundle } from './bundle-protocol';
import { guardPage } from './crash-guard';
import { createDesk } from './desk';
import { bundleList, followRebuilds } from './rebuilds';
import { createDialogs, showAbout, showStartProblem } from './dialogs';
import { FileProblem, fileProblemText, readText } from './files';
import { fixesWithJournals } from './fixes';
import type { Folders } from './folders';
import type { LanguageChoice } from './language';
import { openLink } from './links';
import { log } from './log';
import { setMenu } from './menu';
import { readRights } from './rights';
import { comeForwardOnSecondStart } from './single-instance';
import { createWindow, openStartPage } from './window';

/** What the program is opened with. */
export interface Beginning {
  readonly started: WindowArguments;
  readonly folders: Folders;
  readonly language: LanguageChoice;
  readonly logFile: string;
}

/** Exit code for a scenario file that is not one, the command's own for wrong usage. */
const WRONG_USAGE = 64;

/** What a self-test looks at. */
export interface OpenedProgram {
  readonly engine: EngineService;
  /** Has the page start a diagnosis, as the menu does. */
  readonly diagnose: () => void;
}

/** Opens the window; resolves once its page is there, with null where that cannot be, which was said. */
export async function openProgram(beginning: Beginning): Promise<OpenedProgram | null> {
  const { started, folders, language } = beginning;
  await app.whenReady();
  const rights = await readRights();
  const fixesFor = fixesWithJournals(beginning, rights);
  const first = await firstSubject(beginning, fixesFor);
  if (first === null) return null;

  serveBundle(session.defaultSession, folders.page, bundleList(folders.pageList));
  const window = createWindow(folders.preload, titleOf(first, language), !started.selfTest);
  guardPage(window, language.t);
  comeForwardOnSecondStart(window);
  app.on('window-all-closed', () => {
    app.quit();
  });

  const emit = emitterFor(window);
  const events = batches<RunEvent>((batch) => {
    emit('run:event', batch);
  });
  const engine = createEngineService(first, {
    event: events.add,
    looked: (subject) => {
      window.setTitle(titleOf(subject, language));
    },
    failed: (error) => {
      log.error('The diagnosis failed', error);
    },
  });
  const dialogs = createDialogs(window, language.t);
  const desk = createDesk({ ...beginning, fixesFor, engine, dialogs, rights, emit });
  const handlers = createHandlers({
    ...desk,
    setLanguage: (chosen) => {
      language.choose(chosen);
      window.setTitle(titleOf(engine.subject(), language));
      putMenu();
    },
  });
  const putMenu = (): void => {
    setMenu(language.t(), {
      command: (command) => {
        emit('app:command', { command });
      },
      backToThisPc: () => {
        void Promise.resolve(handlers['app:this-pc']({})).then((info) => {
          emit('app:changed', info);
        });
      },
      openLog: () => void desk.openLog(),
      openLink: (link) => void openLink(link, rights.elevated, language.t()),
      about: () => void showAbout(window, language.t()),
    });
  };
  putMenu();
  openBorder({
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
  void rights.objection.then(async (problem) => {
    if (problem !== null) emit('app:changed', await handlers['app:info']({}));
  });
  followRebuilds(window, folders.pageList);
  await openStartPage(window);
  return {
    engine,
    diagnose: () => {
      emit('app:command', { command: 'diagnose' });
    },
  };
}

/** This PC, or the simulated one of the command line; null when that cannot be opened, which was said. */
async function firstSubject(
  { started, language }: Beginning,
  fixesFor: FixDeskFor,
): Promise<Subject | null> {
  if (started.selfTest) {
    const document = readDocument(SELF_TEST_CASE, JSON.stringify(caseDocument(SELF_TEST_CASE)));
    if (document.kind === 'scenario') return simulatedPc(document.scenario, '', fixesFor);
  }
  if (started.scenario === null) return thisPc(fixesFor);
  const refuse = (reason: string): null => {
    showStartProblem(language.t(), reason);
    app.exit(WRONG_USAGE);
    return null;
  };
  try {
    const { name, text } = await readText(started.scenario);
    const document = readDocument(name, text);
    if (document.kind === 'scenario') {
      return simulatedPc(document.scenario, document.scenario.title ?? name, fixesFor);
    }
    return refuse(
      document.kind === 'problem'
        ? say(language.t(), document.message)
        : language.t()('dialogs.file.unknown', { name }),
    );
  } catch (error) {
    if (error instanceof FileProblem) return refuse(fileProblemText(error, language.t()));
    throw error;
  }
}

/** The title: what the window is about, and nothing that was read from the PC or a file. */
function titleOf({ source }: Subject, language: LanguageChoice): string {
  const t = language.t();
  if (source.kind === 'scenario') return t('app.titleSimulated');
  if (source.kind === 'report') return t('app.titleReport');
  return t('app.name');
}

function emitterFor(window: BrowserWindow) {
  return <Name extends keyof EventTable>(name: Name, event: EventTable[Name]): void => {
    if (!window.isDestroyed()) window.webContents.send(name, event);
  };
}
