/** A fix from its form to the re-check. Shows what will run before applying it, and the result afterward. */
import { useEffect, useRef, useState } from 'react';
import { Button, Spinner } from '@fluentui/react-components';
import { Save20Regular } from '@fluentui/react-icons/svg/save';
import { ShieldTask20Regular } from '@fluentui/react-icons/svg/shield-task';
import type { FixId } from '@shared/catalog';
import type { AnswerOf } from '@shared/ipc';
import type { FormView, PlanProblem, PlanView } from '@shared/plan';
import { saveText } from '../../state/actions';
import { ask } from '../../state/bridge';
import { setDialog, useDoctor } from '../../state/store';
import { useTranslations, type Translations } from '../../i18n/translations';
import { CopyButton } from '../../components/copy-button';
import { changesText } from './changes-text';
import { FootNote } from './foot-note';
import { FixForm, initialValues, parametersOf, type FormValues } from './fix-form';
import { FixPreview } from './fix-preview';
import { FixRun, useApply } from './fix-run';
import { DialogShell } from '../../components/dialog-shell';
import { whileWanted } from '../../components/while-wanted';
import { PRIMARY } from '../../components/primary';
import { Callout, type NoteView } from '../../components/callout';
import styles from './fix-dialog.module.css';

/** Debounce delay for typing, in milliseconds. */
const PAUSE = 200;

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

interface Planned {
  /** The form values that it was made from; null before the first response. */
  readonly of: FormValues | null;
  readonly plan: PlanView | null;
  readonly problem: PlanProblem | null;
}

/** Plans the fix from the form values, debounced; only the last response counts. */
function usePlan(form: FormView, values: FormValues): Planned {
  const [planned, setPlanned] = useState<Planned>({ of: null, plan: null, problem: null });
  const isFirst = useRef(true);
  useEffect(() => {
    const pause = isFirst.current ? 0 : PAUSE;
    isFirst.current = false;
    return whileWanted(
      () => ask('fix:plan', { fix: form.fix, parameters: parametersOf(form, values) }),
      (answer) => {
        if (answer === null) return;
        const isProblem = 'problem' in answer;
        setPlanned({
          of: values,
          plan: isProblem ? null : answer,
          problem: isProblem ? answer : null,
        });
      },
      pause,
    );
  }, [form, values]);
  return planned;
}

/** State of a fix dialog: the form values, the plan made from them, and its execution. */
function useFix(form: FormView) {
  const [values, setValues] = useState(() => initialValues(form));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [note, setNote] = useState<NoteView | null>(null);
  const { of, plan, problem } = usePlan(form, values);
  const run = useApply();
  const refusal = useDoctor((state) => state.info?.repairRefusal ?? null);
  const isCurrent = of === values;
  const isHandover = plan !== null && plan.changes.length === 0 && plan.handover !== null;
  const isReady =
    isCurrent && !isHandover && refusal === null && plan !== null && plan.changes.length > 0;

  const touch = (name: string) => setTouched((before) => new Set(before).add(name));
  const change = (name: string, value: FormValues[string]) => {
    setNote(null);
    touch(name);
    setValues((before) => ({ ...before, [name]: value }));
  };
  const apply = () => {
    if (!isReady) return;
    const parameters = parametersOf(form, values);
    // Secrets are removed from the window's state as soon as they have been sent.
    setValues((before) => withoutSecrets(form, before));
    setNote(null);
    void run
      .apply(plan, () => ask('fix:apply', { fix: form.fix, parameters, digest: plan.digest }))
      .then((after) => {
        if (after === null) return;
        setNote(after);
        if (after.replan === true) setValues((before) => ({ ...before }));
      });
  };
  return {
    values,
    touched,
    note,
    run,
    refusal,
    plan,
    problem,
    isCurrent,
    isHandover,
    isReady,
    touch,
    change,
    apply,
  };
}

type Fix = ReturnType<typeof useFix>;

function Ready({ form }: { readonly form: FormView }) {
  const { t } = useTranslations();
  const fix = useFix(form);
  const { values, touched, note, run, refusal, plan, problem, isCurrent } = fix;
  if (run.attempt !== null) {
    return <FixRun attempt={run.attempt} title={form.title} undo={run.undo} />;
  }
  const isConfirmedOnly = form.fields.length === 0 && refusal === null;
  return (
    <DialogShell
      title={form.title}
      subtitle={form.description}
      width="form"
      opensOnPrimary={isConfirmedOnly}
      quiet={<ForAdministrator form={form} fix={fix} />}
      actions={<Actions form={form} fix={fix} isConfirmedOnly={isConfirmedOnly} />}
      close={fix.isHandover ? null : 'cancel'}
    >
      <div className={styles.columns}>
        <div className={styles.form}>
          <p className={styles.why}>{t('window.fix.why', { why: t(`fixes.${form.fix}.why`) })}</p>
          <FixForm
            form={form}
            values={values}
            touched={touched}
            problem={isCurrent ? problem : null}
            good={isCurrent && plan !== null}
            onChange={fix.change}
            onTouch={fix.touch}
            onSubmit={fix.apply}
          />
        </div>
        <div className={styles.preview} aria-busy={!isCurrent} aria-live="polite">
          {note === null ? null : <Callout note={note} />}
          {refusal === null ? null : (
            <Callout
              note={{ intent: 'warning', text: t('window.fix.refusedHere', { reason: refusal }) }}
            />
          )}
          <FixPreview plan={plan} problem={problem} />
        </div>
      </div>
    </DialogShell>
  );
}

function ForAdministrator({ form, fix }: { readonly form: FormView; readonly fix: Fix }) {
  const words = useTranslations();
  const { t } = words;
  const { plan } = fix;
  const text = plan === null ? '' : (plan.handover?.text ?? textOf(form, plan, words));
  return (
    <>
      <CopyButton label={t('window.fix.copyForAdmin')} text={text} disabled={text === ''} />
      {fix.isHandover ? (
        <Button appearance="subtle" icon={<Save20Regular />} onClick={() => saveText(text)}>
          {t('window.fix.saveText')}
        </Button>
      ) : null}
    </>
  );
}

function Actions(props: {
  readonly form: FormView;
  readonly fix: Fix;
  readonly isConfirmedOnly: boolean;
}) {
  const { form, fix, isConfirmedOnly } = props;
  const { t } = useTranslations();
  return (
    <>
      {fix.isHandover || fix.refusal !== null ? null : <FootNote />}
      {/* React reuses this button for closing if there turns out to be nothing to do, so that the focus stays. */}
      {fix.isHandover ? (
        <Button onClick={() => setDialog(null)}>{t('window.dialog.close')}</Button>
      ) : (
        <Button
          {...PRIMARY}
          icon={<ShieldTask20Regular />}
          // In a form without fields, Enter activates this button from the start.
          {...(isConfirmedOnly ? { disabledFocusable: !fix.isReady } : { disabled: !fix.isReady })}
          onClick={fix.apply}
        >
          {form.action}
        </Button>
      )}
    </>
  );
}

function withoutSecrets(form: FormView, values: FormValues): FormValues {
  const secrets = form.fields.filter(({ kind }) => kind === 'secret').map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, secrets.includes(name) ? '' : value]),
  );
}

/** Formats the changes as instructions for an admin. */
function textOf(form: FormView, plan: PlanView, { t }: Translations): string {
  return [
    form.title,
    form.description,
    ...changesText(plan.changes, t),
    `\n${plan.risk}`,
    plan.wayBack,
  ].join('\n');
}
