/** Parses a scenario file, or describes each problem with its place and the allowed values. */
import { isObject } from '../look-up';
import type { KeyPart, Message } from '../message';
import { escapeLine } from '../printable';
import { redact } from '../redaction';
import { findExcessEntries, findInvalidText } from './limits';
import { valueAt } from './path';
import { USE_FIRST_ERROR, scenarioSchema, type ScenarioFile } from './schema';

/** A problem in a scenario file. */
export interface ScenarioProblem extends Message {
  /** Its location, e.g. `dns.servers["10.0.0.10"].records[0].port`; empty for the document itself. */
  readonly path: string;
}

/** A scenario, or everything that is wrong with it. */
export type ScenarioResult =
  | { readonly ok: true; readonly scenario: ScenarioFile }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

type Sentence = KeyPart<'scenario.problems.'>;

/** Examples shown for missing values. */
const EXAMPLES: Partial<Record<Sentence, string>> = {
  dnsName: '"kms1.contoso.com"',
  address: '"10.0.0.20"',
  ipv4: '"10.0.0.20"',
  ipv6: '"fd00::20"',
  eventId: '12288',
  dword: '1',
  text: '"…"',
  list: '[]',
};

const MAX_SHOWN = 60;

/**
 * Validates a scenario file. Returns a copy of the document with nothing added or reordered, except that event data
 * written as one text becomes a list with one entry.
 *
 * @param json the file after `JSON.parse`
 */
export function parseScenario(json: unknown): ScenarioResult {
  if (!isObject(json)) {
    return refuse([
      { path: '', key: 'scenario.problems.document', params: { found: shown(json) } },
    ]);
  }
  const excess = findExcessEntries(json);
  if (excess !== null) return refuse([problemAt(excess.path, excess.key, excess.params)]);
  const unfit = findInvalidText(json);
  const parsed = scenarioSchema.safeParse(json);
  const problems = [
    ...(unfit === null ? [] : [problemAt(unfit.path, unfit.key, unfit.params)]),
    ...(parsed.error?.issues ?? []).flatMap((issue) => problemsOf(issue, json)),
  ];
  if (problems.length > 0) return refuse(problems);
  const copy = JSON.parse(JSON.stringify(json)) as { events?: { data?: unknown }[] };
  for (const event of copy.events ?? []) {
    if (typeof event.data === 'string') event.data = [event.data];
  }
  return { ok: true, scenario: copy as ScenarioFile };
}

const refuse = (problems: readonly ScenarioProblem[]): ScenarioResult => ({ ok: false, problems });

type Issue = NonNullable<ReturnType<typeof scenarioSchema.safeParse>['error']>['issues'][number];

function problemsOf(issue: Issue, json: unknown): ScenarioProblem[] {
  // If a value can be written in several forms, the first is the usual one.
  const [usual] =
    issue.code === 'invalid_union' && issue.message === USE_FIRST_ERROR ? issue.errors : [];
  if (usual !== undefined) {
    return usual.flatMap((one) => problemsOf({ ...one, path: [...issue.path, ...one.path] }, json));
  }
  const colon = issue.message.indexOf(':');
  const sentence = (colon < 0 ? issue.message : issue.message.slice(0, colon)) as Sentence;
  const allowed = colon < 0 ? '' : issue.message.slice(colon + 1);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problemAt([...issue.path, key], 'scenario.problems.unknownKey', { allowed }),
    );
  }
  const { path } = issue;
  const found = valueAt(json, path);
  if (found === undefined) {
    const example = allowed === '' ? (EXAMPLES[sentence] ?? '…') : allowed;
    return [problemAt(path, 'scenario.problems.missing', { example })];
  }
  const params: ScenarioProblem['params'] =
    issue.code === 'invalid_key'
      ? { place: formatPath(path.slice(0, -1)), found: shown(path.at(-1)) }
      : { found: shown(found), allowed };
  return [problemAt(path, `scenario.problems.${sentence}`, params)];
}

/** @param params of the message; `place` defaults to the path */
function problemAt(
  path: readonly PropertyKey[],
  key: ScenarioProblem['key'],
  params: ScenarioProblem['params'],
): ScenarioProblem {
  const place = formatPath(path);
  return { path: place, key, params: { place, ...params } };
}

/** Formats a path in JavaScript notation: `adapters[0].dnsServers[1]`, `hosts["10.0.0.20"].ports`. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_]\w*$/.test(String(step)))
      text += `${text === '' ? '' : '.'}${String(step)}`;
    else text += `[${shown(String(step))}]`;
  }
  return redact(text);
}

/** Formats a value as short JSON in printable characters, without product keys. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return '[…]';
  if (isObject(value)) return '{…}';
  const text = escapeLine(
    redact(typeof value === 'string' ? JSON.stringify(value) : String(value)),
  );
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}
