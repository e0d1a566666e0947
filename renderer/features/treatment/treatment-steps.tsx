/** The steps of a treatment: their exact changes, and the actual or rehearsed result of each. */
import { useState } from 'react';
import { Link } from '@fluentui/react-components';
import type { VerdictCode } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import { escapeText } from '@shared/printable';
import {
  clausesOf,
  type RehearsedVerdict,
  type TreatmentStepView,
  type TreatmentView,
} from '@shared/treatment';
import { classes } from '../../components/classes';
import { StatusIcon } from '../../components/status';
import { useTranslations } from '../../i18n/translations';
import { ChangeSteps, stepsOf } from '../fix-dialog/change-steps';
import { Changes } from '../fix-dialog/fix-preview';
import { toneOf } from '../verdict/verdict-words';
import type { StepState } from './step-states';
import styles from './treatment.module.css';

/** Formats a rehearsed verdict with a summary of its assumptions. */
export function rehearsedWords(then: RehearsedVerdict, t: Translate): string {
  const given = clausesOf(then).map((clause) => t(clause));
  const verdict = t(`window.verdictNames.${then.code}`);
  return given.length === 0
    ? verdict
    : t('treatment.window.conditional', { verdict, given: given.join(t('window.list.and')) });
}

/** The verdict that a diagnosis found. */
export function FoundVerdict(props: { readonly code: VerdictCode; readonly role?: 'status' }) {
  const { code, role } = props;
  const { t } = useTranslations();
  return (
    <p className={styles.then} role={role}>
      <StatusIcon light={toneOf(code)} size={16} />
      <span>{t('treatment.window.found', { verdict: t(`window.verdictNames.${code}`) })}</span>
    </p>
  );
}

/** @param stands the states of the steps; omitted if nothing has been started */
export function TreatmentSteps(props: {
  readonly treatment: TreatmentView;
  readonly stands?: readonly StepState[];
}) {
  const { treatment, stands } = props;
  return (
    <ol className={styles.steps}>
      {treatment.steps.map((step, index) => (
        <Step
          key={`${index}:${step.fix}`}
          step={step}
          index={index}
          stand={stands?.[index] ?? null}
        />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: TreatmentStepView;
  readonly index: number;
  /** Null if nothing has been started. */
  readonly stand: StepState | null;
}

function Step({ step, index, stand }: StepProps) {
  const { t } = useTranslations();
  const [open, setOpen] = useState(false);
  const isUnderWay = stand?.light === 'running';
  return (
    <li className={styles.step} aria-current={isUnderWay ? 'step' : undefined}>
      {stand === null ? (
        <span aria-hidden className={styles.number}>
          {index + 1}
        </span>
      ) : (
        <StatusIcon light={stand.light} />
      )}
      <div className={styles.stepBody}>
        <h3 className={styles.stepTitle}>{t(`fixes.${step.fix}.title`)}</h3>
        {stand === null ? (
          <p className={styles.stepWhy}>
            {t('window.fix.why', { why: t(`fixes.${step.fix}.why`) })}
          </p>
        ) : null}
        {isUnderWay ? (
          <ChangeSteps steps={stepsOf(stand.changes, step.changes)} />
        ) : (
          <ul className={styles.changeTitles}>
            {step.changes.map(({ title }, place) => (
              <li key={place}>{escapeText(title)}</li>
            ))}
          </ul>
        )}
        {stand === null ? (
          <Link as="button" inline aria-expanded={open} onClick={() => setOpen(!open)}>
            {t(open ? 'treatment.window.hideChanges' : 'treatment.window.showChanges')}
          </Link>
        ) : null}
        {open && stand === null ? (
          <div className={styles.exact}>
            <Changes changes={step.changes} />
          </div>
        ) : null}
        {stand?.failure ? <p className={styles.failure}>{escapeText(stand.failure)}</p> : null}
        <Then step={step} stand={stand} />
      </div>
    </li>
  );
}

/** The verdict after a step: the actual one if known, else the rehearsed one. */
function Then({ step, stand }: Pick<StepProps, 'step' | 'stand'>) {
  const { t } = useTranslations();
  if (stand !== null && stand.found !== null) return <FoundVerdict code={stand.found} />;
  if (stand?.light === 'fail' || stand?.light === 'unknown') return null;
  return (
    <p className={classes(styles.then, styles.rehearsed)}>
      <StatusIcon light="pending" size={16} />
      <span>{t('treatment.window.then', { verdict: rehearsedWords(step.then, t) })}</span>
    </p>
  );
}
