/** Shows the changes of a fix while they are made, each with its status. */
import type { MessageKey } from '@shared/message';
import type { ChangeView, FixProgress } from '@shared/plan';
import { escapeText } from '@shared/printable';
import type { TreatmentProgress } from '@shared/treatment';
import { StatusIcon, type Light } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import styles from './change-steps.module.css';

/** What is being done after an event, unless that is a change or a step. */
const ACTIVITIES: Readonly<Partial<Record<(FixProgress | TreatmentProgress)['type'], MessageKey>>> =
  {
    'rolling-back': 'window.fix.rollingBack',
    're-checking': 'window.fix.reChecking',
    looking: 'window.fix.reChecking',
    'step-finished': 'window.fix.reChecking',
    waiting: 'treatment.window.waiting',
  };

/** Returns the sentence for the latest progress of a fix or a treatment; undefined for a change or a step. */
export function progressKey(event: FixProgress | TreatmentProgress): MessageKey | undefined {
  if (event.type === 'fix') return progressKey(event.progress);
  if (event.type !== 'asking') return ACTIVITIES[event.type];
  return event.who === 'windows' ? 'window.fix.windowsAsks' : 'window.fix.waitingForConfirmation';
}

/** A change and its current status. */
export interface ChangeStep {
  readonly title: string;
  readonly detail: string | null;
  readonly light: Light;
}

/** Status of each result; a skipped change has none to show. */
const LIGHTS: Readonly<Record<Extract<FixProgress, { type: 'change-finished' }>['status'], Light>> =
  { done: 'pass', unverified: 'unknown', refused: 'fail', skipped: 'not-applicable' };

/** Returns all steps: those with progress, and those still to come. */
export function stepsOf(
  progress: readonly FixProgress[],
  changes: readonly ChangeView[],
): ChangeStep[] {
  const steps = changes.map(({ title }): ChangeStep => ({ title, detail: null, light: 'pending' }));
  for (const event of progress) {
    if (event.type === 'change-started') {
      steps[event.index] = { title: event.title, detail: null, light: 'running' };
    }
    if (event.type === 'change-finished') {
      const { index, detail, status } = event;
      steps[index] = { title: steps[index]?.title ?? '', detail, light: LIGHTS[status] };
    }
  }
  return steps;
}

export function ChangeSteps({ steps }: { readonly steps: readonly ChangeStep[] }) {
  const { t } = useTranslations();
  return (
    <ol className={styles.steps}>
      {steps.map((step, index) => (
        <li key={index}>
          <StatusIcon light={step.light} />
          <div>
            <p>{escapeText(step.title)}</p>
            {step.detail === null ? null : (
              <p className={styles.detail}>{escapeText(step.detail)}</p>
            )}
            {step.light === 'unknown' ? (
              <p className={styles.detail}>{t('window.activity.state.unverified')}</p>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
