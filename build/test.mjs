/**
 * `npm test`: runs every tier whose test parts are installed, in parallel on all cores, and prints a line for each tier
 * that it skips. `npm test -- --tier dns` runs only that tier; all other arguments go to Vitest.
 *
 * Tiers named in KMS_DOCTOR_TIERS (`unit,powershell`) are required: it is a failure if one can't run. With
 * KMS_DOCTOR_ALL_TIERS=1, all are. `--full` (KMS_DOCTOR_FULL=1 for the tests) runs every case of the slow specs instead
 * of a sample.
 *
 * Real programs occasionally fail on a busy machine. If there are required tiers, failed specs are retried once at the
 * end, and tests that pass only then are reported as flaky.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, isStale, parts, root } from './bundle.mjs';
import {
  buildPowershellChecker,
  ISOLATED,
  partsOfTier,
  requiredTiers,
  tiers,
} from './test-parts.mjs';

const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');

/** Time limit for all tests in minutes, after which they count as hung. */
const LIMIT = { sample: 60, full: 300 };

/** With more failed specs than this, flakiness isn't assumed. */
const MAX_FLAKY = 5;

/**
 * @typedef {{ tier: string, spec: string, name: string }} Failure spec: the file; name: of the test
 * @typedef {{ passed: number, skipped: number, failures: Failure[] }} Count
 */

/**
 * @param {readonly string[]} args
 * @returns {{ wanted: string[], rest: string[] }} the named tiers, and the arguments for Vitest
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
 * Prints what a tier is missing.
 * @param {string} tier
 * @returns {boolean} whether the tier can run
 */
function ready(tier) {
  const missing = partsOfTier(tier).filter((part) => part.find() === null);
  if (missing.length === 0) return true;
  const names = missing.map((part) => part.name).join(', ');
  const commands = [...new Set(missing.map((part) => part.get))].join('; ');
  console.log(`Skipping tier ${tier}: ${names} not found. To run it: ${commands}`);
  return false;
}

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
const interruption = new AbortController();

/**
 * Runs tiers in a Vitest process, which can be killed if it hangs. A single process for all tiers keeps every core busy
 * until the last file.
 * @param {readonly string[]} chosen
 * @param {readonly string[]} args
 * @returns {Promise<Count>}
 */
function runTiers(chosen, args) {
  return new Promise((resolve) => {
    /** @type {Count | undefined} */
    let count;
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--passWithNoTests', '--reporter=default']
        .concat(`--reporter=${fileURLToPath(import.meta.url)}`)
        .concat(chosen.flatMap((tier) => ['--project', tier, '--project', `${tier}${ISOLATED}`]))
        .concat(args),
      { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
    );
    running = child;
    const minutes = LIMIT[process.env['KMS_DOCTOR_FULL'] === '1' ? 'full' : 'sample'];
    const limit = setTimeout(() => {
      console.error(`The tests timed out after ${minutes} minutes and were killed.`);
      child.kill('SIGKILL');
    }, minutes * 60_000);
    child.on('message', (message) => (count = /** @type {Count} */ (message)));
    child.once('error', (error) => console.error(error.message));
    child.once('close', (code) => {
      clearTimeout(limit);
      if (count === undefined) console.error('Vitest exited without a result.');
      const { passed, skipped, failures } = count ?? { passed: 0, skipped: 0, failures: [] };
      if (code !== 0 && failures.length === 0) {
        failures.push({ tier: '', spec: '', name: 'an error outside of any test' });
      }
      resolve({ passed, skipped, failures });
    });
  });
}

/** Vitest reporter that sends the results to `runTiers`. A file that could not be loaded counts as one failure. */
export default class {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules) {
    /** @type {Count} */
    const count = { passed: 0, skipped: 0, failures: [] };
    for (const module of modules) {
      const tier = module.project.name.replace(ISOLATED, '');
      const spec = path.relative(root, module.moduleId);
      const failures = count.failures.length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failures.push({ tier, spec, name: test.fullName });
        else count.skipped += 1;
      }
      if (module.state() === 'failed' && count.failures.length === failures) {
        count.failures.push({ tier, spec, name: 'the whole file' });
      }
    }
    process.send?.(count);
  }
}

/**
 * Retries failed specs once. Tiers that need no test parts can't be flaky.
 * @param {readonly Failure[]} failures
 * @returns {Promise<readonly Failure[]>} those that failed again
 */
async function onceMore(failures) {
  const specs = [...new Set(failures.map(({ spec }) => spec))];
  const mayBeFlaky = failures.every(
    ({ tier, spec }) => spec !== '' && partsOfTier(tier).length > 0,
  );
  if (specs.length === 0 || !mayBeFlaky || specs.length > MAX_FLAKY) return failures;
  if (interruption.signal.aborted) return failures;
  console.log('Retrying the failed specs.');
  const again = await runTiers([...new Set(failures.map(({ tier }) => tier))], specs);
  const kept = new Set(again.failures.map(({ spec, name }) => `${spec}: ${name}`));
  for (const { tier, spec, name } of failures) {
    if (!kept.has(`${spec}: ${name}`)) console.log(`Flaky: ${tier}: ${spec}: ${name}`);
  }
  return again.failures;
}

/** Builds what the tests run, or prints why that failed. */
async function buildParts() {
  try {
    await bundle(Object.keys(parts).filter(isStale));
    return true;
  } catch (error) {
    console.error(`Building into dist/ failed. ${error instanceof Error ? error.message : ''}`);
    return false;
  }
}

async function main() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      interruption.abort();
      running?.kill(signal);
    });
  }
  const { wanted, rest } = parse(process.argv.slice(2));
  const known = tiers();
  const required = requiredTiers(known);
  const unknown = [...wanted, ...required].filter((tier) => !known.includes(tier));
  if (unknown.length > 0) {
    console.error(`Unknown tier: ${unknown.join(', ')}. The tiers are ${known.join(', ')}.`);
    process.exitCode = 64;
    return;
  }

  const chosen = wanted.length > 0 ? known.filter((tier) => wanted.includes(tier)) : known;
  const builds = [await buildParts(), !chosen.includes('powershell') || buildPowershellChecker()];

  const present = chosen.filter(ready);
  const leftOut = chosen.filter((tier) => !present.includes(tier));
  const found =
    present.length > 0 ? await runTiers(present, rest) : { passed: 0, skipped: 0, failures: [] };
  const failed = required.length > 0 ? await onceMore(found.failures) : found.failures;
  const total = {
    passed: found.passed + found.failures.length - failed.length,
    failed: failed.length + builds.filter((fine) => !fine).length,
    skipped: found.skipped,
  };

  const missed = leftOut.filter((tier) => required.includes(tier));
  if (missed.length > 0) {
    console.error(`Required tiers did not run: ${missed.join(', ')}.`);
    total.failed += missed.length;
  }
  if (total.passed + total.failed === 0) {
    console.error('No tests ran.');
    process.exitCode = 1;
  }
  if (total.failed > 0) process.exitCode = 1;
  if (interruption.signal.aborted) process.exitCode = 130;
  // Repeated here, because they have scrolled away.
  for (const { tier, spec, name } of failed) console.log(`Failed: ${tier}: ${spec}: ${name}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
