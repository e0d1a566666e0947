/** A fix's form, rendered from the field descriptions of the main process. */
import { useState } from 'react';
import {
  Button,
  Field,
  Input,
  Radio,
  RadioGroup,
  Select,
  Switch,
  Textarea,
} from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRight16Regular } from '@fluentui/react-icons/svg/chevron-right';
import type { RequestOf } from '@shared/ipc';
import type { FieldView, FormView, PlanProblem } from '@shared/plan';
import { classes } from '../../components/classes';
import { useTranslations } from '../../i18n/translations';
import { CopyButton } from '../../components/copy-button';
import { ProductKeyField } from './product-key-field';
import styles from './fix-form.module.css';

/** Values entered by the user, by field; lists and numbers as typed. */
export type FormValues = Readonly<Record<string, string | boolean>>;

/** Returns the form's initial values. A list without an initial value is absent until the user edits it. */
export function initialValues(form: FormView): FormValues {
  const given = form.fields.filter(({ kind, initial }) => kind !== 'list' || initial !== null);
  return Object.fromEntries(
    given.map(({ name, kind, initial }) => [
      name,
      kind === 'switch'
        ? initial === true
        : Array.isArray(initial)
          ? initial.join('\n')
          : initial === null
            ? ''
            : String(initial),
    ]),
  );
}

/** Returns the fields that apply to the current choices. */
const askedFor = (form: FormView, values: FormValues): readonly FieldView[] =>
  form.fields.filter(({ onlyFor }) => onlyFor === null || values[onlyFor.field] === onlyFor.choice);

type Parameters = RequestOf<'fix:plan'>['parameters'];

/**
 * Returns the parameters to send. An empty field is omitted so that its default applies; an empty list means "none".
 */
export function parametersOf(form: FormView, values: FormValues): Parameters {
  const parameters: Parameters = {};
  for (const { name, kind } of askedFor(form, values)) {
    const value = values[name];
    if (typeof value === 'boolean') parameters[name] = value;
    if (typeof value !== 'string') continue;
    const trimmed = value.trim();
    if (trimmed === '' && kind !== 'list') continue;
    if (kind === 'list') {
      parameters[name] = trimmed
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean);
    } else if ((kind === 'port' || kind === 'number') && /^\d{1,9}$/.test(trimmed)) {
      parameters[name] = Number(trimmed);
    } else {
      parameters[name] = trimmed;
    }
  }
  return parameters;
}

/** Maximum number of choices shown as radio buttons; more are shown in a dropdown. */
const RADIOS = 3;

interface FormProps {
  readonly form: FormView;
  readonly values: FormValues;
  readonly touched: ReadonlySet<string>;
  readonly problem: PlanProblem | null;
  /** Whether the current values produced a plan. */
  readonly good: boolean;
  readonly onChange: (name: string, value: string | boolean) => void;
  readonly onTouch: (name: string) => void;
  readonly onSubmit: () => void;
}

export function FixForm(props: FormProps) {
  const { form, values, problem } = props;
  const { t } = useTranslations();
  const fields = askedFor(form, values);
  const basic = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  const wrong = new Set(problem?.messages.map(({ field }) => field));
  const [wanted, setWanted] = useState(false);
  const open = wanted || advanced.some(({ name }) => wrong.has(name));
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {form.facts.length === 0 ? null : (
        <dl className={styles.facts}>
          {form.facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <span className={styles.factValue}>{value}</span>
                <CopyButton label={t('window.copy.value')} text={value} iconOnly />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {form.fields.length === 0 ? <p className={styles.none}>{t('window.fix.noFields')}</p> : null}
      <div className={styles.fields}>
        {basic.map((field) => (
          <FieldRow key={field.name} field={field} {...props} />
        ))}
      </div>
      {advanced.length === 0 ? null : (
        <div>
          <Button
            appearance="transparent"
            className={styles.more}
            icon={open ? <ChevronDown16Regular /> : <ChevronRight16Regular />}
            aria-expanded={open}
            onClick={() => setWanted(!open)}
          >
            <span>
              {t('window.fix.moreOptions')}
              {open ? null : (
                <span className={styles.moreValues}>
                  {advanced
                    .filter(({ name }) => values[name] !== '' && typeof values[name] === 'string')
                    .map(({ name, label }) => `${label} ${String(values[name])}`)
                    .join(t('window.list.comma'))}
                </span>
              )}
            </span>
          </Button>
          {open ? (
            <div className={styles.fields}>
              {advanced.map((field) => (
                <FieldRow key={field.name} field={field} {...props} />
              ))}
            </div>
          ) : null}
        </div>
      )}
      <button type="submit" hidden />
    </form>
  );
}

function FieldRow(props: FormProps & { readonly field: FieldView }) {
  const { field, values, touched, problem, onChange } = props;
  const { t } = useTranslations();
  const found = problem?.messages.filter((message) => message.field === field.name) ?? [];
  const value = values[field.name] ?? '';
  if (field.kind === 'secret') {
    return (
      <ProductKeyField
        field={field}
        value={String(value)}
        found={found}
        onChange={(typed) => onChange(field.name, typed)}
      />
    );
  }
  // An empty field that the user hasn't visited yet shows no error.
  const shown = touched.has(field.name) || value !== '' ? found : [];
  const message = shown.map((entry) => entry.message).join(' ');
  const suggestions = shown.flatMap((entry) => entry.suggestions);
  const narrow = field.kind === 'port' || field.kind === 'number';
  return (
    <div className={classes(styles.field, narrow && styles.narrow)}>
      <Field
        label={field.kind === 'switch' ? null : field.label}
        hint={field.hint}
        validationMessage={message || null}
      >
        <Control {...props} value={value} />
      </Field>
      {suggestions.length === 0 ? null : (
        <div className={styles.suggestions}>
          {suggestions.map((suggestion) => (
            <Button key={suggestion} size="small" onClick={() => onChange(field.name, suggestion)}>
              {t('window.fix.use', { value: suggestion })}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function Control(
  props: FormProps & { readonly field: FieldView; readonly value: string | boolean },
) {
  const { field, value, onChange, onTouch } = props;
  const { name } = field;
  const text = String(value);
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          checked={value === true}
          label={field.label}
          onChange={(_, data) => onChange(name, data.checked)}
        />
      );
    case 'choice':
      return field.choices.length <= RADIOS ? (
        <RadioGroup value={text} onChange={(_, data) => onChange(name, data.value)}>
          {field.choices.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </RadioGroup>
      ) : (
        <Select value={text} onChange={(_, data) => onChange(name, data.value)}>
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </Select>
      );
    case 'list':
      return (
        <Textarea
          value={text}
          rows={4}
          resize="vertical"
          spellCheck={false}
          onChange={(_, data) => onChange(name, data.value)}
          onBlur={() => (name in props.values ? onTouch(name) : onChange(name, ''))}
        />
      );
    // Rendered separately, in `ProductKeyField`.
    case 'secret':
      return null;
    case 'text':
    case 'port':
    case 'number':
    case 'file':
      return (
        <Input
          className={styles.input}
          inputMode={field.kind === 'port' || field.kind === 'number' ? 'numeric' : 'text'}
          value={text}
          autoComplete="off"
          spellCheck={false}
          aria-required={field.required}
          onChange={(_, data) => onChange(name, data.value)}
          onBlur={() => {
            if (text !== '') onTouch(name);
          }}
        />
      );
  }
}
