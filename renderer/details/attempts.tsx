/** The last attempts to activate on a line of time, from the event log, with the same as words for everybody. */
import type { Evidence } from '@shared/diagnosis';
import { useWords } from '../model/words';
import styles from './attempts.module.css';

interface Attempt {
  readonly time: Date;
  readonly code: string | null;
}

/** Events of an attempt: 12288 what was sent, 8198 an attempt that failed (Microsoft: "KMS troubleshooting"). */
const ATTEMPTS: ReadonlySet<unknown> = new Set([12288, 8198]);
/** Attempts that find room on the line. */
const MOST = 12;

function attemptsOf(evidence: readonly Evidence[]): Attempt[] {
  return evidence
    .filter(({ kind, data }) => kind === 'event' && ATTEMPTS.has(data['id']))
    .flatMap(({ data }) => {
      const time = new Date(typeof data['time'] === 'string' ? data['time'] : Number.NaN);
      if (Number.isNaN(time.getTime())) return [];
      const texts = Array.isArray(data['data']) ? data['data'].map(String) : [];
      const code = texts.map((text) => /0x[0-9a-f]{1,8}\b/i.exec(text)?.[0]).find(Boolean) ?? null;
      return [{ time, code: code === null || /^0x0+$/i.test(code) ? null : code }];
    })
    .sort((a, b) => a.time.getTime() - b.time.getTime())
    .slice(-MOST);
}

const WIDTH = 600;
const INSET = 10;

export function Attempts({ evidence }: { readonly evidence: readonly Evidence[] }) {
  const { t, moment } = useWords();
  const attempts = attemptsOf(evidence);
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
