/** The nine procedures, with the open one's details below its row. */
import { useShallow } from 'zustand/react/shallow';
import { PROCEDURES, type Procedure } from '@shared/catalog';
import type { Status } from '@shared/diagnosis';
import { classes } from '../../components/classes';
import { onceLoaded } from '../../components/once-loaded';
import { useDoctor } from '../../state/store';
import { useTranslations, type Translations } from '../../i18n/translations';
import type { CardView } from '../../state/view';
import { statusTextClass, StatusIcon, useLightWord } from '../../components/status';
import styles from './cards.module.css';

// No card has actions before the first check finishes, so loading them later opens the window sooner.
const CardActions = onceLoaded(() => import('./card-actions'));
const DetailsPanel = onceLoaded(() => import('./details-panel'));

export function Cards() {
  const { t } = useTranslations();
  return (
    <section aria-labelledby="kd-procedures">
      <div className={styles.head}>
        <h2 id="kd-procedures" className={styles.title}>
          {t('window.cards.title')}
        </h2>
        <Counts />
      </div>
      <div className={styles.cards}>
        {PROCEDURES.map((procedure) => (
          <Card key={procedure.id} procedure={procedure} />
        ))}
      </div>
    </section>
  );
}

const COUNTED: readonly Status[] = ['fail', 'warn', 'unknown', 'pass', 'not-applicable'];

function Counts() {
  const { t } = useTranslations();
  const lights = useDoctor(
    useShallow((state) => Object.values(state.cards).map(({ light }) => light)),
  );
  const phase = useDoctor((state) => state.phase);
  if (phase === 'idle') return null;
  if (phase === 'running') {
    const done = lights.filter((light) => light !== 'running' && light !== 'pending').length;
    return (
      <p className={styles.counts}>{t('window.cards.done', { done, total: lights.length })}</p>
    );
  }
  return (
    <ul className={styles.counts}>
      {COUNTED.map((status) => {
        const count = lights.filter((light) => light === status).length;
        return count === 0 ? null : (
          <li key={status}>
            <StatusIcon light={status} size={16} />
            {t(`window.cards.count.${status}`, { count })}
          </li>
        );
      })}
    </ul>
  );
}

function findingOf(card: CardView, { t, sentence }: Translations): string {
  if (card.light === 'pending') return t(`window.about.${card.id}`);
  if (card.light === 'running') {
    const running = card.checks.find(({ status }) => status === 'running');
    return running === undefined
      ? t('window.cards.more')
      : t('window.cards.checking', { check: t(`checks.${running.id}.title`) });
  }
  return card.sentence === null ? t('window.cards.stopped') : sentence(card.sentence);
}

/** A procedure's card and, if it is open, its details. */
function Card({ procedure }: { readonly procedure: Procedure }) {
  const { id } = procedure;
  const words = useTranslations();
  const { t } = words;
  const card = useDoctor((state) => state.cards[id]);
  const open = useDoctor((state) => state.openCard === id);
  const light = useLightWord(card.light);
  const waiting = card.light === 'pending';
  return (
    <>
      <article
        className={classes(
          styles.card,
          waiting && styles.waiting,
          card.light === 'fail' && styles.fail,
          open && styles.open,
        )}
        aria-labelledby={`kd-card-${id}`}
        data-card={id}
      >
        <StatusIcon light={card.light} />
        <div className={styles.body}>
          <div className={styles.cardHead}>
            <h3 id={`kd-card-${id}`} className={styles.name}>
              {t(`procedures.${id}.title`)}
            </h3>
            <span
              className={classes(styles.word, statusTextClass(card.light))}
              data-light={card.light}
            >
              {light}
            </span>
          </div>
          <p className={styles.finding}>{findingOf(card, words)}</p>
          <div className={styles.actions}>{waiting ? null : <CardActions card={card} />}</div>
        </div>
      </article>
      {open ? <DetailsPanel procedure={procedure} /> : null}
    </>
  );
}
