/**
 * `npm run mutation`: changes the engine and `shared/` in small ways, a mutant at a time, and shows which of them no
 * test notices. `npm run mutation -- verdict planners` takes groups, any other argument is a file, also with
 * lines (`electron/engine/verdict/verdict.ts:40-90`). Only what has changed since the last run is done again.
 *
 * Ends with 1 where a group falls below its score. Survivors that are left alive are listed in docs/mutation.md.
 */
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Group
 * @property {readonly string[]} files
 * @property {readonly string[]} tests
 * @property {number | null} atLeast score in percent
 * @property {boolean} tables whether what a file makes of itself when it is loaded is mutated, too
 */

/** @type {Group} */
const verdict = {
  files: ['electron/engine/verdict/**/*.ts', 'electron/engine/facts/fact-snapshot.ts'],
  tests: [
    'test/unit/engine/verdict/*.spec.ts',
    'test/unit/engine/{checks,facts/fact-snapshot}.spec.ts',
    'test/scenarios/verdicts.spec.ts',
  ],
  atLeast: 85,
  // The verdict table is such a table.
  tables: true,
};

/** @type {Group} */
const planners = {
  files: ['electron/engine/fixes/**/*.ts'],
  tests: ['test/unit/engine/fixes/fixes/**/*.spec.ts'],
  atLeast: 85,
  tables: true,
};

/** @type {Group} */
const rest = {
  files: [
    'electron/engine/**/*.ts',
    'shared/**/*.ts',
    ...[...verdict.files, ...planners.files].map((file) => `!${file}`),
  ],
  // Each quick, and none that starts processes or opens sockets.
  tests: [
    'test/scenarios/verdicts.spec.ts',
    'test/unit/{report,scenario,shared}/**/*.spec.ts',
    'test/unit/engine/{changes-failing,fixes,fixes-parameters,run,situation,verdict,view}.spec.ts',
    'test/unit/engine/fixes/fixes/**/*.spec.ts',
    'test/unit/cli/{explain,fix}.spec.ts',
  ],
  atLeast: null,
  // Lists of codes, keys and names, which the tests compare with their sources.
  tables: false,
};

/** @type {Readonly<Record<string, Group>>} */
const groups = { verdict, planners, rest };

/**
 * @param {string} name
 * @param {Group} group
 */
async function mutate(name, { files, tests, atLeast, tables }) {
  console.log(`\nMutants of ${name}: ${files.join(' ')}`);
  process.env['KMS_DOCTOR_MUTATION_TESTS'] = tests.join(' ');
  await new Stryker({
    mutate: [...files],
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'build/mutation-tests.config.mjs', related: false },
    ignoreStatic: !tables,
    incremental: true,
    incrementalFile: `node_modules/.cache/mutation/${name}.json`,
    // Vite takes no sources from below node_modules.
    tempDirName: path.join(tmpdir(), 'kms-doctor-mutation'),
    cleanTempDir: 'always',
    ignorePatterns: ['dist', 'release', 'docs', '.cache', '.github', 'test/window', 'test/wine'],
    disableTypeChecks: false,
    allowEmpty: true,
    timeoutMS: 10_000,
    reporters: ['clear-text', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
    clearTextReporter: { allowColor: process.stdout.isTTY, logTests: false, reportTests: false },
    thresholds: { high: 95, low: 85, break: atLeast },
  }).runMutationTest();
}

/**
 * The group of a file.
 * @param {string} file
 */
function groupOf(file) {
  if (/^electron\/engine\/(verdict\/|facts\/fact-snapshot)/.test(file)) return verdict;
  return file.startsWith('electron/engine/fixes/') ? planners : rest;
}

process.chdir(root);
const args = process.argv.slice(2);
const names = args.filter((arg) => Object.hasOwn(groups, arg));
const files = args.filter((arg) => !names.includes(arg));
for (const [name, group] of Object.entries(groups)) {
  if (args.length === 0 || names.includes(name)) await mutate(name, group);
}
for (const file of files) {
  const name = file.replace(/[^\w-]+/g, '-');
  await mutate(name, { ...groupOf(file), files: [file], atLeast: null, tables: true });
}
