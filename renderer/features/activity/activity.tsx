/** What was changed, when, how it ended, and the way back. */
import { useState } from 'react';
import { Button, Link } from '@fluentui/react-components';
import { ArrowUndo16Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { History16Regular } from '@fluentui/react-icons/svg/history';
import type { JournalEntryView } from '@shared/plan';
import { setDialog, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { StatusIcon, type Light } from '../../components/status';
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
  const shown = all ? entries : entries.slice(0, 1);
  return (
    <section aria-labelledby="kd-activity">
      <div className={styles.head}>
        <h2 id="kd-activity" className={styles.title}>
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
          shown.map((entry) => <Entry key={entry.entry} entry={entry} />)
        )}
        {unreadable === null ? null : <li className={styles.empty}>{unreadable}</li>}
      </ul>
    </section>
  );
}

function Entry({ entry }: { readonly entry: JournalEntryView }) {
  const { t, moment } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const at = new Date(entry.at);
  const [change] = entry.changes;
  return (
    <li className={styles.entry}>
      <History16Regular aria-hidden className={styles.icon} />
      <time className={styles.time} dateTime={entry.at}>
        {moment(at, new Date())}
      </time>
      <span className={styles.what}>
        {entry.title}
        {change === undefined ? null : (
          <span className={styles.change}>
            {t('window.activity.change', { before: change.before, after: change.after })}
          </span>
        )}
        {entry.state === 'unverified' ? (
          <span className={styles.advice}>{t('window.activity.unverified')}</span>
        ) : null}
      </span>
      <span className={styles.state}>
        <StatusIcon light={LIGHTS[entry.state]} size={16} />
        {t(`window.activity.state.${entry.running ? 'running' : entry.state}`)}
      </span>
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
