/** Reads fleet files; the format is detected from the content. */
import { addAbortSignal, type Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { systemCode } from '@engine/files';
import { FACTS_LINE_KINDS } from '@shared/facts-line';
import { inputsInTable, separatorOf } from './csv';
import {
  decodeReport,
  factsLinesIn,
  inputOfLine,
  inputsInJson,
  isReport,
  parseJson,
} from './documents';
import { bytesOf, STDIN } from './files';
import { fleetProblem, nameIn, type FleetInput, type FleetSource } from './input';
import {
  MAX_DOCUMENT_LENGTH,
  linesOf,
  latin1Text,
  textOf,
  wholeText,
  type Chunks,
  type Line,
} from './text';

/**
 * Reads a file, or stdin for `-`.
 *
 * @throws the signal's reason if aborted
 */
export async function* inputsInFile(
  file: string,
  { stdin, signal }: { readonly stdin: Readable; readonly signal: AbortSignal },
): AsyncGenerator<FleetInput> {
  const source = { file, line: null };
  try {
    const bytes: AsyncIterable<Uint8Array> | Buffer | null =
      file === STDIN ? addAbortSignal(signal, stdin) : bytesOf(file, signal);
    if (bytes === null) {
      yield fleetProblem(source, 'notAFile');
      return;
    }
    const inputs = Buffer.isBuffer(bytes)
      ? (reportIn(bytes, source) ?? inputsIn(wholeText(bytes), [], file))
      : inputsInStream(textOf(bytes), file);
    let held: FleetInput[] | null = [];
    let foreign = 0;
    for await (const input of await inputs) {
      signal.throwIfAborted();
      if (isForeign(input)) {
        foreign += 1;
        // An in-memory document never waits for I/O, so yield explicitly.
        if (foreign % MAX_FOREIGN === 0) await setImmediate();
        if (foreign > MAX_FOREIGN) continue;
        if (held !== null) {
          held.push(input);
          continue;
        }
      }
      yield* held ?? [];
      held = null;
      yield input;
    }
    const [only, ...others] = held ?? [];
    // A completely foreign file gets one entry instead of one per line.
    if (held !== null) {
      const nothing = fleetProblem(source, 'nothing');
      yield others.length > 0 ? nothing : (only ?? nothing);
    } else if (foreign > MAX_FOREIGN) {
      yield fleetProblem(source, 'more', { count: foreign - MAX_FOREIGN });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    yield fleetProblem(source, 'unreadable', { code: systemCode(error) });
  }
}

/** Maximum number of foreign lines listed for a file that also has valid input; the rest are only counted. */
const MAX_FOREIGN = 10_000;

/** Whether an input isn't a report, case or facts line, not even a damaged one. */
const isForeign = (input: FleetInput): boolean =>
  input.kind === 'problem' &&
  /^fleet\.problem\.(?:notJson|nothing|otherDocument)$/.test(input.problem.key);

/** Parses a file that is a single report written by this program; null for anything else. */
function reportIn(bytes: Buffer, source: FleetSource): FleetInput[] | null {
  const text = latin1Text(bytes);
  if (text === null || !REPORT.test(text)) return null;
  const json = parseJson(text);
  if (!isReport(json)) return null;
  decodeReport(json);
  return [...inputsInJson(json, source)];
}

/** Start of a report. Files with any other start need format detection. */
const REPORT = /^\s{0,8}\{\s{0,8}"schema":\s{0,8}"kms-doctor\/report@/;

/** A lazy sequence of inputs: a long list takes time. */
type Inputs = AsyncIterable<FleetInput> | Iterable<FleetInput>;

/** Number of characters used to detect the format. */
const HEAD = 64 * 1024;

async function inputsInStream(text: AsyncGenerator<string>, file: string): Promise<Inputs> {
  let head = '';
  while (head.length < HEAD) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
  }
  return inputsIn(head, text, file);
}

/**
 * Reads the inputs in a file's text.
 *
 * @param head the beginning, used to detect the format
 * @param rest the remaining chunks
 */
async function inputsIn(head: string, rest: Chunks, file: string): Promise<Inputs> {
  const lines = (): AsyncIterable<Line> => linesOf(together(head, rest));
  // Skip the type line that Export-Csv writes above the header.
  const [firstLine = ''] = head.replace(/^#TYPE [^\r\n]*\r?\n/, '').split(/\r?\n/, 1);
  if (/\.(?:jsonl|ndjson)$/i.test(file)) return inputsInLines(lines(), file, true);
  if (/^\s*[[{]/.test(head)) {
    const isFirst =
      head.length > firstLine.length &&
      /[\]}]\s*$/.test(firstLine) &&
      typeof parseJson(firstLine) === 'object';
    if (isFirst && head.slice(firstLine.length).trim() !== '') {
      return inputsInLines(lines(), file, true);
    }
    return inputsInWhole(await wholeOf(head, rest), { file, line: null });
  }
  const separator = isTable(file, head) ? separatorOf(firstLine) : null;
  return separator === null
    ? inputsInLines(lines(), file, false)
    : inputsInTable(lines(), separator, file);
}

async function* together(head: string, rest: Chunks): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/** Concatenates the text; null if it exceeds the limit for a document. */
async function wholeOf(head: string, rest: Chunks): Promise<string | null> {
  let text = head;
  for await (const chunk of rest) {
    text += chunk;
    if (text.length > MAX_DOCUMENT_LENGTH) return null;
  }
  return text;
}

/** Whether a text is a table: by its extension, or because its first two lines have equally many cells. */
function isTable(file: string, head: string): boolean {
  if (/\.(?:csv|tsv)$/i.test(file)) return true;
  const [first = '', second = ''] = head.split(/\r?\n/, 2);
  const separator = separatorOf(first);
  if (separator === null || factsLinesIn(first).length > 0) return false;
  const bare = second.replace(/"[^"]*"?/g, '');
  return bare.split(separator).length === first.replace(/"[^"]*"/g, '').split(separator).length;
}

function inputsInWhole(text: string | null, source: FleetSource): Inputs {
  if (text === null) return [fleetProblem(source, 'tooLarge')];
  const json = parseJson(text);
  // A list whose first line is damaged looks like a single document.
  if (json === undefined && (/\n[{]/.test(text) || text.includes('KMSD'))) {
    return inputsInLines(linesOf([text]), source.file, text.includes('\n{'));
  }
  // A foreign document isn't searched: millions of values would take a minute.
  return inputsInParsed(json === undefined || OURS.test(text) ? json : null, source);
}

/** Appears in all supported input; matches without a slash because JSON may escape it. */
const OURS = /KMSD|kms-doctor/;

/** Reads the inputs in the result of {@link parseJson}. */
function inputsInParsed(json: unknown, source: FleetSource): Iterable<FleetInput> {
  return json === undefined ? [fleetProblem(source, 'notJson')] : inputsInJson(json, source);
}

/** The prefixes Ansible puts before a host's output: `PC-042 | CHANGED | rc=0 >>`, `ok: [PC-042] => {`. */
const ANSIBLE = /^(?:([^\s|]+) \| [A-Z]+!? |[a-z]+: \[([^\]\s]+)\])/;

/**
 * Reads the inputs in lines of text.
 *
 * @param isList whether every line must describe a computer; otherwise only facts lines count
 */
async function* inputsInLines(
  lines: AsyncIterable<Line>,
  file: string,
  isList: boolean,
): AsyncGenerator<FleetInput> {
  let name: string | null = null;
  let last = '';
  for await (const { text, line } of lines) {
    const source = { file, line };
    if (text === null) {
      yield fleetProblem(source, 'tooLarge');
    } else if (isList) {
      const found = factsLinesIn(text);
      // A log line may start like JSON: with a timestamp in brackets.
      const json = found.length === 0 || /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
      if (json !== undefined || found.length === 0) {
        if (text.trim() !== '') yield* inputsInParsed(json, source);
      } else for (const one of found) yield inputOfLine(one, source);
    } else {
      const [, before, inside] = ANSIBLE.exec(text) ?? [];
      name = nameIn(before ?? inside) ?? name;
      // Ansible prints the output on one line, and again line by line.
      for (const found of new Set(factsLinesIn(text))) {
        // Skip the repeated output.
        if (found !== last || !text.trimStart().startsWith('"')) {
          const isNamed = found.startsWith(FACTS_LINE_KINDS.answers);
          yield inputOfLine(found, source, { name: isNamed ? name : null, isGuess: false });
        }
        last = found;
      }
    }
  }
}
