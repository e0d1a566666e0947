/** Reads what many computers brought in: what each file holds is told by its content. */
import { addAbortSignal, type Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { systemCode } from '@engine/files';
import { FACTS_LINE_KINDS } from '@shared/facts-line';
import { message } from '@shared/message';
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
import { nameIn, unreadable, type FleetInput, type FleetSource } from './input';
import { LARGEST, linesOf, octetText, textOf, wholeText, type Chunks, type Line } from './text';

/** Hears what was found, and holds the reading up until it has time for more. */
type Take = (input: FleetInput) => Promise<void>;

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws the reason of the signal where that stops it
 */
export async function readFile(
  file: string,
  { stdin, signal }: { readonly stdin: Readable; readonly signal: AbortSignal },
  take: Take,
): Promise<void> {
  const source = { file, line: null };
  try {
    const bytes: AsyncIterable<Uint8Array> | Buffer | null =
      file === STDIN ? addAbortSignal(signal, stdin) : bytesOf(file, signal);
    if (bytes === null) {
      await take(unreadable(source, message('fleet.problem.notAFile')));
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
        // A document in memory is gone through without a pause of its own.
        if (foreign % MOST_FOREIGN === 0) await setImmediate();
        if (foreign > MOST_FOREIGN) continue;
        if (held !== null) {
          held.push(input);
          continue;
        }
      }
      for (const one of held ?? []) await take(one);
      held = null;
      await take(input);
    }
    const [only, ...others] = held ?? [];
    // A file of something else is not worth an entry for each of its lines.
    if (held !== null) {
      const nothing = unreadable(source, message('fleet.problem.nothing'));
      await take(others.length > 0 ? nothing : (only ?? nothing));
    } else if (foreign > MOST_FOREIGN) {
      const count = foreign - MOST_FOREIGN;
      await take(unreadable(source, message('fleet.problem.more', { count })));
    }
  } catch (error) {
    signal.throwIfAborted();
    // What the caller does with an input has its own errors.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    await take(
      unreadable(source, message('fleet.problem.unreadable', { code: systemCode(error) })),
    );
  }
}

/** Foreign lines of a file that have an entry each, once it is known that it has anything else; others are counted. */
const MOST_FOREIGN = 10_000;

/** Whether what was found is no report, case or facts line, not even a broken one. */
const isForeign = (input: FleetInput): boolean =>
  input.kind === 'problem' &&
  ['notJson', 'nothing', 'otherDocument'].includes(
    input.problem.key.replace(/^fleet\.problem\./, ''),
  );

/** The report that a file is, as this program writes it; null where it is anything else. */
function reportIn(bytes: Buffer, source: FleetSource): FleetInput[] | null {
  const text = octetText(bytes);
  if (text === null || !REPORT.test(text)) return null;
  const json = parseJson(text);
  if (!isReport(json)) return null;
  decodeReport(json);
  return [...inputsInJson(json, source)];
}

/** The beginning of a report: what else there is has to be read before it is known what it is. */
const REPORT = /^\s{0,8}\{\s{0,8}"schema":\s{0,8}"kms-doctor\/report@/;

/** What was found, in turn. Not all at once, as a long list takes its time. */
type Inputs = AsyncIterable<FleetInput> | Iterable<FleetInput>;

/** Characters by which a format is told. */
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
 * What the text of a file holds.
 *
 * @param head its beginning, by which its format is told
 * @param rest what follows
 */
async function inputsIn(head: string, rest: Chunks, file: string): Promise<Inputs> {
  const lines = (): AsyncIterable<Line> => linesOf(together(head, rest));
  // What Export-Csv writes above the header says nothing of the table.
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

/** A text; null where it is larger than a document may be. */
async function wholeOf(head: string, rest: Chunks): Promise<string | null> {
  let text = head;
  for await (const chunk of rest) {
    text += chunk;
    if (text.length > LARGEST) return null;
  }
  return text;
}

/** Whether a text is a table: by its name, or as its first lines have as many cells as each other. */
function isTable(file: string, head: string): boolean {
  if (/\.(?:csv|tsv)$/i.test(file)) return true;
  const [first = '', second = ''] = head.split(/\r?\n/, 2);
  const separator = separatorOf(first);
  if (separator === null || factsLinesIn(first).length > 0) return false;
  const bare = second.replace(/"[^"]*"?/g, '');
  return bare.split(separator).length === first.replace(/"[^"]*"/g, '').split(separator).length;
}

function inputsInWhole(text: string | null, source: FleetSource): Inputs {
  if (text === null) return [unreadable(source, message('fleet.problem.tooLarge'))];
  const json = parseJson(text);
  // A list whose first line is broken looks like a document at first.
  if (json === undefined && (/\n[{]/.test(text) || text.includes('KMSD'))) {
    return inputsInLines(linesOf([text]), source.file, text.includes('\n{'));
  }
  // What is foreign as a whole is not gone through: millions of parts would take a minute.
  return inputsInParsed(json === undefined || OURS.test(text) ? json : null, source);
}

/** What is in all that can be read; JSON may write the slash of a schema in two ways. */
const OURS = /KMSD|kms-doctor/;

/** What was found in a text that is to be JSON, by {@link parseJson}. */
function inputsInParsed(json: unknown, source: FleetSource): Iterable<FleetInput> {
  return json === undefined
    ? [unreadable(source, message('fleet.problem.notJson'))]
    : inputsInJson(json, source);
}

/** How Ansible says whose output follows: `PC-042 | CHANGED | rc=0 >>`, `ok: [PC-042] => {`. */
const ANSIBLE = /^(?:([^\s|]+) \| [A-Z]+!? |[a-z]+: \[([^\]\s]+)\])/;

/**
 * What the lines of a text hold.
 *
 * @param isList each line is to be about a computer; of another text only the facts lines count
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
      yield unreadable(source, message('fleet.problem.tooLarge'));
    } else if (isList) {
      const found = factsLinesIn(text);
      // A line of a log may begin as a document does: with a time in brackets.
      const json = found.length === 0 || /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
      if (json !== undefined || found.length === 0) {
        if (text.trim() !== '') yield* inputsInParsed(json, source);
      } else for (const one of found) yield inputOfLine(one, source);
    } else {
      const [, before, inside] = ANSIBLE.exec(text) ?? [];
      name = nameIn(before ?? inside) ?? name;
      // Ansible says on one line what a program printed, and the same line by line.
      for (const found of new Set(factsLinesIn(text))) {
        // Ansible prints what a program said a second time, line by line.
        if (found !== last || !text.trimStart().startsWith('"')) {
          const isNamed = found.startsWith(FACTS_LINE_KINDS.answers);
          yield inputOfLine(found, source, { name: isNamed ? name : null, isGuess: false });
        }
        last = found;
      }
    }
  }
}
