/** What was changed, when, how it ended, and the way back. */
import { useEffect, useRef, useState } from 'react';
import { Button, Link } from '@fluentui/react-components';
import { ArrowUndo16Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { History16Regular } from '@fluentui/react-icons/svg/history';
import type { JournalEntryView } from '@shared/plan';
import { setDialog, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { classes } from '../../components/classes';
import { StatusIcon, type Light } from '../../components/status';
import { shownChange } from './shown-change';
import styles from './activity.module.css';

const LIGHTS: Readonly<Record<JournalEntryView['state'], Light>> = {
  verified: 'pass',
  applied: 'warn',
  unverified: 'unknown',
  'rolled-back': 'unknown',
  failed: 'fail',
  undone: 'cancelled',
  open: 'unknown',
};

export function Activity() {
  const { t } = useTranslations();
  const { entries, unreadable } = useDoctor((state) => state.journal);
  const [all, setAll] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  const calls = useDoctor((state) => state.activityCalls);
  useEffect(() => {
    if (calls === 0) return;
    title.current?.scrollIntoView({ block: 'center' });
    title.current?.focus();
  }, [calls]);
  const rows = inTreatments(entries);
  const shown = all ? rows : rows.slice(0, 1);
  return (
    <section aria-labelledby="kd-activity">
      <div className={styles.head}>
        <h2 ref={title} id="kd-activity" tabIndex={-1} className={styles.title}>
          {t('window.activity.title')}
        </h2>
        {entries.length > 1 ? (
          <Link as="button" className={styles.all} aria-expanded={all} onClick={() => setAll(!all)}>
            {all
              ? t('window.activity.showLess')
              : t('window.activity.showAll', { count: entries.length })}
          </Link>
        ) : null}
      </div>
      <ul className={styles.list}>
        {entries.length === 0 ? (
          <li className={styles.empty}>{t('window.activity.empty')}</li>
        ) : (
          shown.map((rows) => <Rows key={rows[0].entry} rows={rows} all={all} />)
        )}
        {unreadable === null ? null : <li className={styles.empty}>{unreadable}</li>}
      </ul>
    </section>
  );
}

/** The entries of one treatment, newest first, or one of its own. */
type EntryRows = readonly [JournalEntryView, ...JournalEntryView[]];

/** Entries, newest first, with those of one treatment together. */
function inTreatments(entries: readonly JournalEntryView[]): EntryRows[] {
  const rows: [JournalEntryView, ...JournalEntryView[]][] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (entry.treatment !== null && last?.[0].treatment === entry.treatment) last.push(entry);
    else rows.push([entry]);
  }
  return rows;
}

function Rows({ rows, all }: { readonly rows: EntryRows; readonly all: boolean }) {
  if (rows.length === 1) return <Entry entry={rows[0]} />;
  return (
    <>
      <Treatment rows={rows} />
      {all ? rows.map((entry) => <Entry key={entry.entry} entry={entry} isStep />) : null}
    </>
  );
}

/** A treatment of several steps: how it stands after its last one, and the way back from all of them. */
function Treatment({ rows }: { readonly rows: EntryRows }) {
  const { t, moment } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const [last] = rows;
  const { treatment } = last;
  const titles = [...rows].reverse().map(({ title }) => title);
  return (
    <li className={styles.entry}>
      <History16Regular aria-hidden className={styles.icon} />
      <time className={styles.time} dateTime={last.at}>
        {moment(new Date(last.at), new Date())}
      </time>
      <span className={styles.what}>
        {t('treatment.window.entry', { count: rows.length })}
        <span className={styles.change}>{titles.join(t('window.list.comma'))}</span>
      </span>
      <EntryState entry={last} />
      <span className={styles.undo}>
        {treatment !== null && rows.some(({ undoable }) => undoable) ? (
          <Button
            size="small"
            appearance="subtle"
            icon={<ArrowUndo16Regular />}
            disabled={running}
            onClick={() => setDialog({ kind: 'undo-treatment', treatment })}
          >
            {t('treatment.window.undoAll')}
          </Button>
        ) : null}
      </span>
    </li>
  );
}

function EntryState({ entry }: { readonly entry: JournalEntryView }) {
  const { t } = useTranslations();
  return (
    <span className={styles.state}>
      <StatusIcon light={LIGHTS[entry.state]} size={16} />
      {t(`window.activity.state.${entry.running ? 'running' : entry.state}`)}
    </span>
  );
}

function Entry(props: { readonly entry: JournalEntryView; readonly isStep?: boolean }) {
  const { entry, isStep = false } = props;
  const { t, moment } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const at = new Date(entry.at);
  const change = shownChange(entry);
  return (
    <li className={classes(styles.entry, isStep && styles.isStep)}>
      <History16Regular aria-hidden className={styles.icon} />
      <time className={styles.time} dateTime={entry.at}>
        {moment(at, new Date())}
      </time>
      <span className={styles.what}>
        {entry.title}
        {change === null ? null : (
          <span className={styles.change}>
            {t('window.activity.change', { before: change.before, after: change.after })}
          </span>
        )}
        {entry.state === 'unverified' ? (
          <span className={styles.advice}>{t('window.activity.unverified')}</span>
        ) : null}
      </span>
      <EntryState entry={entry} />
      <span className={styles.undo}>
        {entry.undoable ? (
          <Button
            size="small"
            appearance="subtle"
            icon={<ArrowUndo16Regular />}
            disabled={running}
            aria-label={t('window.activity.undoOf', { title: entry.title })}
            onClick={() => setDialog({ kind: 'undo', entry })}
          >
            {t('window.activity.undo')}
          </Button>
        ) : null}
      </span>
    </li>
  );
}
