/** What all dialogs share: title, one sentence, a body that scrolls, a foot that stays, a way to close. */
import { createContext, useContext, useEffect, useRef, type ReactNode } from 'react';
import { Button, DialogTitle } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons/svg/dismiss';
import { classes } from '../look/classes';
import { setDialog } from '../model/store';
import { useWords } from '../model/words';
import styles from './frame.module.css';

/** Keeps the dialog open while work is under way. */
export const Lock = createContext<(locked: boolean) => void>(() => undefined);

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
  const frame = useRef<HTMLDivElement>(null);
  const lock = useContext(Lock);
  useEffect(() => {
    lock(locked);
  }, [lock, locked]);
  useEffect(() => {
    // What had the focus may have gone with the content before this one.
    const drawn = requestAnimationFrame(() => {
      const element = frame.current;
      if (element === null || element.contains(document.activeElement)) return;
      const wanted =
        element.querySelector<HTMLElement>('input, textarea, select') ??
        element.querySelector<HTMLElement>('[data-primary]:enabled');
      (wanted ?? element).focus();
    });
    return () => cancelAnimationFrame(drawn);
  }, []);
  // The way to close stands last, so that a dialog opens with the focus in its form or on its primary button.
  return (
    <div ref={frame} tabIndex={-1} className={classes(styles.frame, styles[width])}>
      <header className={styles.head}>
        <DialogTitle as="h2" className={styles.title} action={null}>
          {title}
        </DialogTitle>
        {subtitle === null || subtitle === '' ? null : (
          <p className={styles.subtitle}>{subtitle}</p>
        )}
      </header>
      <div className={styles.body}>{children}</div>
      {quiet === undefined && actions === undefined ? null : (
        <footer className={styles.foot}>
          <div className={styles.actions}>{actions}</div>
          <div className={styles.quiet}>{quiet}</div>
        </footer>
      )}
      <span className={styles.close}>
        <Button
          appearance="subtle"
          icon={<Dismiss20Regular />}
          aria-label={t('window.dialog.close')}
          disabled={locked}
          onClick={() => setDialog(null)}
        />
      </span>
    </div>
  );
}
