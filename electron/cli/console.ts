/** Console output, including documents serialized as JSON, and prompts. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PassThrough, type Writable } from 'node:stream';
import { redact, redactDeep } from '@shared/redaction';
import { asciiJson, escapeText, jsonFile } from '@shared/printable';
import type { Streams } from './context';

/** Maximum length of an answer or a secret, in characters. */
const MAX_LINE_LENGTH = 1024;

/** Writes lines with terminal control characters escaped and product keys masked. */
export function writeLines(to: Writable, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const text = lines
    .flatMap((line) => line.split('\n'))
    .map((line) => escapeText(redact(line)).trimEnd());
  to.write(`${text.join('\n')}\n`);
}

/**
 * Serializes a document as ASCII JSON with a trailing newline. Windows PowerShell 5.1 and remote management agents
 * decode a program's output in the console's code page, which garbles UTF-8. Escapes decode the same everywhere, and
 * they neutralize control characters.
 */
export const jsonOutput = (document: object): string => asciiJson(jsonFile(document));

/** Writes the JSON document of a command. */
export function writeJson(to: Writable, document: object): void {
  to.write(jsonOutput(redactDeep(document)));
}

/**
 * Reads one line.
 *
 * @param prompt prompt for a terminal, written to stderr because stdout may be piped
 * @param isSecret whether to suppress the echo
 * @returns null at the end of the input
 */
export async function readLine(
  { stdin, stderr }: Streams,
  prompt: string,
  isSecret: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const isTerminal = stdin.isTTY === true;
  const echo = isSecret ? new PassThrough().resume() : stderr;
  const lines = createInterface({
    input: stdin,
    ...(isTerminal && { output: echo }),
    terminal: isTerminal,
  });
  if (isTerminal) stderr.write(prompt);
  // On a terminal in raw mode, Ctrl+C arrives as a character, not as a signal.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Ends the wait for the event that didn't come, which would listen for the signal from then on.
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  try {
    const ends = [
      once(lines, 'line', { signal: either }),
      once(lines, 'close', { signal: either }),
    ];
    const [line] = (await Promise.race(ends)) as [string?];
    return line?.slice(0, MAX_LINE_LENGTH) ?? null;
  } finally {
    done.abort();
    lines.close();
    if (isTerminal && isSecret) stderr.write('\n');
  }
}

/** Whether an answer means yes, in any of the program's languages. */
export const isYes = (answer: string | null): boolean => /^\s*(?:y|yes|是)\s*$/i.test(answer ?? '');
