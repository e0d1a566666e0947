/** The status light: an icon with its word, so that meaning never depends on color alone. */
import type { FluentIcon } from '@fluentui/react-icons';
import { CheckmarkCircle20Filled } from '@fluentui/react-icons/svg/checkmark-circle';
import { CircleHint20Regular } from '@fluentui/react-icons/svg/circle-hint';
import { DismissCircle20Filled } from '@fluentui/react-icons/svg/dismiss-circle';
import { QuestionCircle20Filled } from '@fluentui/react-icons/svg/question-circle';
import { RecordStop20Regular } from '@fluentui/react-icons/svg/record-stop';
import { SubtractCircle20Regular } from '@fluentui/react-icons/svg/subtract-circle';
import { Warning20Filled } from '@fluentui/react-icons/svg/warning';
import type { ReactNode } from 'react';
import type { LiveStatus } from '@shared/diagnosis';
import type { NodeState } from '@shared/route';
import { classes } from './classes';
import { useTranslations } from '../i18n/translations';
import styles from './status.module.css';

/** Any status with an icon and a word. */
export type Light = LiveStatus | NodeState;

/** The icon of each status; work in progress has a spinner instead. */
const ICONS: Readonly<Record<Light, FluentIcon | null>> = {
  pass: CheckmarkCircle20Filled,
  warn: Warning20Filled,
  fail: DismissCircle20Filled,
  unknown: QuestionCircle20Filled,
  'not-applicable': SubtractCircle20Regular,
  pending: CircleHint20Regular,
  'not-reached': CircleHint20Regular,
  cancelled: RecordStop20Regular,
  running: null,
};

/** Returns the word for a status. */
export function useLightWord(light: Light): string {
  const { t } = useTranslations();
  return t(light === 'not-reached' ? 'window.status.notReached' : `status.${light}`);
}

/** Returns the class for text in a status color. */
export const statusTextClass = (light: Light): string | undefined => styles[`text-${light}`];

interface StatusProps {
  readonly light: Light;
  readonly size?: number;
}

/** The icon of a status; its word must be shown next to it. */
export function StatusIcon({ light, size = 20 }: StatusProps) {
  const Icon = ICONS[light];
  if (Icon === null) return <Spinner size={size} />;
  return (
    <Icon
      aria-hidden
      className={classes(styles.icon, styles[`icon-${light}`])}
      style={{ width: size, height: size }}
    />
  );
}

/** A status icon whose word is only for screen readers, for use next to a sentence that explains it. */
export function LabeledStatusIcon(props: StatusProps) {
  const word = useLightWord(props.light);
  return (
    <>
      <StatusIcon {...props} />
      <span className="kd-unseen">{word}</span>
    </>
  );
}

/** States what is being done. */
export function Working(props: { readonly className?: string; readonly children: ReactNode }) {
  return (
    <p className={classes(styles.working, props.className)} role="status">
      <Spinner size={20} />
      <span>{props.children}</span>
    </p>
  );
}

/** A rotating arc for work in progress. */
export function Spinner({ size }: { readonly size: number }) {
  return (
    <svg
      aria-hidden
      className={styles.arc}
      viewBox="0 0 20 20"
      style={{ width: size, height: size }}
    >
      <circle className={styles.track} cx="10" cy="10" r="8" />
      <path className={styles.head} d="M10 2 a8 8 0 0 1 8 8" />
    </svg>
  );
}
