/** What is loaded before a command does its work: a technician waits for it at every start. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { rawText } from '../../support/raw-text';
import { beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Words for people, and the schemas of files: hundreds of kilobytes that may wait. */
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

/** Every file that is loaded with these, before anything of them runs. */
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

it('asks the first question of a network diagnosis before it loads any words or schemas', () => {
  const needed = loadedWith(
    'electron/cli.ts',
    'electron/cli/diagnose.ts',
    'electron/computer/network/index.ts',
  );
  expect(needed).toContain('electron/engine/run.ts');
  expect(heavy(needed)).toEqual([]);
});

it('knows that these files are heavy', () => {
  expect(heavy(loadedWith('electron/cli/print-diagnosis.ts'))).toContain('shared/locales/en.json');
  expect(heavy(loadedWith('electron/cli/change-commands.ts')).join()).toContain('zod');
});
