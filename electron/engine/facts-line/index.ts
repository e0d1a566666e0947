/** Packs a saved case into one line of text, and unpacks it (shared/facts-line.ts). */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { FACTS_LINE_KINDS, MAX_FACTS_LINE } from '@shared/facts-line';
import { message, type Message } from '@shared/message';
import { redactDeep } from '@shared/redaction';
import { leanScenario, parseScenario, type ScenarioFile } from '@shared/scenario';
import type { RunResult } from '../run';
import { toScenario } from '../snapshot';
import { fitToSize } from './fit';
import { caseOfAnswers } from './script-answers';

/** Result of reading a facts line. */
export type UnpackedFacts =
  | { readonly ok: true; readonly file: ScenarioFile }
  /** Truncated, damaged, of a newer version, or invalid according to its schema. */
  | { readonly ok: false; readonly problem: Message };

/** Characters between two dots, fewer than the 25 of a product key. */
const GROUP = 20;

/** Maximum bytes of JSON in a line, so that no line can exhaust memory. */
const MAX_JSON = 256 * 1024;

/** Bytes of JSON up to which a case may fit: no case is repetitive enough to compress to a fiftieth. */
const MAY_FIT = 50 * MAX_FACTS_LINE;

/** Bytes of the checksum after the deflated JSON. Lines from other programs may omit it. */
const CHECKSUM = 4;

/**
 * Returns the facts line of a finished run, at most {@link MAX_FACTS_LINE} ASCII characters. What doesn't fit is
 * omitted, the least informative facts first, and listed in `leftOut`.
 */
export function packFacts(result: RunResult): string {
  const fits = (file: ScenarioFile): boolean => {
    const json = jsonOf(file);
    return json.length <= MAY_FIT && lineOf(json).length <= MAX_FACTS_LINE;
  };
  return lineOf(jsonOf(fitToSize(toScenario(result), result, fits)));
}

const jsonOf = (file: ScenarioFile): Buffer => Buffer.from(JSON.stringify(leanScenario(file)));

function lineOf(json: Buffer): string {
  const checksum = Buffer.alloc(CHECKSUM);
  checksum.writeUInt32BE(crc32(json));
  const packed = Buffer.concat([deflateRawSync(json, { level: 9 }), checksum]);
  const groups = packed.toString('base64url').match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
  return `${FACTS_LINE_KINDS.case} ${groups.join('.')}`;
}

/**
 * Parses a facts line of either kind. Hostile input is reported as a problem, never thrown, and takes bounded time and
 * memory.
 */
export function unpackFacts(line: string): UnpackedFacts {
  const read = contentOf(line);
  if ('ok' in read) return read;
  const parsed = parseScenario(read.content);
  if (!parsed.ok) return refuse('content', { place: parsed.problems[0]?.path ?? '' });
  // A scenario that passed its schema isn't deeply nested.
  if (redactDeep(parsed.scenario) !== parsed.scenario) return refuse('productKey');
  return { ok: true, file: parsed.scenario };
}

/** Returns the case in a facts line that {@link unpackFacts} has accepted, without validating it again. */
export function unpackValidated(line: string): ScenarioFile {
  const read = contentOf(line);
  if ('ok' in read) throw new Error('The facts line was not validated');
  // Drops the undefined properties of a case made from answers, as validation does.
  return JSON.parse(JSON.stringify(read.content)) as ScenarioFile;
}

/** Returns the unvalidated content of a facts line, or why there is none. */
function contentOf(line: string): { readonly content: unknown } | Refused {
  if (line.length > MAX_FACTS_LINE) return refuse('tooLong', { most: MAX_FACTS_LINE });
  const [, kind = '', text = ''] = /^(KMSD[0-9]+) ([\w.-]+)$/.exec(line.trim()) ?? [];
  if (kind === '') return refuse('notALine');
  if (kind !== FACTS_LINE_KINDS.case && kind !== FACTS_LINE_KINDS.answers) {
    return refuse('version', { kind });
  }
  const json = jsonIn(text.replaceAll('.', ''));
  if (typeof json === 'string') return refuse(json);
  return { content: kind === FACTS_LINE_KINDS.case ? json.value : caseOfAnswers(json.value) };
}

/** Returns the JSON in a string, or the name of the problem with it. */
function jsonIn(text: string): { readonly value: unknown } | 'cut' | 'damaged' {
  const bytes = Buffer.from(text, 'base64url');
  // Node ignores invalid characters instead of rejecting them.
  if (bytes.toString('base64url') !== text) return text.length % 4 === 1 ? 'cut' : 'damaged';
  try {
    const { buffer, engine } = inflateRawSync(bytes, {
      maxOutputLength: MAX_JSON,
      info: true,
    }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    const rest = bytes.subarray(engine.bytesWritten);
    if (rest.length > 0 && rest.length < CHECKSUM) return 'cut';
    if (rest.length > 0 && (rest.length > CHECKSUM || rest.readUInt32BE() !== crc32(buffer))) {
      return 'damaged';
    }
    const json = new TextDecoder('utf-8', { fatal: true }).decode(buffer);
    return { value: JSON.parse(json) as unknown };
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
      ? 'cut'
      : 'damaged';
  }
}

type Problem = 'tooLong' | 'notALine' | 'version' | 'cut' | 'damaged' | 'productKey' | 'content';

type Refused = Extract<UnpackedFacts, { ok: false }>;

const refuse = (problem: Problem, params: Message['params'] = {}): Refused => ({
  ok: false,
  problem: message(`facts.problems.${problem}`, params),
});
