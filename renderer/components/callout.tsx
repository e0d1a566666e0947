/** A sentence that stands out in a dialog. */
import { useState, type ReactNode } from 'react';
import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { ShieldTask20Regular } from '@fluentui/react-icons/svg/shield-task';
import { restartElevated } from '../state/actions';
import { useTranslations } from '../i18n/translations';
import styles from './callout.module.css';

/** What a callout says, and how serious it is. */
export interface NoteView {
  readonly intent: 'info' | 'warning' | 'error' | 'success';
  readonly text: string;
  /** The plan has to be made anew before anything else. */
  readonly replan?: boolean;
  /** What could not be done here can be by the program started as an administrator. */
  readonly restart?: boolean;
}

export function Callout({
  note,
  children,
}: {
  readonly note: NoteView;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslations();
  // Until the window ends, or says that it stays.
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
