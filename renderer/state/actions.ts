/** The user's actions, each a single request to the main process. */
import { findFactsLine } from '@shared/facts-line';
import { MAX_FILE_BYTES } from '@shared/max-file-size';
import type {
  AnswerOf,
  AppInfo,
  EventTable,
  FileOutcome,
  LinkId,
  OpenOutcome,
  RequestOf,
} from '@shared/ipc';
import { ask, reportFault } from './bridge';
import { addWords, changeLanguage } from '../i18n/i18n';
import { currentTranslate } from '../i18n/translations';
import {
  applyFixProgress,
  applyRunEvents,
  applyTreatmentProgress,
  setDialog,
  setInfo,
  setNotice,
  useDoctor,
} from './store';
import {
  applyFleetProgress,
  openDroppedFiles,
  openFleet,
  refreshFleet,
  useFleet,
  type DroppedFile,
} from './fleet';
import { planTreatment } from './treatment';
import type { RunEvent } from '@shared/diagnosis';

/** Time reserved for user input between two renders, in milliseconds. */
const PAUSE = 50;

/** Runs a user action and shows a message if it fails; clears the previous message. */
export function attempt(work: () => Promise<unknown>): void {
  setNotice(null);
  void tried(work);
}

async function tried(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    reportFault(error);
    setNotice({ intent: 'error', text: currentTranslate()('window.notice.refused') });
  }
}

/** Starts a diagnosis. */
export const diagnose = () => attempt(() => ask('run:start'));
/**
 * Diagnoses the PC that was just opened. A report already is a diagnosis, and the network alone is diagnosed on
 * request.
 */
export function autoDiagnose({ source, settings }: AppInfo): void {
  if (source.kind === 'report' || source.kind === 'network') return;
  if (source.kind !== 'this-pc' || settings.diagnosesByItself) diagnose();
}

/** Stops the diagnosis. */
export const stop = () => attempt(() => ask('run:stop'));
/** Stops the running treatment before its next step. */
export const stopRepair = () => attempt(() => ask('treatment:stop'));

/** Copies a text to the clipboard. */
export const copy = (text: string) => ask('text:copy', { text: text.slice(0, 1_000_000) });

/** Reloads the journal. */
export async function refreshJournal(): Promise<void> {
  useDoctor.setState({ journal: await ask('journal:list') });
}

/** Changes the language of the window and of everything already translated. */
export const setLanguage = (language: RequestOf<'app:set-language'>['language']) =>
  tried(async () => {
    await changeLanguage(language);
    setInfo(await ask('app:set-language', { language }));
    await Promise.all([refreshJournal(), planTreatment(), refreshFleet()]);
  });

/** Changes and saves the settings. */
export const changeSettings = (values: RequestOf<'app:set-settings'>) =>
  attempt(async () => setInfo(await ask('app:set-settings', values)));

/** Restarts the app as an admin. The window closes, or shows why it stays open. */
export const restartElevated = () =>
  tried(async () => {
    const { started } = await ask('app:restart-elevated');
    if (started) return;
    setDialog(null);
    setNotice({ intent: 'error', text: currentTranslate()('window.notice.notRestarted') });
  });

/** Opens a documentation page in the browser. */
export const openLink = (link: LinkId) => attempt(() => ask('link:open', { link }));

/** Returns to this PC from another PC or a fleet. */
export const backToThisPc = () =>
  attempt(async () => {
    useFleet.setState({ isShown: false });
    await opened(await ask('app:this-pc'));
  });

/** Shows the result of a file operation if it failed or saved a file. */
function announce(outcome: AnswerOf<'app:open-log'> | FileOutcome): void {
  if (outcome.outcome === 'failed') setNotice({ intent: 'error', text: outcome.message });
  if (outcome.outcome === 'done') {
    setNotice({
      intent: 'success',
      text: currentTranslate()('window.notice.saved', { name: outcome.name }),
      isSaved: true,
    });
  }
}

/** Saves the report in one of its formats, where the user chooses. */
export const saveReport = (format: RequestOf<'report:save'>['format']) =>
  attempt(async () => announce(await ask('report:save', { format })));

/** Saves a text, where the user chooses. */
export const saveText = (text: string) =>
  attempt(async () => announce(await ask('text:save', { text: text.slice(0, 1_000_000) })));

/** Shows the last saved file in its folder. */
export const showSaved = () => attempt(() => ask('file:show-saved'));

/** Opens the app's log. */
export const openLog = () => attempt(async () => announce(await ask('app:open-log')));

/** Returns the text for the ticket. */
export const copyTicketText = () => ask('report:ticket');

async function opened(info: AppInfo): Promise<void> {
  setNotice(null);
  // A fleet stays open behind the PC.
  useFleet.setState({ isShown: false });
  setInfo(info);
  await refreshJournal();
  autoDiagnose(info);
}

/** Shows the result of opening something; `many` is called if it turns out to contain many computers. */
async function show(outcome: OpenOutcome, many?: () => Promise<void>): Promise<void> {
  if (outcome.outcome === 'opened') await opened(outcome.info);
  else if (outcome.outcome === 'many') await many?.();
  else announce(outcome);
}

/** Opens a file that the user chooses. */
export const openFile = () =>
  attempt(async () => show(await ask('file:open'), () => openFleet('opened')));

/** Opens many computers that the user chooses. */
export const openFleetFrom = (from: RequestOf<'fleet:open'>['from']) =>
  attempt(() => openFleet(from));

/** Stops reading many computers. */
export const stopReading = () => attempt(() => ask('fleet:stop'));

/** Returns to the fleet from one of its computers. */
export const returnToFleet = () =>
  attempt(async () => {
    useFleet.setState({ isShown: true });
    // The language may have changed in the meantime.
    await refreshFleet();
  });

/** Opens a computer of the fleet by its index in a list; `place` is its index in the filtered list. */
export const openComputer = (list: string, index: number, place: number) =>
  attempt(async () => {
    useFleet.setState({ returnTo: place });
    await show(await ask('fleet:computer', { list, index }));
  });

/** Copies the names in a list of the fleet, or its sentence. */
export const copyOfList = (list: string, what: RequestOf<'fleet:copy'>['what']) =>
  attempt(async () => {
    const { filter } = useFleet.getState();
    const { count } = await ask('fleet:copy', { list, filter, what });
    const done = what === 'names' ? 'window.fleet.namesCopied' : 'window.copy.ticketDone';
    setNotice({ intent: 'success', text: currentTranslate()(done, { count }) });
  });

/** Saves the fleet page, where the user chooses. */
export const saveFleetPage = () => attempt(async () => announce(await ask('fleet:save-page')));

/** Opens files dropped on the window: their texts are sent, never their paths. */
export const openDropped = (files: readonly DroppedFile[]) =>
  attempt(async () => {
    const [only] = files;
    if (only === undefined) return;
    // A larger file can't be the report of one PC.
    if (files.length > 1 || only.file.size > MAX_FILE_BYTES) return openDroppedFiles(files);
    const name = only.name.slice(-255);
    const many = () => openDroppedFiles(files);
    await show(await ask('file:dropped', { name, text: await only.file.text() }), many);
  });

/**
 * Opens the computer whose facts line is in a text.
 *
 * @returns an error message; null if it was opened
 */
export async function openFacts(text: string): Promise<string | null> {
  const outcome = await ask('facts:open', { text: text.slice(0, 1_000_000) });
  if (outcome.outcome === 'failed') return outcome.message;
  setDialog(null);
  await show(outcome, () => openDroppedFiles([{ name: 'facts.txt', file: new Blob([text]) }]));
  return null;
}

/** Opens a text pasted onto the window if it contains a facts line. Returns whether it does. */
export function openPasted(text: string): boolean {
  if (findFactsLine(text) === null) return false;
  attempt(async () => {
    const problem = await openFacts(text);
    if (problem !== null) setNotice({ intent: 'error', text: problem });
  });
  return true;
}

/** Returns the facts line of the current PC. */
export const copyFactsLine = () => ask('facts:line');

/** Opens a case bundled with the app. */
export const openCase = (id: string) =>
  attempt(async () => {
    setDialog(null);
    await opened(await ask('case:open', { id }));
  });

/** What each command does. */
const COMMANDS: Readonly<Record<EventTable['app:command'], () => void>> = {
  diagnose: () => {
    const { info, phase } = useDoctor.getState();
    // A report already is a diagnosis.
    const isReport = info?.source.kind === 'report';
    if (!isReport && phase !== 'running' && !useFleet.getState().isShown) diagnose();
  },
  search: () => setDialog({ kind: 'search', text: '' }),
  settings: () => setDialog({ kind: 'settings' }),
  'try-case': () => setDialog({ kind: 'cases' }),
  'open-file': openFile,
  'open-folder': () => openFleetFrom('folder'),
  'open-files': () => openFleetFrom('files'),
  'paste-facts': () => setDialog({ kind: 'facts' }),
};

/** Runs a command of the application menu or the title bar. */
export const runCommand = (command: EventTable['app:command']) => COMMANDS[command]();

/**
 * Subscribes to events from the main process. Renders at most once per frame, with a pause after each render, so that
 * no number of events can delay a click.
 */
export function followEvents(): void {
  const { on } = window.kmsDoctor;
  let waiting: RunEvent[] = [];
  let busy = false;
  const flush = () => {
    const events = waiting;
    waiting = [];
    applyRunEvents(events);
    if (events.some((event) => event.type === 'run-finished')) {
      void tried(refreshJournal);
      if (useDoctor.getState().isPlanning) void planTreatment();
    }
    setTimeout(() => {
      busy = false;
      schedule();
    }, PAUSE);
  };
  const schedule = () => {
    if (busy || waiting.length === 0) return;
    busy = true;
    // A hidden window renders no frames.
    if (document.hidden) setTimeout(flush);
    else requestAnimationFrame(flush);
  };
  on['run:event']((events) => {
    waiting.push(...events);
    schedule();
  });
  on['app:words'](addWords);
  on['fix:progress'](applyFixProgress);
  on['treatment:progress'](applyTreatmentProgress);
  on['fleet:progress'](applyFleetProgress);
  on['app:changed']((info) => {
    setInfo(info);
    void tried(async () => {
      await changeLanguage(info.language);
      await refreshJournal();
    });
    if (useDoctor.getState().phase === 'idle') autoDiagnose(info);
  });
  on['app:command'](runCommand);
}
