/** A running fix or undo, and its outcome, whose status comes from the re-check. */
import { useState } from 'react';
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import type { FixId } from '@shared/catalog';
import type { ApplyOutcome } from '@shared/ipc';
import type { OutcomeView, PlanView } from '@shared/plan';
import type { MessageKey } from '@shared/message';
import { stageState, type Route } from '@shared/route';
import { classes } from '../../components/classes';
import { copyTicketText, refreshJournal } from '../../state/actions';
import { ask, reportFault } from '../../state/bridge';
import { routeIn, useRoute } from '../../state/route';
import { clearFixProgress, useDoctor } from '../../state/store';
import { toneOf, verdictWords } from '../verdict/verdict-words';
import type { FinishedView } from '../../state/view';
import { useTranslations, currentTranslate } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { CopyButton } from '../../components/copy-button';
import { Spinner, StatusIcon } from '../../components/status';
import { DialogShell } from '../../components/dialog-shell';
import type { NoteView } from '../../components/callout';
import { noteForOutcome } from '../../components/outcome-note';
import { ChangeSteps, stepsOf, type ChangeStep } from './change-steps';
import { FixButton } from './fix-button';
import styles from './fix-run.module.css';

type RunState =
  | { readonly stage: 'idle' }
  | { readonly stage: 'running'; readonly plan: PlanView | null; readonly before: Before }
  | {
      readonly stage: 'ended';
      readonly outcome: OutcomeView;
      readonly before: Before;
      /** Whether this was an undo. */
      readonly undo: boolean;
    };

/** The state at the start. A re-check since then has replaced `finished` with another object. */
interface Before {
  readonly route: Route;
  readonly finished: FinishedView | null;
}

/** Execution of a fix. `apply` resolves to the note for the form if the fix returns there. */
export interface Run {
  readonly state: RunState;
  readonly apply: (
    plan: PlanView | null,
    start: () => Promise<ApplyOutcome>,
    undo?: boolean,
  ) => Promise<NoteView | null>;
}

/** Runs a fix or an undo and tracks its state. */
export function useApply(): Run {
  const [state, setState] = useState<RunState>({ stage: 'idle' });
  return {
    state,
    apply: async (plan, start, undo = false) => {
      const now = useDoctor.getState();
      const before: Before = { route: routeIn(now), finished: now.finished };
      clearFixProgress();
      setState({ stage: 'running', plan, before });
      let outcome: ApplyOutcome;
      try {
        outcome = await start();
      } catch (error) {
        reportFault(error);
        setState({ stage: 'idle' });
        return { intent: 'error', text: currentTranslate()('window.notice.refused') };
      }
      if (outcome.outcome === 'finished') {
        setState({ stage: 'ended', outcome: outcome.result, before, undo });
        await refreshJournal().catch(reportFault);
        return null;
      }
      setState({ stage: 'idle' });
      return noteForOutcome(outcome);
    },
  };
}

export function FixRun(props: { readonly fix: FixId; readonly run: Run; readonly title: string }) {
  const { fix, run, title } = props;
  const { state } = run;
  if (state.stage === 'ended') {
    return <Ended fix={fix} run={run} {...state} />;
  }
  return <Running title={title} plan={state.stage === 'running' ? state.plan : null} />;
}

function Running({ title, plan }: { readonly title: string; readonly plan: PlanView | null }) {
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.fixProgress);
  const last = progress[progress.length - 1];
  const text =
    last?.type === 'asking' && last.who === 'windows'
      ? t('window.fix.windowsAsks')
      : last === undefined || last.type === 'asking'
        ? t('window.fix.waitingForConfirmation')
        : last.type === 'rolling-back'
          ? t('window.fix.rollingBack')
          : last.type === 're-checking'
            ? t('window.fix.reChecking')
            : t('window.fix.applying');
  return (
    <DialogShell title={title} width="result" locked>
      <div className={styles.body}>
        <p className={styles.now} role="status">
          <Spinner size={20} />
          {text}
        </p>
        <ChangeSteps steps={stepsOf(progress, plan?.changes ?? [])} />
      </div>
    </DialogShell>
  );
}

/** Returns a short title for the result of a fix. */
function resultTitle(fix: FixId, { result, plan }: OutcomeView): MessageKey {
  const activates = fix === 'activate-now' || fix === 'activate-by-phone';
  switch (result) {
    case 'verified':
    case 'applied':
      return fix === 'activate-now' && plan.parameters.product === 'office'
        ? 'changes.activation.activated-office'
        : `window.done.${fix}`;
    case 'unverified':
      return 'window.fix.unverified';
    case 'rolled-back':
      return 'window.fix.rolledBack';
    case 'failed':
      return activates ? 'window.fix.activationFailed' : 'window.fix.failed';
  }
}

const countWords = (count: number, undo: boolean) =>
  undo
    ? (`window.undo.${count === 1 ? 'oneUndone' : 'undone'}` as const)
    : (`window.fix.${count === 1 ? 'oneApplied' : 'applied'}` as const);

function Ended(props: {
  readonly fix: FixId;
  readonly run: Run;
  readonly outcome: OutcomeView;
  readonly before: Before;
  readonly undo: boolean;
}) {
  const { fix, run, outcome, before, undo } = props;
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.fixProgress);
  const { entry, result } = outcome;
  const good = result === 'verified' || result === 'applied';
  const unverified = result === 'unverified';
  const title = undo
    ? t(good ? 'window.undo.done' : 'window.undo.failed')
    : t(resultTitle(fix, outcome));
  const steps = stepsOf(progress, outcome.plan.changes).map((step): ChangeStep => {
    if (good && (step.light === 'waiting' || step.light === 'checking')) {
      return { ...step, light: 'pass' };
    }
    return step.light === 'checking' ? { ...step, light: 'fail' } : step;
  });
  const undoable =
    (good || unverified) &&
    !undo &&
    // The test has already restored everything.
    fix !== 'test-routing' &&
    entry !== null &&
    outcome.plan.changes.some((change) => change.undoable);
  const isPending = useDoctor((state) => state.finished?.verdict.code === 'activation-pending');
  const activates = good && !undo && fix !== 'activate-now' && isPending;
  const undoNow = () => {
    if (entry === null) return;
    void run.apply(null, () => ask('journal:undo', { entry }), true);
  };
  return (
    <DialogShell
      title={title}
      subtitle={
        good
          ? t(countWords(outcome.plan.changes.length, undo), { count: outcome.plan.changes.length })
          : null
      }
      width="result"
      quiet={
        <>
          {undoable ? (
            <Button appearance="subtle" icon={<ArrowUndo20Regular />} onClick={undoNow}>
              {t('window.undo.these')}
            </Button>
          ) : null}
          <CopyButton label={t('window.copy.ticket')} text={copyTicketText} />
        </>
      }
      actions={activates ? <FixButton fix="activate-now" primary /> : null}
      close="done"
    >
      <div className={styles.body}>
        {outcome.failure === null ? null : (
          <p className={classes(styles.failure, unverified && styles.unsure)} role="alert">
            <StatusIcon light={unverified ? 'unknown' : 'fail'} />
            <span>{escapeText(outcome.failure)}</span>
          </p>
        )}
        <ChangeSteps steps={steps} />
        {outcome.notes.map((note) => (
          <p key={note} className={styles.note}>
            {escapeText(note)}
          </p>
        ))}
        <ReCheck before={before} />
      </div>
    </DialogShell>
  );
}

function ReCheck({ before }: { readonly before: Before }) {
  const wordsNow = useTranslations();
  const { t } = wordsNow;
  const finished = useDoctor((state) => state.finished);
  const now = useRoute();
  // The outcome may arrive before its re-check, or without one; the old verdict applies in neither case.
  if (finished === null || finished === before.finished) return null;
  const { verdict } = finished;
  const tone = toneOf(verdict.code);
  const { title, summary } = verdictWords(verdict, wordsNow);
  return (
    <section className={classes(styles.reCheck, styles[tone])} aria-label={t('window.fix.reCheck')}>
      <StatusIcon light={tone} size={28} />
      <div className={styles.reCheckText}>
        <p className={styles.caption}>{t('window.fix.reCheck')}</p>
        <div className={styles.headline}>
          <h3 className={styles.verdict}>{title}</h3>
          {tone === 'unknown' ? null : (
            <span className={styles.chip}>{t(`verdicts.certainty.${verdict.certainty}`)}</span>
          )}
        </div>
        <p>{summary}</p>
        <div className={styles.ways}>
          <Way label={t('window.fix.before')} route={before.route} />
          <Way label={t('window.fix.now')} route={now} />
        </div>
      </div>
    </section>
  );
}

/** The path in one line. */
function Way({ label, route }: { readonly label: string; readonly route: Route }) {
  const { t } = useTranslations();
  return (
    <div className={styles.way}>
      <span className={styles.wayLabel}>{label}</span>
      <ol className={styles.stations}>
        {route.columns.map((column) => {
          const state = stageState(column);
          return (
            <li key={column.id} className={classes(styles.station, styles[`to-${state}`])}>
              <StatusIcon light={state} size={16} />
              {t(`route.short.${column.id}`)}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
