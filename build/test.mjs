/**
 * `npm test`: every tier whose real parts are on the machine, one after the other, and one line for each that is
 * left out. `npm test -- --tier dns` runs that tier alone; any other argument goes to Vitest.
 *
 * A tier that KMS_DOCTOR_TIERS names (`unit,powershell`) and that cannot run is a failure; with
 * KMS_DOCTOR_ALL_TIERS=1 each is. `--full` (KMS_DOCTOR_FULL=1 to the tests) tries every case of the slow
 * specifications instead of a sample.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, isStale, parts } from './bundle.mjs';
import { buildPowershellHost, partsOfTier, requiredTiers, tiers } from './test-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');

/** What one tier may take before it counts as hung, in milliseconds. */
const TIER_LIMIT_MS = 30 * 60_000;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Count
 * @typedef {{ status: string, fullName: string }} VitestTest
 * @typedef {{ testResults: { name: string, status: string, assertionResults: VitestTest[] }[] }} VitestReport
 */

/**
 * @param {readonly string[]} args
 * @returns {{ wanted: string[], rest: string[] }} the tiers that were named, and what Vitest gets
 */
function parse(args) {
  const wanted = [];
  const rest = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (arg === '--full') process.env['KMS_DOCTOR_FULL'] = '1';
    else if (arg === '--tier') wanted.push(args[(i += 1)] ?? '');
    else if (arg.startsWith('--tier=')) wanted.push(arg.slice('--tier='.length));
    else rest.push(arg);
  }
  return { wanted, rest };
}

/**
 * Says what is missing for a tier.
 * @param {string} tier
 * @returns {boolean} whether the tier can run
 */
function ready(tier) {
  const missing = partsOfTier(tier).filter((part) => part.find() === null);
  if (missing.length === 0) return true;
  const names = missing.map((part) => part.name).join(', ');
  const commands = [...new Set(missing.map((part) => part.get))].join('; ');
  console.log(`Tier ${tier} left out: ${names} not found. To run it: ${commands}`);
  return false;
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
const interruption = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    interruption.abort();
    running?.kill(signal);
  });
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
function runVitest(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', ...args], {
      cwd: root,
      stdio: 'inherit',
    });
    running = child;
    const limit = setTimeout(() => {
      console.error(`Vitest did not end within ${TIER_LIMIT_MS / 60_000} minutes and is ended.`);
      child.kill('SIGKILL');
    }, TIER_LIMIT_MS);
    child.once('error', () => {
      resolve(1);
    });
    child.once('exit', (code) => {
      clearTimeout(limit);
      resolve(code ?? 1);
    });
  });
}

/**
 * What the JSON reporter wrote, as numbers and as the names of what failed. A file that could not even be loaded
 * counts as one failure.
 * @param {string} file
 * @param {boolean} succeeded whether Vitest itself was content
 * @returns {Count}
 */
function count(file, succeeded) {
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  try {
    /** @type {unknown} */
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { testResults } = /** @type {VitestReport} */ (report);
    for (const { name, status, assertionResults } of testResults) {
      const spec = path.relative(root, name);
      const failed = assertionResults.filter((test) => test.status === 'failed');
      const passed = assertionResults.filter((test) => test.status === 'passed').length;
      total.failures.push(...failed.map((test) => `${spec}: ${test.fullName}`));
      if (status === 'failed' && failed.length === 0)
        total.failures.push(`${spec}: the whole file`);
      total.passed += passed;
      total.skipped += assertionResults.length - failed.length - passed;
    }
  } catch {
    console.error('Vitest ended without a result.');
  }
  if (!succeeded && total.failures.length === 0)
    total.failures.push('an error outside of any test');
  total.failed = total.failures.length;
  return total;
}

/** Builds what the tests run; says why it could not. */
async function buildParts() {
  try {
    await bundle(Object.keys(parts).filter(isStale));
    return true;
  } catch (error) {
    console.error(`Building into dist/ failed. ${error instanceof Error ? error.message : ''}`);
    return false;
  }
}

const { wanted, rest } = parse(process.argv.slice(2));
const known = tiers();
const required = requiredTiers(known);
const unknown = [...wanted, ...required].filter((tier) => !known.includes(tier));
if (unknown.length > 0) {
  console.error(`There is no tier ${unknown.join(', ')}; the tiers are ${known.join(', ')}.`);
  process.exit(64);
}

const chosen = wanted.length > 0 ? known.filter((tier) => wanted.includes(tier)) : known;
const builds = [await buildParts(), !chosen.includes('powershell') || buildPowershellHost()];

const total = { passed: 0, failed: builds.filter((fine) => !fine).length, skipped: 0 };
const failures = [];
const leftOut = [];
const results = mkdtempSync(path.join(tmpdir(), 'kms-doctor-test-'));
for (const tier of chosen) {
  if (interruption.signal.aborted) break;
  if (!ready(tier)) {
    leftOut.push(tier);
    continue;
  }
  const file = path.join(results, `${tier}.json`);
  const code = await runVitest([
    ...['--project', tier, '--passWithNoTests'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    ...rest,
  ]);
  const found = count(file, code === 0);
  total.passed += found.passed;
  total.failed += found.failed;
  total.skipped += found.skipped;
  failures.push(...found.failures.map((name) => `${tier}: ${name}`));
}
rmSync(results, { recursive: true, force: true });

const missed = leftOut.filter((tier) => required.includes(tier));
if (missed.length > 0) {
  console.error(`These tiers have to run, and did not: ${missed.join(', ')}.`);
  total.failed += missed.length;
}
if (total.passed + total.failed === 0) {
  console.error('No test ran.');
  process.exitCode = 1;
}
if (total.failed > 0) process.exitCode = 1;
if (interruption.signal.aborted) process.exitCode = 130;
// The tiers before the last have scrolled away.
for (const failure of failures) console.log(`Failed: ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
