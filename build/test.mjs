/**
 * `npm test`: every tier whose real parts are on the machine, side by side on all cores, and one line for each that
 * is left out. `npm test -- --tier dns` runs that tier alone; any other argument goes to Vitest.
 *
 * A tier that KMS_DOCTOR_TIERS names (`unit,powershell`) and that cannot run is a failure; with
 * KMS_DOCTOR_ALL_TIERS=1 each is. `--full` (KMS_DOCTOR_FULL=1 to the tests) tries every case of the slow
 * specifications instead of a sample.
 *
 * Real programs fail now and then on a busy machine. Where each tier has to run, specifications that failed are tried
 * once more at the end, and what passed only then is named.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, isStale, parts } from './bundle.mjs';
import { buildPowershellHost, ISOLATED, partsOfTier, requiredTiers, tiers } from './test-parts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');

/** What the tests may take before they count as hung, in minutes. */
const LIMIT = { sample: 60, full: 300 };

/** More specifications than these do not fail by chance. */
const MOST_FLAKY = 5;

/**
 * @typedef {{ tier: string, spec: string, name: string }} Failure spec: its file; name: of the test
 * @typedef {{ passed: number, skipped: number, failures: Failure[] }} Count
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

/**
 * The tests of some tiers, in a process of Vitest: one that hangs can be ended. All of them in one, so that no core
 * waits for the last file of a tier.
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
      console.error(`The tests did not end within ${minutes} minutes and are ended.`);
      child.kill('SIGKILL');
    }, minutes * 60_000);
    child.on('message', (message) => (count = /** @type {Count} */ (message)));
    child.once('error', (error) => console.error(error.message));
    child.once('close', (code) => {
      clearTimeout(limit);
      if (count === undefined) console.error('Vitest ended without a result.');
      const { passed, skipped, failures } = count ?? { passed: 0, skipped: 0, failures: [] };
      if (code !== 0 && failures.length === 0) {
        failures.push({ tier: '', spec: '', name: 'an error outside of any test' });
      }
      resolve({ passed, skipped, failures });
    });
  });
}

/** Vitest's reporter: tells `runTiers` what came of them. A file that could not be loaded is one failure. */
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
 * Tries the specifications that failed once more; those of tiers without a real part are not flaky.
 * @param {readonly Failure[]} failures
 * @returns {Promise<readonly Failure[]>} those that have failed again
 */
async function onceMore(failures) {
  const specs = [...new Set(failures.map(({ spec }) => spec))];
  const mayBeFlaky = failures.every(
    ({ tier, spec }) => spec !== '' && partsOfTier(tier).length > 0,
  );
  if (specs.length === 0 || !mayBeFlaky || specs.length > MOST_FLAKY) return failures;
  if (interruption.signal.aborted) return failures;
  console.log('What failed is tried once more.');
  const again = await runTiers([...new Set(failures.map(({ tier }) => tier))], specs);
  const kept = new Set(again.failures.map(({ spec, name }) => `${spec}: ${name}`));
  for (const { tier, spec, name } of failures) {
    if (!kept.has(`${spec}: ${name}`)) console.log(`Flaky: ${tier}: ${spec}: ${name}`);
  }
  return again.failures;
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
    console.error(`There is no tier ${unknown.join(', ')}; the tiers are ${known.join(', ')}.`);
    process.exitCode = 64;
    return;
  }

  const chosen = wanted.length > 0 ? known.filter((tier) => wanted.includes(tier)) : known;
  const builds = [await buildParts(), !chosen.includes('powershell') || buildPowershellHost()];

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
    console.error(`These tiers have to run, and did not: ${missed.join(', ')}.`);
    total.failed += missed.length;
  }
  if (total.passed + total.failed === 0) {
    console.error('No test ran.');
    process.exitCode = 1;
  }
  if (total.failed > 0) process.exitCode = 1;
  if (interruption.signal.aborted) process.exitCode = 130;
  // They have scrolled away.
  for (const { tier, spec, name } of failed) console.log(`Failed: ${tier}: ${spec}: ${name}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
