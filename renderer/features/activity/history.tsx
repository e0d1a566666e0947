/** All changes by day, with a filter. Rendered in parts. */
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button, SearchBox, Select } from '@fluentui/react-components';
import { useTranslations } from '../../i18n/translations';
import {
  groupByDay,
  ENTRY_STATES,
  filterRows,
  stateOf,
  type EntryFilter,
  type EntryRows,
} from './entry-rows';
import { Rows } from './activity-rows';
import styles from './activity.module.css';

/** Number of rows rendered at a time; more would delay the next keystroke. */
const PART = 30;

const ANY: EntryFilter = { text: '', state: null };

export function History({ rows }: { readonly rows: readonly EntryRows[] }) {
  const { t, dayWord } = useTranslations();
  const id = useId();
  const [filter, setFilter] = useState(ANY);
  const [drawn, setDrawn] = useState(PART);
  const found = useMemo(() => filterRows(rows, filter), [rows, filter]);
  const days = useMemo(() => groupByDay(found.slice(0, drawn)), [found, drawn]);
  const there = useMemo(() => new Set(rows.flat().map(stateOf)), [rows]);
  const frame = useRef<HTMLDivElement>(null);
  const firstNew = useRef<number | null>(null);
  // Moves the focus to the first new row, since the pressed button may be gone.
  useEffect(() => {
    if (firstNew.current !== null) frame.current?.querySelectorAll('li')[firstNew.current]?.focus();
    firstNew.current = null;
  }, [drawn]);
  const search = (change: Partial<EntryFilter>) => {
    setFilter({ ...filter, ...change });
    setDrawn(PART);
  };
  const count = found.reduce((sum, { length }) => sum + length, 0);
  const rest = found.length - drawn;
  return (
    <>
      <div className={styles.filter} role="search" aria-label={t('window.activity.filter')}>
        <SearchBox
          className={styles.text}
          value={filter.text}
          aria-label={t('window.activity.filterText')}
          placeholder={t('window.activity.filterText')}
          onChange={(_, { value }) => search({ text: value.slice(0, 200) })}
        />
        <Select
          aria-label={t('window.activity.filterState')}
          value={filter.state ?? ''}
          onChange={(_, { value }) =>
            search({ state: ENTRY_STATES.find((state) => state === value) ?? null })
          }
        >
          <option value="">{t('window.activity.anyState')}</option>
          {ENTRY_STATES.filter((state) => there.has(state) || state === filter.state).map(
            (state) => (
              <option key={state} value={state}>
                {t(`window.activity.state.${state}`)}
              </option>
            ),
          )}
        </Select>
        <p className="kd-unseen" role="status">
          {filter === ANY ? '' : t('window.activity.found', { count })}
        </p>
      </div>
      {days.length === 0 ? (
        <p className={styles.empty}>{t('window.activity.nothing')}</p>
      ) : (
        <div ref={frame} className={styles.list}>
          {days.map(({ date, rows }, index) => (
            <div key={date.toDateString()} className={styles.dayRows}>
              <h3 id={`${id}${index}`} className={styles.day}>
                {dayWord(date, new Date())}
              </h3>
              <ul aria-labelledby={`${id}${index}`}>
                {rows.map((entries) => (
                  <Rows key={entries[0].entry} rows={entries} isOfDay />
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
      {rest > 0 ? (
        <Button
          size="small"
          className={styles.more}
          onClick={() => {
            firstNew.current = frame.current?.querySelectorAll('li').length ?? null;
            setDrawn(drawn + PART);
          }}
        >
          {t('window.list.showMore', { count: Math.min(PART, rest) })}
        </Button>
      ) : null}
    </>
  );
}
