/** The application menu. Every role has its own label, because Electron's are English. */
import { Menu, type MenuItemConstructorOptions, app } from 'electron';
import type { Translate } from '@shared/i18n';
import type { EventTable, LinkId } from '@shared/ipc';
import type { MessageKey } from '@shared/message';

/** Actions of the menu. */
export interface MenuActions {
  /** Sends the window a command that it handles itself. */
  command(command: EventTable['app:command']): void;
  readonly backToThisPc: () => void;
  readonly openLog: () => void;
  openLink(link: LinkId): void;
  readonly about: () => void;
}

/** Sets the application menu; called again when the language changes. */
export function setMenu(t: Translate, actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(template(t, actions)));
}

function template(t: Translate, actions: MenuActions): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const item = (id: string, label: MessageKey, click: () => void, accelerator?: string) => ({
    id,
    label: t(label),
    accelerator,
    click,
  });
  const command = (id: EventTable['app:command'], label: MessageKey, accelerator?: string) =>
    item(id, label, () => actions.command(id), accelerator);
  const menu = (label: MessageKey, submenu: MenuItemConstructorOptions[]) => ({
    label: t(label),
    submenu,
  });
  return [
    menu('menu.file', [
      command('open-file', 'menu.open', 'CommandOrControl+O'),
      command('open-folder', 'menu.openFolder'),
      command('open-files', 'menu.openFiles'),
      command('paste-facts', 'menu.pasteFacts'),
      line,
      command('try-case', 'menu.tryCase'),
      item('this-pc', 'menu.thisPc', actions.backToThisPc),
      line,
      { role: 'quit', label: t('menu.quit') },
    ]),
    menu('menu.edit', [
      { role: 'undo', label: t('menu.undo') },
      { role: 'redo', label: t('menu.redo') },
      line,
      { role: 'cut', label: t('menu.cut') },
      { role: 'copy', label: t('menu.copy') },
      { role: 'paste', label: t('menu.paste') },
      { role: 'selectAll', label: t('menu.selectAll') },
    ]),
    menu('menu.diagnosis', [
      command('diagnose', 'menu.diagnose', 'F5'),
      command('search', 'menu.search', 'CommandOrControl+F'),
    ]),
    menu('menu.view', [
      { role: 'zoomIn', label: t('menu.zoomIn') },
      { role: 'zoomOut', label: t('menu.zoomOut') },
      { role: 'resetZoom', label: t('menu.zoomReset') },
      line,
      { role: 'togglefullscreen', label: t('menu.fullScreen') },
      ...developerItems(t),
    ]),
    menu('menu.help', [
      command('settings', 'menu.settings', 'F1'),
      line,
      item('article', 'menu.article', () => actions.openLink('check-dns-connectivity')),
      item('error-codes', 'menu.errorCodes', () => actions.openLink('error-codes')),
      line,
      item('open-log', 'menu.openLog', actions.openLog),
      item('about', 'menu.about', actions.about),
    ]),
  ];
}

/** DevTools and reload would only cause trouble for users of the installed program. */
function developerItems(t: Translate): MenuItemConstructorOptions[] {
  if (app.isPackaged) return [];
  return [
    { type: 'separator' },
    { role: 'reload', label: t('menu.reload'), accelerator: 'CommandOrControl+R' },
    { role: 'toggleDevTools', label: t('menu.devTools') },
  ];
}
