/** Bundles the main half of the stand-in, so that plain Node can load it before the built main bundle. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/**
 * @param root folder of the checkout
 * @returns the folder that holds `register.mjs` and `electron.mjs`
 */
export async function bundleMainHalf(root: string): Promise<string> {
  const outdir = `${root}/node_modules/.cache/kms-doctor/stand-in`;
  const folder = `${root}/build/electron-stand-in/main-side`;
  await build({
    entryPoints: [`${folder}/register.ts`, `${folder}/electron.ts`],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Both entries share one channel to the browser half.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return outdir;
}

/** The checkout that this file stands in. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
