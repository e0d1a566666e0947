/** The layout shared by all dialogs: title, one sentence, scrollable body, fixed footer. */
import {
  createContext,
  useContext,
  useEffect,
  useLayoutEffect,
  useRef,
  type ReactNode,
} from 'react';
import { Button, DialogTitle } from '@fluentui/react-components';
import { useTranslations } from '../i18n/translations';
import { setDialog } from '../state/store';
import { classes } from './classes';
import { PRIMARY } from './primary';
import styles from './dialog-shell.module.css';

/** Keeps the dialog open while work is in progress. */
export const Lock = createContext<(locked: boolean) => void>(() => undefined);

/**
 * Focuses an element in a dialog. If the dialog needs scrolling, the frame gets the focus instead of the primary
 * button, so that its text is read first.
 */
function focusIn(frame: HTMLElement, wanted: HTMLElement | null): void {
  const hides = frame.scrollHeight > frame.clientHeight && wanted?.matches('[data-primary]');
  (hides ? frame : (wanted ?? frame)).focus();
}

export function DialogShell(props: {
  readonly title: string;
  readonly subtitle?: string | null;
  readonly width: 'form' | 'result' | 'list';
  /** Whether work is in progress that must not lose its window. */
  readonly locked?: boolean;
  /**
   * Whether Enter activates the primary button even though other controls precede it, because the dialog only asks for
   * confirmation.
   */
  readonly opensOnPrimary?: boolean;
  /** Secondary actions, on the left. */
  readonly quiet?: ReactNode;
  /** The primary button and related actions, on the right. */
  readonly actions?: ReactNode;
  /** Label of the button that closes the dialog; `done` is primary unless there are other actions. */
  readonly close?: 'cancel' | 'close' | 'done' | null;
  readonly children: ReactNode;
}) {
  const { title, subtitle, width, locked = false, opensOnPrimary = false } = props;
  const { quiet, actions, close, children } = props;
  const { t } = useTranslations();
  const frame = useRef<HTMLDivElement>(null);
  const lock = useContext(Lock);
  useEffect(() => {
    lock(locked);
  }, [lock, locked]);
  // Before the next paint: a key pressed while nothing has the focus would be lost.
  useLayoutEffect(() => {
    // The focused element may have disappeared with the previous content, or be outside the dialog.
    const element = frame.current;
    if (element === null || element.contains(document.activeElement)) return;
    const wanted =
      element.querySelector<HTMLElement>('input, textarea, select') ??
      element.querySelector<HTMLElement>('[data-primary]:enabled');
    focusIn(element, wanted);
  }, []);
  useEffect(() => {
    if (!opensOnPrimary) return;
    // The surrounding dialog focuses its first element when it opens, after this effect.
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
        {subtitle ? <p className={styles.subtitle}>{subtitle}</p> : null}
      </div>
      <div className={styles.body}>{children}</div>
      {quiet || actions || close ? (
        <div className={styles.foot}>
          <div className={styles.actions}>
            {actions}
            {close ? (
              <Button
                {...(close === 'done' && !actions && PRIMARY)}
                onClick={() => setDialog(null)}
              >
                {t(`window.dialog.${close}`)}
              </Button>
            ) : null}
          </div>
          <div className={styles.quiet}>{quiet}</div>
        </div>
      ) : null}
    </div>
  );
}
