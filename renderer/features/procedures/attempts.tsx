/** The latest activation attempts in the event log on a timeline, with a text equivalent. */
import { formatErrorCode } from '@shared/error-codes/format';
import { attemptsInLog, timelineOf, type RawEvent } from '@shared/events';
import { useTranslations } from '../../i18n/translations';
import styles from './attempts.module.css';

/** Maximum number of attempts on the timeline. */
const MAX_SHOWN = 12;

const WIDTH = 600;
const INSET = 10;

export function Attempts({ events }: { readonly events: readonly RawEvent[] }) {
  const { t, moment } = useTranslations();
  const attempts = attemptsInLog(events).slice(-MAX_SHOWN);
  const [first, last] = [attempts.at(0), attempts.at(-1)];
  if (first === undefined || last === undefined) return null;
  const now = new Date();
  const when = (time: string) => moment(new Date(time), now);
  const place = timelineOf(attempts, WIDTH, INSET);
  const marks = attempts.map(({ time, code }) => ({
    isGood: code === 0,
    x: place(time),
    text: t(code === 0 ? 'window.attempts.good' : 'window.attempts.bad', {
      when: when(time),
      code: formatErrorCode(code),
    }),
  }));
  return (
    <figure className={styles.attempts}>
      <figcaption className={styles.caption}>{t('window.attempts.title')}</figcaption>
      <svg aria-hidden viewBox={`0 0 ${WIDTH} 24`} className={styles.line}>
        <path d={`M${INSET} 12H${WIDTH - INSET}`} className={styles.axis} />
        {marks.map(({ isGood, x, text }, index) =>
          isGood ? (
            <circle key={index} cx={x} cy="12" r="6" className={styles.good}>
              <title>{text}</title>
            </circle>
          ) : (
            <path key={index} d={`M${x - 5} 7l10 10m0-10l-10 10`} className={styles.bad}>
              <title>{text}</title>
            </path>
          ),
        )}
      </svg>
      <div className={styles.ends}>
        <span>{when(first.time)}</span>
        {attempts.length > 1 ? <span>{when(last.time)}</span> : null}
      </div>
      <ul className="kd-unseen">
        {marks.map(({ text }, index) => (
          <li key={index}>{text}</li>
        ))}
      </ul>
    </figure>
  );
}
