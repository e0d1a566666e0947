/** A row of the activity: a single fix, or a treatment with several. */
import { memo, type ReactNode } from 'react';
import { Button } from '@fluentui/react-components';
import { ArrowUndo16Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { History16Regular } from '@fluentui/react-icons/svg/history';
import type { JournalEntryView } from '@shared/plan';
import { setDialog, useDoctor, type OpenDialog } from '../../state/store';
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

interface RowsProps {
  readonly rows: EntryRows;
  /** Whether the rows are listed under their day, and so show only the time. */
  readonly isOfDay: boolean;
}

/** A row. A treatment listed under its day is followed by its steps. */
export const Rows = memo(function Rows({ rows, isOfDay }: RowsProps) {
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

/** A treatment with several steps: its state after the last one, and a button to undo all of them. */
function Treatment({ rows, isOfDay }: RowsProps) {
  const { t } = useTranslations();
  const [last] = rows;
  const { treatment } = last;
  const isUndoable = rows.some(({ undoable }) => undoable);
  const titles = rows.map(({ title }) => title).reverse();
  return (
    <Row
      entry={last}
      isOfDay={isOfDay}
      undo={t('treatment.window.undoAll')}
      opens={treatment !== null && isUndoable ? { kind: 'undo-treatment', treatment } : null}
    >
      {t('treatment.window.entry', { count: rows.length })}
      <span className={styles.change}>{titles.join(t('window.list.comma'))}</span>
    </Row>
  );
}

function Entry(props: Pick<RowProps, 'entry' | 'isOfDay' | 'isStep'>) {
  const { entry } = props;
  const { t } = useTranslations();
  const change = primaryChange(entry);
  return (
    <Row
      {...props}
      undo={t('window.activity.undo')}
      undoName={t('window.activity.undoOf', { title: entry.title })}
      opens={entry.undoable ? { kind: 'undo', entry } : null}
    >
      {entry.title}
      {change === null ? null : (
        <span className={styles.change}>
          {t('window.activity.change', { before: change.before, after: change.after })}
        </span>
      )}
      {entry.state === 'unverified' ? (
        <span className={styles.advice}>{t('window.activity.unverified')}</span>
      ) : null}
    </Row>
  );
}

interface RowProps {
  /** The entry whose time and state are shown. */
  readonly entry: JournalEntryView;
  readonly isOfDay: boolean;
  readonly isStep?: boolean;
  /** What was done. */
  readonly children: ReactNode;
  /** Label of the button that undoes it. */
  readonly undo: string;
  /** Accessible name of that button, if it isn't the label. */
  readonly undoName?: string;
  /** The dialog that undoes it; null if that isn't possible. */
  readonly opens: OpenDialog | null;
}

/** An entry or a treatment: when it was made, what was done, its state, and a button to undo it. */
function Row({ entry, isOfDay, isStep, children, undo, undoName, opens }: RowProps) {
  const { t, moment, time } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const date = new Date(entry.at);
  return (
    <li tabIndex={-1} className={classes(styles.entry, 'kd-focus', isStep && styles.isStep)}>
      <History16Regular aria-hidden className={styles.icon} />
      <time className={styles.time} dateTime={entry.at}>
        {isOfDay ? time(date) : moment(date, new Date())}
      </time>
      <span className={styles.what}>{children}</span>
      <span className={styles.state}>
        <StatusIcon light={LIGHTS[entry.state]} size={16} />
        {t(`window.activity.state.${stateOf(entry)}`)}
      </span>
      <span className={styles.undo}>
        {opens === null ? null : (
          <Button
            size="small"
            appearance="subtle"
            icon={<ArrowUndo16Regular />}
            disabled={running}
            aria-label={undoName}
            onClick={() => setDialog(opens)}
          >
            {undo}
          </Button>
        )}
      </span>
    </li>
  );
}
