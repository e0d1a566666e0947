/** The title bar's menus: opening, and saving or copying the report. A narrow title bar combines both. */
import type { KeyboardEvent, ReactNode } from 'react';
import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { ArrowLeft20Regular } from '@fluentui/react-icons/svg/arrow-left';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { Beaker20Regular } from '@fluentui/react-icons/svg/beaker';
import { ClipboardPaste20Regular } from '@fluentui/react-icons/svg/clipboard-paste';
import { Copy20Regular } from '@fluentui/react-icons/svg/copy';
import { Document20Regular } from '@fluentui/react-icons/svg/document';
import { FolderOpen20Regular } from '@fluentui/react-icons/svg/folder-open';
import {
  attempt,
  backToThisPc,
  copy,
  copyFactsLine,
  copyTicketText,
  returnToFleet,
  runCommand,
  saveFleetPage,
  saveReport,
  setLanguage,
} from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { setNotice, useDoctor } from '../../state/store';
import { LANGUAGES } from '@shared/language';
import { REPORT_FORMATS } from '@shared/report-formats';
import { useTranslations } from '../../i18n/translations';
import { BAR_COMMANDS, menuButton, menusIn, type MenuName } from './menu-buttons';

/** The texts that can be copied, with the notice for each. There is no facts line for a report. */
const COPIES = [
  {
    label: 'window.copy.ticket',
    text: copyTicketText,
    done: 'window.copy.ticketDone',
    ofReport: true,
  },
  {
    label: 'window.menu.copyFacts',
    text: copyFactsLine,
    done: 'window.facts.copied',
    ofReport: false,
  },
] as const;

/**
 * Fluent's own arrow key handling adds focusable elements around the list that are hidden from screen readers, and trap
 * their users. Removing its attribute removes them, so arrow keys are handled here.
 */
const withoutGuards = (list: HTMLElement | null) => list?.removeAttribute('data-tabster');

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const place = items.findIndex((item) => item === document.activeElement);
  const next = {
    ArrowDown: (place + 1) % items.length,
    ArrowUp: (place - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

/** @param pressed the menu whose button was pressed before the menus had loaded; it opens immediately */
export default function TitleMenus(props: {
  readonly narrow: boolean;
  readonly pressed: MenuName | null;
}) {
  return menusIn(props.narrow).map((menu) => (
    <TitleMenu key={menu} menu={menu} isOpen={props.pressed === menu} />
  ));
}

const ITEMS: Readonly<Record<MenuName, () => ReactNode>> = {
  open: OpenItems,
  report: ReportItems,
  more: MoreItems,
};

function TitleMenu({ menu, isOpen }: { readonly menu: MenuName; readonly isOpen: boolean }) {
  const { t, language } = useTranslations();
  const Items = ITEMS[menu];
  return (
    <Menu
      inline
      defaultOpen={isOpen}
      positioning="below-end"
      checkedValues={{ language: [language] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const chosen = LANGUAGES.find((id) => id === checkedItems[0]);
        if (chosen !== undefined) void setLanguage(chosen);
      }}
    >
      <MenuTrigger disableButtonEnhancement>{menuButton(menu, t)}</MenuTrigger>
      <MenuPopover>
        <MenuList ref={withoutGuards} onKeyDown={moveFocus}>
          <Items />
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Everything that a narrow title bar has no room for. */
function MoreItems() {
  const { t } = useTranslations();
  return (
    <>
      <MenuGroup>
        <MenuGroupHeader>{t('window.menu.open')}</MenuGroupHeader>
        <OpenItems />
      </MenuGroup>
      <MenuGroup>
        <MenuGroupHeader>{t('window.menu.report')}</MenuGroupHeader>
        <ReportItems />
      </MenuGroup>
      <MenuDivider />
      {BAR_COMMANDS.map(({ label, Icon, command }) => (
        <MenuItem key={label} icon={<Icon />} onClick={() => runCommand(command)}>
          {t(label)}
        </MenuItem>
      ))}
      <MenuGroup>
        <MenuGroupHeader>{t('window.language.legend')}</MenuGroupHeader>
        {LANGUAGES.map((id) => (
          <MenuItemRadio key={id} name="language" value={id} lang={id}>
            {t(`window.language.${id}.name`)}
          </MenuItemRadio>
        ))}
      </MenuGroup>
    </>
  );
}

/** The commands that open something else; the application menu has them too. */
const OPENERS = [
  { name: 'openFile', Icon: FolderOpen20Regular, command: 'open-file' },
  { name: 'pasteFacts', Icon: ClipboardPaste20Regular, command: 'paste-facts' },
  { name: 'openFolder', Icon: FolderOpen20Regular, command: 'open-folder' },
  { name: 'openFiles', Icon: FolderOpen20Regular, command: 'open-files' },
  { name: 'tryCase', Icon: Beaker20Regular, command: 'try-case' },
] as const;

/** What can be opened instead of the current content, and ways to return. */
function OpenItems() {
  const { t } = useTranslations();
  const source = useDoctor((state) => state.info?.source.kind ?? 'this-pc');
  const isFleet = useFleet(({ isShown }) => isShown);
  const fleet = useFleet(({ isShown, view }) => (isShown ? null : (view?.computers ?? null)));
  const isElsewhere = isFleet || (source !== 'this-pc' && source !== 'network');
  return (
    <>
      {OPENERS.map(({ name, Icon, command }) => (
        <MenuItem key={name} icon={<Icon />} onClick={() => runCommand(command)}>
          {t(`window.menu.${name}`)}
        </MenuItem>
      ))}
      {fleet !== null || isElsewhere ? <MenuDivider /> : null}
      {fleet === null ? null : (
        <MenuItem icon={<ArrowLeft20Regular />} onClick={returnToFleet}>
          {t('window.fleet.back', { count: fleet })}
        </MenuItem>
      )}
      {isElsewhere ? (
        <MenuItem icon={<ArrowUndo20Regular />} onClick={backToThisPc}>
          {t('window.menu.thisPc')}
        </MenuItem>
      ) : null}
    </>
  );
}

/** What can be copied and saved: the page for many PCs, the diagnosis for one. */
function ReportItems() {
  const { t } = useTranslations();
  const isFleet = useFleet(({ isShown }) => isShown);
  const ready = useDoctor((state) => state.phase === 'finished');
  const isReport = useDoctor((state) => state.info?.source.kind === 'report');
  if (isFleet) {
    return (
      <MenuItem icon={<Document20Regular />} onClick={saveFleetPage}>
        {t('window.fleet.save')}
      </MenuItem>
    );
  }
  return (
    <>
      {COPIES.filter(({ ofReport }) => !isReport || ofReport).map(({ label, text, done }) => (
        <MenuItem
          key={label}
          icon={<Copy20Regular />}
          disabled={!ready}
          onClick={() =>
            attempt(async () => {
              await copy(await text());
              setNotice({ intent: 'success', text: t(done) });
            })
          }
        >
          {t(label)}
        </MenuItem>
      ))}
      <MenuDivider />
      {/* An opened report is saved unchanged. */}
      {REPORT_FORMATS.filter((format) => !isReport || format === 'json').map((format) => (
        <MenuItem
          key={format}
          icon={format.startsWith('case') ? <Beaker20Regular /> : <Document20Regular />}
          disabled={!ready}
          onClick={() => saveReport(format)}
        >
          {t(`window.menu.save.${format === 'case-anonymous' ? 'caseAnonymous' : format}`)}
        </MenuItem>
      ))}
    </>
  );
}
