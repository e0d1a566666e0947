/** Status lights of self-contained pages. */
import type { Status } from '@shared/diagnosis';
import { html, type Markup } from './markup';

/** Icon shapes, so that a status isn't shown by color alone. */
const SHAPES: Readonly<Record<Status | 'not-reached', string>> = {
  pass: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0ZM6.9 12 3 8.1l1.3-1.3 2.6 2.6 4.8-4.9L13 5.8Z',
  warn: 'M8 .8 0 15h16ZM7 6h2v5H7Zm0 6h2v2H7Z',
  fail: 'M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0Zm4 10.7L10.7 12 8 9.3 5.3 12 4 10.7 6.7 8 4 5.3 5.3 4 8 6.7 10.7 4 12 5.3 9.3 8Z',
  unknown:
    'M0 0h16v16H0Zm7 11v2h2v-2Zm0-1h2c0-2 3-2 3-4.500S10.200 2 8 2 4 3.500 4 5.500h2c0-1 .8-1.700 2-1.700s2 .7 2 1.700C10 7 7 7 7 10Z',
  'not-applicable': 'M2 7h12v2H2Z',
  'not-reached': 'M2 7h3v2H2Zm4.500 0h3v2h-3ZM11 7h3v2h-3Z',
};

/** A status icon with its label. */
export function light(status: Status | 'not-reached', word: string): Markup {
  return html`<span class="light ${status}">${shape(status)}${word}</span>`;
}

/** A status icon without a label, next to text with the same meaning. */
export function shape(status: Status | 'not-reached'): Markup {
  return html`<svg viewBox="0 0 16 16" aria-hidden="true">
    <path fill-rule="evenodd" d="${SHAPES[status]}" />
  </svg>`;
}
