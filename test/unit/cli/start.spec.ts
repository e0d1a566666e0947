/** Modules that are loaded before a command can do its work: the user waits for them at every start. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { rawText } from '../../support/raw-text';
import { beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Locales, and the libraries for translations and schemas: hundreds of kilobytes that can be loaded later. */
const HEAVY = /^shared\/locales\/|node_modules\/(zod|i18next)\//;

let inputs: Metafile['inputs'];
beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['electron/cli.ts'],
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: 'unused',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    external: ['regedit'],
    plugins: [rawText],
    define: { KMS_DOCTOR_VERSION: '"1.0.0"' },
    alias: { '@shared': path.join(root, 'shared'), '@engine': path.join(root, 'electron/engine') },
  });
  inputs = metafile.inputs;
});

/** Returns every module that is loaded before the code of these modules runs. */
function loadedWith(...files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    const found = inputs[file];
    if (found === undefined) throw new Error(`${file} is no part of the command`);
    waiting.push(
      ...found.imports
        .filter(({ kind, external }) => kind !== 'dynamic-import' && external !== true)
        .map((imported) => imported.path),
    );
  }
  return loaded;
}

const heavy = (files: ReadonlySet<string>): string[] =>
  [...files].filter((file) => HEAVY.test(file));

it('a network diagnosis starts without loading locales or schemas', () => {
  const needed = loadedWith(
    'electron/cli.ts',
    'electron/cli/diagnose.ts',
    'electron/computer/network/index.ts',
  );
  expect(needed).toContain('electron/engine/run.ts');
  expect(heavy(needed)).toEqual([]);
});

it('locales and zod are detected in modules that load them', () => {
  expect(heavy(loadedWith('electron/cli/print-diagnosis.ts'))).toContain('shared/locales/en.json');
  expect(heavy(loadedWith('electron/cli/change-commands.ts')).join()).toContain('zod');
});
