/** The state of a fix's dialog: the form's values, the plan made from them, and its execution. */
import { useEffect, useRef, useState } from 'react';
import type { AnswerOf, RequestOf } from '@shared/ipc';
import type { FieldView, FormView } from '@shared/plan';
import { useRefusal } from '../../components/callout';
import { whileWanted } from '../../components/while-wanted';
import { ask } from '../../state/bridge';
import { useApply } from './fix-run';

/** Debounce delay for typing, in milliseconds. */
const PAUSE = 200;

/** Values entered by the user, by field; lists and numbers as typed. */
type FormValues = Readonly<Record<string, string | boolean>>;

/** Returns the form's initial values. A list without an initial value is absent until the user edits it. */
function initialValues(form: FormView): FormValues {
  const given = form.fields.filter(({ kind, initial }) => kind !== 'list' || initial !== null);
  return Object.fromEntries(
    given.map(({ name, kind, initial }) => [
      name,
      kind === 'switch' ? initial === true : [initial ?? ''].flat().join('\n'),
    ]),
  );
}

function withoutSecrets(form: FormView, values: FormValues): FormValues {
  const secrets = form.fields.filter(({ kind }) => kind === 'secret');
  return { ...values, ...Object.fromEntries(secrets.map(({ name }) => [name, ''])) };
}

/** Returns the fields that apply to the current choices. */
const askedFor = (form: FormView, values: FormValues): readonly FieldView[] =>
  form.fields.filter(({ onlyFor }) => onlyFor === null || values[onlyFor.field] === onlyFor.choice);

/**
 * Returns the parameters to send. An empty field is omitted so that its default applies; an empty list means "none".
 */
function parametersOf(form: FormView, values: FormValues) {
  const parameters: RequestOf<'fix:plan'>['parameters'] = {};
  for (const { name, kind } of askedFor(form, values)) {
    const value = values[name];
    if (typeof value === 'boolean') parameters[name] = value;
    if (typeof value !== 'string') continue;
    const text = value.trim();
    const lines = text.split('\n').map((line) => line.trim());
    if (kind === 'list') parameters[name] = lines.filter(Boolean);
    else if (kind === 'number' && /^\d{1,9}$/.test(text)) parameters[name] = Number(text);
    else if (text !== '') parameters[name] = text;
  }
  return parameters;
}

interface Planned {
  /** The form values that it was made from. */
  readonly of: FormValues;
  readonly answer: AnswerOf<'fix:plan'>;
}

/** Plans the fix from the form values, debounced; only the last response counts. */
function usePlan(form: FormView, values: FormValues): Planned | null {
  const [planned, setPlanned] = useState<Planned | null>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    const pause = isFirst.current ? 0 : PAUSE;
    isFirst.current = false;
    return whileWanted(
      () => ask('fix:plan', { fix: form.fix, parameters: parametersOf(form, values) }),
      (answer) => {
        if (answer !== null) setPlanned({ of: values, answer });
      },
      pause,
    );
  }, [form, values]);
  return planned;
}

/** Keeps the state of a fix's dialog, and changes it. */
export function useFix(form: FormView) {
  const [values, setValues] = useState(() => initialValues(form));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const planned = usePlan(form, values);
  const run = useApply();
  const refusal = useRefusal();
  const answer = planned?.answer ?? null;
  const plan = answer !== null && 'digest' in answer ? answer : null;
  const problem = answer !== null && 'problem' in answer ? answer : null;
  const isCurrent = planned?.of === values;
  const isReady = isCurrent && refusal === null && plan !== null && plan.changes.length > 0;

  const touch = (name: string) => setTouched((before) => new Set(before).add(name));
  const change = (name: string, value: string | boolean) => {
    run.forgetNote();
    touch(name);
    setValues((before) => ({ ...before, [name]: value }));
  };
  const apply = async () => {
    if (!isReady) return;
    const parameters = parametersOf(form, values);
    // Secrets are removed from the window's state as soon as they have been sent.
    setValues((before) => withoutSecrets(form, before));
    const note = await run.apply(plan, parameters);
    if (note?.replan === true) setValues((before) => ({ ...before }));
  };
  return {
    run,
    values,
    fields: askedFor(form, values),
    touched,
    refusal,
    plan,
    problem,
    /** What is wrong with the current values. */
    found: isCurrent && problem !== null ? problem.messages : [],
    isCurrent,
    isHandover: plan?.changes.length === 0 && plan.handover !== null,
    isReady,
    touch,
    change,
    apply,
  };
}

/** The state of a fix's dialog, and the actions that change it. */
export type Fix = ReturnType<typeof useFix>;
