/**
 * The builds of Node that go into packing: the one for Windows that becomes kms-doctor.exe (and runs the tests of
 * the tier wine), and the one of the same version that makes its payload here. They come from npm, once, into
 * .cache/; `node build/node-runtimes.mjs [ARCH…]` fetches them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Runtime
 * @property {string} version npm has one for ARM only now and then
 * @property {string} folder
 */

/** @type {Readonly<Record<string, Runtime>>} */
const runtimes = {
  x64: { version: '22.23.3', folder: '.cache/windows-node' },
  arm64: { version: '22.23.2', folder: '.cache/windows-node-arm64' },
};

/** The processors of Windows that we pack for. */
export const ARCHITECTURES = Object.keys(runtimes);

/**
 * @param {string} arch
 * @returns {Runtime}
 */
function runtimeFor(arch) {
  const runtime = runtimes[arch];
  if (runtime === undefined) {
    throw new Error(`There is no Node for ${arch}; there is one for ${ARCHITECTURES.join(', ')}.`);
  }
  return runtime;
}

/**
 * The package of Node for this machine; on Windows on x64 it is the very one that is packed.
 */
function maker() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${system}-${process.arch}`;
}

/**
 * @param {Runtime} runtime
 * @param {string} name of a package
 */
function executable({ folder }, name) {
  const file = name.startsWith('node-win') ? 'node.exe' : 'node';
  return path.join(root, folder, 'node_modules', name, 'bin', file);
}

/**
 * Where Node for Windows is, and the Node of the same version that runs here; both may still be missing.
 * @param {string} arch
 */
export function nodeRuntime(arch) {
  const runtime = runtimeFor(arch);
  return {
    version: runtime.version,
    windows: executable(runtime, `node-win-${arch}`),
    maker:
      process.version === `v${runtime.version}` ? process.execPath : executable(runtime, maker()),
  };
}

/**
 * The same, fetched with npm where it is missing.
 * @param {string} arch
 */
export function fetchNode(arch) {
  const { version, folder } = runtimeFor(arch);
  const found = nodeRuntime(arch);
  if (existsSync(found.windows) && existsSync(found.maker)) return found;
  const place = path.join(root, folder);
  const names = [...new Set([`node-win-${arch}`, maker()])];
  console.log(`Fetching Node ${version} (${names.join(', ')}) into ${folder}.`);
  mkdirSync(place, { recursive: true });
  // A package.json of its own, or npm would install into the checkout.
  writeFileSync(path.join(place, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', place, '--no-save', '--no-audit', '--no-fund']
    // They are files to pack, not programs of this system: none of their scripts is run.
    .concat('--force', '--ignore-scripts', '--loglevel', 'error')
    .concat(names.map((name) => `${name}@${version}`));
  const npm = process.env['npm_execpath'];
  const { status } =
    npm === undefined
      ? spawnSync('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] })
      : spawnSync(process.execPath, [npm, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0 || !existsSync(found.windows) || !existsSync(found.maker)) {
    throw new Error(`npm could not fetch ${names.join(' and ')} ${version}; try again online.`);
  }
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  try {
    for (const arch of wanted.length > 0 ? wanted : ['x64']) {
      console.log(`Node for Windows (${arch}) is in ${path.dirname(fetchNode(arch).windows)}.`);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
