/** The verdict: the problem, its certainty and its fix. Keeps the same height for any content. */
import { Button, ProgressBar } from '@fluentui/react-components';
import { Clock16Regular } from '@fluentui/react-icons/svg/clock';
import { Info16Regular } from '@fluentui/react-icons/svg/info';
import { RecordStop48Regular } from '@fluentui/react-icons/svg/record-stop';
import { Stethoscope24Regular } from '@fluentui/react-icons/svg/stethoscope';
import { Stop16Filled } from '@fluentui/react-icons/svg/stop';
import { useShallow } from 'zustand/react/shallow';
import { useImperativeHandle, useLayoutEffect, useRef, type ContextType, type Ref } from 'react';
import { leastInvasiveFirst } from '@shared/catalog';
import { hasEnded, type LiveStatus } from '@shared/diagnosis';
import { isFailureCode } from '@shared/error-codes/severity';
import { LICENSED } from '@shared/kms';
import { MINUTES_PER_DAY } from '@shared/utc-time';
import { classes } from '../../components/classes';
import { copyFactsLine, copyTicketText, stop } from '../../state/actions';
import { isRemotePc, isTreatable, setDialog, useDoctor } from '../../state/store';
import { CarriedFocus, useCarriedFocus } from './carried-focus';
import { MessageButton } from './message-button';
import { useNextStep, useOtherFixes } from './next-step';
import { NextStepButton } from './next-step-button';
import { endOf, Side, SidePanel, useShowsProof } from './verdict-side';
import { TONE_ICONS } from './tone-icons';
import { toneOf, verdictWords } from './verdict-words';
import { useTranslations } from '../../i18n/translations';
import type { FinishedView } from '../../state/view';
import { CopyButton } from '../../components/copy-button';
import { usePreservedHeight } from '../../components/use-preserved-height';
import { ErrorMeaning } from './error-meaning';
import { FixButton } from '../fix-dialog/fix-button';
import { NameHostButton } from '../treatment/repair-button';
import { Tooltip } from '../../components/tooltip';
import { Spinner } from '../../components/status';
import styles from './verdict-banner.module.css';

export function VerdictBanner({ ref }: { readonly ref: Ref<HTMLElement> }) {
  const { t } = useTranslations();
  const phase = useDoctor((state) => state.phase);
  const finished = useDoctor((state) => state.finished);
  const isPlanning = useDoctor((state) => state.isPlanning);
  const source = useDoctor((state) => state.info?.source.kind);
  const tone = finished === null ? null : toneOf(finished.verdict.code);
  const carried: ContextType<typeof CarriedFocus> = useRef(null);
  // If nothing else was found, nothing replaces the progress.
  const box = usePreservedHeight<HTMLElement>(
    phase === 'running' && finished !== null,
    `${source} ${finished?.startedAt}`,
  );
  useImperativeHandle<HTMLElement | null, HTMLElement | null>(ref, () => box.current);
  return (
    <section
      ref={box}
      aria-label={t('window.banner.label')}
      className={classes(styles.banner, tone !== null && styles[tone])}
      aria-busy={phase === 'running' || isPlanning}
    >
      <CarriedFocus value={carried}>
        {phase === 'idle' ? <Ready /> : null}
        {phase === 'running' && finished === null ? <Running /> : null}
        {phase === 'stopped' ? <Stopped /> : null}
        {finished === null ? null : <Judged finished={finished} />}
      </CarriedFocus>
    </section>
  );
}

function Ready() {
  const { t } = useTranslations();
  return (
    <>
      <span className={classes(styles.icon, styles.readyIcon)}>
        <Stethoscope24Regular aria-hidden />
      </span>
      <div className={styles.main}>
        <Title>{t('window.banner.ready')}</Title>
        <p className={styles.summary}>{t('window.banner.readyText')}</p>
        <p className={styles.facts}>{t('window.banner.readyFacts')}</p>
        <div className={styles.actions}>
          <NextStepButton />
          <Button onClick={() => setDialog({ kind: 'cases' })}>{t('window.menu.tryCase')}</Button>
        </div>
      </div>
    </>
  );
}

/** Maximum number of running checks listed by name. */
const NAMED = 2;

/** The headline, which takes the keyboard focus if the focused element was removed. */
function Title({ children }: { readonly children: string }) {
  const [title, focus] = useCarriedFocus<HTMLHeadingElement>('other');
  useLayoutEffect(() => {
    if (focus.current !== null && document.activeElement === document.body) title.current?.focus();
  });
  return (
    <h1 ref={title} title={children} tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
      {children}
    </h1>
  );
}

/** The Stop button, which keeps the keyboard focus when the verdict replaces the progress. */
function StopButton() {
  const { t } = useTranslations();
  const [button, focus] = useCarriedFocus<HTMLButtonElement>('stop');
  useLayoutEffect(() => {
    if (focus.current === 'stop') button.current?.focus();
  }, [button, focus]);
  return (
    <Button ref={button} icon={<Stop16Filled />} onClick={stop}>
      {t('window.banner.stop')}
    </Button>
  );
}

/** Returns the titles of the checks with a status. */
function useTitlesOf(status: LiveStatus): readonly string[] {
  const { t } = useTranslations();
  const checks = useDoctor(
    useShallow((state) => state.checks.filter((check) => check.status === status)),
  );
  return checks.map(({ id }) => t(`checks.${id}.title`));
}

/** Returns how many checks have ended; those that were stopped have not. */
function useProgress() {
  const total = useDoctor((state) => state.checks.length);
  const done = useDoctor((state) => state.checks.filter(({ status }) => hasEnded(status)).length);
  return { done, total };
}

function Progress() {
  const { t } = useTranslations();
  const { done, total } = useProgress();
  return (
    <div className={styles.progress}>
      <ProgressBar
        value={done}
        max={Math.max(1, total)}
        aria-label={t('window.progress.label')}
        thickness="large"
      />
      <span className={styles.count}>{t('window.progress.count', { done, total })}</span>
    </div>
  );
}

function Running() {
  const { t } = useTranslations();
  const computer = useDoctor((state) => state.target?.computer ?? null);
  const running = useTitlesOf('running').slice(0, NAMED);
  return (
    <>
      <span className={styles.icon}>
        <Spinner size={40} />
      </span>
      <div className={classes(styles.main, styles.wide)}>
        <Title>
          {computer === null
            ? t('window.banner.runningHere')
            : t('window.banner.running', { computer })}
        </Title>
        <p className={styles.summary}>
          {running.length === 0
            ? t('window.banner.starting')
            : t('window.banner.asking', { checks: running.join(t('window.list.and')) })}
        </p>
        <Progress />
        <div className={styles.actions}>
          <StopButton />
          <span className={styles.hint}>{t('window.banner.runningHint')}</span>
        </div>
      </div>
    </>
  );
}

function Stopped() {
  const { t } = useTranslations();
  const progress = useProgress();
  return (
    <>
      <RecordStop48Regular aria-hidden className={classes(styles.icon, styles.stoppedIcon)} />
      <div className={styles.main}>
        <Title>{t('window.banner.stopped')}</Title>
        <p className={styles.summary}>{t('window.banner.stoppedText', progress)}</p>
        <div className={styles.actions}>
          <NextStepButton />
        </div>
      </div>
    </>
  );
}

function Judged({ finished }: { readonly finished: FinishedView }) {
  const words = useTranslations();
  const { t } = words;
  const source = useDoctor((state) => state.info?.source.kind);
  const isThere = useDoctor(isRemotePc);
  const running = useDoctor((state) => state.phase === 'running');
  const { verdict } = finished;
  const tone = toneOf(verdict.code);
  const step = useNextStep();
  const otherFixes = useOtherFixes();
  const offered = step?.is;
  const isAwaited = step?.is === 'repair' && step.offer === 'awaited';
  const actions = usePreservedHeight<HTMLDivElement>(isAwaited, `${source} ${finished.startedAt}`);
  const { title, summary } = verdictWords(verdict, words);
  const Icon = TONE_ICONS[tone];
  return (
    <>
      <Icon aria-hidden className={classes(styles.icon, styles.verdictIcon)} />
      <div className={styles.main}>
        <div className={styles.headline}>
          <Title>{title}</Title>
          {tone === 'unknown' ? null : <Certainty finished={finished} />}
        </div>
        <p className={styles.summary}>{summary}</p>
        <Facts finished={finished} />
        <div ref={actions} className={styles.actions}>
          <NextStepButton />
          {offered === 'message' ? null : <MessageButton />}
          <NameHostButton />
          {leastInvasiveFirst(otherFixes).map((fix) => (
            <FixButton key={fix} fix={fix} />
          ))}
          {offered === 'copy-ticket' ? null : (
            <CopyButton
              text={copyTicketText}
              label={t('window.copy.ticket')}
              appearance={isThere || verdict.fixes.length === 0 ? 'secondary' : 'subtle'}
              disabled={running}
            />
          )}
          {source !== 'report' && offered !== 'repair' && isTreatable(finished) ? (
            <CopyButton
              text={copyFactsLine}
              label={t('window.menu.copyFacts')}
              disabled={running}
            />
          ) : null}
          {isThere && verdict.fixes.length > 0 ? (
            <span className={styles.hint}>
              {t('window.report.recommended', {
                computer: finished.target.computer,
                fixes: verdict.fixes
                  .map((fix) => t('window.list.quoted', { text: t(`fixes.${fix}.title`) }))
                  .join(t('window.list.or')),
              })}
            </span>
          ) : null}
        </div>
        {step?.is === 'fix' ? (
          <p className={styles.facts}>{t('window.fix.why', { why: t(`fixes.${step.fix}.why`) })}</p>
        ) : null}
      </div>
      {running ? <Remaining /> : <Side finished={finished} />}
    </>
  );
}

/** Progress of the remaining checks, next to a verdict that is already known. */
function Remaining() {
  const { t } = useTranslations();
  return (
    <SidePanel id="kd-remaining" title={t('window.banner.remaining')}>
      <p className={styles.remaining}>{t('window.banner.remainingText')}</p>
      <Progress />
      <div className={styles.actions}>
        <StopButton />
      </div>
    </SidePanel>
  );
}

function Certainty({ finished }: { readonly finished: FinishedView }) {
  const { t } = useTranslations();
  const { certainty } = finished.verdict;
  const unread = useTitlesOf('unknown');
  const chip = (
    <span
      className={classes(styles.chip, certainty === 'likely' && 'kd-focus')}
      {...(certainty === 'likely' && { tabIndex: 0, role: 'note' })}
    >
      {t(`verdicts.certainty.${certainty}`)}
    </span>
  );
  if (certainty === 'certain' || unread.length === 0) return chip;
  return (
    <Tooltip content={t('window.banner.unread', { checks: unread.join(t('window.list.comma')) })}>
      {chip}
    </Tooltip>
  );
}

function Facts({ finished }: { readonly finished: FinishedView }) {
  const { t, day, sentence } = useTranslations();
  const { verdict, activation } = finished;
  const healthy = verdict.code === 'healthy';
  const isProven = useShowsProof(finished);
  const facts: string[] = [];
  const end = activation.licenseStatus === LICENSED ? endOf(finished) : null;
  // The proof already states it, and so does a report's own sentence about a problem.
  if (end !== null && !isProven && (healthy || verdict.title !== null)) {
    const count = Math.floor((activation.graceMinutes ?? 0) / MINUTES_PER_DAY);
    facts.push(t('window.banner.daysLeft', { count, date: day(end) }));
  }
  if (activation.licenseStatus !== null && activation.licenseStatus !== LICENSED) {
    facts.push(t('window.banner.notActivated'));
  } else if (healthy && verdict.fixes.length === 0 && activation.channel?.includes('KMSCLIENT')) {
    facts.push(t('window.banner.renews'));
  }
  const isFailed = !healthy && isFailureCode(Number(activation.lastError));
  const error = isFailed ? activation.lastError : null;
  if (facts.length === 0 && error === null) return null;
  return (
    <ul className={styles.facts}>
      {facts.map((fact) => (
        <li key={fact}>
          <Clock16Regular aria-hidden />
          <span>{fact}</span>
        </li>
      ))}
      {error === null ? null : (
        <li>
          <Info16Regular aria-hidden />
          <ErrorMeaning code={error} isSaid={sentence(verdict.summary).includes(error)} />
        </li>
      )}
    </ul>
  );
}
