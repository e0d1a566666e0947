/** Many PCs: one line per cause, largest first, with its fix and the names of its PCs. */
import { useEffect, useRef, useState } from 'react';
import { Button, ProgressBar, SearchBox } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons/svg/dismiss';
import { Document20Regular } from '@fluentui/react-icons/svg/document';
import { Stop16Filled } from '@fluentui/react-icons/svg/stop';
import type { FleetProgressView, FleetView } from '@shared/fleet-view';
import { escapeText } from '@shared/printable';
import { classes } from '../../components/classes';
import { Spinner } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { attempt, saveFleetPage, stopReading } from '../../state/actions';
import { announce } from '../../state/announce';
import { closeFleet, refreshFleet, useFleet } from '../../state/fleet';
import { TONE_ICONS } from '../verdict/tone-icons';
import { Cause, Section } from './fleet-rows';
import styles from './fleet-page.module.css';

/** Debounce delay for typing, in milliseconds. */
const PAUSE = 150;

export default function FleetPage() {
  const view = useFleet((state) => state.view);
  const reading = useFleet((state) => state.reading);
  if (reading !== null) return <Reading progress={reading} />;
  return view === null ? null : <Fleet view={view} />;
}

function Reading({ progress }: { readonly progress: FleetProgressView }) {
  const { t, number } = useTranslations();
  const stop = useRef<HTMLButtonElement>(null);
  useEffect(() => stop.current?.focus(), []);
  const { stage, done, total, found, name } = progress;
  const text = t(`window.fleet.${stage}`);
  const from = name === null ? null : t('window.fleet.readFrom', { name: escapeText(name) });
  useEffect(() => announce([text, from].filter(Boolean).join(' ')), [text, from]);
  const value = Math.min(done, total);
  // With a single file, the remaining amount is unknown.
  const isKnown = total > (stage === 'reading' ? 1 : 0);
  return (
    <section className={styles.banner} aria-label={t('window.fleet.label')} aria-busy="true">
      <span className={styles.icon}>
        <Spinner size={40} />
      </span>
      <div className={styles.main}>
        <h1 className={styles.title}>{text}</h1>
        <p className={styles.facts}>
          {from === null ? null : <span className={styles.from}>{from}</span>}
          {found > 0 ? <span>{t('window.fleet.readSoFar', { found: number(found) })}</span> : null}
        </p>
        <div className={styles.progress}>
          <ProgressBar
            {...(isKnown && { value, max: total })}
            aria-label={t('window.fleet.progress')}
            thickness="large"
          />
          <span className={styles.percent}>
            {isKnown
              ? t('window.fleet.percent', { percent: Math.floor((100 * value) / total) })
              : ''}
          </span>
        </div>
        <div className={styles.actions}>
          <Button ref={stop} icon={<Stop16Filled />} onClick={stopReading}>
            {t('window.banner.stop')}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Fleet({ view }: { readonly view: FleetView }) {
  const { t } = useTranslations();
  const filter = useFleet((state) => state.filter);
  const { causes, causesFound, sections } = view;
  const hidden = causesFound - causes.length;
  return (
    <>
      <Banner view={view} />
      <Filter view={view} />
      {causes.length === 0 && sections.length === 0 ? (
        <p className={styles.nothing}>
          {t('window.fleet.nothing', { text: escapeText(filter.slice(0, 60)) })}
        </p>
      ) : null}
      {causes.length === 0 ? null : (
        <section aria-labelledby="kd-causes">
          <h2 id="kd-causes" className={styles.heading}>
            {t('window.fleet.causes')}
          </h2>
          <ul className={styles.list}>
            {causes.map((cause) => (
              <Cause key={cause.id} cause={cause} />
            ))}
          </ul>
          {hidden > 0 ? (
            <p className={styles.more}>{t('window.fleet.moreCauses', { count: hidden })}</p>
          ) : null}
        </section>
      )}
      {sections.length === 0 ? null : (
        <section aria-labelledby="kd-besides">
          <h2 id="kd-besides" className={styles.heading}>
            {t('window.fleet.others')}
          </h2>
          <ul className={styles.list}>
            {sections.map((section) => (
              <Section key={section.id} section={section} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Banner({ view }: { readonly view: FleetView }) {
  const { t } = useTranslations();
  const title = useRef<HTMLHeadingElement>(null);
  // When returning from a PC, the focus belongs to that PC's name.
  const [isBack] = useState(() => useFleet.getState().returnTo !== null);
  useEffect(() => {
    if (!isBack) title.current?.focus();
  }, [isBack]);
  const { computers, healthy, sick, ending, duplicates, headline, light } = view;
  const missed = computers - healthy - sick;
  const Icon = TONE_ICONS[light];
  const facts = [
    t('window.fleet.healthy', { count: healthy }),
    ...(sick === 0 ? [] : [t('window.fleet.sick', { count: sick })]),
    ...(missed === 0 ? [] : [t('window.fleet.notReached', { count: missed })]),
    ...(ending === 0 ? [] : [t('window.fleet.expiring', { count: ending })]),
    ...(duplicates === 0 ? [] : [t('window.fleet.duplicates', { count: duplicates })]),
  ];
  return (
    <section className={classes(styles.banner, styles[light])} aria-label={t('window.fleet.label')}>
      <Icon aria-hidden className={classes(styles.icon, styles.verdictIcon)} />
      <div className={styles.main}>
        <h1 ref={title} tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
          {escapeText(headline)}
        </h1>
        <ul className={styles.facts}>
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        <div className={styles.actions}>
          <Button icon={<Document20Regular />} onClick={saveFleetPage}>
            {t('window.fleet.save')}
          </Button>
          <Button
            appearance="subtle"
            icon={<Dismiss20Regular />}
            onClick={() => attempt(closeFleet)}
          >
            {t('window.fleet.close')}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Filter({ view }: { readonly view: FleetView }) {
  const { t } = useTranslations();
  const [text, setText] = useState(() => useFleet.getState().filter);
  const [isTyped, setIsTyped] = useState(false);
  useEffect(() => {
    if (!isTyped) return undefined;
    const timer = setTimeout(() => attempt(() => refreshFleet(text.slice(0, 200))), PAUSE);
    return () => clearTimeout(timer);
  }, [text, isTyped]);
  const { causesFound, causes, sections } = view;
  const computers = [...causes, ...sections].reduce((sum, { found }) => sum + found, 0);
  return (
    <>
      <SearchBox
        className={styles.filter}
        value={text}
        aria-label={t('window.fleet.filter')}
        placeholder={t('window.fleet.filter')}
        onChange={(_, data) => {
          setIsTyped(true);
          setText(data.value);
        }}
      />
      <p className="kd-unseen" role="status">
        {isTyped ? t('window.fleet.filtered', { causes: causesFound, computers }) : ''}
      </p>
    </>
  );
}
