/** Identifies and validates reports, scenario files and facts lines that are opened, dropped or pasted. */
import { countFactsLines, findFactsLine } from '@shared/facts-line';
import type { Message } from '@shared/message';
import { type Report, reportSchema } from '@shared/report';
import { isNewerSchema, schemaOf } from '@shared/schema-version';
import { type ScenarioFile, parseScenario } from '@shared/scenario';
import { unpackFacts } from '@engine/facts-line';

/** Result of reading a document. */
export type Document =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'scenario'; readonly scenario: ScenarioFile }
  /** The case in a facts line. */
  | { readonly kind: 'facts'; readonly facts: ScenarioFile }
  /** The document is about many computers. */
  | { readonly kind: 'many' }
  | { readonly kind: 'problem'; readonly message: Message };

/** File types with one computer per line. */
const LIST = /\.(csv|jsonl|ndjson)$/i;

/** Maximum length of a JSON path in a message, because the path comes from the file. */
const MAX_PLACE_LENGTH = 80;

/**
 * Reads a document.
 *
 * @param name the file name, for messages
 */
export function readDocument(name: string, text: string): Document {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    if (LIST.test(name) || hasMany(text)) return { kind: 'many' };
    return findFactsLine(text) === null
      ? problem({ key: 'dialogs.file.notJson', params: { name } })
      : readFacts(text);
  }
  const schema = schemaOf(json);
  if (isNewerSchema(schema)) return problem({ key: 'dialogs.file.newer', params: { name } });
  if (schema.startsWith('kms-doctor/report@')) return readReport(name, json);
  if (schema.startsWith('kms-doctor/scenario@')) return readScenario(json);
  return problem({ key: 'dialogs.file.unknown', params: { name } });
}

/** Reads the facts line in a text, ignoring any other text. */
export function readFacts(text: string): Document {
  if (hasMany(text)) return { kind: 'many' };
  const line = findFactsLine(text);
  if (line === null) return problem({ key: 'facts.problems.notALine' });
  const unpacked = unpackFacts(line);
  return unpacked.ok ? { kind: 'facts', facts: unpacked.file } : problem(unpacked.problem);
}

const hasMany = (text: string): boolean => countFactsLines(text, 2) > 1;

function readReport(name: string, json: unknown): Document {
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return { kind: 'report', report: parsed.data };
  const place = (parsed.error.issues[0]?.path ?? []).map(String).join('.');
  return problem({
    key: 'dialogs.file.badReport',
    params: { name, place: place.slice(0, MAX_PLACE_LENGTH) },
  });
}

function readScenario(json: unknown): Document {
  const parsed = parseScenario(json);
  if (parsed.ok) return { kind: 'scenario', scenario: parsed.scenario };
  const [first] = parsed.problems;
  return problem(first ?? { key: 'dialogs.file.unknown', params: { name: '' } });
}

function problem(message: Message): Document {
  return { kind: 'problem', message };
}
