/**
 * Checklist item 15: `shell.openExternal` gets an address of this table and nothing else; the window names a
 * link by its id. An elevated program would start the browser elevated, so there the address is shown instead.
 */
import { clipboard, dialog, shell } from 'electron';
import type { Translate } from '@shared/i18n';
import { LINKS, type LinkId } from './links-table';

/** Opens a link in the browser of the person at the PC. */
export async function openLink(link: LinkId, elevated: boolean, t: Translate): Promise<void> {
  const address = LINKS[link];
  if (!elevated) {
    await shell.openExternal(address);
    return;
  }
  const { response } = await dialog.showMessageBox({
    type: 'info',
    title: t('app.name'),
    message: t('dialogs.link.message'),
    detail: `${address}\n\n${t('dialogs.link.why')}`,
    buttons: [t('dialogs.link.copy'), t('dialogs.close')],
    defaultId: 0,
    cancelId: 1,
    noLink: true,
  });
  if (response === 0) await clipboard.writeText(address);
}
