/** A highlighted message in a dialog. */
import { useState, type ReactNode } from 'react';
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ShieldTask20Regular } from '@fluentui/react-icons/svg/shield-task';
import { restartElevated } from '../state/actions';
import { useDoctor } from '../state/store';
import { useTranslations } from '../i18n/translations';
import styles from './callout.module.css';

/** Text and severity of a callout. */
export interface NoteView {
  readonly intent: 'info' | 'warning' | 'error' | 'success';
  readonly text: string;
  /** Whether the fix must be planned again first. */
  readonly replan?: boolean;
  /** Whether the failed action would work if the app were started as an admin. */
  readonly restart?: boolean;
}

/** Returns the note that explains why nothing can be changed from here; null if it can. */
export function useRefusal(): NoteView | null {
  const { t } = useTranslations();
  const reason = useDoctor((state) => state.info?.repairRefusal ?? null);
  if (reason === null) return null;
  return { intent: 'warning', text: t('window.fix.refusedHere', { reason }) };
}

export function Callout(props: { readonly note: NoteView; readonly children?: ReactNode }) {
  const { note, children } = props;
  const { t } = useTranslations();
  // True until the window closes or reports that it stays open.
  const [asking, setAsking] = useState(false);
  const restart = () => {
    setAsking(true);
    void restartElevated();
  };
  return (
    <MessageBar intent={note.intent} layout="multiline" className={styles.note}>
      <MessageBarBody className={styles.text}>
        {note.text}
        {children}
        {note.restart === true ? (
          <div className={styles.action}>
            {asking ? (
              <p role="status">{t('window.fix.windowsAsks')}</p>
            ) : (
              <Button size="small" icon={<ShieldTask20Regular />} onClick={restart}>
                {t('window.fix.restart')}
              </Button>
            )}
          </div>
        ) : null}
      </MessageBarBody>
    </MessageBar>
  );
}
