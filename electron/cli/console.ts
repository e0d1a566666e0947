/** Writing and asking on a console. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { redact, redactDeep } from '@shared/redaction';
import { printable } from '@shared/printable';
import type { Streams } from './context';
import { jsonOutput } from './json';

/** Longest line that is read as an answer or a secret. */
const LONGEST_LINE = 1024;

/** Writes lines without anything that a terminal would obey, and without a whole product key. */
export function writeLines(to: Writable, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const text = lines
    .flatMap((line) => line.split('\n'))
    .map((line) => printable(redact(line)).trimEnd());
  to.write(`${text.join('\n')}\n`);
}

/** Writes the one JSON document of a command. */
export function writeJson(to: Writable, document: object): void {
  to.write(jsonOutput(redactDeep(document)));
}

/**
 * Reads one line.
 *
 * @param prompt what is asked for on a terminal; it goes to standard error, which is not piped on
 * @param isSecret whether what is typed is kept from the screen
 * @returns null when the input ended before
 */
export function readLine(
  { stdin, stderr }: Streams,
  prompt: string,
  isSecret: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const isTerminal = stdin.isTTY === true;
  const echo = isSecret ? silent() : stderr;
  const lines = createInterface({
    input: stdin,
    ...(isTerminal && { output: echo }),
    terminal: isTerminal,
  });
  if (isTerminal) stderr.write(prompt);
  return new Promise((resolve, reject) => {
    let settle = (): void => {
      resolve(null);
    };
    const stop = (): void => {
      settle = () => {
        reject(signal.reason as Error);
      };
      lines.close();
    };
    signal.addEventListener('abort', stop, { once: true });
    // On a terminal in raw mode Ctrl-C is a character, not a signal.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    lines.once('line', (line) => {
      settle = () => {
        resolve(line.slice(0, LONGEST_LINE));
      };
      lines.close();
    });
    lines.once('close', () => {
      signal.removeEventListener('abort', stop);
      if (isTerminal && isSecret) stderr.write('\n');
      settle();
    });
  });
}

/** Whether an answer says yes, in any language of the program. */
export const isYes = (answer: string | null): boolean => /^\s*(?:y|yes|是)\s*$/i.test(answer ?? '');

function silent(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}
