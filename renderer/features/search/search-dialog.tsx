/** Finds error codes, procedures and fixes; a code opens to its causes and remedy. */
import { useEffect, useId, useState } from 'react';
import { Button, Link, SearchBox } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRight16Regular } from '@fluentui/react-icons/svg/chevron-right';
import { Key20Regular } from '@fluentui/react-icons/svg/key';
import { Open16Regular } from '@fluentui/react-icons/svg/open';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import { PROCEDURE_IDS, isFixId } from '@shared/catalogue';
import type { SearchHit } from '@shared/ipc';
import { openLink } from '../../state/actions';
import { ask } from '../../state/bridge';
import { setDialog, showCard, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { printable } from '@shared/printable';
import { FixButton } from '../fix-dialog/fix-button';
import { DialogShell } from '../../components/dialog-shell';
import styles from './search-dialog.module.css';

/** A person who types is answered after this pause, in milliseconds. */
const PAUSE = 150;

export function SearchDialog({ initial }: { readonly initial: string }) {
  const { t, language } = useTranslations();
  const [text, setText] = useState(initial);
  const [found, setFound] = useState<{ readonly of: string; readonly hits: readonly SearchHit[] }>({
    of: '',
    hits: [],
  });
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === '') return undefined;
    let current = true;
    const timer = setTimeout(() => {
      ask('search:find', { text: wanted.slice(0, 4000) }).then(
        (hits) => {
          if (current) setFound({ of: wanted, hits });
        },
        () => undefined,
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, language]);
  const answered = found.of === wanted && wanted !== '';
  return (
    <DialogShell title={t('window.search.title')} subtitle={t('window.search.text')} width="list">
      <div className={styles.body}>
        <SearchBox
          className={styles.box}
          value={text}
          autoFocus
          aria-label={t('window.search.title')}
          placeholder={t('window.search.placeholder')}
          onChange={(_, data) => setText(data.value)}
        />
        <p className="kd-unseen" role="status">
          {answered ? t('window.search.count', { count: found.hits.length }) : ''}
        </p>
        {answered && found.hits.length === 0 ? (
          <div className={styles.nothing}>
            <p>{t('window.search.nothing', { text: printable(wanted.slice(0, 60)) })}</p>
            <Link as="button" className={styles.link} onClick={() => openLink('error-codes')}>
              {t('window.search.codesPage')} <Open16Regular aria-hidden />
            </Link>
          </div>
        ) : null}
        <ul className={styles.hits}>
          {(wanted === '' ? [] : found.hits).map((hit) => (
            <Hit key={`${hit.kind} ${hit.id}`} hit={hit} alone={found.hits.length === 1} />
          ))}
        </ul>
      </div>
    </DialogShell>
  );
}

function Hit({ hit, alone }: { readonly hit: SearchHit; readonly alone: boolean }) {
  const { t } = useTranslations();
  const id = useId();
  const [opened, setOpened] = useState<boolean | null>(null);
  const report = useDoctor((state) => state.info?.source.kind === 'report');
  const open = opened ?? (alone && hit.kind === 'code');
  const act = () => {
    if (hit.kind === 'code') {
      setOpened(!open);
    } else if (hit.kind === 'procedure') {
      const procedure = PROCEDURE_IDS.find((known) => known === hit.id);
      if (procedure === undefined) return;
      setDialog(null);
      showCard(procedure);
    } else if (isFixId(hit.id) && !report) {
      setDialog({ kind: 'fix', fix: hit.id });
    }
  };
  return (
    <li className={styles.hit}>
      <Button
        appearance="subtle"
        className={styles.hitButton}
        onClick={act}
        icon={
          hit.kind === 'code' ? (
            open ? (
              <ChevronDown16Regular />
            ) : (
              <ChevronRight16Regular />
            )
          ) : hit.kind === 'fix' ? (
            <Wrench20Regular />
          ) : (
            <Key20Regular />
          )
        }
        {...(hit.kind === 'code' && { 'aria-expanded': open, 'aria-controls': id })}
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
          {report || hit.fixes.length === 0 ? null : (
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
