/** What every command gets and gives: streams, language, the signal to stop, exit codes. */
import type { Readable, Writable } from 'node:stream';
import type { Language } from '@shared/language';

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/** What every command gets. */
export interface CommandContext extends Streams {
  readonly language: Language;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}
