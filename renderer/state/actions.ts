/** What a person can ask the window to do, each one request to the privileged side. */
import { findFactsLine } from '@shared/facts-line';
import { LARGEST_FILE } from '@shared/largest-file';
import type { LINK_IDS, AppInfo, FileOutcome, OpenOutcome, RequestOf } from '@shared/ipc';
import { ask, listen, reportFault } from './bridge';
import { addWords, changeLanguage } from '../i18n/i18n';
import { currentTranslate } from '../i18n/translations';
import {
  applyFixProgress,
  applyRunEvents,
  applyTreatmentProgress,
  setDialog,
  setInfo,
  setJournal,
  setNotice,
  useDoctor,
} from './store';
import {
  applyFleetProgress,
  backToFleet,
  leaveFleet,
  openDroppedFiles,
  openMany,
  refreshFleet,
  useFleet,
  type DroppedFile,
} from './fleet';
import { planTreatment } from './treatment';
import type { RunEvent } from '@shared/diagnosis';

/** Time that is left to the person between two pictures, in milliseconds. */
const PAUSE = 50;

/** Does what a person asks for, and shows a message when it could not be done; the message before it goes away. */
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
/** Diagnoses the PC that has just come into view; a report is one already, and the network alone is asked for. */
export function diagnoseByItself({ source, settings }: AppInfo): void {
  if (source.kind === 'report' || source.kind === 'network') return;
  if (source.kind !== 'this-pc' || settings.diagnosesByItself) diagnose();
}

/** Stops the diagnosis. */
export const stop = () => attempt(() => ask('run:stop'));
/** Stops the treatment that is being done, before its next step. */
export const stopRepair = () => attempt(() => ask('treatment:stop'));

/** Puts a text on the clipboard. */
export const copy = (text: string) => ask('text:copy', { text: text.slice(0, 1_000_000) });

/** Reads the journal anew. */
export async function refreshJournal(): Promise<void> {
  setJournal(await ask('journal:list'));
}

/** Changes the language of the window, and of all that was put into words. */
export const setLanguage = (language: RequestOf<'app:set-language'>['language']) =>
  tried(async () => {
    await changeLanguage(language);
    setInfo(await ask('app:set-language', { language }));
    await Promise.all([refreshJournal(), planTreatment(), refreshFleet()]);
  });

/** Changes the settings, and remembers them. */
export const changeSettings = (values: RequestOf<'app:set-settings'>) =>
  attempt(async () => {
    setInfo(await ask('app:set-settings', values));
  });

/** Starts the program anew as an administrator: this window ends, or says why it stays. */
export const restartElevated = () =>
  tried(async () => {
    const { started } = await ask('app:restart-elevated');
    if (started) return;
    setDialog(null);
    setNotice({ intent: 'error', text: currentTranslate()('window.notice.notRestarted') });
  });

/** Opens a page of the documentation in the browser. */
export const openLink = (link: (typeof LINK_IDS)[number]) =>
  attempt(() => ask('link:open', { link }));

/** Goes back to this PC from another one, or from many. */
export const backToThisPc = () =>
  attempt(async () => {
    leaveFleet();
    const info = await ask('app:this-pc');
    setInfo(info);
    await refreshJournal();
    diagnoseByItself(info);
  });

/** Shows how something with a file ended; a cancelled dialog is not worth a word. */
function announce(outcome: FileOutcome): void {
  if (outcome.outcome === 'failed') setNotice({ intent: 'error', text: outcome.message });
  if (outcome.outcome === 'done') {
    setNotice({
      intent: 'success',
      text: currentTranslate()('window.notice.saved', { name: outcome.name }),
      isSaved: true,
    });
  }
}

/** Saves the report in one of its forms, where the person says. */
export const saveReport = (format: RequestOf<'report:save'>['format']) =>
  attempt(async () => announce(await ask('report:save', { format })));

/** Saves a text, where the person says. */
export const saveText = (text: string) =>
  attempt(async () => announce(await ask('text:save', { text: text.slice(0, 1_000_000) })));

/** Shows the file that was saved last, in its folder. */
export const showSaved = () => attempt(() => ask('file:show-saved'));

/** Opens the program's log. */
export const openLog = () =>
  attempt(async () => {
    const outcome = await ask('app:open-log');
    if (outcome.outcome === 'failed') announce(outcome);
  });

/** The text for the ticket. */
export async function copyTicketText(): Promise<string> {
  return (await ask('report:ticket')).text;
}

async function opened(info: AppInfo): Promise<void> {
  setNotice(null);
  leaveFleet();
  setInfo(info);
  await refreshJournal();
  diagnoseByItself(info);
}

/** Shows what came of opening something; `many` is done with what turned out to be about many computers. */
async function show(outcome: OpenOutcome, many?: () => Promise<void>): Promise<void> {
  if (outcome.outcome === 'opened') await opened(outcome.info);
  else if (outcome.outcome === 'many') await many?.();
  else announce(outcome);
}

/** Opens a file that the person chooses. */
export const openFile = () =>
  attempt(async () => show(await ask('file:open'), () => openMany('opened')));

/** Opens many computers that the person chooses. */
export const openManyFrom = (from: RequestOf<'fleet:open'>['from']) =>
  attempt(() => openMany(from));

/** Goes back to the many computers from one of them. */
export const returnToFleet = () => attempt(backToFleet);

/** Opens a computer of the fleet by its index in a list; `place`: where the filtered list has it. */
export const openComputer = (list: string, index: number, place: number) =>
  attempt(async () => {
    useFleet.setState({ returnTo: place });
    await show(await ask('fleet:computer', { list, index }));
  });

/** Saves the page of many computers, where the person says. */
export const saveFleetPage = () => attempt(async () => announce(await ask('fleet:save-page')));

/** Files dropped on the window: their texts go over, never their paths. */
export const openDropped = (files: readonly DroppedFile[]) =>
  attempt(async () => {
    const [only] = files;
    if (only === undefined) return;
    // What is larger is no report of one PC.
    if (files.length > 1 || only.file.size > LARGEST_FILE) return openDroppedFiles(files);
    const name = only.name.slice(-255);
    const many = () => openDroppedFiles(files);
    await show(await ask('file:dropped', { name, text: await only.file.text() }), many);
  });

/**
 * Opens the computer whose facts line stands in a text.
 *
 * @returns what is wrong with it, in words; null where it was opened
 */
export async function openFacts(text: string): Promise<string | null> {
  const outcome = await ask('facts:open', { text: text.slice(0, 1_000_000) });
  if (outcome.outcome === 'failed') return outcome.message;
  setDialog(null);
  await show(outcome, () => openDroppedFiles([{ name: 'facts.txt', file: new Blob([text]) }]));
  return null;
}

/** A text that was pasted onto the window and has a facts line in it. */
export function openPasted(text: string): boolean {
  if (findFactsLine(text) === null) return false;
  attempt(async () => {
    const problem = await openFacts(text);
    if (problem !== null) setNotice({ intent: 'error', text: problem });
  });
  return true;
}

/** The facts line of the PC at hand. */
export async function copyFactsLine(): Promise<string> {
  return (await ask('facts:line')).text;
}

/** Opens a case that comes with the program. */
export const openCase = (id: string) =>
  attempt(async () => {
    setDialog(null);
    await opened(await ask('case:open', { id }));
  });

/**
 * Hears what the privileged side tells, and shows it at most once a frame and with a pause after each picture,
 * however often it is told: no number of events can keep a click waiting.
 */
export function followEvents(): void {
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
    // A hidden window draws no frames.
    if (document.hidden) setTimeout(flush);
    else requestAnimationFrame(flush);
  };
  listen('run:event', (events) => {
    waiting.push(...events);
    schedule();
  });
  listen('app:words', addWords);
  listen('fix:progress', applyFixProgress);
  listen('treatment:progress', applyTreatmentProgress);
  listen('fleet:progress', applyFleetProgress);
  listen('app:changed', (info) => {
    setInfo(info);
    void tried(async () => {
      await changeLanguage(info.language);
      await refreshJournal();
    });
    if (useDoctor.getState().phase === 'idle') diagnoseByItself(info);
  });
  listen('app:command', ({ command }) => {
    switch (command) {
      case 'diagnose':
        if (useDoctor.getState().phase !== 'running' && !useFleet.getState().isShown) diagnose();
        break;
      case 'search':
        setDialog({ kind: 'search', text: '' });
        break;
      case 'settings':
        setDialog({ kind: 'settings' });
        break;
      case 'try-case':
        setDialog({ kind: 'cases' });
        break;
      case 'open-file':
        openFile();
        break;
      case 'open-folder':
        openManyFrom('folder');
        break;
      case 'open-files':
        openManyFrom('files');
        break;
      case 'paste-facts':
        setDialog({ kind: 'facts' });
        break;
    }
  });
}
