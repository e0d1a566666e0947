/** The application menu. Every role has its own label, because Electron's are English. */
import { Menu, type MenuItemConstructorOptions, app } from 'electron';
import type { Translate } from '@shared/i18n';
import type { EventTable, LinkId } from '@shared/ipc';

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
  const command = (
    id: EventTable['app:command'],
    label: string,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => actions.command(id),
  });
  const link = (id: string, label: string, to: LinkId): MenuItemConstructorOptions => ({
    id,
    label,
    click: () => actions.openLink(to),
  });
  return [
    {
      label: t('menu.file'),
      submenu: [
        command('open-file', t('menu.open'), 'CommandOrControl+O'),
        command('open-folder', t('menu.openFolder')),
        command('open-files', t('menu.openFiles')),
        command('paste-facts', t('menu.pasteFacts')),
        line,
        command('try-case', t('menu.tryCase')),
        { id: 'this-pc', label: t('menu.thisPc'), click: actions.backToThisPc },
        line,
        { role: 'quit', label: t('menu.quit') },
      ],
    },
    {
      label: t('menu.edit'),
      submenu: [
        { role: 'undo', label: t('menu.undo') },
        { role: 'redo', label: t('menu.redo') },
        line,
        { role: 'cut', label: t('menu.cut') },
        { role: 'copy', label: t('menu.copy') },
        { role: 'paste', label: t('menu.paste') },
        { role: 'selectAll', label: t('menu.selectAll') },
      ],
    },
    {
      label: t('menu.diagnosis'),
      submenu: [
        command('diagnose', t('menu.diagnose'), 'F5'),
        command('search', t('menu.search'), 'CommandOrControl+F'),
      ],
    },
    {
      label: t('menu.view'),
      submenu: [
        { role: 'zoomIn', label: t('menu.zoomIn') },
        { role: 'zoomOut', label: t('menu.zoomOut') },
        { role: 'resetZoom', label: t('menu.zoomReset') },
        line,
        { role: 'togglefullscreen', label: t('menu.fullScreen') },
        ...developerItems(t),
      ],
    },
    {
      label: t('menu.help'),
      submenu: [
        command('settings', t('menu.settings'), 'F1'),
        line,
        link('article', t('menu.article'), 'check-dns-connectivity'),
        link('error-codes', t('menu.errorCodes'), 'error-codes'),
        line,
        { id: 'open-log', label: t('menu.openLog'), click: actions.openLog },
        { id: 'about', label: t('menu.about'), click: actions.about },
      ],
    },
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
