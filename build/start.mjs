/**
 * Starts the program from the checkout, rebuilding it first if a source is newer.
 *
 * `npm start [-- --scenario FILE]` opens the window in Electron. If the Electron runtime isn't available, it runs the
 * same bundles in Chromium; without a display, it prints the text diagnosis of a simulated PC.
 * `npm run dev` (`--watch`) does the same, rebuilds on changes, reloads the page if it changed, and restarts the
 * program if the main process or preload changed.
 * `npm run doctor` (`--cli`) runs the command line in this process, so that it owns standard input, signals and the
 * exit code.
 */
import { fork, spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle, importTypeScript, isStale, root } from './bundle.mjs';

const WINDOW = ['resources', 'main', 'preload', 'renderer'];
const cli = path.join(root, 'dist/cli/cli.js');
const demo = path.join(root, 'electron/app/cases/srv-record-missing.json');

/** Debounce time: saving a file can trigger several events. */
const SETTLED_MS = 150;

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code, or 1 if it could not be started
 */
function run(file, args) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit' });
    // `npm run dev` disconnects to stop the program.
    process.once('disconnect', () => child.kill());
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Returns the path of Electron's executable. Electron downloads it on first use; offline, that fails within a second. */
function electronProgram() {
  const { stdout } = spawnSync(process.execPath, ['-p', "'PROGRAM ' + require('electron')"], {
    cwd: root,
    encoding: 'utf8',
    // Its network error would only confuse the user; the fallback is explained here.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /^PROGRAM (.+)$/m.exec(stdout)?.[1] ?? null;
}

/** @param {readonly string[]} args */
async function openWindow(args) {
  await bundle([...WINDOW, 'cli'].filter(isStale));
  const electron = electronProgram();
  const { missingForWindow, openInChromium } =
    /** @type {typeof import('./electron-stand-in/open')} */ (
      await importTypeScript('build/electron-stand-in/open.ts')
    );
  const missing = missingForWindow();
  if (electron !== null && missing !== 'display') return run(electron, [root, ...args]);
  if (missing === null) {
    console.log("Electron's runtime is not installed, so the program runs in Chromium instead.");
    return openInChromium(args);
  }
  const needed =
    missing === 'display'
      ? 'a display: set DISPLAY or WAYLAND_DISPLAY, or run it on a desktop'
      : "Electron's runtime (npx install-electron, online) or Chromium";
  console.log(`The window needs ${needed}. A simulated PC is shown as text instead.\n`);
  const given = args.includes('--scenario') ? args : ['--scenario', demo, ...args];
  const code = await run(process.execPath, [cli, 'diagnose', ...given]);
  // Exit code 1 means that a problem was found, which is the point of the demo.
  return code === 1 ? 0 : code;
}

/** @param {readonly string[]} args */
async function develop(args) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let program;
  let isRestarting = false;
  const open = () => {
    program = fork(fileURLToPath(import.meta.url), args, {
      cwd: root,
      env: { ...process.env, KMS_DOCTOR_DEV: '1' },
    });
    program.once('exit', (code) => {
      if (!isRestarting) process.exit(code ?? 0);
      isRestarting = false;
      open();
    });
  };
  const rebuild = async () => {
    const stale = WINDOW.filter(isStale);
    try {
      await bundle(stale);
      console.log(`Built ${stale.join(', ')}.`);
      if ((stale.includes('main') || stale.includes('preload')) && program?.connected) {
        isRestarting = true;
        program.disconnect();
      }
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  };
  await bundle(WINDOW.filter(isStale));
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let building = Promise.resolve();
  for (const folder of ['electron', 'shared', 'renderer']) {
    watch(path.join(root, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        building = building.then(rebuild);
      }, SETTLED_MS);
    });
  }
  process.once('SIGINT', () => {
    program?.disconnect();
    process.exit(130);
  });
  open();
}

async function commandLine() {
  // The command line parses the arguments from the third on.
  process.argv.splice(2, 1);
  try {
    if (isStale('cli')) await bundle(['resources', 'cli']);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const folder = path.dirname(cli);
    process.stderr.write(`The command line could not be built in ${folder}: ${reason}\n`);
    process.stderr.write('Run npm ci, then try again.\n');
    process.exitCode = 70;
    return;
  }
  await import(pathToFileURL(cli).href);
}

const args = process.argv.slice(2);
if (args[0] === '--cli') await commandLine();
else if (args[0] === '--watch') await develop(args.slice(1));
else {
  try {
    process.exitCode = await openWindow(args);
  } catch (error) {
    console.error(`The window cannot be opened. ${error instanceof Error ? error.message : ''}`);
    process.exitCode = 1;
  }
}
