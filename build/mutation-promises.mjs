/**
 * `npm run mutation -- promises`: breaks each promise of docs/reliability.md in a copy of the checkout and runs the
 * command that the document names for it, which must then fail in a test. Further arguments select the promises whose
 * text, file or command contains one of them.
 *
 * The mutations are in build/promises.json. If a promise has several commands, each mutation names its own;
 * test/unit/build/promises.spec.ts keeps the table and the document in sync.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { existsSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './bundle.mjs';
import table from './promises.json' with { type: 'json' };

/**
 * @typedef {object} Mutation
 * @property {string} breaks description of the mutation
 * @property {string} file relative to the checkout
 * @property {string} text occurs exactly once in the file
 * @property {string} becomes
 * @property {string} [by] arguments of the command that must detect it; defaults to the promise's only command
 *
 * @typedef {Mutation & { promise: string, command: string }} Break
 */

/**
 * The mutations of each promise, keyed by its text in the document.
 * @type {Readonly<Record<string, readonly Mutation[]>>}
 */
export const MUTATIONS = table;

/**
 * Parses the promises of the document: each row of its two-column tables, with the arguments of each `npm test`.
 * @returns {{ promise: string, commands: string[] }[]}
 */
export function promises() {
  const document = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8');
  return [...document.matchAll(/^\| (.+?) +\| (.*`npm test -- .*?) *\|$/gm)].map(
    ([, promise = '', proof = '']) => ({
      promise,
      commands: [...proof.matchAll(/`npm test -- ([^`]+)`/g)].map(([, command = '']) => command),
    }),
  );
}

/** @returns {Break[]} all mutations, each with the command of the document that must detect it */
export function allMutations() {
  return promises().flatMap(({ promise, commands }) =>
    (MUTATIONS[promise] ?? []).map((mutation) => ({
      ...mutation,
      promise,
      command: mutation.by ?? commands[0] ?? '',
    })),
  );
}

/**
 * Counts the occurrences of a part in a text.
 * @param {string} text
 * @param {string} part
 */
export const occurrences = (text, part) => text.split(part).length - 1;

/** Not copied: what is linked instead, and what no test needs. */
const LEFT_OUT = new Set(['.git', '.cache', 'coverage', 'node_modules', 'release']);

/** Caches of node_modules that the runs would otherwise share with this checkout. */
const OWN_CACHES = new Set(['.cache', '.vite', '.vite-temp']);

/**
 * Copies the checkout with its uncommitted changes and the built parts; links packages and test dependencies.
 * @param {string} copy
 */
function copyCheckout(copy) {
  for (const name of readdirSync(root).filter((one) => !LEFT_OUT.has(one))) {
    cpSync(path.join(root, name), path.join(copy, name), {
      recursive: true,
      // The folders are new, so that the first command builds everything. After it, nothing looks stale.
      preserveTimestamps: true,
      // A build may be running.
      filter: (from) => !path.basename(from).startsWith('.build-'),
    });
  }
  mkdirSync(path.join(copy, 'node_modules'));
  const packages = readdirSync(path.join(root, 'node_modules')).filter(
    (name) => !OWN_CACHES.has(name),
  );
  for (const name of [...packages.map((one) => path.join('node_modules', one)), '.cache']) {
    const target = path.join(root, name);
    if (existsSync(target)) symlinkSync(target, path.join(copy, name));
  }
}

/**
 * Returns the specs that a command of the document runs.
 * @param {string} command `--tier NAME FILE`; Vitest treats the file as a path prefix
 */
export function specsOf(command) {
  const [, , file = ''] = command.split(' ');
  const folder = path.dirname(file);
  return readdirSync(path.join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.startsWith(file) && /\.spec\.tsx?$/.test(name));
}

/**
 * Whether a command runs the built program: a window, a Windows program, or a separate command line process.
 * @param {string} command
 */
const needsBuild = (command) =>
  !/^--tier (unit|scenarios|dns|rpc|powershell|elevation) /.test(command) ||
  specsOf(command).some((spec) => readFileSync(path.join(root, spec), 'utf8').includes('dist/'));

/** Time in ms after which a mutant in an endless loop is killed. */
const HUNG_MS = 15 * 60_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/**
 * Runs a command of the document in the copy.
 * @param {string} copy
 * @param {string} command arguments of `npm test`
 * @returns {Promise<{ ok: boolean, failed: string | null, output: string }>} failed: the failed test; null if none
 *   failed, including when the command could not run
 */
function runTests(copy, command) {
  // A test must not fail just because the machine is busy, so each gets a minute.
  const limits = ['--bail=1', '--testTimeout=60000'];
  const args = [path.join(copy, 'build/test.mjs'), ...command.split(' '), ...limits];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Without required tiers, failed tests aren't retried.
      env: { ...process.env, KMS_DOCTOR_TIERS: '', KMS_DOCTOR_ALL_TIERS: '' },
      timeout: HUNG_MS,
    });
    running = child;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.once('close', (status) => {
      const failures = [...output.matchAll(/^Failed: \S+: (\S*): (.+)$/gm)];
      // Files that could not be loaded and failed builds don't count.
      const [, spec = '', name = ''] =
        failures.find(([, file, test]) => file !== '' && test !== 'the whole file') ?? [];
      const failed = spec === '' ? null : `${path.basename(spec)}: ${name}`;
      resolve({ ok: status === 0, failed, output: output.slice(-4_000) });
    });
  });
}

/** @type {Set<string>} commands that pass without a mutation */
const green = new Set();
/** @type {Set<string>} tiers whose commands have been tried together */
const triedTogether = new Set();

/**
 * Whether a command passes without a mutation. All commands of a tier are tried together first, to start Vitest once.
 * @param {string} copy
 * @param {string} command
 * @param {readonly string[]} others commands that may be tried along with it
 */
async function isGreenIn(copy, command, others) {
  const [, tier = ''] = command.split(' ');
  if (others.includes(command) && !triedTogether.has(tier)) {
    triedTogether.add(tier);
    const beside = others.filter((other) => other.split(' ')[1] === tier);
    const files = beside.flatMap((other) => other.split(' ').slice(2));
    if ((await runTests(copy, `--tier ${tier} ${files.join(' ')}`)).ok) {
      for (const other of beside) green.add(other);
    }
  }
  // On a busy machine, a real program may fail once.
  for (let tries = 0; tries < 2 && !green.has(command); tries += 1) {
    if ((await runTests(copy, command)).ok) green.add(command);
  }
  return green.has(command);
}

/**
 * Applies a mutation in the copy, runs its command, and reverts the mutation.
 * @param {string} copy
 * @param {Break} mutation
 * @returns {Promise<{ noticedBy: string | null, problem: string | null }>}
 */
async function tryOne(copy, { file, text, becomes, command }) {
  const place = path.join(copy, file);
  const before = readFileSync(place, 'utf8');
  const count = occurrences(before, text);
  if (count !== 1) return { noticedBy: null, problem: `its text occurs ${count} times in ${file}` };
  const { atime, mtime } = statSync(place);
  writeFileSync(place, before.split(text).join(becomes));
  // Restore the timestamps to avoid a rebuild for tests that read the sources.
  if (!needsBuild(command)) utimesSync(place, atime, mtime);
  const { ok, failed, output } = await runTests(copy, command);
  // The new timestamp makes the mutant's build output stale.
  writeFileSync(place, before);
  if (!needsBuild(command)) utimesSync(place, atime, mtime);
  if (failed !== null) return { noticedBy: failed, problem: null };
  if (ok) return { noticedBy: null, problem: 'survived' };
  return { noticedBy: null, problem: `no test failed, but:\n${output}` };
}

/**
 * Breaks the selected promises and prints a table. Sets the exit code to 1 if a mutation wasn't detected.
 * @param {readonly string[]} words
 */
export async function mutatePromises(words) {
  for (const { promise } of promises()) {
    if (MUTATIONS[promise] !== undefined) continue;
    console.log(`No mutation: ${promise}`);
    process.exitCode = 1;
  }
  const chosen = allMutations().filter(({ promise, file, command, breaks: what }) => {
    const all = `${promise} ${file} ${command} ${what}`.toLowerCase();
    return words.length === 0 || words.some((word) => all.includes(word.toLowerCase()));
  });
  const copy = mkdtempSync(path.join(tmpdir(), 'kms-doctor-promises-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      running?.kill(signal);
      process.exit(130);
    });
  }
  copyCheckout(copy);
  // Commands that need a build run last, because each mutant is then rebuilt.
  const commands = [...new Set(chosen.map(({ command }) => command))];
  const plain = commands.filter((command) => !needsBuild(command));
  const rows = [];
  for (const command of [...plain, ...commands.filter(needsBuild)]) {
    const isGreen = await isGreenIn(copy, command, plain);
    for (const one of chosen.filter((other) => other.command === command)) {
      const started = performance.now();
      const { noticedBy, problem } = isGreen
        ? await tryOne(copy, one)
        : { noticedBy: null, problem: `npm test -- ${command} fails without it` };
      const seconds = Math.round((performance.now() - started) / 1_000);
      console.log(`${seconds} s: ${one.breaks}: ${noticedBy ?? problem}`);
      rows.push({ ...one, noticedBy, seconds });
    }
  }
  console.log('\n| promise | mutation | noticed by | s |\n| --- | --- | --- | --- |');
  for (const { promise, breaks: what, noticedBy, seconds } of rows) {
    console.log(`| ${promise} | ${what} | ${noticedBy ?? '**no test**'} | ${seconds} |`);
  }
  const noticed = rows.filter(({ noticedBy }) => noticedBy !== null).length;
  console.log(`\n${rows.length} mutations, ${noticed} noticed`);
  if (rows.length === 0 || noticed < rows.length) process.exitCode = 1;
}
