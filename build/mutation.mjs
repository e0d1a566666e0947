/**
 * `npm run mutation`: makes small changes (mutants) to the engine and `shared/`, one at a time, and shows which of
 * them no test detects. `npm run mutation -- verdict planners` runs only these groups; any other argument is a file,
 * optionally with lines (`electron/engine/verdict/verdict.ts:40-90`). Only mutants that changed since the last run or
 * survived it are tested again. `npm run mutation -- promises` breaks the promises of docs/reliability.md instead
 * (build/mutation-promises.mjs).
 *
 * Exits with 1 if a group falls below its minimum score. Accepted survivors are listed in docs/mutation.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { root } from './bundle.mjs';
import { mutatePromises } from './mutation-promises.mjs';

/**
 * @typedef {object} Group
 * @property {readonly string[]} files
 * @property {readonly string[]} tests
 * @property {number | null} atLeast minimum score in percent
 * @property {boolean} tables whether to mutate module-level (static) code too
 */

/** @typedef {import('@stryker-mutator/api/core').MutantResult} Mutant */

/** @type {Group} */
const verdict = {
  files: ['electron/engine/verdict/**/*.ts', 'electron/engine/facts/{answers,fact-types}.ts'],
  tests: [
    'test/unit/engine/verdict/*.spec.ts',
    'test/unit/engine/facts/{fact-snapshot,placed-settings}.spec.ts',
    'test/unit/engine/checks.spec.ts',
    'test/scenarios/verdicts.spec.ts',
  ],
  atLeast: 85,
  // The verdict table is module-level code.
  tables: true,
};

/** @type {Group} */
const planners = {
  files: ['electron/engine/fixes/**/*.ts'],
  tests: ['test/unit/engine/fixes/**/*.spec.ts'],
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
  // All are quick, and none starts processes or opens sockets.
  tests: [
    'test/unit/{report,computer/scenario,shared}/**/*.spec.ts',
    'test/unit/engine/{fixes,verdict}/**/*.spec.ts',
    'test/unit/engine/facts/{fact-snapshot,placed-settings}.spec.ts',
    'test/unit/engine/{run,changes/changes-failing}.spec.ts',
    'test/unit/cli/{explain,fix}.spec.ts',
    'test/scenarios/verdicts.spec.ts',
  ],
  atLeast: null,
  // Lists of codes, keys and names, which the tests compare with their sources.
  tables: false,
};

/** @type {Readonly<Record<string, Group>>} */
export const groups = { verdict, planners, rest };

/**
 * Removes the survivors from the stored results: Stryker doesn't notice that a new test covers module-level code.
 * @param {string} file incremental results
 */
function forgetSurvivors(file) {
  if (!existsSync(file)) return;
  /** @type {unknown} */
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const report = /** @type {{ files: Record<string, { mutants: Mutant[] }> }} */ (json);
  for (const source of Object.values(report.files)) {
    source.mutants = source.mutants.filter((mutant) => !isUnnoticed(mutant));
  }
  writeFileSync(file, JSON.stringify(report));
}

/**
 * Tests the mutants of some files and returns the results.
 * @param {string} name
 * @param {Group} group
 * @returns {Promise<Mutant[]>}
 */
function run(name, { files, tests, tables }) {
  process.env['KMS_DOCTOR_MUTATION_TESTS'] = tests.join(' ');
  const incrementalFile = `node_modules/.cache/mutation/${name}.json`;
  forgetSurvivors(incrementalFile);
  return new Stryker({
    mutate: [...files],
    plugins: ['@stryker-mutator/vitest-runner'],
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.config.ts', related: false },
    ignoreStatic: !tables,
    incremental: true,
    incrementalFile,
    // Vite ignores sources inside node_modules.
    tempDirName: path.join(tmpdir(), `kms-doctor-mutation-${process.pid}`),
    cleanTempDir: 'always',
    ignorePatterns: ['dist', 'release', 'docs', '.cache', '.github', 'test/window', 'test/wine'],
    disableTypeChecks: false,
    allowEmpty: true,
    timeoutMS: 10_000,
    reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  }).runMutationTest();
}

/** @param {Mutant} mutant */
const isUnnoticed = ({ status }) => status === 'Survived' || status === 'NoCoverage';

/** @param {Mutant} mutant */
function describe(mutant) {
  const { start, end } = mutant.location;
  const lines = readFileSync(mutant.fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? '').slice(0, end.column - 1));
  const original = lines.join('\n').slice(start.column - 1);
  return [
    `${path.relative(root, mutant.fileName)}:${start.line}:${start.column} ${mutant.mutatorName}`,
    ...original.split('\n').map((line) => `- ${line.trim()}`),
    ...mutant.replacement.split('\n').map((line) => `+ ${line.trim()}`),
  ].join('\n');
}

/**
 * Prints the surviving mutants of a group, and the score of each file.
 * @param {string} name
 * @param {Group} group
 */
async function mutate(name, group) {
  console.log(`\nMutants of ${name}: ${group.files.join(' ')}`);
  const mutants = (await run(name, group)).filter(({ status }) => status !== 'Ignored');
  const left = mutants.filter(isUnnoticed);
  for (const mutant of left) console.log(`\n${describe(mutant)}`);
  /** @param {string | null} file */
  const score = (file) => {
    /** @param {Mutant} mutant */
    const isIn = ({ fileName }) => file === null || fileName === file;
    const [all, alive] = [mutants.filter(isIn).length, left.filter(isIn).length];
    const percent = all === 0 ? 100 : ((all - alive) / all) * 100;
    const label = file === null ? name : path.relative(root, file);
    console.log(`${label}: ${all} mutants, ${all - alive} noticed, ${percent.toFixed(2)} %`);
    return percent;
  };
  console.log('');
  for (const file of new Set(mutants.map(({ fileName }) => fileName))) score(file);
  if (score(null) < (group.atLeast ?? 0)) process.exitCode = 1;
}

/**
 * Returns the group of a file.
 * @param {string} file
 */
function groupOf(file) {
  if (/^electron\/engine\/(verdict\/|facts\/(answers|fact-types))/.test(file)) return verdict;
  return file.startsWith('electron/engine/fixes/') ? planners : rest;
}

async function main() {
  process.chdir(root);
  const args = process.argv.slice(2);
  const names = args.filter((arg) => Object.hasOwn(groups, arg));
  const files = args.filter((arg) => !names.includes(arg));
  if (args[0] === 'promises') {
    await mutatePromises(args.slice(1));
  } else {
    for (const [name, group] of Object.entries(groups)) {
      if (args.length === 0 || names.includes(name)) await mutate(name, group);
    }
    for (const file of files) {
      const name = file.replace(/[^\w-]+/g, '-');
      await mutate(name, { ...groupOf(file), files: [file], atLeast: null, tables: true });
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
