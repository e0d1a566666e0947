/**
 * Builds the parts of the program into dist/ with Vite: `node build/bundle.mjs [PART…]`, all parts without a name.
 * With `--optional`, as `npm ci` calls it, a build that fails is a warning: without the packages for developers there
 * is nothing to build with.
 *
 * A run of the program may load a chunk late, while another one builds. So nothing is taken away under it: chunks
 * carry the hash of their content, each file is put in place by a rename, the entry last, and what an earlier build
 * left is removed an hour later.
 */
/// <reference types="vitest/config" />
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Part
 * @property {string} entry what it is built from
 * @property {string} [main] the file that stands for it, written last
 * @property {readonly string[]} sources what it depends on
 * @property {(folder: string) => Promise<unknown>} build builds it into a folder
 */

const hour = 3_600_000;
const common = ['shared', 'package.json', 'package-lock.json', 'build/bundle.mjs'];
const scripts = 'electron/computer/windows/scripts';

/** @type {Readonly<Record<string, Part>>} */
export const parts = {
  // What Windows PowerShell runs, as it is.
  resources: {
    entry: scripts,
    sources: [scripts],
    build: (folder) =>
      cp(path.join(root, scripts), folder, {
        recursive: true,
        filter: (file) => !path.basename(file).includes('.') || file.endsWith('.ps1'),
      }),
  },
  cli: nodePart('electron/cli.ts'),
  main: nodePart('electron/main.ts'),
  preload: {
    entry: 'electron/preload.ts',
    main: 'preload.cjs',
    sources: ['electron', ...common],
    // A sandboxed preload is one CommonJS file that knows `electron` alone.
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
    entry: 'renderer/index.html',
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
          // The content security policy allows files of our own origin, not data: URLs.
          assetsInlineLimit: 0,
          // Its stand-in for old browsers would be an inline script.
          modulePreload: { polyfill: false },
          chunkSizeWarningLimit: 2000,
        },
      }),
  },
};

/**
 * A program of Node: ES modules, split so that a command loads no more than it needs.
 * @param {string} entry
 * @returns {Part}
 */
function nodePart(entry) {
  return {
    entry,
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

/** The program serves the files of this list and no others (electron/app/bundle-protocol.ts). */
function listFiles() {
  return /** @type {import('vite').Plugin} */ ({
    name: 'list-files',
    generateBundle: {
      // Vite adds the page itself before.
      order: 'post',
      handler(_options, files) {
        const source = JSON.stringify(Object.keys(files).sort());
        this.emitFile({ type: 'asset', fileName: 'files.json', source });
      },
    },
  });
}

/** The scripts of build/ are imported from where they stand: by that they know the checkout. */
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

/** What ends an import of a program as its text (electron/program.d.ts). */
const AS_PROGRAM = '?program';

/**
 * A program that a thread runs is one CommonJS file, as a text: so it is there for Electron's archive, for the console
 * program, and for tests alike.
 */
export function programTexts() {
  return /** @type {import('vite').Plugin} */ ({
    name: 'program-texts',
    // Vitest would keep the text of a program by its entry alone.
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

/** The version in package.json. */
export function productVersion() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return /** @type {{ version: string }} */ (manifest).version;
}

/**
 * The modules that went into what this process built, as full paths: the licence list is made of them.
 * @type {Set<string>}
 */
export const bundledModules = new Set();

/** What every build and every import by Vite has in common. */
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
  // Libraries look at it while they are bundled.
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
 * How Vite bundles for Node: ES modules, packages outside.
 * @param {readonly string[]} entries from the checkout
 * @param {string} outDir
 */
export function nodeConfig(entries, outDir) {
  return /** @satisfies {import('vite').InlineConfig} */ ({
    ...shared(),
    // electron/cli/product.ts reads it.
    define: { KMS_DOCTOR_VERSION: JSON.stringify(productVersion()) },
    plugins: [programTexts(), leaveScripts()],
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
  });
}

/**
 * @param {readonly string[]} entries from the checkout
 * @param {string} outDir
 * @param {import('vite').InlineConfig} [config] what differs from `nodeConfig`
 */
export async function buildForNode(entries, outDir, config = {}) {
  const { mergeConfig } = await import('vite');
  await buildWithVite(mergeConfig(nodeConfig(entries, outDir), config));
}

/**
 * Imports a program of the checkout that is written in TypeScript.
 * @param {string} file from the checkout
 * @returns {Promise<unknown>} the module
 */
export async function importTypeScript(file) {
  const { runnerImport } = await import('vite');
  /** @type {{ module: unknown }} */
  const imported = await runnerImport(path.join(root, file), shared());
  return imported.module;
}

/**
 * Puts what a part's build left into its folder, and removes what is old.
 * @param {string} built
 * @param {string} folder
 * @param {string} [main] put there last, so that whoever waits for it finds the others
 */
export async function replace(built, folder, main) {
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
 * @param {readonly string[]} [names] of `parts`; all of them when left out
 */
export async function bundle(names = Object.keys(parts)) {
  await mkdir(path.join(root, 'dist'), { recursive: true });
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) {
      const known = Object.keys(parts).join(', ');
      throw new Error(`There is no part '${name}'; the parts are ${known}.`);
    }
    const started = new Date();
    const built = await mkdtemp(path.join(root, 'dist/.build-'));
    try {
      await part.build(built);
      if (part.main !== undefined) {
        const main = path.join(built, part.main);
        if (name === 'cli') await chmod(main, 0o755);
        // A source that was saved while we built counts as newer.
        await utimes(main, started, started);
      }
      await replace(built, path.join(root, 'dist', name), part.main);
    } finally {
      await rm(built, { recursive: true, force: true });
    }
  }
}

/**
 * The time of the youngest file in a file or folder, in ms; 0 where there is none.
 * @param {string} where
 * @returns {number}
 */
function youngest(where) {
  const found = statSync(where, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  // A folder's own time tells of files that went.
  let time = found.mtimeMs;
  if (found.isDirectory()) {
    for (const name of readdirSync(where)) time = Math.max(time, youngest(path.join(where, name)));
  }
  return time;
}

/**
 * Whether a part is missing or older than what it is made of.
 * @param {string} name of `parts`
 */
export function isStale(name) {
  const part = parts[name];
  if (part?.main === undefined) return true;
  const built = statSync(path.join(root, 'dist', name, part.main), { throwIfNoEntry: false });
  if (built === undefined) return true;
  return part.sources.some((source) => youngest(path.join(root, source)) > built.mtimeMs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const names = wanted.filter((name) => !name.startsWith('--'));
  try {
    await bundle(names.length > 0 ? names : undefined);
    console.log('Built into dist/.');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (wanted.includes('--optional')) console.warn(`The program is not built yet: ${reason}`);
    else {
      console.error(reason);
      process.exitCode = 1;
    }
  }
}
