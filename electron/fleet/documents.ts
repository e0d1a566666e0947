/** JSON and texts: the reports, cases and facts lines in them. */
import { unpackFacts } from '@engine/facts-line';
import { FACTS_LINE_KINDS } from '@shared/facts-line';
import { isObject } from '@shared/look-up';
import { message, type Message } from '@shared/message';
import { isNewerSchema, schemaOf } from '@shared/schema-version';
import { parseScenario } from '@shared/scenario';
import {
  nameIn,
  NO_NAME,
  unreadable,
  type FleetInput,
  type FleetSource,
  type FoundName,
  type NamedText,
} from './input';
import { readReportFacts } from './report-facts';
import { decoded } from './text';

/** Properties and columns that hold the name of a computer, in small letters without what is no letter. */
const NAMES: ReadonlySet<string> = new Set([
  'devicename',
  'computername',
  'hostname',
  'machinename',
  'pscomputername',
  'inventoryhostname',
  'dnshostname',
  'computer',
  'device',
  'machine',
  'host',
  'name',
  'gerätename',
  'nomdelappareil',
  'nombredeldispositivo',
  'デバイス名',
  '裝置名稱',
  '電腦名稱',
  '主機名稱',
  '名稱',
  '裝置',
  '電腦',
  '主機',
]);

/** Whether a property or a column is one that holds the name of a computer. */
export const isNameKey = (key: string): boolean =>
  NAMES.has(key.toLowerCase().replace(/[^\p{L}]/gu, ''));

/** A facts line, and the beginning of one that is cut off before its data. */
const FACTS_LINES = /\bKMSD[0-9]+(?: [\w.-]+)?/g;

/** All that begins like a facts line. */
export const factsLinesIn = (text: string): readonly string[] => text.match(FACTS_LINES) ?? [];

/** Properties that hold what a computer said, not the name of one. */
const OF_NO_COMPUTER = /^_?(?:body|data|item|msg|output|response|result|source|stdout|value)s?$/i;

/** Levels of a foreign document that facts lines are looked for in. */
const DEPTH = 12;
/** Longest place in a document that a problem names. */
const LONGEST_PLACE = 80;

/** Whether a document says that it is a report. */
export const isReport = (json: unknown): json is object =>
  schemaOf(json).startsWith('kms-doctor/report@');

const problem = (name: Problem, params?: Message['params']): Message =>
  message(`fleet.problem.${name}`, params);

type Problem =
  Extract<Message['key'], `fleet.problem.${string}`> extends `fleet.problem.${infer Name}`
    ? Name
    : never;

/**
 * What a JSON document holds: a report, a case, or anything at all with facts lines in its texts. One after the other,
 * as a long list of them takes its time.
 *
 * @param named as whoever brought it in calls the computer
 */
export function* inputsInJson(
  json: unknown,
  source: FleetSource,
  named: FoundName = NO_NAME,
  depth = DEPTH,
): Generator<FleetInput> {
  const schema = schemaOf(json);
  if (isNewerSchema(schema)) {
    yield unreadable(source, problem('newer', { schema: schema.slice(0, 40) }));
    return;
  }
  // Reports and cases have names of their own.
  const name = named.isGuess ? null : named.name;
  if (isReport(json)) yield reportInput(json, source, name);
  else if (schema.startsWith('kms-doctor/scenario@')) yield caseInput(json, source, name);
  else if (schema.startsWith('kms-doctor/')) {
    yield unreadable(source, problem('otherDocument', { schema: schema.slice(0, 40) }));
  } else if (Array.isArray(json) && depth > 0) {
    for (const item of json) yield* inputsInJson(item, source, named, depth - 1);
  } else {
    // Ansible says what a program printed a second time, line by line.
    const texts = new Map(textsIn(json, named, depth).map((found) => [found.text.trim(), found]));
    let isNothing = true;
    for (const found of texts.values()) {
      const input = lastInText(found, source);
      if (input === null) continue;
      isNothing = false;
      yield input;
    }
    if (isNothing) yield unreadable(source, problem('nothing'));
  }
}

function caseInput(json: unknown, source: FleetSource, name: string | null): FleetInput {
  const parsed = parseScenario(json);
  if (parsed.ok) return { kind: 'case', source, name, file: parsed.scenario, line: null };
  const [first = problem('nothing')] = parsed.problems;
  return unreadable(source, first);
}

function reportInput(json: unknown, source: FleetSource, name: string | null): FleetInput {
  const read = readReportFacts(json);
  if (!read.ok) {
    return unreadable(source, problem('badReport', { place: read.place.slice(0, LONGEST_PLACE) }));
  }
  const { facts } = read;
  return { kind: 'report', source, facts: name === null ? facts : { ...facts, name } };
}

/** The texts of a foreign document, each with the name that stands nearest. */
function textsIn(json: unknown, named: FoundName, depth: number): NamedText[] {
  if (typeof json === 'string') return [{ ...named, text: json }];
  if (typeof json !== 'object' || json === null || depth === 0) return [];
  if (Array.isArray(json)) return json.flatMap((item) => textsIn(item, named, depth - 1));
  const entries = Object.entries(json);
  const own = entries.flatMap(([key, value]) => (isNameKey(key) ? (nameIn(value) ?? []) : []))[0];
  const texts: NamedText[] = [];
  for (const [key, value] of entries) {
    // Ansible's results stand under the names of the computers.
    const byKey =
      isObject(value) && !OF_NO_COMPUTER.test(key) ? { name: nameIn(key), isGuess: true } : named;
    const beside = own === undefined ? byKey : { name: own, isGuess: false };
    texts.push(...textsIn(value, beside, depth - 1));
  }
  // An object is about one computer: what it says last counts, such as a detection after a remediation.
  const holding = texts.filter(({ text }) => holdsInput(text));
  const isFlat = entries.every(([, value]) => typeof value !== 'object' || value === null);
  return isFlat ? holding.slice(-1) : holding;
}

const holdsInput = (text: string): boolean => text.includes('KMSD') || text.includes('kms-doctor/');

/** The last thing that a cell or a text about one computer holds; null where it holds nothing. */
export function lastInText({ text, ...named }: NamedText, source: FleetSource): FleetInput | null {
  const line = factsLinesIn(text).at(-1);
  if (line !== undefined) return inputOfLine(line, source, named);
  if (!text.includes('kms-doctor/')) return null;
  return [...inputsInJson(parseJson(text), source, named)].at(-1) ?? null;
}

/** The case in a facts line. */
export function inputOfLine(
  line: string,
  source: FleetSource,
  { name: beside, isGuess }: FoundName = NO_NAME,
): FleetInput {
  const read = unpackFacts(line);
  if (!read.ok) return unreadable(source, read.problem);
  const { file } = read;
  // The script leaves the name out where the engine that runs it has a column for it.
  const isNameless = line.startsWith(FACTS_LINE_KINDS.answers) && !file.title;
  const name = isGuess && !isNameless ? null : beside;
  if (isNameless && name === null) return unreadable(source, problem('noName'));
  return { kind: 'case', source, name, file, line };
}

/** What `JSON.parse` makes of a text; undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Makes the texts of a report readable that was parsed out of {@link octetText}, down to where its schema looks. Those
 * of its evidence stay as they are: none of them is kept.
 */
export function decodeReport(part: object, depth = 4): void {
  const texts = part as Record<string, unknown>;
  for (const key of Object.keys(texts)) {
    const value = texts[key];
    if (typeof value === 'string') texts[key] = decoded(value);
    else if (typeof value === 'object' && value !== null && depth > 0 && key !== 'procedures') {
      decodeReport(value, depth - 1);
    }
  }
}
