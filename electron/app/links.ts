/**
 * Checklist item 15: `shell.openExternal` gets an address of this table and nothing else; the window names a
 * link by its id. An elevated program would start the browser, or the editor of the log, elevated, and which
 * program that is the user's own settings say: there the address is shown instead.
 */
import { clipboard, dialog, shell } from 'electron';
import type { Translate } from '@shared/i18n';
import { LINKS, type LinkId } from './links-table';

/** Opens a link in the browser of the person at the PC. */
export async function openLink(link: LinkId, elevated: boolean, t: Translate): Promise<void> {
  const address = LINKS[link];
  if (elevated) await show('link', address, t);
  else await shell.openExternal(address);
}

/**
 * Opens the log in the editor of the person at the PC.
 *
 * @returns why it could not be opened; empty when it was
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

/** Shows where something is, for whoever opens it with rights of their own. */
async function show(what: 'link' | 'log' | 'saved', place: string, t: Translate): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'info',
    title: t('app.name'),
    message: t(`dialogs.${what}.message`),
    detail: `${place}\n\n${t(`dialogs.${what}.why`)}`,
    buttons: [t(`dialogs.${what}.copy`), t('dialogs.close')],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  if (response === 0) await clipboard.writeText(place);
}
