/** `npm run bench`: builds what is measured, measures it, prints a table or, with --json, one flat object. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundle, root } from './bundle.mjs';

const json = process.argv.includes('--json');
await bundle(['resources', 'cli', 'renderer']);
const folder = path.join(root, 'node_modules', '.cache', 'kms-doctor');
const outfile = path.join(folder, 'bench.mjs');
await mkdir(folder, { recursive: true });
const { outputFiles } = await build({
  entryPoints: [path.join(root, 'test/bench/main.ts')],
  outfile,
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  tsconfig: path.join(root, 'tsconfig.json'),
});
await writeFile(outfile, outputFiles[0]?.contents ?? '');
/** @type {unknown} */
const loaded = await import(pathToFileURL(outfile).href);
const { bench } = /** @type {typeof import('../test/bench/main')} */ (loaded);
const numbers = await bench({
  cli: path.join(root, 'dist/cli/cli.js'),
  renderer: path.join(root, 'dist/renderer'),
});
if (json) {
  process.stdout.write(`${JSON.stringify(numbers)}\n`);
} else {
  for (const [name, value] of Object.entries(numbers)) {
    process.stdout.write(`${name.padEnd(32)} ${value}\n`);
  }
}
