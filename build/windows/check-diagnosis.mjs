/**
 * Checks whether a diagnosis of a real Windows could read everything it should:
 *
 *   node build/windows/check-diagnosis.mjs REPORT.json [--recording DIR] [--allow REASON …]
 *
 * An unknown check fails unless its reason can occur on a healthy PC (something doesn't exist, or needs an admin) or is
 * allowed explicitly. The recording must contain raw answers and no full product key. Exits with 0 or 1.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Reasons a check may be unknown for even if every tool works. */
const HARMLESS = ['needs-elevation', 'no-answer', 'no-ipv6', 'not-reached', 'service-disabled'];

/** The diagnosis itself has 10 s; the rest covers startup and printing the report. */
const LIMIT_MS = 12_000;

/** An unmasked product key. */
const KEY = /\b(?!XXXXX-)[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b/;

/**
 * @typedef {{ id: string, status: string, reason: string | null, summary: string }} Check
 * @typedef {{ schema: string, durationMs: number, target: { kind: string }, verdict: { code: string },
 *   procedures: { checks: Check[] }[] }} Report
 */

/**
 * Lists the problems of a report.
 * @param {Report} report
 * @param {readonly string[]} allowed further reasons that are expected of unknown checks
 * @returns {string[]} one phrase per problem; empty if there are none
 */
export function problemsOf(report, allowed = []) {
  const checks = report.procedures.flatMap((procedure) => procedure.checks);
  const fine = [...HARMLESS, ...allowed];
  const unread = checks.filter(
    ({ status, reason }) => status === 'unknown' && !fine.includes(reason ?? ''),
  );
  const service = checks.find(({ id }) => id === 'licensing-service');
  return [
    ...(report.schema === 'kms-doctor/report@1' ? [] : [`the schema is ${report.schema}`]),
    ...(report.target.kind === 'this-pc' ? [] : [`the target is ${report.target.kind}`]),
    ...(report.durationMs <= LIMIT_MS ? [] : [`it took ${report.durationMs} ms`]),
    ...(checks.length > 0 ? [] : ['there is no check']),
    ...unread.map(({ id, reason, summary }) => `${id} is unknown (${String(reason)}): ${summary}`),
    ...(service === undefined || service.status === 'fail'
      ? [`licensing-service fails: ${service?.summary ?? 'it was not checked'}`]
      : []),
  ];
}

/**
 * Lists the problems of a recording.
 * @param {string} folder
 * @returns {string[]}
 */
export function recordingProblems(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const texts = files.map((name) => ({
    name,
    text: readFileSync(path.join(folder, name), 'utf8'),
  }));
  const asked = texts.filter(({ text }) => text.includes('"kms-doctor/raw-answer@1"'));
  return [
    ...(asked.length > 10 ? [] : [`the recording has ${asked.length} raw answers`]),
    ...texts
      .filter(({ text }) => KEY.test(text))
      .map(({ name }) => `${name} has a whole product key`),
  ];
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      allow: { type: 'string', multiple: true, default: [] },
      recording: { type: 'string' },
    },
  });
  const text = readFileSync(positionals[0] ?? '', 'utf8');
  /** @type {unknown} */
  const read = JSON.parse(text);
  const report = /** @type {Report} */ (read);
  const problems = [
    ...problemsOf(report, values.allow),
    ...(KEY.test(text) ? ['the report has a whole product key'] : []),
    ...(values.recording === undefined ? [] : recordingProblems(values.recording)),
  ];
  console.log(`verdict ${report.verdict.code}, ${report.durationMs} ms`);
  for (const problem of problems) console.log(`Not so: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
