/** What all dialogs share: title, one sentence, a body that scrolls, a foot that stays. */
import {
  createContext,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  type ReactNode,
} from 'react';
import { DialogTitle } from '@fluentui/react-components';
import { classes } from './classes';
import styles from './dialog-shell.module.css';

/** Keeps the dialog open while work is under way. */
export const Lock = createContext<(locked: boolean) => void>(() => undefined);

/** Gives the focus to a part of a dialog; one that is longer than its window is read before its last button is there. */
function focusIn(frame: HTMLElement, wanted: HTMLElement | null): void {
  const hides = frame.scrollHeight > frame.clientHeight && wanted?.matches('[data-primary]');
  (hides ? frame : (wanted ?? frame)).focus();
}

export function DialogShell(props: {
  readonly title: string;
  readonly subtitle?: string | null;
  readonly width: 'form' | 'result' | 'list';
  /** Work is under way that must not lose its window. */
  readonly locked?: boolean;
  /** It is read and confirmed: Enter is the primary's, though other things stand before it. */
  readonly opensOnPrimary?: boolean;
  /** Quiet actions, left. */
  readonly quiet?: ReactNode;
  /** The primary and what stands beside it, right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, subtitle = null, width, locked = false, opensOnPrimary = false } = props;
  const { quiet, actions, children } = props;
  const frame = useRef<HTMLDivElement>(null);
  const lock = useContext(Lock);
  useEffect(() => {
    lock(locked);
  }, [lock, locked]);
  // Before the next picture: a key that is pressed while nothing has the focus would be lost.
  useLayoutEffect(() => {
    // What had the focus may have gone with the content before this one, or stands outside of it.
    const element = frame.current;
    if (element === null || element.contains(document.activeElement)) return;
    const wanted =
      element.querySelector<HTMLElement>('input, textarea, select') ??
      element.querySelector<HTMLElement>('[data-primary]:enabled');
    focusIn(element, wanted);
  }, []);
  useEffect(() => {
    if (!opensOnPrimary) return;
    // The dialog around it gives the focus to its first element when it opens, after this.
    queueMicrotask(() => {
      const primary = frame.current?.querySelector<HTMLElement>('[data-primary]:enabled');
      if (frame.current && primary) focusIn(frame.current, primary);
    });
  }, [opensOnPrimary]);
  return (
    <div ref={frame} tabIndex={-1} className={classes(styles.frame, styles[width])}>
      <div className={styles.head}>
        <DialogTitle as="h2" className={styles.title} action={null}>
          {title}
        </DialogTitle>
        {subtitle === null || subtitle === '' ? null : (
          <p className={styles.subtitle}>{subtitle}</p>
        )}
      </div>
      <div className={styles.body}>{children}</div>
      {quiet === undefined && actions === undefined ? null : (
        <div className={styles.foot}>
          <div className={styles.actions}>{actions}</div>
          <div className={styles.quiet}>{quiet}</div>
        </div>
      )}
    </div>
  );
}
