/** A running treatment, step by step, and its outcome. */
import { useState } from 'react';
import { Button } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { Stop16Filled } from '@fluentui/react-icons/svg/stop';
import { Wrench20Regular } from '@fluentui/react-icons/svg/wrench';
import type { Translate } from '@shared/i18n';
import { escapeText } from '@shared/printable';
import type {
  TreatmentOutcomeView,
  TreatmentProgress,
  TreatmentResult,
  TreatmentView,
} from '@shared/treatment';
import { Callout } from '../../components/callout';
import { classes } from '../../components/classes';
import { CopyButton } from '../../components/copy-button';
import { DialogShell } from '../../components/dialog-shell';
import { PRIMARY } from '../../components/primary';
import { StatusIcon, Working } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { copyTicketText, stopRepair } from '../../state/actions';
import { useRoute } from '../../state/route';
import { useDoctor } from '../../state/store';
import { progressKey } from '../fix-dialog/change-steps';
import { isRetryOnly } from '../verdict/next-step';
import { verdictWords } from '../verdict/verdict-words';
import { LeftList } from './left-list';
import { stepStatesAfter, finalStepStates } from './step-states';
import { TreatmentPlan } from './treatment-plan';
import { TreatmentSteps } from './treatment-steps';
import type { StageOf, TreatmentRun } from './treatment-run';
import { BesidePath } from './path-lanes';
import styles from './treatment.module.css';

/**
 * Describes the current activity in a sentence.
 *
 * @param last the latest progress
 * @param index the last step that was started; null if none was
 */
function nowWords(
  { steps }: TreatmentView,
  last: TreatmentProgress | undefined,
  index: number | null,
  t: Translate,
): string {
  const key = last && progressKey(last);
  if (key && (index !== null || last.type === 'asking')) return t(key);
  if (index === null) return t('treatment.window.looking');
  const fix = steps[index]?.fix;
  return t('treatment.window.step', {
    number: index + 1,
    count: steps.length,
    title: fix === undefined ? '' : t(`fixes.${fix}.title`),
  });
}

export function TreatmentRunning({ treatment, before }: StageOf<'doing'>) {
  const { t } = useTranslations();
  const progress = useDoctor((state) => state.treatmentProgress);
  const [isStopping, setStopping] = useState(false);
  const step = progress.findLast((event) => event.type === 'step-started')?.index ?? null;
  // After the last step has started, there is no next step to stop before.
  const canStop = step !== null && step < treatment.steps.length - 1 && !isStopping;
  return (
    <DialogShell
      key="doing"
      title={t('treatment.window.title')}
      width="form"
      locked
      actions={
        <Button
          icon={<Stop16Filled />}
          disabledFocusable={!canStop}
          onClick={() => {
            setStopping(true);
            stopRepair();
          }}
        >
          {t('window.banner.stop')}
        </Button>
      }
    >
      <Working className={styles.now}>
        {nowWords(treatment, progress.at(-1), step, t)}
        {isStopping ? ` ${t('treatment.window.stopping')}` : null}
      </Working>
      <BesidePath path={before} found="before" afterward={treatment}>
        <TreatmentSteps treatment={treatment} stands={stepStatesAfter(treatment, progress)} />
      </BesidePath>
    </DialogShell>
  );
}

const RESULT_TONES: Readonly<Record<TreatmentResult, 'pass' | 'warn' | 'fail'>> = {
  healthy: 'pass',
  better: 'warn',
  unchanged: 'warn',
  departed: 'warn',
  failed: 'fail',
};

export function TreatmentFinished(props: StageOf<'done'> & { readonly run: TreatmentRun }) {
  const { run, treatment, before, outcome } = props;
  const { t } = useTranslations();
  const route = useRoute();
  const isPlanning = useDoctor((state) => state.isPlanning);
  const next = useNextTreatment(outcome);
  const headline = t(`treatment.window.result.${props.headline}`);
  const { treatment: id, steps } = outcome;
  const undoable = steps.some(
    ({ entry }, index) =>
      entry !== null && treatment.steps[index]?.changes.some((change) => change.undoable) === true,
  );
  return (
    <DialogShell
      key={`done ${isPlanning ? '' : (next?.digest ?? '')}`}
      title={headline}
      width="form"
      opensOnPrimary
      quiet={
        <>
          {id !== null && undoable ? (
            <Button appearance="subtle" icon={<ArrowUndo20Regular />} onClick={() => run.undo(id)}>
              {t('treatment.window.undoAll')}
            </Button>
          ) : null}
          <CopyButton label={t('window.copy.ticket')} text={copyTicketText} />
        </>
      }
      actions={
        next === null ? null : (
          <Button
            {...PRIMARY}
            icon={<Wrench20Regular />}
            disabled={isPlanning}
            onClick={() => run.repair(next)}
          >
            {t('treatment.window.action')}
          </Button>
        )
      }
      close="done"
    >
      <div className={styles.notes}>
        {run.note === null ? null : <Callout note={run.note} />}
        <Result outcome={outcome} headline={headline} />
      </div>
      <BesidePath path={before} found="before" afterward={route}>
        <TreatmentSteps treatment={treatment} stands={finalStepStates(treatment, outcome)} />
        {next === null ? <LeftList left={outcome.left} /> : null}
      </BesidePath>
      {next === null ? null : (
        <section className={styles.next} aria-labelledby="kd-next">
          <h3 id="kd-next" className={styles.sectionTitle}>
            {t('treatment.window.next')}
          </h3>
          <TreatmentPlan treatment={next} />
        </section>
      )}
    </DialogShell>
  );
}

/** Returns the next treatment; null if there is none, or if it only repeats a failed activation. */
function useNextTreatment({ result, steps }: TreatmentOutcomeView): TreatmentView | null {
  // Planned again from the PC's current state, since only the latest plan can be applied.
  const planned = useDoctor((state) => state.treatment);
  if (result === 'healthy' || planned === null || planned.steps.length === 0) return null;
  return isRetryOnly(planned) && steps.at(-1)?.fix === 'activate-now' ? null : planned;
}

/** The PC's verdict, unless the headline already states it, with its explanation. */
function Result(props: { readonly outcome: TreatmentOutcomeView; readonly headline: string }) {
  const { result, verdict, why } = props.outcome;
  const words = useTranslations();
  const { t } = words;
  const found = useDoctor((state) => state.finished?.verdict ?? null);
  const tone = RESULT_TONES[result];
  const title =
    verdict === null
      ? t('treatment.window.notDiagnosed')
      : found?.code === verdict.code
        ? verdictWords(found, words).title
        : t(`window.verdictNames.${verdict.code}`);
  return (
    <div className={classes(styles.result, styles[tone])} role="status">
      <StatusIcon light={tone} size={28} />
      <div>
        {title === props.headline ? null : <p className={styles.resultTitle}>{title}</p>}
        <p>{why === null ? t(`treatment.window.about.${result}`) : escapeText(why)}</p>
      </div>
    </div>
  );
}
