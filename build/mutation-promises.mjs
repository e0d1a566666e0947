/**
 * `npm run mutation -- promises`: breaks each promise of docs/reliability.md in a copy of the checkout and runs the
 * command that the document names for it, which has to fail in a test. Further words choose the promises whose text,
 * file or command has one of them.
 *
 * build/promises.json has the mutations. Those of a promise with several commands say which one each is for;
 * test/unit/build/promises.spec.ts keeps table and document in step.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { existsSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Mutation
 * @property {string} breaks what it does, in words
 * @property {string} file from the checkout
 * @property {string} text stands there once
 * @property {string} becomes
 * @property {string} [by] the arguments of the command that has to notice it; the promise's only one without it
 *
 * @typedef {Mutation & { promise: string, command: string }} Break
 */

/** @type {unknown} */
const table = JSON.parse(readFileSync(path.join(root, 'build/promises.json'), 'utf8'));

/** The mutations of each promise, by its text in the document. */
export const MUTATIONS = /** @type {Readonly<Record<string, readonly Mutation[]>>} */ (table);

/**
 * The promises of the document: each row of its tables of two columns, with the arguments of each `npm test`.
 * @param {string} document
 * @returns {{ promise: string, commands: string[] }[]}
 */
export function promisesIn(document) {
  return [...document.matchAll(/^\| (.+?) +\| (.*`npm test -- .*?) *\|$/gm)].map(
    ([, promise = '', proof = '']) => ({
      promise,
      commands: [...proof.matchAll(/`npm test -- ([^`]+)`/g)].map(([, command = '']) => command),
    }),
  );
}

/** @returns {Break[]} every mutation, with the command of the document that has to notice it */
export function breaks() {
  const document = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8');
  return promisesIn(document).flatMap(({ promise, commands }) =>
    (MUTATIONS[promise] ?? []).map((mutation) => ({
      ...mutation,
      promise,
      command: mutation.by ?? commands[0] ?? '',
    })),
  );
}

/**
 * How often a text stands in another one.
 * @param {string} text
 * @param {string} part
 */
export const occurrences = (text, part) => text.split(part).length - 1;

/** What stays out of the copy: caches that its runs would share with this checkout. */
const OWN = new Set(['.cache', '.vite', '.vite-temp']);

/**
 * @param {string} file from the checkout
 * @returns {string[]} every folder that it is in
 */
function foldersAbove(file) {
  const folder = path.dirname(file);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}

/**
 * A copy of what Git knows or would know, with the built parts; packages and real parts of the tests are linked.
 * @param {string} copy
 */
function copyCheckout(copy) {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = listed.split('\0').filter((file) => existsSync(path.join(root, file)));
  for (const file of [...new Set(files), 'dist']) {
    const from = path.join(root, file);
    if (file === '' || !existsSync(from)) continue;
    // With their times: what was built of them is not older then.
    cpSync(from, path.join(copy, file), { recursive: true, preserveTimestamps: true });
  }
  // As well as the folders, which build/bundle.mjs compares, too.
  const folders = new Set(files.flatMap((file) => foldersAbove(file)));
  for (const folder of folders) {
    const { atime, mtime } = statSync(path.join(root, folder));
    utimesSync(path.join(copy, folder), atime, mtime);
  }
  mkdirSync(path.join(copy, 'node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (OWN.has(name)) continue;
    symlinkSync(path.join(root, 'node_modules', name), path.join(copy, 'node_modules', name));
  }
  if (existsSync(path.join(root, '.cache'))) {
    symlinkSync(path.join(root, '.cache'), path.join(copy, '.cache'));
  }
}

/**
 * The specifications that a command of the document runs.
 * @param {string} command `--tier NAME FILE`; what Vitest takes for a file is the beginning of its path
 */
export function specsOf(command) {
  const [, , file = ''] = command.split(' ');
  const folder = path.dirname(file);
  return readdirSync(path.join(root, folder))
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.startsWith(file) && /\.spec\.tsx?$/.test(name));
}

/**
 * Whether a command runs the built program: a window, a Windows program, or a command line of its own.
 * @param {string} command
 */
const needsBuild = (command) =>
  !/^--tier (unit|scenarios|dns|rpc|powershell|elevation) /.test(command) ||
  specsOf(command).some((spec) => readFileSync(path.join(root, spec), 'utf8').includes('dist/'));

/** Milliseconds after which a mutant that goes round in circles is ended. */
const HUNG_MS = 15 * 60_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/**
 * Runs a command of the document in the copy.
 * @param {string} copy
 * @param {string} command arguments of `npm test`
 * @returns {Promise<{ ok: boolean, failed: string | null, output: string }>} failed: the test that failed; null where
 *   none did, also where it could not be run
 */
function runTests(copy, command) {
  // A busy machine must not look like a test that notices something: what hangs has a minute.
  const limits = ['--bail=1', '--testTimeout=60000'];
  const args = [path.join(copy, 'build/test.mjs'), ...command.split(' '), ...limits];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Tests that failed are not tried once more.
      env: { ...process.env, KMS_DOCTOR_TIERS: '', KMS_DOCTOR_ALL_TIERS: '' },
    });
    running = child;
    const hung = setTimeout(() => child.kill('SIGTERM'), HUNG_MS);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    child.once('close', (status) => {
      clearTimeout(hung);
      const failures = [...output.matchAll(/^Failed: \S+: (\S*): (.+)$/gm)];
      // Not a file that could not be loaded, nor a build that failed.
      const [, spec = '', name = ''] =
        failures.find(([, file, test]) => file !== '' && test !== 'the whole file') ?? [];
      const failed = spec === '' ? null : `${path.basename(spec)}: ${name}`;
      resolve({ ok: status === 0, failed, output: output.slice(-4_000) });
    });
  });
}

/** @type {Set<string>} commands that passed without a mutation */
const green = new Set();
/** @type {Set<string>} tiers whose commands were tried together */
const triedTogether = new Set();

/**
 * Whether a command passes without a mutation. Those of a tier are tried together first, which starts Vitest once.
 * @param {string} copy
 * @param {string} command
 * @param {readonly string[]} others that may be tried along with it
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
  // A busy machine may fail a real program once.
  for (let tries = 0; tries < 2 && !green.has(command); tries += 1) {
    if ((await runTests(copy, command)).ok) green.add(command);
  }
  return green.has(command);
}

/**
 * Makes a mutation in the copy, shows it to its command and takes it back.
 * @param {string} copy
 * @param {Break} mutation
 * @returns {Promise<{ noticedBy: string | null, problem: string | null }>}
 */
async function tryOne(copy, { file, text, becomes, command }) {
  const place = path.join(copy, file);
  const before = readFileSync(place, 'utf8');
  const count = occurrences(before, text);
  if (count !== 1) return { noticedBy: null, problem: `its text stands ${count} times in ${file}` };
  const { atime, mtime } = statSync(place);
  writeFileSync(place, before.split(text).join(becomes));
  // Nothing is built anew for tests that read the sources.
  if (!needsBuild(command)) utimesSync(place, atime, mtime);
  const { ok, failed, output } = await runTests(copy, command);
  // Newer than what was built of the mutant.
  writeFileSync(place, before);
  if (!needsBuild(command)) utimesSync(place, atime, mtime);
  if (failed !== null) return { noticedBy: failed, problem: null };
  if (ok) return { noticedBy: null, problem: 'survived' };
  return { noticedBy: null, problem: `no test failed, but:\n${output}` };
}

/**
 * Breaks the promises that are chosen, prints a table, and sets the exit code to 1 where one was not noticed.
 * @param {readonly string[]} words
 */
export async function mutatePromises(words) {
  const document = readFileSync(path.join(root, 'docs/reliability.md'), 'utf8');
  for (const { promise } of promisesIn(document)) {
    if (MUTATIONS[promise] !== undefined) continue;
    console.log(`No mutation: ${promise}`);
    process.exitCode = 1;
  }
  const chosen = breaks().filter(({ promise, file, command, breaks: what }) => {
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
  // Those that build the program come last: what was built of a mutant is built anew then.
  const [plain, building] = [false, true].map((builds) =>
    [...new Set(chosen.map(({ command }) => command))].filter(
      (command) => needsBuild(command) === builds,
    ),
  );
  const rows = [];
  for (const command of [...(plain ?? []), ...(building ?? [])]) {
    const isGreen = await isGreenIn(copy, command, plain ?? []);
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
    console.log(`| ${promise} | ${what} | ${noticedBy ?? '**nobody**'} | ${seconds} |`);
  }
  const noticed = rows.filter(({ noticedBy }) => noticedBy !== null).length;
  console.log(`\n${rows.length} mutations, ${noticed} noticed`);
  if (rows.length === 0 || noticed < rows.length) process.exitCode = 1;
}
