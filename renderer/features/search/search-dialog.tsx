/**
 * Searches causes, fixes, procedures, events and error codes, and runs actions. Arrow keys move through the hits; Enter
 * takes the first or the focused one. A cause or code expands to its explanation and fixes.
 */
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Button, Link, SearchBox } from '@fluentui/react-components';
import { ArrowRight20Regular } from '@fluentui/react-icons/svg/arrow-right';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRight16Regular } from '@fluentui/react-icons/svg/chevron-right';
import { Flash20Regular } from '@fluentui/react-icons/svg/flash';
import { Open16Regular } from '@fluentui/react-icons/svg/open';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import type { FluentIcon } from '@fluentui/react-icons';
import { isFixId } from '@shared/catalog';
import type { SearchHit, SearchResult } from '@shared/ipc';
import { openLink } from '../../state/actions';
import { ask } from '../../state/bridge';
import { isRemotePc, setDialog, showCard, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { repairOffer } from '../verdict/next-step';
import { runAction } from './search-actions';
import { FixButton } from '../fix-dialog/fix-button';
import { DialogShell } from '../../components/dialog-shell';
import { whileWanted } from '../../components/while-wanted';
import styles from './search-dialog.module.css';

/** Icons of the hits that start something; the others lead somewhere. */
const ICONS: Readonly<Partial<Record<SearchHit['kind'], FluentIcon>>> = {
  action: Flash20Regular,
  fix: Wrench20Regular,
};

/** Debounce delay for typing, in milliseconds. */
const PAUSE = 150;

export function SearchDialog({ initial }: { readonly initial: string }) {
  const { t, language } = useTranslations();
  const [text, setText] = useState(initial);
  const [found, setFound] = useState<(SearchResult & { readonly of: string }) | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const wanted = text.trim();
  useEffect(
    () =>
      whileWanted(
        () => ask('search:find', { text: wanted.slice(0, 4000) }),
        (result) => {
          if (result !== null) setFound({ ...result, of: wanted });
        },
        wanted === '' ? 0 : PAUSE,
      ),
    [wanted, language],
  );
  // The focused hit may have been one for an earlier text. Without a focus, Escape would no longer close the dialog.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) box.current?.focus();
  }, [found]);
  const { hits, total, of } = found ?? { hits: [], total: 0, of: null };
  const isAnswered = of === wanted;
  const isSuggested = isAnswered && wanted === '';
  return (
    <DialogShell title={t('window.search.title')} subtitle={t('window.search.text')} width="list">
      <div
        className={styles.body}
        role="presentation"
        onKeyDown={(event) => moveAmongHits(event, isAnswered)}
      >
        <SearchBox
          ref={box}
          className={styles.box}
          value={text}
          autoFocus
          aria-label={t('window.search.title')}
          placeholder={t('window.search.placeholder')}
          onChange={(_, data) => setText(data.value)}
        />
        <p className="kd-unseen" role="status">
          {isAnswered && !isSuggested ? t('window.search.count', { count: total }) : ''}
        </p>
        {isAnswered && hits.length === 0 ? (
          <div className={styles.nothing}>
            <p>{t('window.search.nothing', { text: escapeText(wanted.slice(0, 60)) })}</p>
            <Link as="button" className={styles.link} onClick={() => openLink('error-codes')}>
              {t('window.search.codesPage')} <Open16Regular aria-hidden />
            </Link>
          </div>
        ) : null}
        {isSuggested ? <h3 className={styles.heading}>{t('window.search.suggested')}</h3> : null}
        <ul className={styles.hits}>
          {hits.map((hit) => (
            <Hit key={`${hit.kind} ${hit.id}`} hit={hit} alone={hits.length === 1} />
          ))}
        </ul>
        {total > hits.length ? (
          <p className={styles.more}>{t('window.search.more', { shown: hits.length, total })}</p>
        ) : null}
      </div>
    </DialogShell>
  );
}

/**
 * Moves the focus from the search box through the hits and back with the arrow keys; Enter in the box takes the first
 * hit.
 */
function moveAmongHits(event: KeyboardEvent<HTMLElement>, isAnswered: boolean): void {
  const hits = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-hit]')];
  const box = event.currentTarget.querySelector('input');
  const at = hits.indexOf(document.activeElement as HTMLElement);
  const inBox = document.activeElement === box;
  if (event.key === 'Enter' && inBox && isAnswered) {
    hits[0]?.click();
  } else if (event.key === 'ArrowDown' && (inBox || at >= 0)) {
    (hits[at + 1] ?? hits[at])?.focus();
  } else if (event.key === 'ArrowUp' && at >= 0) {
    (hits[at - 1] ?? box)?.focus();
  } else {
    return;
  }
  event.preventDefault();
}

function Hit({ hit, alone }: { readonly hit: SearchHit; readonly alone: boolean }) {
  const { t } = useTranslations();
  const id = useId();
  const [opened, setOpened] = useState<boolean | null>(null);
  const isThere = useDoctor(isRemotePc);
  const offer = useDoctor(repairOffer);
  const { procedure } = hit;
  const opens = hit.kind === 'code' || (hit.kind === 'verdict' && hit.fixes.length > 0);
  const open = opened ?? (alone && hit.kind === 'code');
  const Chevron = open ? ChevronDown16Regular : ChevronRight16Regular;
  const Icon = opens ? Chevron : (ICONS[hit.kind] ?? ArrowRight20Regular);
  const act = () => {
    if (opens) {
      setOpened(!open);
    } else if (hit.kind === 'fix' && isFixId(hit.id)) {
      if (!isThere) setDialog({ kind: 'fix', fix: hit.id });
    } else if (hit.kind === 'action' && hit.id === 'repair' && offer === 'ready') {
      setDialog({ kind: 'treatment', asksForHost: false });
    } else {
      setDialog(null);
      if (procedure !== null) showCard(procedure);
      else runAction(hit.id);
    }
  };
  return (
    <li className={styles.hit}>
      <Button
        appearance="subtle"
        className={styles.hitButton}
        data-hit=""
        onClick={act}
        icon={<Icon />}
        {...(opens && { 'aria-expanded': open, 'aria-controls': id })}
      >
        <span className={styles.hitText}>
          <span className={styles.hitTitle}>
            {hit.title} <span className={styles.kind}>{t(`window.search.kind.${hit.kind}`)}</span>
          </span>
          <span className={styles.hitDetail}>{hit.detail}</span>
        </span>
      </Button>
      {open ? (
        <div id={id} className={styles.sections}>
          {hit.sections.map((section) => (
            <section key={section.heading}>
              <h3 className={styles.heading}>{section.heading}</h3>
              <ul className={styles.lines}>
                {section.lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </section>
          ))}
          {isThere || hit.fixes.length === 0 ? null : (
            <div className={styles.fixes}>
              {hit.fixes.map((fix) => (
                <FixButton key={fix} fix={fix} size="small" />
              ))}
            </div>
          )}
        </div>
      ) : null}
    </li>
  );
}
