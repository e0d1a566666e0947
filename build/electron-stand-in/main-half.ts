/** Bundles the main half of the stand-in, so that plain Node can load it before the built main bundle. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { moveIntoPlace, nodeConfig, root } from '../bundle.mjs';

export { root as ROOT } from '../bundle.mjs';

/**
 * Bundles the main half into the cache folder.
 *
 * @returns the folder with `register.mjs` and `electron.mjs`
 */
export async function bundleMainHalf(): Promise<string> {
  const folder = join(root, 'node_modules/.cache/kms-doctor/stand-in');
  const entries = ['register', 'electron'].map(
    (name) => `build/electron-stand-in/main-side/${name}.ts`,
  );
  await mkdir(folder, { recursive: true });
  const built = await mkdtemp(`${folder}-`);
  try {
    await build(nodeConfig(entries, built));
    // File by file, because another process may be starting from there right now.
    await moveIntoPlace(built, folder);
  } finally {
    await rm(built, { recursive: true });
  }
  return folder;
}
