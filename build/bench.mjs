/**
 * `npm run bench`: builds the program, benchmarks it, and prints a table and the regressions since the stored run.
 *
 * --fleet  benchmarks many computers instead of one, with gigabytes in the temporary folder, and exits with 1 if a
 *          figure misses its target; --fleet=0.1 runs a tenth of them for a quick check
 * --part=window,journal  runs only these parts
 * --json   prints one flat object of numbers instead
 * --write  updates the table in docs/performance.md and stores the run
 * --check  exits with 1 if a figure misses its target or regressed
 *
 * If a part fails, exits with 1 and stores nothing, but still prints the figures of the others.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { bundle, importTypeScript, root } from './bundle.mjs';

const [json, write, check] = ['--json', '--write', '--check'].map((word) =>
  process.argv.includes(word),
);
const fleet = process.argv.find((word) => /^--fleet(?:=|$)/.test(word));
const fleetShare = fleet === undefined ? null : Number(fleet.split('=')[1] ?? 1);
const only = process.argv
  .filter((word) => word.startsWith('--part='))
  .flatMap((word) => word.slice('--part='.length).split(','));
const baseline = path.join(root, 'test/bench/baseline.json');
const page = path.join(root, 'docs/performance.md');
await bundle(['resources', 'cli', 'main', 'preload', 'renderer']);
const { bench, FIGURES, isWorse, misses, table } =
  /** @type {typeof import('../test/bench/main')} */ (await importTypeScript('test/bench/main.ts'));
const { measured, failed } = await bench(
  { cli: path.join(root, 'dist/cli/cli.js'), renderer: path.join(root, 'dist/renderer') },
  fleetShare,
  only,
  (part) => process.stderr.write(`measuring: ${part}\n`),
);
for (const [part, error] of failed) console.error(`not measured: ${part}:`, error);
const names = /** @type {import('../test/bench/main').FigureName[]} */ (
  Object.keys(FIGURES).filter((name) => name in measured)
);
/** @type {unknown} */
const stored = JSON.parse(await readFile(baseline, 'utf8').catch(() => '{}'));
const before = /** @type {import('../test/bench/main').Measured} */ (stored);
const missed = names.filter((name) => {
  const now = measured[name];
  return now !== undefined && misses(name, now);
});
const worse = names.filter((name) => {
  const [now, then] = [measured[name], before[name]];
  return now !== undefined && then !== undefined && isWorse(name, now, then);
});

if (json) {
  const flat = names.map((name) => [name, Number((measured[name]?.value ?? NaN).toFixed(3))]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(flat))}\n`);
} else {
  process.stdout.write(`${table(measured)}\n\n`);
  for (const name of missed) process.stdout.write(`misses its target: ${name}\n`);
  for (const name of worse) {
    process.stdout.write(`worse than in the stored run: ${name} (was ${before[name]?.value})\n`);
  }
}
if (write && failed.length === 0) {
  const all = { ...before, ...measured };
  const [head, , tail] = (await readFile(page, 'utf8')).split(
    /(?<=<!-- table -->\n)|(?=\n<!-- end -->)/,
  );
  const text = `${head}${table(all)}${tail}`;
  await writeFile(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
  await writeFile(baseline, `${JSON.stringify(all, null, 2)}\n`);
}
const unwanted = check ? missed.length + worse.length : fleetShare === null ? 0 : missed.length;
if (failed.length + unwanted > 0) process.exitCode = 1;
