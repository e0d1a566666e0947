/**
 * `npm start [-- --scenario FILE]`: builds and opens the window. In Electron; where its runtime cannot be had, the
 * same bundles in Chromium; where there is no display either, the text diagnosis of a simulated PC.
 *
 * `npm run dev` starts it as a child process and ends it by closing the channel between them.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, endBuilding, isStale, parts } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const demo = path.join(root, 'electron/app/cases/srv-record-missing.json');

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code; 1 when it could not be started
 */
function run(file, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
    // `npm run dev` says so when it is to end.
    process.once('disconnect', () => child.kill());
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Electron's program file. At first use Electron downloads it; offline that fails within a second.
 * @returns {Promise<string | null>}
 */
function electronProgram() {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['-p', "'PROGRAM ' + require('electron')"],
      // Its complaint about the network would only confuse: what happens instead is said here.
      { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    child.once('error', () => resolve(null));
    child.once('exit', () => resolve(/^PROGRAM (.+)$/m.exec(output)?.[1] ?? null));
  });
}

/**
 * The browser half of the Electron stand-in, which is TypeScript of the tests.
 * @returns {Promise<typeof import('../build/electron-stand-in/open')>}
 */
async function standIn() {
  const { build } = await import('esbuild');
  const outfile = path.join(root, 'node_modules/.cache/kms-doctor/open.mjs');
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    entryPoints: [path.join(root, 'build/electron-stand-in/open.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  /** @type {unknown} */
  const opened = await import(pathToFileURL(outfile).href);
  return /** @type {typeof import('../build/electron-stand-in/open')} */ (opened);
}

/** @param {readonly string[]} args */
async function start(args) {
  await bundle(Object.keys(parts).filter(isStale));
  const electron = await electronProgram();
  const { missingForWindow, openInChromium } = await standIn();
  const missing = missingForWindow();
  if (electron !== null && missing !== 'display') {
    await endBuilding();
    return run(electron, [root, ...args]);
  }
  if (missing === null) {
    console.log("Electron's runtime is not installed, so this is the same program in Chromium.");
    return openInChromium(root, args);
  }
  await endBuilding();
  const needed =
    missing === 'display'
      ? 'a display: set DISPLAY or WAYLAND_DISPLAY, or run it on a desktop'
      : "Electron's runtime (npx install-electron, online) or Chromium";
  console.log(`The window needs ${needed}. Here is a simulated PC as text instead.\n`);
  const cli = path.join(root, 'dist/cli/cli.js');
  const given = args.includes('--scenario') ? args : ['--scenario', demo, ...args];
  const code = await run(process.execPath, [cli, 'diagnose', ...given]);
  // A fault that was found is what the demo is for.
  return code === 1 ? 0 : code;
}

try {
  process.exitCode = await start(process.argv.slice(2));
} catch (error) {
  console.error(`The window cannot be opened. ${error instanceof Error ? error.message : ''}`);
  process.exitCode = 1;
} finally {
  await endBuilding();
}
