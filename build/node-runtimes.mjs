/**
 * The Node builds used for packaging: the Windows one that becomes kms-doctor.exe (and runs the tests of tier wine),
 * and one of the same version that generates its payload on this machine. Both are fetched from npm once, into
 * .cache/; `node build/node-runtimes.mjs [ARCH…]` does so explicitly.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bundle.mjs';

/**
 * @typedef {object} Runtime
 * @property {string} version pinned per architecture, because npm rarely has a new one for ARM
 * @property {string} folder
 */

/** @type {Readonly<Record<string, Runtime>>} */
const runtimes = {
  x64: { version: '22.23.3', folder: '.cache/windows-node' },
  arm64: { version: '22.23.2', folder: '.cache/windows-node-arm64' },
};

/** Windows architectures to package for. */
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
 * Returns the name of the Node package for this machine. On x64 Windows, that is the same package that gets packaged.
 */
function maker() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  return `node-${system}-${process.arch}`;
}

/**
 * @param {Runtime} runtime
 * @param {string} name package name
 */
function executable({ folder }, name) {
  const file = name.startsWith('node-win') ? 'node.exe' : 'node';
  return path.join(root, folder, 'node_modules', name, 'bin', file);
}

/**
 * Locates Node for Windows, and the Node of the same version that runs on this machine. Either may still be missing.
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
 * Like {@link nodeRuntime}, but fetches missing builds with npm.
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
  // Without its own package.json, npm would install into the checkout.
  writeFileSync(path.join(place, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', place, '--no-save', '--no-audit', '--no-fund']
    // These are files to package, not programs for this system, so don't run their scripts.
    .concat('--force', '--ignore-scripts', '--loglevel', 'error')
    .concat(names.map((name) => `${name}@${version}`));
  const npm = process.env['npm_execpath'];
  const [program, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const { status } = spawnSync(program, [...before, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
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
