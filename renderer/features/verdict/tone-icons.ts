/** The large icons of verdicts. */
import { CheckmarkCircle48Filled } from '@fluentui/react-icons/svg/checkmark-circle';
import { DismissCircle48Filled } from '@fluentui/react-icons/svg/dismiss-circle';
import { QuestionCircle48Filled } from '@fluentui/react-icons/svg/question-circle';
import { Warning48Filled } from '@fluentui/react-icons/svg/warning';
import type { Tone } from './verdict-words';

/** The icon of each tone. */
export const TONE_ICONS = {
  pass: CheckmarkCircle48Filled,
  warn: Warning48Filled,
  fail: DismissCircle48Filled,
  unknown: QuestionCircle48Filled,
} as const satisfies Record<Tone, unknown>;
