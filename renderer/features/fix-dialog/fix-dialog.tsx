/** A fix from its form to the re-check. Shows what will run before applying it, and the result afterward. */
import { useEffect, useState } from 'react';
import { Button, Spinner } from '@fluentui/react-components';
import { Save20Regular } from '@fluentui/react-icons/svg/save';
import { ShieldTask20Regular } from '@fluentui/react-icons/svg/shield-task';
import type { FixId } from '@shared/catalog';
import type { Translate } from '@shared/i18n';
import type { AnswerOf } from '@shared/ipc';
import type { FormView, PlanView } from '@shared/plan';
import { saveText } from '../../state/actions';
import { ask } from '../../state/bridge';
import { setDialog } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { CopyButton } from '../../components/copy-button';
import { changesText } from './changes-text';
import { FootNote } from './foot-note';
import { FixForm } from './fix-form';
import { FixPreview } from './fix-preview';
import { FixRun } from './fix-run';
import { useFix } from './use-fix';
import { DialogShell } from '../../components/dialog-shell';
import { whileWanted } from '../../components/while-wanted';
import { PRIMARY } from '../../components/primary';
import { Callout } from '../../components/callout';
import styles from './fix-dialog.module.css';

export function FixDialog({ fix }: { readonly fix: FixId }) {
  const { t, language } = useTranslations();
  const [form, setForm] = useState<AnswerOf<'fix:form'> | 'failed' | null>(null);
  useEffect(
    () =>
      whileWanted(
        () => ask('fix:form', { fix }),
        (answer) => setForm(answer ?? 'failed'),
      ),
    [fix, language],
  );

  if (form !== null && form !== 'failed' && 'fields' in form) {
    return <Ready key={language} form={form} />;
  }
  return (
    <DialogShell title={t(`fixes.${fix}.title`)} width="result" close="close">
      <div className={styles.alone}>
        {form === null ? <Spinner label={t('window.fix.loading')} /> : null}
        {form === 'failed' ? (
          <Callout note={{ intent: 'error', text: t('window.notice.refused') }} />
        ) : (
          form?.messages.map(({ message }) => (
            <Callout key={message} note={{ intent: 'info', text: message }} />
          ))
        )}
      </div>
    </DialogShell>
  );
}

function Ready({ form }: { readonly form: FormView }) {
  const { t } = useTranslations();
  const fix = useFix(form);
  const { refusal, plan, isHandover, isReady } = fix;
  const { attempt, note, undo } = fix.run;
  if (attempt !== null) {
    return <FixRun attempt={attempt} title={form.title} note={note} undo={undo} />;
  }
  const isConfirmedOnly = form.fields.length === 0 && refusal === null;
  const text = plan === null ? '' : (plan.handover?.text ?? textOf(form, plan, t));
  return (
    <DialogShell
      title={form.title}
      subtitle={form.description}
      width="form"
      opensOnPrimary={isConfirmedOnly}
      quiet={
        <>
          <CopyButton label={t('window.fix.copyForAdmin')} text={text} disabled={text === ''} />
          {isHandover ? (
            <Button appearance="subtle" icon={<Save20Regular />} onClick={() => saveText(text)}>
              {t('window.fix.saveText')}
            </Button>
          ) : null}
        </>
      }
      actions={
        <>
          {isHandover || refusal !== null ? null : <FootNote />}
          {/* React reuses this button for closing if there turns out to be nothing to do, so that the focus stays. */}
          {isHandover ? (
            <Button onClick={() => setDialog(null)}>{t('window.dialog.close')}</Button>
          ) : (
            <Button
              {...PRIMARY}
              icon={<ShieldTask20Regular />}
              // In a form without fields, Enter activates this button from the start.
              {...(isConfirmedOnly ? { disabledFocusable: !isReady } : { disabled: !isReady })}
              onClick={() => void fix.apply()}
            >
              {form.action}
            </Button>
          )}
        </>
      }
      close={isHandover ? null : 'cancel'}
    >
      <div className={styles.columns}>
        <div className={styles.form}>
          <p className={styles.why}>{t('window.fix.why', { why: t(`fixes.${form.fix}.why`) })}</p>
          <FixForm form={form} fix={fix} />
        </div>
        <div className={styles.preview} aria-busy={!fix.isCurrent} aria-live="polite">
          {note === null ? null : <Callout note={note} />}
          {refusal === null ? null : <Callout note={refusal} />}
          <FixPreview plan={plan} problem={fix.problem} />
        </div>
      </div>
    </DialogShell>
  );
}

/** Formats the changes as instructions for an admin. */
function textOf(form: FormView, plan: PlanView, t: Translate): string {
  return [
    form.title,
    form.description,
    ...changesText(plan.changes, t),
    `\n${plan.risk}`,
    plan.wayBack,
  ].join('\n');
}
