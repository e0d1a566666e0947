/**
 * Native dialogs, which a page can neither draw nor click. Every fix and every undo is confirmed in one, and it lists
 * the changes planned by the main process.
 */
import { type BrowserWindow, type FileFilter, type MessageBoxOptions, app, dialog } from 'electron';
import type { Translate } from '@shared/i18n';
import { escapeText } from '@shared/printable';
import type { Question, QuestionStep } from '../elevation/operations';

/** A confirmation request. */
export type Confirmation = Question & { readonly simulated: boolean };

/** Maximum number of changes listed in a dialog; no fix plans that many. */
const MAX_LINES = 12;
const MAX_LINE_LENGTH = 200;

/** Extensions of files with data from many computers. */
const LISTS = ['csv', 'json', 'jsonl', 'txt', 'log'] as const;

/** Maximum number of lines of a treatment with one line per change: a native dialog doesn't scroll. */
const ROOMY_LINES = 24;

/** The native dialogs of a window. */
export type Dialogs = ReturnType<typeof createDialogs>;

/** The confirmation dialog. The button that applies the changes comes first, but Cancel is the default. */
export function questionBox(question: Confirmation, words: Translate): MessageBoxOptions {
  const isMaking = question.kind === 'fix' || question.kind === 'treatment';
  return messageBox(words, {
    type: 'question',
    message: line(messageOf(question, words)),
    detail: detailOf(question, words),
    buttons: [
      words(isMaking ? 'dialogs.confirm.apply' : 'dialogs.confirm.takeBack'),
      words('dialogs.cancel'),
    ],
    defaultId: 1,
  });
}

/** A message box of the program. Escape presses its last button, and Enter the first one unless it says otherwise. */
export function messageBox(
  words: Translate,
  box: MessageBoxOptions & { readonly buttons: string[] },
): MessageBoxOptions {
  const cancelId = box.buttons.length - 1;
  return { title: words('app.name'), defaultId: 0, cancelId, noLink: true, ...box };
}

/** Creates the dialogs of a window, in the language selected when they open. */
export function createDialogs(window: BrowserWindow, t: () => Translate) {
  return {
    /** Asks for confirmation of changes; Enter and Escape cancel. */
    async confirm(question: Confirmation): Promise<boolean> {
      const { response } = await dialog.showMessageBox(window, questionBox(question, t()));
      return response === 0;
    },
    /** Prompts for a file; null if canceled. */
    async chooseToOpen(): Promise<string | null> {
      const words = t();
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: words('dialogs.open.title'),
        properties: ['openFile'],
        filters: [{ name: words('dialogs.open.filter'), extensions: ['json', 'txt'] }],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    /** Prompts for a folder or files; null if canceled. */
    async chooseMany(from: 'folder' | 'files'): Promise<readonly string[] | null> {
      const words = t();
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: words(`window.fleet.choose.${from}`),
        properties: from === 'folder' ? ['openDirectory'] : ['openFile', 'multiSelections'],
        ...(from === 'files' && {
          filters: [{ name: words('window.fleet.choose.filter'), extensions: [...LISTS] }],
        }),
      });
      return canceled || filePaths.length === 0 ? null : filePaths;
    },
    /** Prompts for a save location; null if canceled. */
    async chooseToSave(suggestedName: string, kind: FileFilter): Promise<string | null> {
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: t()('dialogs.save.title'),
        defaultPath: suggestedName,
        filters: [kind],
        properties: ['showOverwriteConfirmation'],
      });
      return canceled || filePath === '' ? null : filePath;
    },
  };
}

/** Reports that the program can't start, before there is a window. */
export function showStartProblem(t: Translate, reason: string): void {
  process.stderr.write(`${escapeText(reason)}\n`);
  dialog.showErrorBox(t('dialogs.start.title'), reason);
}

/** Shows the About dialog. */
export async function showAbout(window: BrowserWindow, t: Translate): Promise<void> {
  const about = messageBox(t, {
    type: 'info',
    message: t('app.name'),
    detail: t('dialogs.about.version', { version: app.getVersion() }),
    buttons: [t('dialogs.close')],
  });
  await dialog.showMessageBox(window, about);
}

function messageOf(question: Question, words: Translate): string {
  const { computer } = question;
  return 'steps' in question
    ? words(`treatment.confirm.${question.kind}`, { computer, count: question.steps.length })
    : words(`dialogs.confirm.${question.kind}`, { title: question.title, computer });
}

function detailOf(question: Confirmation, words: Translate): string {
  const lines =
    'steps' in question ? stepLines(question.steps) : changeLines(question.changes, words);
  if ('steps' in question && question.differs) {
    lines.unshift(words('treatment.confirm.differs'), '');
  }
  if (question.simulated) lines.push('', words('dialogs.confirm.simulated'));
  return lines.join('\n');
}

function changeLines(changes: readonly string[], words: Translate): string[] {
  const lines = numbered(changes.slice(0, MAX_LINES));
  if (changes.length > MAX_LINES) {
    lines.push(words('dialogs.confirm.more', { count: changes.length - MAX_LINES }));
  }
  return lines;
}

/** Each change on its own line below the title of its step, or on the same line if that would be too many lines. */
function stepLines(steps: readonly QuestionStep[]): string[] {
  const isRoomy = steps.reduce((sum, { changes }) => sum + 1 + changes.length, 0) <= ROOMY_LINES;
  const titles = numbered(steps.map(({ title }) => title));
  return steps.flatMap(({ changes }, index) => {
    const title = titles[index] ?? '';
    const named = changes.map(line);
    return isRoomy
      ? [title, ...named.map((change) => `    • ${change}`)]
      : [`${title}: ${named.join(' • ')}`];
  });
}

const numbered = (texts: readonly string[]): string[] =>
  texts.map((text, index) => `${index + 1}. ${line(text)}`);

/** One line of a dialog: values in it may come from DNS or the registry, and must not insert line breaks. */
function line(text: string): string {
  const flat = escapeText(text.replace(/\s+/g, ' '));
  return flat.length > MAX_LINE_LENGTH ? `${flat.slice(0, MAX_LINE_LENGTH)}…` : flat;
}
