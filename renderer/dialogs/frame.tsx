/** What all dialogs share: title, one sentence, a way to close, a body that scrolls, a foot that stays. */
import type { ReactNode } from 'react';
import { Button, Dialog, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons/svg/dismiss';
import { classes } from '../look/classes';
import { setDialog } from '../model/store';
import { useWords } from '../model/words';
import styles from './frame.module.css';

export function Frame(props: {
  readonly title: string;
  readonly subtitle?: string | null;
  readonly width: 'form' | 'result' | 'list';
  /** Work is under way that must not lose its window. */
  readonly locked?: boolean;
  /** Quiet actions, left. */
  readonly quiet?: ReactNode;
  /** The primary and what stands beside it, right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, subtitle = null, width, locked = false, quiet, actions, children } = props;
  const { t } = useWords();
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, { open }) => {
        if (!open && !locked) setDialog(null);
      }}
    >
      <DialogSurface className={classes(styles.surface, styles[width])}>
        <header className={styles.head}>
          <div className={styles.heading}>
            <DialogTitle as="h2" className={styles.title} action={null}>
              {title}
            </DialogTitle>
            {subtitle === null || subtitle === '' ? null : (
              <p className={styles.subtitle}>{subtitle}</p>
            )}
          </div>
          <Button
            appearance="subtle"
            icon={<Dismiss20Regular />}
            aria-label={t('window.dialog.close')}
            disabled={locked}
            onClick={() => setDialog(null)}
          />
        </header>
        <div className={styles.body}>{children}</div>
        {quiet === undefined && actions === undefined ? null : (
          <footer className={styles.foot}>
            <div className={styles.quiet}>{quiet}</div>
            <div className={styles.actions}>{actions}</div>
          </footer>
        )}
      </DialogSurface>
    </Dialog>
  );
}
