/** Extracts reports, cases and facts lines from JSON and text. */
import { unpackFacts } from '@engine/facts-line';
import { FACTS_LINE_KINDS } from '@shared/facts-line';
import { isObject } from '@shared/look-up';
import { isNewerSchema, schemaOf } from '@shared/schema-version';
import { parseScenario } from '@shared/scenario';
import {
  nameIn,
  NO_NAME,
  fleetProblem,
  problemEntry,
  type FleetInput,
  type FleetSource,
  type FoundName,
  type NamedText,
} from './input';
import { readReportFacts } from './report-facts';
import { decodeLatin1Text } from './text';

/**
 * Properties and columns that hold a computer name, in lowercase and with all other characters than letters removed.
 */
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

/** Whether a property or column holds a computer name. */
export const isNameKey = (key: string): boolean =>
  NAMES.has(key.toLowerCase().replace(/[^\p{L}]/gu, ''));

/** Matches a facts line, or one truncated before its data. */
const FACTS_LINES = /\bKMSD[0-9]+(?: [\w.-]+)?/g;

/** Returns everything that starts like a facts line. */
export const factsLinesIn = (text: string): readonly string[] => text.match(FACTS_LINES) ?? [];

/** Properties that hold a computer's output, not a computer's name. */
const OF_NO_COMPUTER = /^_?(?:body|data|item|msg|output|response|result|source|stdout|value)s?$/i;

/** Maximum nesting depth searched for facts lines in a foreign document. */
const DEPTH = 12;
/** Maximum length of a JSON path in a problem message. */
const MAX_PLACE_LENGTH = 80;

/** Whether a document's schema claims that it's a report. */
export const isReport = (json: unknown): json is object =>
  schemaOf(json).startsWith('kms-doctor/report@');

/**
 * Yields the contents of a JSON document: a report, a case, or the facts lines in any other document. Lazy, because a
 * long list takes time.
 *
 * @param named the computer name found next to the input
 */
export function* inputsInJson(
  json: unknown,
  source: FleetSource,
  named: FoundName = NO_NAME,
  depth = DEPTH,
): Generator<FleetInput> {
  const schema = schemaOf(json);
  if (isNewerSchema(schema)) {
    yield fleetProblem(source, 'newer', { schema: schema.slice(0, 40) });
    return;
  }
  // Reports and cases contain their own names.
  const name = named.isGuess ? null : named.name;
  if (isReport(json)) yield reportInput(json, source, name);
  else if (schema.startsWith('kms-doctor/scenario@')) yield caseInput(json, source, name);
  else if (schema.startsWith('kms-doctor/')) {
    yield fleetProblem(source, 'otherDocument', { schema: schema.slice(0, 40) });
  } else if (Array.isArray(json) && depth > 0) {
    for (const item of json) yield* inputsInJson(item, source, named, depth - 1);
  } else {
    // Ansible repeats a program's output line by line.
    const texts = new Map(textsIn(json, named, depth).map((found) => [found.text.trim(), found]));
    let isNothing = true;
    for (const found of texts.values()) {
      const input = lastInText(found, source);
      if (input === null) continue;
      isNothing = false;
      yield input;
    }
    if (isNothing) yield fleetProblem(source, 'nothing');
  }
}

function caseInput(json: unknown, source: FleetSource, name: string | null): FleetInput {
  const parsed = parseScenario(json);
  if (parsed.ok) return { kind: 'case', source, name, file: parsed.scenario, line: null };
  const [first] = parsed.problems;
  return first === undefined ? fleetProblem(source, 'nothing') : problemEntry(source, first);
}

function reportInput(json: unknown, source: FleetSource, name: string | null): FleetInput {
  const read = readReportFacts(json);
  if ('invalid' in read) {
    return fleetProblem(source, 'badReport', { place: read.invalid.slice(0, MAX_PLACE_LENGTH) });
  }
  const { facts } = read;
  return { kind: 'report', source, facts: name === null ? facts : { ...facts, name } };
}

/** The strings in a foreign document, each with the nearest computer name. */
function textsIn(json: unknown, named: FoundName, depth: number): NamedText[] {
  if (typeof json === 'string') return [{ ...named, text: json }];
  if (typeof json !== 'object' || json === null || depth === 0) return [];
  if (Array.isArray(json)) return json.flatMap((item) => textsIn(item, named, depth - 1));
  const entries = Object.entries(json);
  const own = entries.flatMap(([key, value]) => (isNameKey(key) ? (nameIn(value) ?? []) : []))[0];
  const texts: NamedText[] = [];
  for (const [key, value] of entries) {
    // Ansible keys its results by computer name.
    const byKey =
      isObject(value) && !OF_NO_COMPUTER.test(key) ? { name: nameIn(key), isGuess: true } : named;
    const beside = own === undefined ? byKey : { name: own, isGuess: false };
    texts.push(...textsIn(value, beside, depth - 1));
  }
  // An object is about one computer, so its last output wins, such as a detection after a remediation.
  const holding = texts.filter(({ text }) => holdsInput(text));
  const isFlat = entries.every(([, value]) => typeof value !== 'object' || value === null);
  return isFlat ? holding.slice(-1) : holding;
}

const holdsInput = (text: string): boolean => text.includes('KMSD') || text.includes('kms-doctor/');

/** The last input in a cell or text about one computer; null if there is none. */
export function lastInText({ text, ...named }: NamedText, source: FleetSource): FleetInput | null {
  const line = factsLinesIn(text).at(-1);
  if (line !== undefined) return inputOfLine(line, source, named);
  if (!text.includes('kms-doctor/')) return null;
  return [...inputsInJson(parseJson(text), source, named)].at(-1) ?? null;
}

/** Unpacks the case in a facts line. */
export function inputOfLine(
  line: string,
  source: FleetSource,
  { name: beside, isGuess }: FoundName = NO_NAME,
): FleetInput {
  const read = unpackFacts(line);
  if (!read.ok) return problemEntry(source, read.problem);
  const { file } = read;
  // The script omits the name if the engine that runs it has a column for it.
  const isNameless = line.startsWith(FACTS_LINE_KINDS.answers) && !file.title;
  const name = isGuess && !isNameless ? null : beside;
  if (isNameless && name === null) return fleetProblem(source, 'noName');
  return { kind: 'case', source, name, file, line };
}

/** Parses JSON; undefined if it's malformed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Decodes the strings of a report parsed from {@link latin1Text}, as deep as the schema goes. Strings in its evidence
 * stay undecoded: none of them is kept.
 */
export function decodeReport(part: object, depth = 4): void {
  const texts = part as Record<string, unknown>;
  for (const key of Object.keys(texts)) {
    const value = texts[key];
    if (typeof value === 'string') texts[key] = decodeLatin1Text(value);
    else if (typeof value === 'object' && value !== null && depth > 0 && key !== 'procedures') {
      decodeReport(value, depth - 1);
    }
  }
}
