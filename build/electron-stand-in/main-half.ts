/** Bundles the main half of the stand-in, so that plain Node can load it before the built main bundle. */
import { buildIntoCache } from '../bundle.mjs';

export { root as ROOT } from '../bundle.mjs';

/**
 * Bundles the main half into the cache folder.
 *
 * @returns the folder with `register.mjs` and `electron.mjs`
 */
export const bundleMainHalf = (): Promise<string> =>
  buildIntoCache(
    'stand-in',
    ['register', 'electron'].map((name) => `build/electron-stand-in/main-side/${name}.ts`),
  );
