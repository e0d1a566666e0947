/**
 * The native questions: what a page can neither draw nor press. One stands before every fix and every undo, and
 * names the changes that the privileged side itself planned.
 */
import { type BrowserWindow, type MessageBoxOptions, app, dialog } from 'electron';
import type { Translate } from '@shared/i18n';
import { printable } from '@shared/printable';
import type { Question, QuestionStep } from '../elevation/fix-handler';

/** What is about to be done. */
export type Confirmation = Question & { readonly simulated: boolean };

/** Changes that one question names; no fix plans as many. */
const MOST_LINES = 12;
const LONGEST_LINE = 200;

/** What the facts of many computers are brought in. */
const LISTS = ['csv', 'json', 'jsonl', 'txt', 'log'] as const;

/** Lines of a treatment up to which each change has one of its own: a native dialog does not scroll. */
const ROOMY_LINES = 24;

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
  /** Asks for a folder, or for files; null when cancelled. */
  chooseMany(from: 'folder' | 'files'): Promise<readonly string[] | null>;
  /** Asks where to save; null when cancelled. */
  chooseToSave(suggestedName: string, kind: FileKind): Promise<string | null>;
}

/** The question before changes are made, with their button first and Cancel as what Enter presses. */
export function questionBox(question: Confirmation, words: Translate): MessageBoxOptions {
  const isMaking = question.kind === 'fix' || question.kind === 'treatment';
  return {
    type: 'question',
    title: words('app.name'),
    message: line(messageOf(question, words)),
    detail: detailOf(question, words),
    buttons: [
      words(isMaking ? 'dialogs.confirm.apply' : 'dialogs.confirm.takeBack'),
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
        filters: [{ name: words('dialogs.open.filter'), extensions: ['json', 'txt'] }],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async chooseMany(from) {
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
  const lines = numbered(changes.slice(0, MOST_LINES));
  if (changes.length > MOST_LINES) {
    lines.push(words('dialogs.confirm.more', { count: changes.length - MOST_LINES }));
  }
  return lines;
}

/** Every change of every step, beneath the title of its step; where that would be too many lines, behind it. */
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

/** One line of a question: values in it may come from DNS or the registry, and must not draw lines of their own. */
function line(text: string): string {
  const flat = printable(text.replace(/\s+/g, ' '));
  return flat.length > LONGEST_LINE ? `${flat.slice(0, LONGEST_LINE)}…` : flat;
}
