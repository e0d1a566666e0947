/** Streams, language and abort signal passed to every command. */
import type { Readable, Writable } from 'node:stream';
import type { Language } from '@shared/language';

/** Standard streams of a command. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/** Context of every command. */
export interface CommandContext extends Streams {
  readonly language: Language;
  /** Aborted by the first Ctrl+C. */
  readonly signal: AbortSignal;
}
