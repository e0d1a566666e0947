/**
 * Builds the parts of the program into dist/ with Vite: `node build/bundle.mjs [PART…]`, by default all of them.
 * With `--optional`, which `npm ci` uses, a failed build is only a warning: without the dev dependencies there is
 * nothing to build with.
 *
 * A running program may lazy-load a chunk during a build, so a build never removes a file that may still be needed:
 * chunk names contain a content hash, each file is renamed into place with the entry last, and files left by earlier
 * builds are deleted after an hour.
 */
/// <reference types="vitest/config" />
import { readdirSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };

/** Root folder of the checkout, without a slash at the end. */
export const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)));

/**
 * @typedef {object} Part
 * @property {string} [main] main output file, written last
 * @property {readonly string[]} [sources] files and folders on which the main file depends
 * @property {(folder: string) => Promise<unknown>} build builds it into a folder
 */

const hour = 3_600_000;
const common = ['shared', 'package.json', 'package-lock.json', 'build/bundle.mjs'];
const scripts = 'electron/computer/windows/scripts';

/** @type {Readonly<Record<string, Part>>} */
export const parts = {
  // Scripts for Windows PowerShell, copied unchanged.
  resources: {
    build: (folder) =>
      cp(path.join(root, scripts), folder, {
        recursive: true,
        filter: (file) => !path.basename(file).includes('.') || file.endsWith('.ps1'),
      }),
  },
  cli: nodePart('electron/cli.ts'),
  main: nodePart('electron/main.ts'),
  preload: {
    main: 'preload.cjs',
    sources: ['electron', ...common],
    // A sandboxed preload must be a single CommonJS file and can only import `electron`.
    build: (outDir) =>
      buildWithVite({
        build: {
          outDir,
          target: 'es2023',
          minify: false,
          sourcemap: true,
          lib: { entry: 'electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
          rolldownOptions: { external: ['electron'] },
        },
      }),
  },
  renderer: {
    main: 'index.html',
    sources: ['renderer', ...common],
    build: (outDir) =>
      buildWithVite({
        root: path.join(root, 'renderer'),
        base: './',
        plugins: [listFiles()],
        build: {
          outDir,
          target: 'es2023',
          // The content security policy allows files from our own origin, but not data: URLs.
          assetsInlineLimit: 0,
          // The polyfill for old browsers would be an inline script.
          modulePreload: { polyfill: false },
          chunkSizeWarningLimit: 2000,
        },
      }),
  },
};

/**
 * Defines a Node program: ES modules, split so that a command loads only what it needs.
 * @param {string} entry
 * @returns {Part}
 */
function nodePart(entry) {
  return {
    main: `${path.parse(entry).name}.js`,
    sources: ['electron', ...common],
    build: (outDir) =>
      buildForNode([entry], outDir, {
        ssr: { noExternal: true, external: ['electron', 'regedit'] },
        build: {
          rolldownOptions: {
            output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
          },
        },
      }),
  };
}

/** Lists the output files; the program serves no others (electron/app/bundle-protocol.ts). */
function listFiles() {
  return /** @type {import('vite').Plugin} */ ({
    name: 'list-files',
    generateBundle: {
      // Runs after Vite has added the HTML page.
      order: 'post',
      handler(_options, files) {
        const source = JSON.stringify(Object.keys(files).sort());
        this.emitFile({ type: 'asset', fileName: 'files.json', source });
      },
    },
  });
}

/** Keeps the scripts of build/ external, because they locate the checkout by their own URL. */
function leaveScripts() {
  return /** @type {import('vite').Plugin} */ ({
    name: 'leave-scripts',
    enforce: 'pre',
    resolveId(id, importer) {
      const file = path.resolve(path.dirname(importer ?? root), id);
      if (path.dirname(file) !== path.join(root, 'build') || !id.endsWith('.mjs')) return null;
      return { id: pathToFileURL(file).href, external: true };
    },
  });
}

/** Suffix of imports that load a program as text (electron/program.d.ts). */
const AS_PROGRAM = '?program';

/**
 * Bundles a worker program into one CommonJS file and imports it as text. That works in Electron's archive, in the
 * console program and in tests.
 */
export function programTexts() {
  return /** @type {import('vite').Plugin} */ ({
    name: 'program-texts',
    // Vitest would key the cached text by the program's entry file alone.
    configureVitest({ experimental_defineCacheKeyGenerator: keyedBy }) {
      keyedBy(({ id }) => (id.endsWith(AS_PROGRAM) ? false : null));
    },
    async load(id) {
      if (!id.endsWith(AS_PROGRAM)) return null;
      const { build } = await import('vite');
      const built = await build({
        ...shared(),
        ssr: { noExternal: true },
        build: {
          ssr: true,
          write: false,
          minify: true,
          target: 'node20.20',
          rolldownOptions: {
            input: id.slice(0, -AS_PROGRAM.length),
            output: { format: 'cjs', codeSplitting: false },
          },
        },
      });
      const [file] = /** @type {import('vite').Rolldown.RolldownOutput} */ (built).output;
      for (const module of file.moduleIds) {
        bundledModules.add(module);
        this.addWatchFile(module);
      }
      return `export default ${JSON.stringify(file.code)};`;
    },
  });
}

/**
 * Full paths of the modules bundled by this process; the license list is generated from them.
 * @type {Set<string>}
 */
export const bundledModules = new Set();

/** Configuration common to all builds with Vite. */
function shared() {
  return /** @satisfies {import('vite').InlineConfig} */ ({
    root,
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'silent',
    plugins: [programTexts()],
    resolve: {
      alias: {
        '@shared': path.join(root, 'shared'),
        '@engine': path.join(root, 'electron/engine'),
      },
    },
  });
}

/** @param {import('vite').InlineConfig} config */
async function buildWithVite(config) {
  const { build, mergeConfig } = await import('vite');
  const before = process.env['NODE_ENV'];
  // Libraries check it while being bundled.
  process.env['NODE_ENV'] = 'production';
  try {
    const built = await build(mergeConfig(shared(), config));
    for (const result of [built].flat()) {
      if (!('output' in result)) continue;
      for (const file of result.output) {
        if (file.type === 'chunk') for (const id of file.moduleIds) bundledModules.add(id);
      }
    }
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}

/**
 * Builds Node programs: ES modules, packages external.
 * @param {readonly string[]} entries relative to the checkout
 * @param {string} outDir
 * @param {import('vite').InlineConfig} [overrides]
 */
export async function buildForNode(entries, outDir, overrides = {}) {
  const { mergeConfig } = await import('vite');
  /** @type {import('vite').InlineConfig} */
  const config = {
    // electron/cli/product.ts reads it.
    define: { KMS_DOCTOR_VERSION: JSON.stringify(packageJson.version) },
    plugins: [leaveScripts()],
    build: {
      outDir,
      ssr: true,
      target: 'node20.20',
      sourcemap: true,
      rolldownOptions: {
        input: [...entries],
        output: {
          entryFileNames: '[name].mjs',
          chunkFileNames: '[name]-[hash].mjs',
          sourcemapExcludeSources: true,
        },
      },
    },
  };
  await buildWithVite(mergeConfig(config, overrides));
}

/**
 * Builds Node programs into a folder of the cache.
 * @param {string} name of the folder
 * @param {readonly string[]} entries relative to the checkout; processes start with the last one
 * @returns {Promise<string>} the folder
 */
export async function buildIntoCache(name, entries) {
  const folder = path.join(root, 'node_modules/.cache/kms-doctor', name);
  await inNewFolder(`${folder}-`, async (built) => {
    await buildForNode(entries, built);
    // Another process may be starting from there right now, so the file that it starts with comes last.
    await moveIntoPlace(built, folder, `${path.parse(entries.at(-1) ?? '').name}.mjs`);
  });
  return folder;
}

/**
 * Imports a TypeScript module from the checkout.
 * @param {string} file relative to the checkout
 * @returns {Promise<unknown>} the module
 */
export async function importTypeScript(file) {
  const { dir, name } = path.parse(file);
  const folder = await buildIntoCache(path.join(dir, name), [file]);
  return import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
}

/**
 * Creates a folder, and removes it when the work in it is done.
 * @param {string} prefix of its path, which may be relative to the checkout
 * @param {(folder: string) => Promise<void>} work
 */
export async function inNewFolder(prefix, work) {
  const start = path.resolve(root, prefix);
  await mkdir(path.dirname(start), { recursive: true });
  const folder = await mkdtemp(start);
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Moves the output of a part's build into its folder, and removes old files.
 * @param {string} built
 * @param {string} folder
 * @param {string} [main] moved last, so that once it exists, so do the others
 */
export async function moveIntoPlace(built, folder, main) {
  const entries = await readdir(built, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(built, path.join(entry.parentPath, entry.name)))
    .sort((one, other) => Number(one === main) - Number(other === main));
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await rename(path.join(built, file), path.join(folder, file));
  }
  const before = main === undefined ? Infinity : Date.now() - hour;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || files.includes(path.relative(folder, file))) continue;
    const written = await stat(file).catch(() => null);
    if (written !== null && written.mtimeMs < before) await rm(file, { force: true });
  }
}

/**
 * Builds parts into dist/.
 * @param {readonly string[]} [names] keys of `parts`; defaults to all
 */
export async function bundle(names = Object.keys(parts)) {
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) {
      const known = Object.keys(parts).join(', ');
      throw new Error(`Unknown part '${name}'; the parts are ${known}.`);
    }
    const started = new Date();
    await inNewFolder('dist/.build-', async (built) => {
      await part.build(built);
      if (part.main !== undefined) {
        const main = path.join(built, part.main);
        if (name === 'cli') await chmod(main, 0o755);
        // A source saved during the build counts as newer.
        await utimes(main, started, started);
      }
      await moveIntoPlace(built, path.join(root, 'dist', name), part.main);
    });
  }
}

/**
 * Returns the newest modification time in a file or folder, in ms; 0 if it doesn't exist.
 * @param {string} where
 * @returns {number}
 */
function youngest(where) {
  const found = statSync(where, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  const inside = found.isDirectory() ? readdirSync(where) : [];
  // Deleting a file updates the folder's own time.
  return Math.max(found.mtimeMs, ...inside.map((name) => youngest(path.join(where, name))));
}

/**
 * Whether a part is missing or older than its sources.
 * @param {string} name key of `parts`
 */
export function isStale(name) {
  const { main, sources = [] } = parts[name] ?? {};
  if (main === undefined) return true;
  const built = statSync(path.join(root, 'dist', name, main), { throwIfNoEntry: false });
  if (built === undefined) return true;
  return sources.some((source) => youngest(path.join(root, source)) > built.mtimeMs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const names = wanted.filter((name) => !name.startsWith('--'));
  try {
    await bundle(names.length > 0 ? names : undefined);
    console.log('Built into dist/.');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (wanted.includes('--optional')) console.warn(`The program was not built: ${reason}`);
    else {
      console.error(reason);
      process.exitCode = 1;
    }
  }
}
