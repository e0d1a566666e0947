/** A running fix or undo, and its outcome, whose status comes from the re-check. */
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import type { ApplyOutcome, RequestOf } from '@shared/ipc';
import type { OutcomeView, PlanView } from '@shared/plan';
import type { MessageKey } from '@shared/message';
import { stageState, type Route } from '@shared/route';
import { classes } from '../../components/classes';
import { copyTicketText } from '../../state/actions';
import { ask } from '../../state/bridge';
import { routeIn, useRoute } from '../../state/route';
import { useDoctor } from '../../state/store';
import { toneOf, verdictWords } from '../verdict/verdict-words';
import type { FinishedView } from '../../state/view';
import { useTranslations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { CopyButton } from '../../components/copy-button';
import { StatusIcon, Working } from '../../components/status';
import { DialogShell } from '../../components/dialog-shell';
import { Callout } from '../../components/callout';
import { useAttempts } from '../../components/outcome-note';
import { ChangeSteps, progressKey, stepsOf, type ChangeStep } from './change-steps';
import { FixButton } from './fix-button';
import styles from './fix-run.module.css';

/** A fix or an undo that has been started. */
interface Attempt {
  /** Null for an undo. */
  readonly plan: PlanView | null;
  /** The path at the start. */
  readonly route: Route;
  /** The diagnosis at the start. A re-check since then has replaced it with another object. */
  readonly finished: FinishedView | null;
  /** Null while it is running. */
  readonly outcome: OutcomeView | null;
}

/** Runs a fix or an undo. If nothing was done, the dialog returns to what it showed before, with a note. */
export function useApply() {
  const { content, note, forgetNote, run } = useAttempts<Attempt | null>(null);
  const start = async (plan: PlanView | null, request: () => Promise<ApplyOutcome>) => {
    const now = useDoctor.getState();
    const begun = { plan, route: routeIn(now), finished: now.finished, outcome: null };
    useDoctor.setState({ fixProgress: [] });
    const reason = await run(begun, request, (outcome) => ({ ...begun, outcome }));
    // The marks of an earlier fix's changes come from its progress.
    if (reason !== null) useDoctor.setState({ fixProgress: now.fixProgress });
    return reason;
  };
  return {
    attempt: content,
    note,
    forgetNote,
    apply: (plan: PlanView, parameters: RequestOf<'fix:apply'>['parameters']) =>
      start(plan, () => ask('fix:apply', { fix: plan.fix, parameters, digest: plan.digest })),
    undo: (entry: string) => void start(null, () => ask('journal:undo', { entry })),
  };
}

interface AttemptProps extends Pick<ReturnType<typeof useApply>, 'note' | 'undo'> {
  readonly attempt: Attempt;
}

export function FixRun(props: AttemptProps & { readonly title: string }) {
  const { attempt, title, note, undo } = props;
  const { plan, outcome } = attempt;
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.fixProgress);
  if (outcome !== null) {
    return <Ended attempt={attempt} outcome={outcome} note={note} undo={undo} />;
  }
  const last = progress.at(-1) ?? { type: 'asking', who: 'session' };
  return (
    <DialogShell title={title} width="result" locked>
      <div className={styles.body}>
        <Working>{t(progressKey(last) ?? 'window.fix.applying')}</Working>
        <ChangeSteps steps={stepsOf(progress, plan?.changes ?? [])} />
      </div>
    </DialogShell>
  );
}

/** Returns a short title for the result of a fix. */
function resultTitle({ fix, result, plan }: OutcomeView): MessageKey {
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

function Ended(props: AttemptProps & { readonly outcome: OutcomeView }) {
  const { undo, attempt, note, outcome } = props;
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.fixProgress);
  const { fix, entry, result } = outcome;
  const { changes } = outcome.plan;
  const isUndo = attempt.plan === null;
  const good = result === 'verified' || result === 'applied';
  const unverified = result === 'unverified';
  const title = isUndo
    ? t(good ? 'window.undo.done' : 'window.undo.failed')
    : t(resultTitle(outcome));
  const steps = stepsOf(progress, changes).map((step): ChangeStep => {
    if (good && (step.light === 'pending' || step.light === 'running')) {
      return { ...step, light: 'pass' };
    }
    return step.light === 'running' ? { ...step, light: 'fail' } : step;
  });
  const undoable =
    (good || unverified) &&
    !isUndo &&
    // The test has already restored everything.
    fix !== 'test-routing' &&
    entry !== null &&
    changes.some((change) => change.undoable);
  const isPending = useDoctor((state) => state.finished?.verdict.code === 'activation-pending');
  const activates = good && !isUndo && fix !== 'activate-now' && isPending;
  return (
    <DialogShell
      title={title}
      subtitle={good ? t(countWords(changes.length, isUndo), { count: changes.length }) : null}
      width="result"
      quiet={
        <>
          {undoable ? (
            <Button appearance="subtle" icon={<ArrowUndo20Regular />} onClick={() => undo(entry)}>
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
        {note === null ? null : <Callout note={note} />}
        {outcome.failure === null ? null : (
          <p className={classes(styles.failure, unverified && styles.unsure)} role="alert">
            <StatusIcon light={unverified ? 'unknown' : 'fail'} />
            <span>{escapeText(outcome.failure)}</span>
          </p>
        )}
        <ChangeSteps steps={steps} />
        {outcome.notes.map((sentence) => (
          <p key={sentence} className={styles.note}>
            {escapeText(sentence)}
          </p>
        ))}
        <ReCheck before={attempt} />
      </div>
    </DialogShell>
  );
}

function ReCheck({ before }: { readonly before: Pick<Attempt, 'route' | 'finished'> }) {
  const words = useTranslations();
  const { t } = words;
  const finished = useDoctor((state) => state.finished);
  const now = useRoute();
  // The outcome may arrive before its re-check, or without one; the old verdict applies in neither case.
  if (finished === null || finished === before.finished) return null;
  const { verdict } = finished;
  const tone = toneOf(verdict.code);
  const { title, summary } = verdictWords(verdict, words);
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
