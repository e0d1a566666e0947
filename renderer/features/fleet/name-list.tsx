/**
 * A virtualized list of PCs: only the visible rows are rendered. A click or Enter opens a PC. If no PC can be opened,
 * the list only scrolls, and nothing can be selected.
 */
import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { classes } from '../../components/classes';
import { useTranslations } from '../../i18n/translations';
import { openComputer } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import type { FleetRow } from '@shared/fleet-view';
import { escapeText } from '@shared/printable';
import { useRows } from './rows';
import styles from './name-list.module.css';

/** Height of a row in pixels, and the number of visible rows. */
const ROW = 32;
const IN_VIEW = 12;
/** Extra rows rendered above and below, so that none is missing while scrolling. */
const SPARE = 8;

export function NameList(props: {
  readonly list: string;
  readonly total: number;
  readonly label: string;
  readonly isChoice: boolean;
}) {
  const { list, total, label, isChoice } = props;
  const { t, stamp, date } = useTranslations();
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [returnTo] = useState(() => useFleet.getState().returnTo);
  const [active, setActive] = useState(returnTo ?? 0);
  const first = Math.max(0, top - SPARE);
  const last = Math.min(total - 1, top + IN_VIEW + SPARE);
  const row = useRows(list, first, last);

  const scrollTo = (place: number) => {
    const element = frame.current;
    if (element === null) return;
    const above = place * ROW;
    if (above < element.scrollTop) element.scrollTop = above;
    const below = above + ROW - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  };
  useLayoutEffect(() => {
    if (returnTo === null) return;
    useFleet.setState({ returnTo: null });
    scrollTo(returnTo + Math.floor(IN_VIEW / 2));
    frame.current?.focus();
  }, [returnTo]);

  const open = (place: number) => {
    const found = row(place);
    if (found?.opens === true) openComputer(list, found.index, place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(active);
      return;
    }
    const next = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + IN_VIEW,
      PageUp: active - IN_VIEW,
      Home: 0,
      End: total - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const place = Math.min(Math.max(next, 0), total - 1);
    setActive(place);
    scrollTo(place);
  };

  const timeOf = ({ at, endsAt }: FleetRow): string => {
    if (endsAt !== null) return t('window.fleet.endsOn', { date: date(new Date(endsAt)) });
    return at === null ? '' : stamp(new Date(at));
  };
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  return (
    <div
      ref={frame}
      role={isChoice ? 'listbox' : 'list'}
      tabIndex={0}
      aria-label={label}
      {...(isChoice &&
        active >= first &&
        active <= last && { 'aria-activedescendant': `${id}${active}` })}
      className={classes(styles.frame, 'kd-focus')}
      onScroll={(event) => setTop(Math.floor(event.currentTarget.scrollTop / ROW))}
      {...(isChoice && { onKeyDown })}
    >
      <div role="presentation" className={styles.all} style={{ blockSize: total * ROW }}>
        {places.map((place) => {
          const found = row(place);
          return (
            <div
              key={place}
              id={`${id}${place}`}
              role={isChoice ? 'option' : 'listitem'}
              {...(isChoice && {
                'aria-selected': place === active,
                'aria-disabled': found?.opens === false,
                onClick: () => {
                  setActive(place);
                  open(place);
                },
              })}
              aria-setsize={total}
              aria-posinset={place + 1}
              className={classes(styles.row, isChoice && found?.opens === true && styles.opens)}
              style={{ insetBlockStart: place * ROW }}
            >
              <span className={styles.name}>
                {found === undefined ? '…' : escapeText(found.name)}
              </span>
              {found?.certain === false ? (
                <span className={styles.likely}>{t('window.fleet.likely')}</span>
              ) : null}
              <span className={styles.at}>{found === undefined ? '' : timeOf(found)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
