/** A button that copies a text to the clipboard and confirms it. */
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from '@fluentui/react-components';
import { Checkmark20Regular } from '@fluentui/react-icons/svg/checkmark';
import { Copy20Regular } from '@fluentui/react-icons/svg/copy';
import { attempt, copy } from '../state/actions';
import { announce } from '../state/announce';
import { useTranslations } from '../i18n/translations';
import { PRIMARY } from './primary';
import styles from './copy-button.module.css';

interface CopyButtonProps {
  /** The text to copy, or a function that requests it. */
  readonly text: string | (() => Promise<string>);
  readonly label: string;
  /** Shows only the icon; the label becomes the accessible name. */
  readonly iconOnly?: boolean;
  readonly size?: 'small' | 'medium';
  readonly appearance?: 'subtle' | 'secondary' | 'primary';
  readonly disabled?: boolean;
}

/** How long the check mark stays, in milliseconds. */
const SHOWN = 2000;

export function CopyButton(props: CopyButtonProps): ReactElement {
  const { text, label, iconOnly = false, size = 'medium', appearance = 'subtle' } = props;
  const { t } = useTranslations();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), SHOWN);
    return () => clearTimeout(timer);
  }, [done]);

  const onClick = () =>
    attempt(async () => {
      await copy(typeof text === 'string' ? text : await text());
      setDone(true);
      announce(t('window.copy.done'));
    });
  const look = iconOnly
    ? { 'aria-label': label, title: done ? t('window.copy.done') : label }
    : {
        children: label,
        ...(appearance === 'primary' && PRIMARY),
        ...(appearance === 'subtle' && { 'data-quiet': '' }),
      };
  return (
    <Button
      appearance={appearance}
      size={iconOnly ? 'small' : size}
      icon={done ? <Checkmark20Regular className={styles.done} /> : <Copy20Regular />}
      onClick={onClick}
      disabled={props.disabled}
      {...look}
    />
  );
}
