/**
 * Exactly what will run: every change with its command, its values before and after, the risk and what undo restores.
 */
import { ArrowUndo20Regular } from '@fluentui/react-icons/svg/arrow-undo';
import { Shield20Regular } from '@fluentui/react-icons/svg/shield';
import { hasTextPlaceholder } from '@shared/admin-message';
import type { ChangeView, PlanProblem, PlanView } from '@shared/plan';
import { useTranslations } from '../../i18n/translations';
import { escapeText } from '@shared/printable';
import { CommandBlock } from '../../components/command-block';
import { Callout } from '../../components/callout';
import styles from './fix-preview.module.css';

export function FixPreview(props: {
  readonly plan: PlanView | null;
  readonly problem: PlanProblem | null;
}) {
  const { plan, problem } = props;
  const { t } = useTranslations();
  if (plan === null) {
    const general = problem?.messages.filter(({ field }) => field === null) ?? [];
    return (
      <>
        <h3 className={styles.title}>{t('window.fix.willRun')}</h3>
        {general.map(({ message }) => (
          <Callout key={message} note={{ intent: 'info', text: message }} />
        ))}
        {general.length === 0 ? (
          <p className={styles.waiting}>
            {t(problem === null ? 'window.fix.planning' : 'window.fix.fillIn')}
          </p>
        ) : null}
      </>
    );
  }
  return (
    <>
      {plan.warnings.map((warning) => (
        <Callout key={warning} note={{ intent: 'warning', text: warning }} />
      ))}
      {plan.changes.length === 0 ? null : (
        <>
          <h3 className={styles.title}>
            {plan.changes.length === 1
              ? t('window.fix.oneChange')
              : t('window.fix.changes', { count: plan.changes.length })}
          </h3>
          <Changes changes={plan.changes} />
        </>
      )}
      {plan.handover === null ? null : (
        <>
          <h3 className={styles.title}>{t(`window.fix.handover.${plan.handover.for}`)}</h3>
          {hasTextPlaceholder(plan.handover.text) ? <p>{t('window.byHand.fillIn')}</p> : null}
          <CommandBlock text={plan.handover.text} tall />
        </>
      )}
      <ul className={styles.care}>
        <li>
          <Shield20Regular aria-hidden />
          <span>
            <strong>{t('window.fix.risk')}</strong> {plan.risk}
          </span>
        </li>
        <li>
          <ArrowUndo20Regular aria-hidden />
          <span>
            <strong>{t('window.fix.wayBack')}</strong> {plan.wayBack}
          </span>
        </li>
      </ul>
    </>
  );
}

/** The value before and after a change, or now and after its undo. */
export function ChangeStates(props: { readonly change: ChangeView; readonly isUndo?: boolean }) {
  const { change, isUndo = false } = props;
  const { t } = useTranslations();
  return (
    <dl className={styles.states}>
      <div>
        <dt>{t(isUndo ? 'window.fix.now' : 'window.fix.before')}</dt>
        <dd>{escapeText(isUndo ? change.after : change.before)}</dd>
      </div>
      <div>
        <dt>{t('window.fix.after')}</dt>
        <dd>{escapeText(isUndo ? change.before : change.after)}</dd>
      </div>
    </dl>
  );
}

/** The numbered changes. */
export function Changes({ changes }: { readonly changes: readonly ChangeView[] }) {
  const { t } = useTranslations();
  return (
    <ol className={styles.changes}>
      {changes.map((change, index) => (
        <li key={index}>
          <span aria-hidden className={styles.number}>
            {index + 1}
          </span>
          <div className={styles.change}>
            <p className={styles.changeTitle}>{escapeText(change.title)}</p>
            {change.byHand === '' ? null : <CommandBlock text={escapeText(change.byHand)} />}
            <ChangeStates change={change} />
            {change.undoable ? null : <p className={styles.noUndo}>{t('window.fix.noUndo')}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
