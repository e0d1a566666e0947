/**
 * A product key field that groups characters while typing, hides them until the user reveals them, and validates each
 * one.
 * The input is uncontrolled, because React would also write a controlled value to the `value` attribute, which must
 * never contain a key.
 */
import { useLayoutEffect, useRef, useState } from 'react';
import { Button, Field } from '@fluentui/react-components';
import { CheckmarkCircle16Filled } from '@fluentui/react-icons/svg/checkmark-circle';
import { Eye20Regular } from '@fluentui/react-icons/svg/eye';
import { EyeOff20Regular } from '@fluentui/react-icons/svg/eye-off';
import { toDisplayText } from '@shared/host-input';
import type { FieldView, PlanProblem } from '@shared/plan';
import { groupTypedKey, parseProductKey, PRODUCT_KEY_LENGTH } from '@shared/product-key';
import { classes } from '../../components/classes';
import { useTranslations } from '../../i18n/translations';
import { FixButton } from './fix-button';
import styles from './product-key-field.module.css';

export function ProductKeyField(props: {
  readonly field: FieldView;
  readonly value: string;
  /** Problems reported by the main process. */
  readonly found: PlanProblem['messages'];
  readonly onChange: (value: string) => void;
}) {
  const { field, value, found, onChange } = props;
  const { t, language } = useTranslations();
  const input = useRef<HTMLInputElement>(null);
  const [isShown, setShown] = useState(false);
  const [isLeft, setLeft] = useState(false);
  const { length } = groupTypedKey(value, 0);
  const instead = found.find((each) => each.instead !== undefined)?.instead;
  const problem = useProblem(value, isLeft);
  // A recognized key is reported by its name, even if its format is invalid.
  const message =
    problem === null || instead !== undefined
      ? found.map((each) => each.message).join(' ')
      : problem;
  const isWhole = message === '' && length === PRODUCT_KEY_LENGTH;
  // Cleared once the key has been sent.
  useLayoutEffect(() => {
    if (value === '' && input.current !== null) input.current.value = '';
  }, [value]);
  return (
    <div className={styles.row}>
      <Field
        label={field.label}
        hint={
          <>
            <span className={styles.count}>
              {isWhole ? <CheckmarkCircle16Filled className={styles.whole} aria-hidden /> : null}
              {t('window.fix.key.count', { length, total: PRODUCT_KEY_LENGTH })}
            </span>
            {language === 'en' ? ' ' : ''}
            {field.hint}
          </>
        }
        validationMessage={message || null}
      >
        {(attributes) => (
          <span className={styles.box}>
            <input
              {...attributes}
              ref={input}
              className={classes(styles.input, 'kd-focus')}
              type={isShown ? 'text' : 'password'}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              aria-required={field.required}
              onInput={({ currentTarget, nativeEvent }) => {
                if (nativeEvent.isComposing) return;
                const typed = groupTypedKey(
                  currentTarget.value,
                  currentTarget.selectionStart ?? currentTarget.value.length,
                );
                currentTarget.value = typed.text;
                currentTarget.setSelectionRange(typed.caret, typed.caret);
                onChange(typed.text);
              }}
              onBlur={() => setLeft(value !== '')}
            />
            <Button
              appearance="subtle"
              size="small"
              icon={isShown ? <EyeOff20Regular /> : <Eye20Regular />}
              aria-label={t('window.fix.key.show')}
              aria-pressed={isShown}
              title={t('window.fix.key.show')}
              onClick={() => setShown(!isShown)}
            />
          </span>
        )}
      </Field>
      {instead === undefined ? null : (
        <div className={styles.instead}>
          <FixButton fix={instead} size="small" />
        </div>
      )}
    </div>
  );
}

/**
 * Returns the problem with a key immediately, except that a key that is only too short counts as unfinished until the
 * field loses focus.
 */
function useProblem(value: string, isLeft: boolean): string | null {
  const { t } = useTranslations();
  const parsed = parseProductKey(value);
  if (parsed.ok) return null;
  const { code, ...params } = parsed.problem;
  const isShort = code === 'empty' || ('length' in params && params.length < PRODUCT_KEY_LENGTH);
  return isShort && !isLeft
    ? ''
    : t(`keys.problem.${code}`, {
        ...params,
        ...('character' in params && { character: toDisplayText(params.character) }),
      });
}
