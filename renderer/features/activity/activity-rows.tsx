/** A row of the activity: a single fix, or a treatment with several. */
import { memo } from 'react';
import { Button } from '@fluentui/react-components';
import { ArrowUndo16Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { History16Regular } from '@fluentui/react-icons/svg/history';
import type { JournalEntryView } from '@shared/plan';
import { setDialog, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { classes } from '../../components/classes';
import { StatusIcon, type Light } from '../../components/status';
import { stateOf, type EntryRows } from './entry-rows';
import { primaryChange } from './primary-change';
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

/** Whether a row is listed under its day, and so shows only the time. */
interface RowProps {
  readonly isOfDay: boolean;
}

/** A row. A treatment listed under its day is followed by its steps. */
export const Rows = memo(function Rows(props: RowProps & { readonly rows: EntryRows }) {
  const { rows, isOfDay } = props;
  if (rows.length === 1) return <Entry entry={rows[0]} isOfDay={isOfDay} />;
  return (
    <>
      <Treatment rows={rows} isOfDay={isOfDay} />
      {isOfDay
        ? rows.map((entry) => <Entry key={entry.entry} entry={entry} isOfDay isStep />)
        : null}
    </>
  );
});

function When({ at, isOfDay }: RowProps & { readonly at: string }) {
  const { moment, time } = useTranslations();
  const date = new Date(at);
  return (
    <time className={styles.time} dateTime={at}>
      {isOfDay ? time(date) : moment(date, new Date())}
    </time>
  );
}

/** A treatment with several steps: its state after the last one, and a button to undo all of them. */
function Treatment({ rows, isOfDay }: RowProps & { readonly rows: EntryRows }) {
  const { t } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const [last] = rows;
  const { treatment } = last;
  const titles = [...rows].reverse().map(({ title }) => title);
  return (
    <li tabIndex={-1} className={classes(styles.entry, 'kd-focus')}>
      <History16Regular aria-hidden className={styles.icon} />
      <When at={last.at} isOfDay={isOfDay} />
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
      {t(`window.activity.state.${stateOf(entry)}`)}
    </span>
  );
}

function Entry(props: RowProps & { readonly entry: JournalEntryView; readonly isStep?: boolean }) {
  const { entry, isOfDay, isStep = false } = props;
  const { t } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const change = primaryChange(entry);
  return (
    <li tabIndex={-1} className={classes(styles.entry, 'kd-focus', isStep && styles.isStep)}>
      <History16Regular aria-hidden className={styles.icon} />
      <When at={entry.at} isOfDay={isOfDay} />
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
