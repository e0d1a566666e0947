/** Names with a special meaning in JavaScript, which no message from another process may contain. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
]);
