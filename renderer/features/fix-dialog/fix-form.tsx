/** A fix's form, rendered from the field descriptions of the main process. */
import { useState } from 'react';
import {
  Button,
  Field,
  Input,
  Radio,
  RadioGroup,
  Switch,
  Textarea,
} from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons/svg/chevron-down';
import { ChevronRight16Regular } from '@fluentui/react-icons/svg/chevron-right';
import type { FieldView, FormView } from '@shared/plan';
import { classes } from '../../components/classes';
import { useTranslations } from '../../i18n/translations';
import { CopyButton } from '../../components/copy-button';
import { ProductKeyField } from './product-key-field';
import type { Fix } from './use-fix';
import styles from './fix-form.module.css';

export function FixForm({ form, fix }: { readonly form: FormView; readonly fix: Fix }) {
  const { values, fields } = fix;
  const { t } = useTranslations();
  const basic = fields.filter(({ advanced }) => !advanced);
  const advanced = fields.filter((field) => field.advanced);
  const wrong = new Set(fix.found.map(({ field }) => field));
  const [wanted, setWanted] = useState(false);
  const open = wanted || advanced.some(({ name }) => wrong.has(name));
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void fix.apply();
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
          <FieldRow key={field.name} field={field} fix={fix} />
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
                <FieldRow key={field.name} field={field} fix={fix} />
              ))}
            </div>
          ) : null}
        </div>
      )}
      <button type="submit" hidden />
    </form>
  );
}

interface FieldProps {
  readonly field: FieldView;
  readonly fix: Fix;
}

function FieldRow({ field, fix }: FieldProps) {
  const { t } = useTranslations();
  const found = fix.found.filter((message) => message.field === field.name);
  const value = fix.values[field.name] ?? '';
  if (field.kind === 'secret') {
    return (
      <ProductKeyField
        field={field}
        value={String(value)}
        found={found}
        onChange={(typed) => fix.change(field.name, typed)}
      />
    );
  }
  // An empty field that the user hasn't visited yet shows no error.
  const shown = fix.touched.has(field.name) || value !== '' ? found : [];
  const message = shown.map((entry) => entry.message).join(' ');
  const suggestions = shown.flatMap((entry) => entry.suggestions);
  return (
    <div className={classes(styles.field, field.kind === 'number' && styles.narrow)}>
      <Field
        label={field.kind === 'switch' ? null : field.label}
        hint={field.hint}
        validationMessage={message || null}
      >
        <Control field={field} fix={fix} value={value} />
      </Field>
      {suggestions.length === 0 ? null : (
        <div className={styles.suggestions}>
          {suggestions.map((suggestion) => (
            <Button
              key={suggestion}
              size="small"
              onClick={() => fix.change(field.name, suggestion)}
            >
              {t('window.fix.use', { value: suggestion })}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function Control({ field, fix, value }: FieldProps & { readonly value: string | boolean }) {
  const { name } = field;
  const text = String(value);
  const change = (_: unknown, data: { readonly value: string }) => fix.change(name, data.value);
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          checked={value === true}
          label={field.label}
          onChange={(_, data) => fix.change(name, data.checked)}
        />
      );
    case 'choice':
      return (
        <RadioGroup value={text} onChange={change}>
          {field.choices.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={choice.label} />
          ))}
        </RadioGroup>
      );
    case 'list':
      return (
        <Textarea
          value={text}
          rows={4}
          resize="vertical"
          spellCheck={false}
          onChange={change}
          onBlur={() => (name in fix.values ? fix.touch(name) : fix.change(name, ''))}
        />
      );
    // Rendered separately, in `ProductKeyField`.
    case 'secret':
      return null;
    case 'text':
    case 'number':
      return (
        <Input
          className={styles.input}
          inputMode={field.kind === 'number' ? 'numeric' : 'text'}
          value={text}
          autoComplete="off"
          spellCheck={false}
          aria-required={field.required}
          onChange={change}
          onBlur={() => {
            if (text !== '') fix.touch(name);
          }}
        />
      );
  }
}
