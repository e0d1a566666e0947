/**
 * Looks whether a diagnosis of a real Windows could read what it had to:
 *
 *   node build/windows/check-diagnosis.mjs REPORT.json [--recording DIR] [--allow REASON …]
 *
 * An unknown check is a failure unless its reason is one of a healthy program (something was not there, or needs an
 * administrator) or is named. The recording has to hold raw answers and no whole product key. Ends with 0 or 1.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What may be unknown on a PC whose tools all work. */
const HARMLESS = ['needs-elevation', 'no-answer', 'no-ipv6', 'not-reached', 'service-disabled'];

/** The whole diagnosis has 10 s; the rest is the way to the printed report. */
const LIMIT_MS = 12_000;

/** A product key that is not masked. */
const KEY = /\b(?!XXXXX-)[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b/;

/**
 * @typedef {{ id: string, status: string, reason: string | null, summary: string }} Check
 * @typedef {{ schema: string, durationMs: number, target: { kind: string }, verdict: { code: string },
 *   procedures: { checks: Check[] }[] }} Report
 */

/**
 * What is wrong with a report.
 * @param {Report} report
 * @param {readonly string[]} allowed reasons of unknown checks that are expected besides
 * @returns {string[]} sentences; none when all is right
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
 * What is wrong with a recording.
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
