/** Bundles the processes of these tests so that plain Node can run them, natively or under Wine. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** Paths of the bundles. */
export interface Programs {
  readonly session: string;
  readonly window: string;
}

/** Bundles both processes. */
export async function bundlePrograms(): Promise<Programs> {
  const outdir = `${root}/node_modules/.cache/kms-doctor/repair`;
  await build({
    absWorkingDir: root,
    entryPoints: ['session-process', 'window-process'].map(
      (name) => `test/elevation/parts/${name}.ts`,
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['electron', 'regedit'],
    tsconfig: `${root}/tsconfig.base.json`,
    logLevel: 'error',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
  return { session: `${outdir}/session-process.mjs`, window: `${outdir}/window-process.mjs` };
}
