/** The latest activation attempts in the event log on a timeline, with a text equivalent. */
import { formatErrorCode } from '@shared/error-codes/format';
import { attemptsInLog, type RawEvent } from '@shared/events';
import { useTranslations } from '../../i18n/translations';
import styles from './attempts.module.css';

interface Attempt {
  readonly time: Date;
  /** Null for a success. */
  readonly code: string | null;
}

/** Maximum number of attempts on the timeline. */
const MAX_SHOWN = 12;

function latestAttempts(events: readonly RawEvent[]): Attempt[] {
  return attemptsInLog(events)
    .slice(-MAX_SHOWN)
    .map(({ time, code }) => ({
      time: new Date(time),
      code: code === 0 ? null : formatErrorCode(code),
    }));
}

const WIDTH = 600;
const INSET = 10;

export function Attempts({ events }: { readonly events: readonly RawEvent[] }) {
  const { t, moment } = useTranslations();
  const attempts = latestAttempts(events);
  const first = attempts[0];
  const last = attempts[attempts.length - 1];
  if (first === undefined || last === undefined) return null;
  const span = Math.max(1, last.time.getTime() - first.time.getTime());
  const x = ({ time }: Attempt) =>
    attempts.length === 1
      ? WIDTH / 2
      : INSET + ((time.getTime() - first.time.getTime()) / span) * (WIDTH - 2 * INSET);
  const now = new Date();
  const told = ({ time, code }: Attempt) =>
    t(code === null ? 'window.attempts.good' : 'window.attempts.bad', {
      when: moment(time, now),
      code: code ?? '',
    });
  return (
    <figure className={styles.attempts}>
      <figcaption className={styles.caption}>{t('window.attempts.title')}</figcaption>
      <svg aria-hidden viewBox={`0 0 ${WIDTH} 24`} className={styles.line}>
        <path d={`M${INSET} 12H${WIDTH - INSET}`} className={styles.axis} />
        {attempts.map((attempt, index) =>
          attempt.code === null ? (
            <circle key={index} cx={x(attempt)} cy="12" r="6" className={styles.good}>
              <title>{told(attempt)}</title>
            </circle>
          ) : (
            <path key={index} d={`M${x(attempt) - 5} 7l10 10m0-10l-10 10`} className={styles.bad}>
              <title>{told(attempt)}</title>
            </path>
          ),
        )}
      </svg>
      <div className={styles.ends}>
        <span>{moment(first.time, now)}</span>
        {attempts.length > 1 ? <span>{moment(last.time, now)}</span> : null}
      </div>
      <ul className="kd-unseen">
        {attempts.map((attempt, index) => (
          <li key={index}>{told(attempt)}</li>
        ))}
      </ul>
    </figure>
  );
}
