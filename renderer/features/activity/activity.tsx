/** The changes, with their time, their result and a way to undo them: the latest ones, or all by day. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link } from '@fluentui/react-components';
import { useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { groupByTreatment } from './entry-rows';
import { Rows } from './activity-rows';
import { History } from './history';
import styles from './activity.module.css';

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
  const rows = useMemo(() => groupByTreatment(entries), [entries]);
  const [newest] = rows;
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
      {all && entries.length > 1 ? (
        <History rows={rows} />
      ) : (
        <ul className={styles.list}>
          {newest === undefined ? (
            <li className={styles.empty}>{t('window.activity.empty')}</li>
          ) : (
            <Rows rows={newest} isOfDay={false} />
          )}
        </ul>
      )}
      {unreadable === null ? null : <p className={styles.empty}>{unreadable}</p>}
    </section>
  );
}
