/** A sentence that stands out in a dialog. */
import type { ReactNode } from 'react';
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import styles from './note.module.css';

export interface NoteView {
  readonly intent: 'info' | 'warning' | 'error' | 'success';
  readonly text: string;
  /** The plan has to be made anew before anything else. */
  readonly replan?: boolean;
}

export function Note({
  note,
  children,
}: {
  readonly note: NoteView;
  readonly children?: ReactNode;
}) {
  return (
    <MessageBar intent={note.intent} layout="multiline" className={styles.note}>
      <MessageBarBody className={styles.text}>
        {note.text}
        {children}
      </MessageBarBody>
    </MessageBar>
  );
}
