/**
 * Checklist item 15: `shell.openExternal` is only called with URLs from this table; the window names a link by ID. An
 * elevated process would start the browser, or the log's editor, elevated, and the user's settings determine which
 * program that is. It therefore shows the URL or path instead.
 */
import { clipboard, dialog, shell } from 'electron';
import type { Translate } from '@shared/i18n';
import type { LinkId } from '@shared/ipc';
import { messageBox } from './dialogs';
import { LINKS } from './links-table';

/** Opens a link in the user's browser. */
export async function openLink(link: LinkId, elevated: boolean, t: Translate): Promise<void> {
  const address = LINKS[link];
  if (elevated) await show('link', address, t);
  else await shell.openExternal(address);
}

/**
 * Opens the log in the user's editor.
 *
 * @returns why it couldn't be opened; empty on success
 */
export async function openLogFile(file: string, elevated: boolean, t: Translate): Promise<string> {
  if (!elevated) return shell.openPath(file);
  await show('log', file, t);
  return '';
}

/** Shows a file in its folder. */
export async function showFile(file: string, elevated: boolean, t: Translate): Promise<void> {
  if (elevated) await show('saved', file, t);
  else shell.showItemInFolder(file);
}

/** Shows a URL or path, so that the user can open it without elevation. */
async function show(what: 'link' | 'log' | 'saved', place: string, t: Translate): Promise<void> {
  const box = messageBox(t, {
    type: 'info',
    message: t(`dialogs.${what}.message`),
    detail: `${place}\n\n${t(`dialogs.${what}.why`)}`,
    buttons: [t(`dialogs.${what}.copy`), t('dialogs.close')],
  });
  const { response } = await dialog.showMessageBox(box);
  if (response === 0) await clipboard.writeText(place);
}
