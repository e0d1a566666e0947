/**
 * Builds the parts of the program into dist/: `node build/bundle.mjs [--fresh] [PART…]`, all parts without a name.
 *
 * A run of the program may load a chunk late, while another one builds. So nothing is ever taken away under it:
 * chunks carry the hash of their content, each file is put in place by a rename, the entry last, and what an
 * earlier build left is swept an hour later (`--fresh`: at once, for packing).
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import {
  chmod,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {{ name: string, contents: Uint8Array | string }} Output a file of a part, by its path inside the part
 * @typedef {object} Part
 * @property {string} entry what it is built from; while it does not exist, neither does the part
 * @property {string} out its folder
 * @property {string} [main] the file that stands for it, written last
 * @property {readonly string[]} sources what it depends on
 * @property {(part: Part) => Promise<Output[]>} build
 */

const hour = 3_600_000;
const privileged = ['electron', 'shared', 'package.json', 'package-lock.json', 'build/bundle.mjs'];

/** @type {Readonly<Record<string, Part>>} */
export const parts = {
  resources: {
    entry: 'electron/computer/windows/scripts',
    out: 'dist/resources',
    sources: ['electron/computer/windows/scripts'],
    build: scripts,
  },
  cli: {
    entry: 'electron/cli.ts',
    out: 'dist/cli',
    main: 'cli.js',
    sources: privileged,
    build: nodeProgram,
  },
  main: {
    entry: 'electron/main.ts',
    out: 'dist/main',
    main: 'main.js',
    sources: privileged,
    build: nodeProgram,
  },
  preload: {
    entry: 'electron/preload.ts',
    out: 'dist/preload',
    main: 'preload.cjs',
    sources: privileged,
    build: preload,
  },
  renderer: {
    entry: 'renderer/index.html',
    out: 'dist/renderer',
    main: 'index.html',
    sources: ['renderer', 'shared', 'package.json', 'package-lock.json', 'build/bundle.mjs'],
    build: page,
  },
};

/**
 * The scripts that Windows PowerShell runs, as they are.
 * @param {Part} part
 */
async function scripts({ entry }) {
  const names = (await readdir(path.join(root, entry))).filter((name) => name.endsWith('.ps1'));
  return Promise.all(
    names.map(async (name) => ({ name, contents: await readFile(path.join(root, entry, name)) })),
  );
}

/** The version in package.json. */
export function productVersion() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return /** @type {{ version: string }} */ (manifest).version;
}

/**
 * The modules that went into the parts built by this process, as paths from the checkout: the licence list is
 * made of them.
 * @type {Set<string>}
 */
export const bundledModules = new Set();

/**
 * What the builds by esbuild have in common.
 * @returns {import('esbuild').BuildOptions & { metafile: true, write: false }}
 */
export function common() {
  return {
    absWorkingDir: root,
    bundle: true,
    charset: 'utf8',
    // electron/cli/product.ts reads it.
    define: { KMS_DOCTOR_VERSION: JSON.stringify(productVersion()) },
    metafile: true,
    logLevel: 'silent',
    sourcemap: true,
    sourcesContent: false,
    tsconfig: 'tsconfig.base.json',
    write: false,
  };
}

/**
 * @param {import('esbuild').BuildOptions & { metafile: true, write: false, outdir: string }} options
 * @returns {Promise<Output[]>}
 */
async function byEsbuild(options) {
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build(options);
  for (const file of Object.keys(metafile.inputs)) bundledModules.add(file);
  const folder = path.join(root, options.outdir);
  return outputFiles.map((file) => ({
    name: path.relative(folder, file.path),
    contents: file.contents,
  }));
}

/**
 * A program of Node: ES modules, split so that a command loads no more than it needs.
 * @param {Part} part
 */
function nodeProgram({ entry, out, main }) {
  return byEsbuild({
    ...common(),
    entryPoints: { [path.parse(main ?? entry).name]: entry },
    outdir: out,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: 'node20.20',
    external: ['electron', 'regedit'],
    // CommonJS packages inside the bundle ask for Node's own modules by require.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  });
}

/**
 * A sandboxed preload is one CommonJS file that knows `electron` alone.
 * @param {Part} part
 */
function preload({ entry, out }) {
  return byEsbuild({
    ...common(),
    entryPoints: [entry],
    outdir: out,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    platform: 'browser',
    target: 'es2023',
    external: ['electron'],
  });
}

/**
 * The window's page.
 * @param {Part} part
 * @returns {Promise<Output[]>}
 */
async function page({ entry }) {
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    root: path.join(root, path.dirname(entry)),
    base: './',
    publicDir: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(root, 'shared') } },
    build: {
      write: false,
      target: 'es2023',
      // The content security policy allows files of our own origin, not data: URLs.
      assetsInlineLimit: 0,
      // Its stand-in for old browsers would be an inline script.
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
    },
  });
  const output = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  for (const file of output) {
    if (file.type !== 'chunk') continue;
    for (const id of file.moduleIds) bundledModules.add(path.relative(root, id));
  }
  const files = output.map((file) => ({
    name: file.fileName,
    contents: file.type === 'chunk' ? file.code : file.source,
  }));
  // The program serves the files of this list and no others (electron/app/bundle-protocol.ts).
  const list = files.map(({ name }) => name).sort();
  return [...files, { name: 'files.json', contents: JSON.stringify(list) }];
}

/**
 * @param {string} file
 * @param {string | Uint8Array} contents
 */
async function put(file, contents) {
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, contents);
  await rename(fresh, file);
}

/**
 * @param {string} folder
 * @param {ReadonlySet<string>} kept paths inside it
 * @param {number} before what was written before this time, in ms, goes
 */
async function sweep(folder, kept, before) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (kept.has(path.relative(folder, file))) continue;
    const written = await stat(file).catch(() => null);
    // Another builder may be about to put this one in place.
    const limit = file.endsWith('.tmp') ? Date.now() - hour : before;
    if (written !== null && written.mtimeMs < limit) await rm(file, { force: true });
  }
}

/**
 * Builds parts; one whose entry file does not exist is left out.
 * @param {readonly string[]} [names] of `parts`; all of them when left out
 * @param {{ fresh?: boolean }} [options] fresh: sweep what earlier builds left at once
 * @returns {Promise<string[]>} the names of the parts that were built
 */
export async function bundle(names = Object.keys(parts), { fresh = false } = {}) {
  const built = [];
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) {
      throw new Error(
        `There is no part '${name}'; the parts are ${Object.keys(parts).join(', ')}.`,
      );
    }
    if (!existsSync(path.join(root, part.entry))) continue;
    const started = new Date();
    const outputs = (await part.build(part)).sort(
      (a, b) => Number(a.name === part.main) - Number(b.name === part.main),
    );
    const folder = path.join(root, part.out);
    for (const { name: file, contents } of outputs) await put(path.join(folder, file), contents);
    if (part.main !== undefined) {
      const main = path.join(folder, part.main);
      if (name === 'cli') await chmod(main, 0o755);
      // A source that was saved while we built counts as newer.
      await utimes(main, started, started);
    }
    if (outputs.length > 0) {
      const kept = new Set(outputs.map((output) => path.normalize(output.name)));
      await sweep(folder, kept, fresh || part.main === undefined ? Infinity : Date.now() - hour);
    }
    built.push(name);
  }
  return built;
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
 * Whether a part has to be built: it can be, and it is missing or older than what it is made of.
 * @param {string} name of `parts`
 */
export function isStale(name) {
  const part = parts[name];
  if (part === undefined || !existsSync(path.join(root, part.entry))) return false;
  if (part.main === undefined) return true;
  const built = statSync(path.join(root, part.out, part.main), { throwIfNoEntry: false });
  if (built === undefined) return true;
  return part.sources.some((source) => youngest(path.join(root, source)) > built.mtimeMs);
}

/** Ends the helper process of esbuild, so that it does not stay beside the program that was built. */
export async function endBuilding() {
  const { stop } = await import('esbuild');
  await stop();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const names = wanted.filter((name) => !name.startsWith('--'));
  try {
    const built = await bundle(names.length > 0 ? names : undefined, {
      fresh: wanted.includes('--fresh'),
    });
    console.log(built.length > 0 ? `Built ${built.join(', ')} into dist/.` : 'Nothing to build.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
