/** The verdict: what is wrong, how sure that is, what will fix it. The same height whatever it says. */
import { Button, ProgressBar } from '@fluentui/react-components';
import { CheckmarkCircle48Filled } from '@fluentui/react-icons/svg/checkmark-circle';
import { Clock16Regular } from '@fluentui/react-icons/svg/clock';
import { DismissCircle48Filled } from '@fluentui/react-icons/svg/dismiss-circle';
import { Info16Regular } from '@fluentui/react-icons/svg/info';
import { QuestionCircle48Filled } from '@fluentui/react-icons/svg/question-circle';
import { RecordStop48Regular } from '@fluentui/react-icons/svg/record-stop';
import { Stethoscope24Regular } from '@fluentui/react-icons/svg/stethoscope';
import { Stop16Filled } from '@fluentui/react-icons/svg/stop';
import { Warning48Filled } from '@fluentui/react-icons/svg/warning';
import { useShallow } from 'zustand/react/shallow';
import { forwardRef, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { channelOf } from '@shared/channels';
import { isFailureCode } from '@shared/error-codes/severity';
import { KMS_PORT } from '@shared/kms';
import { isKmsHost, kmsPath } from '@shared/kms-path';
import { formatEndpoint } from '@shared/names';
import { classes } from '../../components/classes';
import { copyFactsLine, copyTicketText, stop } from '../../state/actions';
import { isTreatable, setDialog, showCard, useDoctor } from '../../state/store';
import { MessageButton } from './message-button';
import { toneOf, useMessage, verdictWords, type Tone } from './verdict-words';
import { useTranslations } from '../../i18n/translations';
import type { CheckView, FinishedView } from '../../state/view';
import { CopyButton } from '../../components/copy-button';
import { useKeptHeight } from '../../components/use-kept-height';
import { ErrorMeaning } from './error-meaning';
import { FixButton } from '../fix-dialog/fix-button';
import { NameHostButton, RepairButton, useRepairOffer } from '../treatment/repair-button';
import { Tooltip } from '../../components/tooltip';
import { NARROW } from '../title-bar/title-bar';
import { Spinner, SpokenLight } from '../../components/status';
import { useMedia } from '../../theme/theme';
import styles from './verdict-banner.module.css';

const ICONS = {
  pass: CheckmarkCircle48Filled,
  warn: Warning48Filled,
  fail: DismissCircle48Filled,
  unknown: QuestionCircle48Filled,
} as const;

/** Findings that fit beside the verdict without making it higher. */
const ALSO_SHOWN = 2;
/** Characters that fit into two lines beside the verdict; a longer finding is named instead of quoted. */
const LONGEST = 90;
/** Characters that leave room for a line on where it was found. */
const SHORT = 44;

export const VerdictBanner = forwardRef<HTMLElement>(function VerdictBanner(_, ref) {
  const { t } = useTranslations();
  const phase = useDoctor((state) => state.phase);
  const finished = useDoctor((state) => state.finished);
  const isPlanning = useDoctor((state) => state.isPlanning);
  const tone = finished === null ? null : toneOf(finished.verdict.code);
  const carried = useRef(false);
  return (
    <section
      ref={ref}
      aria-label={t('window.banner.label')}
      className={classes(styles.banner, tone !== null && styles[tone])}
      aria-busy={phase === 'running' || isPlanning}
    >
      {phase === 'idle' ? <Ready /> : null}
      {phase === 'running' && finished === null ? <Running focus={carried} /> : null}
      {phase === 'stopped' ? <Stopped /> : null}
      {finished !== null && tone !== null ? (
        <Judged finished={finished} tone={tone} focus={carried} />
      ) : null}
    </section>
  );
});

function Ready() {
  const { t } = useTranslations();
  return (
    <>
      <span className={classes(styles.icon, styles.readyIcon)}>
        <Stethoscope24Regular aria-hidden />
      </span>
      <div className={styles.main}>
        <h1 tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
          {t('window.banner.ready')}
        </h1>
        <p className={styles.summary}>{t('window.banner.readyText')}</p>
        <p className={styles.facts}>{t('window.banner.readyFacts')}</p>
        <div className={styles.actions}>
          <Button onClick={() => setDialog({ kind: 'cases' })}>{t('window.menu.tryCase')}</Button>
        </div>
      </div>
    </>
  );
}

/** Checks that are named while they run; the others are under way unnamed. */
const NAMED = 2;

/** Whether the keyboard's focus is to go from one Stop button to the next. */
type CarriedFocus = RefObject<boolean>;

/** Stop, which keeps the keyboard's focus when the verdict takes the place of the progress. */
function StopButton({ focus }: { readonly focus: CarriedFocus }) {
  const { t } = useTranslations();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const element = button.current;
    if (focus.current) element?.focus();
    return () => {
      focus.current = element !== null && document.activeElement === element;
      // What takes its place does so in the same step.
      queueMicrotask(() => {
        focus.current = false;
      });
    };
  }, [focus]);
  return (
    <Button ref={button} icon={<Stop16Filled />} onClick={stop}>
      {t('window.banner.stop')}
    </Button>
  );
}

function Progress() {
  const { t } = useTranslations();
  const total = useDoctor((state) => state.checks.length);
  const done = useDoctor(
    (state) =>
      state.checks.filter(({ status }) => status !== 'pending' && status !== 'running').length,
  );
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

function Running({ focus }: { readonly focus: CarriedFocus }) {
  const { t } = useTranslations();
  const computer = useDoctor((state) => state.target?.computer ?? null);
  const running = useDoctor(
    useShallow((state) =>
      state.checks
        .filter(({ status }) => status === 'running')
        .slice(0, NAMED)
        .map(({ id }) => id),
    ),
  );
  return (
    <>
      <span className={styles.icon}>
        <Spinner size={40} />
      </span>
      <div className={classes(styles.main, styles.wide)}>
        <h1 tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
          {computer === null
            ? t('window.banner.runningHere')
            : t('window.banner.running', { computer })}
        </h1>
        <p className={styles.summary}>
          {running.length === 0
            ? t('window.banner.starting')
            : t('window.banner.asking', {
                checks: running.map((id) => t(`checks.${id}.title`)).join(t('window.list.and')),
              })}
        </p>
        <Progress />
        <div className={styles.actions}>
          <StopButton focus={focus} />
          <span className={styles.hint}>{t('window.banner.runningHint')}</span>
        </div>
      </div>
    </>
  );
}

function Stopped() {
  const { t } = useTranslations();
  const total = useDoctor((state) => state.checks.length);
  const done = useDoctor(
    (state) => state.checks.filter(({ status }) => status !== 'cancelled').length,
  );
  return (
    <>
      <RecordStop48Regular aria-hidden className={classes(styles.icon, styles.stoppedIcon)} />
      <div className={styles.main}>
        <h1 tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
          {t('window.banner.stopped')}
        </h1>
        <p className={styles.summary}>{t('window.banner.stoppedText', { done, total })}</p>
      </div>
    </>
  );
}

function Judged(props: {
  readonly finished: FinishedView;
  readonly tone: Tone;
  readonly focus: CarriedFocus;
}) {
  const { finished, tone, focus } = props;
  const words = useTranslations();
  const { t } = words;
  const source = useDoctor((state) => state.info?.source.kind);
  const report = source === 'report';
  const running = useDoctor((state) => state.phase === 'running');
  const { verdict } = finished;
  const message = useMessage();
  const offer = useRepairOffer();
  const actions = useKeptHeight(offer === 'awaited', finished.startedAt);
  const { title, summary } = verdictWords(verdict, words);
  const Icon = ICONS[tone];
  const ticket = (
    <CopyButton
      text={copyTicketText}
      label={t('window.copy.ticket')}
      appearance={report || verdict.fixes.length === 0 ? 'secondary' : 'subtle'}
      disabled={running}
    />
  );
  return (
    <>
      <Icon aria-hidden className={classes(styles.icon, styles.verdictIcon)} />
      <div className={styles.main}>
        <div className={styles.headline}>
          <h1 tabIndex={-1} className={classes(styles.title, 'kd-focus')}>
            {title}
          </h1>
          <Certainty finished={finished} />
        </div>
        <p className={styles.summary}>{summary}</p>
        <Facts finished={finished} />
        <div ref={actions} className={styles.actions}>
          {offer === null ? null : <RepairButton offer={offer} />}
          {message === null ? null : (
            <>
              <MessageButton message={message} primary={offer === null} />
              {ticket}
            </>
          )}
          <NameHostButton />
          {report
            ? null
            : verdict.fixes.map((fix, index) => (
                <FixButton
                  key={fix}
                  fix={fix}
                  primary={offer === null && index === 0 && message === null}
                />
              ))}
          {message === null ? ticket : null}
          {source !== 'report' && offer === null && isTreatable(finished) ? (
            <CopyButton
              text={copyFactsLine}
              label={t('window.menu.copyFacts')}
              disabled={running}
            />
          ) : null}
          {report && verdict.fixes.length > 0 ? (
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
      </div>
      {running ? <Remaining focus={focus} /> : <Side finished={finished} tone={tone} />}
    </>
  );
}

/** Beside a verdict that stands already: how far the rest is. */
function Remaining({ focus }: { readonly focus: CarriedFocus }) {
  const { t } = useTranslations();
  return (
    <aside className={styles.side} aria-labelledby="kd-remaining">
      <h2 id="kd-remaining" className={styles.sideTitle}>
        {t('window.banner.remaining')}
      </h2>
      <p className={styles.remaining}>{t('window.banner.remainingText')}</p>
      <Progress />
      <div className={styles.actions}>
        <StopButton focus={focus} />
      </div>
    </aside>
  );
}

function Certainty({ finished }: { readonly finished: FinishedView }) {
  const { t } = useTranslations();
  const { certainty } = finished.verdict;
  const unread = useDoctor(
    useShallow((state) =>
      state.checks.filter(({ status }) => status === 'unknown').map(({ id }) => id),
    ),
  );
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
    <Tooltip
      content={t('window.banner.unread', {
        checks: unread.map((id) => t(`checks.${id}.title`)).join(t('window.list.comma')),
      })}
    >
      {chip}
    </Tooltip>
  );
}

const DAY = 86_400_000;

function Facts({ finished }: { readonly finished: FinishedView }) {
  const { t, day } = useTranslations();
  const { verdict, activation } = finished;
  const healthy = verdict.code === 'healthy';
  const facts: ReactNode[] = [];
  // A report's own sentence says it already.
  if (verdict.daysLeft !== null && !healthy && verdict.title !== null) {
    const until = new Date(new Date(finished.startedAt).getTime() + verdict.daysLeft * DAY);
    facts.push(
      <li key="days">
        <Clock16Regular aria-hidden />
        <span>{t('window.banner.daysLeft', { count: verdict.daysLeft, date: day(until) })}</span>
      </li>,
    );
  } else if (activation.licenseStatus !== null && activation.licenseStatus !== 1) {
    facts.push(
      <li key="status">
        <Clock16Regular aria-hidden />
        <span>{t('window.banner.notActivated')}</span>
      </li>,
    );
  } else if (healthy && activation.channel?.includes('KMSCLIENT')) {
    facts.push(
      <li key="renews">
        <Clock16Regular aria-hidden />
        <span>{t('window.banner.renews')}</span>
      </li>,
    );
  }
  if (activation.lastError !== null && !healthy && isFailureCode(Number(activation.lastError))) {
    facts.push(
      <li key="error">
        <Info16Regular aria-hidden />
        <ErrorMeaning code={activation.lastError} />
      </li>,
    );
  }
  return facts.length === 0 ? null : <ul className={styles.facts}>{facts}</ul>;
}

/** What was found besides, or, when all is well, the proof. */
function Side({ finished, tone }: { readonly finished: FinishedView; readonly tone: Tone }) {
  const narrow = useMedia(NARROW);
  const { verdict } = finished;
  const warnings = useDoctor(
    useShallow((state) =>
      state.checks.filter(
        (check) =>
          check.status === 'warn' && !verdict.because.includes(check.id) && check.sentence !== null,
      ),
    ),
  );
  const found = verdict.alsoFound.length + warnings.length;
  if (tone === 'pass' && (found === 0 || !narrow)) {
    return found === 0 ? (
      <Proof finished={finished} />
    ) : (
      <AlsoFound finished={finished} warnings={warnings} />
    );
  }
  return found === 0 ? null : <AlsoFound finished={finished} warnings={warnings} />;
}

/** Characters that a text is wide; a Chinese one counts for two. */
const widthOf = (text: string): number =>
  text.length + (text.match(/[\u2E80-\uFFEF]/g)?.length ?? 0);

function AlsoFound(props: {
  readonly finished: FinishedView;
  readonly warnings: readonly CheckView[];
}) {
  const { t, sentence } = useTranslations();
  const { alsoFound } = props.finished.verdict;
  const items: ReactNode[] = [
    ...alsoFound.map((code) => (
      <li key={code}>
        <SpokenLight light="fail" />
        <p>{t(`window.verdictNames.${code}`)}</p>
      </li>
    )),
    ...props.warnings.map((check) => {
      const said = check.sentence === null ? '' : sentence(check.sentence);
      const length = widthOf(said);
      const quoted = length <= LONGEST;
      return (
        <li key={check.id}>
          <SpokenLight light="warn" />
          <button
            type="button"
            className={classes(styles.found, 'kd-focus')}
            onClick={() => showCard(check.procedure)}
          >
            {quoted ? said : t(`checks.${check.id}.title`)}
            {quoted && length > SHORT ? null : (
              <span className={styles.where}>{t(`procedures.${check.procedure}.title`)}</span>
            )}
          </button>
        </li>
      );
    }),
  ];
  const more = items.length - ALSO_SHOWN;
  return (
    <aside className={styles.side} aria-labelledby="kd-also">
      <h2 id="kd-also" className={styles.sideTitle}>
        {t('window.banner.alsoFound')}
      </h2>
      <ul className={styles.also}>{items.slice(0, ALSO_SHOWN)}</ul>
      {more > 0 ? (
        <p className={styles.moreFound}>{t('window.banner.moreBelow', { count: more })}</p>
      ) : null}
    </aside>
  );
}

function Proof({ finished }: { readonly finished: FinishedView }) {
  const { t, day } = useTranslations();
  const { activation } = finished;
  const hosts = useDoctor(
    useShallow((state) => {
      return kmsPath(state.checks)
        .targets.filter(isKmsHost)
        .map(({ host, port }) => (port === KMS_PORT ? host : formatEndpoint(host, port)));
    }),
  );
  const rows: [string, string][] = [];
  if (activation.graceMinutes !== null && activation.graceMinutes > 0) {
    const until = new Date(
      new Date(finished.startedAt).getTime() + activation.graceMinutes * 60_000,
    );
    rows.push([t('window.proof.until'), day(until)]);
  } else if (activation.licenseStatus === 1) {
    rows.push([t('window.proof.until'), t('window.proof.forever')]);
  }
  const [host] = hosts;
  if (host !== undefined) {
    rows.push([
      t('window.proof.through'),
      hosts.length === 1 ? host : t('window.proof.andMore', { host, count: hosts.length - 1 }),
    ]);
  }
  if (activation.partialProductKey !== null) {
    const kind = channelOf(activation.channel).class;
    rows.push([
      t('window.proof.key'),
      t('window.proof.keyValue', {
        kind: t(`channels.${kind}.name`),
        key: activation.partialProductKey,
      }),
    ]);
  }
  if (activation.edition !== null) rows.push([t('window.proof.edition'), activation.edition]);
  if (rows.length === 0) return null;
  return (
    <aside className={styles.side} aria-labelledby="kd-proof">
      <h2 id="kd-proof" className={styles.sideTitle}>
        {t('window.proof.title')}
      </h2>
      <dl className={styles.proof}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
