/**
 * The native questions: what a page can neither draw nor press. One stands before every fix and every undo, and
 * names the changes that the privileged side itself planned.
 */
import { type BrowserWindow, type MessageBoxOptions, app, dialog } from 'electron';
import type { Translate } from '@shared/i18n';
import { printable } from '@shared/printable';

/** What is about to be done. */
export interface Confirmation {
  readonly kind: 'fix' | 'undo';
  /** Title of the fix. */
  readonly title: string;
  /** Name of the PC that is changed. */
  readonly computer: string;
  /** Titles of the changes, in order. */
  readonly changes: readonly string[];
  readonly simulated: boolean;
}

/** Changes that one question names; no fix plans as many. */
const MOST_LINES = 12;
const LONGEST_LINE = 200;

/** A kind of file, for a file dialog. */
interface FileKind {
  readonly name: string;
  readonly extension: string;
}

/** The native dialogs of a window. */
export interface Dialogs {
  /** Asks whether changes may be made; Cancel is what Enter and Escape press. */
  confirm(question: Confirmation): Promise<boolean>;
  /** Asks for a file; null when cancelled. */
  chooseToOpen(): Promise<string | null>;
  /** Asks where to save; null when cancelled. */
  chooseToSave(suggestedName: string, kind: FileKind): Promise<string | null>;
}

/** The question before changes are made, with their button first and Cancel as what Enter presses. */
export function questionBox(question: Confirmation, words: Translate): MessageBoxOptions {
  const isFix = question.kind === 'fix';
  const { title, computer } = question;
  return {
    type: 'question',
    title: words('app.name'),
    message: line(
      words(isFix ? 'dialogs.confirm.fix' : 'dialogs.confirm.undo', { title, computer }),
    ),
    detail: detailOf(question, words),
    buttons: [
      words(isFix ? 'dialogs.confirm.apply' : 'dialogs.confirm.takeBack'),
      words('dialogs.cancel'),
    ],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
}

/** Makes the dialogs of a window, in whatever language is current when they open. */
export function createDialogs(window: BrowserWindow, t: () => Translate): Dialogs {
  return {
    async confirm(question) {
      const { response } = await dialog.showMessageBox(window, questionBox(question, t()));
      return response === 0;
    },
    async chooseToOpen() {
      const words = t();
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: words('dialogs.open.title'),
        properties: ['openFile'],
        filters: [{ name: words('dialogs.open.filter'), extensions: ['json'] }],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async chooseToSave(suggestedName, kind) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: t()('dialogs.save.title'),
        defaultPath: suggestedName,
        filters: [{ name: kind.name, extensions: [kind.extension] }],
        properties: ['showOverwriteConfirmation'],
      });
      return canceled || filePath === '' ? null : filePath;
    },
  };
}

/** Says that the program cannot start, before there is a window. */
export function showStartProblem(t: Translate, reason: string): void {
  process.stderr.write(`${printable(reason)}\n`);
  dialog.showErrorBox(t('dialogs.start.title'), reason);
}

/** Says what this program is. */
export async function showAbout(window: BrowserWindow, t: Translate): Promise<void> {
  await dialog.showMessageBox(window, {
    type: 'info',
    title: t('app.name'),
    message: t('app.name'),
    detail: t('dialogs.about.version', { version: app.getVersion() }),
    buttons: [t('dialogs.close')],
    noLink: true,
  });
}

function detailOf({ changes, simulated }: Confirmation, words: Translate): string {
  const lines = changes
    .slice(0, MOST_LINES)
    .map((change, index) => `${index + 1}. ${line(change)}`);
  if (changes.length > MOST_LINES) {
    lines.push(words('dialogs.confirm.more', { count: changes.length - MOST_LINES }));
  }
  if (simulated) lines.push('', words('dialogs.confirm.simulated'));
  return lines.join('\n');
}

/** One line of a question: values in it may come from DNS or the registry, and must not draw lines of their own. */
function line(text: string): string {
  const flat = printable(text.replace(/\s+/g, ' '));
  return flat.length > LONGEST_LINE ? `${flat.slice(0, LONGEST_LINE)}…` : flat;
}
