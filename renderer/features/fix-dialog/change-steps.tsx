/** Shows the changes of a fix while they are made, each with its status. */
import type { ChangeView, FixProgress } from '@shared/plan';
import { escapeText } from '@shared/printable';
import { StatusIcon, type Light } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import styles from './change-steps.module.css';

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
  const steps = new Map<number, ChangeStep>(
    changes.map((change, index) => [
      index,
      { title: change.title, detail: null, light: 'waiting' },
    ]),
  );
  for (const event of progress) {
    if (event.type === 'change-started') {
      steps.set(event.index, { title: event.title, detail: null, light: 'checking' });
    }
    if (event.type === 'change-finished') {
      const before = steps.get(event.index);
      steps.set(event.index, {
        title: before?.title ?? '',
        detail: event.detail,
        light: LIGHTS[event.status],
      });
    }
  }
  return [...steps.entries()].sort(([a], [b]) => a - b).map(([, step]) => step);
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
