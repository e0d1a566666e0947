/** Everything that is done with the whole diagnosis: the report, other sources, the log. */
import type { KeyboardEvent } from 'react';
import {
  Button,
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
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ClipboardPaste20Regular } from '@fluentui/react-icons/svg/clipboard-paste';
import { Copy20Regular } from '@fluentui/react-icons/svg/copy';
import { Document20Regular } from '@fluentui/react-icons/svg/document';
import { FolderOpen20Regular } from '@fluentui/react-icons/svg/folder-open';
import { MoreHorizontal20Regular } from '@fluentui/react-icons/svg/more-horizontal';
import { Search20Regular } from '@fluentui/react-icons/svg/search';
import { Settings20Regular } from '@fluentui/react-icons/svg/settings';
import {
  attempt,
  backToThisPc,
  copy,
  copyFactsLine,
  copyTicketText,
  openFile,
  openManyFrom,
  returnToFleet,
  saveFleetPage,
  saveReport,
  setLanguage,
} from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { setDialog, setNotice, useDoctor } from '../../state/store';
import { LANGUAGES } from '../../i18n/i18n';
import { useTranslations } from '../../i18n/translations';

const FORMATS = ['html', 'pdf', 'json', 'text'] as const;
const CASES = ['case', 'case-anonymous'] as const;

/**
 * Fluent's own arrow keys put focusable elements around the list that are hidden from screen readers, where a
 * screen reader's user gets lost. Without its attribute they go, and the arrow keys are ours.
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

export default function ReportMenu({ narrow }: { readonly narrow: boolean }) {
  const { t, language } = useTranslations();
  const ready = useDoctor((state) => state.phase === 'finished');
  const source = useDoctor((state) => state.info?.source.kind ?? 'this-pc');
  const elsewhere = source !== 'this-pc' && source !== 'network';
  const isFleet = useFleet(({ isShown }) => isShown);
  const computers = useFleet(({ view }) => view?.computers ?? null);
  return (
    <Menu
      inline
      positioning="below-end"
      checkedValues={{ language: [language] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const chosen = LANGUAGES.find((id) => id === checkedItems[0]);
        if (chosen !== undefined) void setLanguage(chosen);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        {narrow ? (
          <Button
            appearance="subtle"
            icon={<MoreHorizontal20Regular />}
            aria-label={t('window.menu.more')}
          />
        ) : (
          <Button appearance="subtle" icon={<ChevronDown16Regular />} iconPosition="after">
            {t('window.menu.report')}
          </Button>
        )}
      </MenuTrigger>
      <MenuPopover>
        <MenuList ref={withoutGuards} onKeyDown={moveFocus}>
          {isFleet ? (
            <MenuItem icon={<Document20Regular />} onClick={saveFleetPage}>
              {t('window.fleet.save')}
            </MenuItem>
          ) : (
            <OfThisPc ready={ready} source={source} />
          )}
          <MenuDivider />
          <MenuItem icon={<FolderOpen20Regular />} onClick={openFile}>
            {t('window.menu.openFile')}
          </MenuItem>
          <MenuItem icon={<FolderOpen20Regular />} onClick={() => openManyFrom('folder')}>
            {t('window.menu.openFolder')}
          </MenuItem>
          <MenuItem icon={<FolderOpen20Regular />} onClick={() => openManyFrom('files')}>
            {t('window.menu.openFiles')}
          </MenuItem>
          <MenuItem icon={<ClipboardPaste20Regular />} onClick={() => setDialog({ kind: 'facts' })}>
            {t('window.menu.pasteFacts')}
          </MenuItem>
          <MenuItem icon={<Beaker20Regular />} onClick={() => setDialog({ kind: 'cases' })}>
            {t('window.menu.tryCase')}
          </MenuItem>
          {computers === null || isFleet ? null : (
            <MenuItem icon={<ArrowLeft20Regular />} onClick={returnToFleet}>
              {t('window.fleet.back', { count: computers })}
            </MenuItem>
          )}
          {elsewhere || isFleet ? (
            <MenuItem icon={<ArrowUndo20Regular />} onClick={backToThisPc}>
              {t('window.menu.thisPc')}
            </MenuItem>
          ) : null}
          {narrow ? <MenuDivider /> : null}
          {narrow ? (
            <MenuItem
              icon={<Search20Regular />}
              onClick={() => setDialog({ kind: 'search', text: '' })}
            >
              {t('window.search.open')}
            </MenuItem>
          ) : null}
          {narrow ? (
            <MenuItem icon={<Settings20Regular />} onClick={() => setDialog({ kind: 'settings' })}>
              {t('window.settings.title')}
            </MenuItem>
          ) : null}
          {narrow ? (
            <MenuGroup>
              <MenuGroupHeader>{t('window.language.legend')}</MenuGroupHeader>
              {LANGUAGES.map((id) => (
                <MenuItemRadio key={id} name="language" value={id} lang={id}>
                  {t(`window.language.${id}.name`)}
                </MenuItemRadio>
              ))}
            </MenuGroup>
          ) : null}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** What is done with the diagnosis of one PC. */
function OfThisPc(props: { readonly ready: boolean; readonly source: string }) {
  const { t } = useTranslations();
  const { ready, source } = props;
  const copyText = (
    text: () => Promise<string>,
    done: 'window.copy.ticketDone' | 'window.facts.copied',
  ) =>
    attempt(async () => {
      await copy(await text());
      setNotice({ intent: 'success', text: t(done) });
    });
  return (
    <>
      <MenuItem
        icon={<Copy20Regular />}
        disabled={!ready}
        onClick={() => copyText(copyTicketText, 'window.copy.ticketDone')}
      >
        {t('window.copy.ticket')}
      </MenuItem>
      {source === 'report' ? null : (
        <MenuItem
          icon={<Copy20Regular />}
          disabled={!ready}
          onClick={() => copyText(copyFactsLine, 'window.facts.copied')}
        >
          {t('window.menu.copyFacts')}
        </MenuItem>
      )}
      {/* A report that was opened is kept as it is. */}
      {FORMATS.filter((format) => source !== 'report' || format === 'json').map((format) => (
        <MenuItem
          key={format}
          icon={<Document20Regular />}
          disabled={!ready}
          onClick={() => saveReport(format)}
        >
          {t(`window.menu.save.${format}`)}
        </MenuItem>
      ))}
      {source === 'report'
        ? null
        : CASES.map((format) => (
            <MenuItem
              key={format}
              icon={<Beaker20Regular />}
              disabled={!ready}
              onClick={() => saveReport(format)}
            >
              {t(format === 'case' ? 'window.menu.save.case' : 'window.menu.save.caseAnonymous')}
            </MenuItem>
          ))}
    </>
  );
}
