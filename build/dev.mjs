/**
 * `npm run dev [-- --scenario FILE]`: opens the window as `npm start` does, builds whatever changes, loads the page
 * again after a change of it, and starts the program again after a change of the privileged side.
 */
import { fork } from 'node:child_process';
import { watch } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, endBuilding, isStale } from './bundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const start = fileURLToPath(new URL('start.mjs', import.meta.url));
const settledMs = 150;

/** @type {import('node:child_process').ChildProcess | undefined} */
let program;
let isRestarting = false;

function open() {
  program = fork(start, process.argv.slice(2), {
    cwd: root,
    env: { ...process.env, KMS_DOCTOR_DEV: '1' },
  });
  program.once('exit', (code) => {
    if (isRestarting) {
      isRestarting = false;
      open();
    } else process.exit(code ?? 0);
  });
}

async function rebuild() {
  const stale = ['resources', 'main', 'preload', 'renderer'].filter(isStale);
  try {
    const built = await bundle(stale);
    const privileged = built.filter((part) => part === 'main' || part === 'preload');
    if (built.includes('renderer') || privileged.length > 0)
      console.log(`Built ${built.join(', ')}.`);
    if (privileged.length > 0 && program?.connected) {
      isRestarting = true;
      program.disconnect();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

/** @type {NodeJS.Timeout | undefined} */
let timer;
/** @type {Promise<void>} */
let building = Promise.resolve();
for (const folder of ['electron', 'shared', 'renderer']) {
  watch(path.join(root, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild);
    }, settledMs);
  });
}
process.once('SIGINT', () => {
  program?.disconnect();
  void endBuilding().then(() => process.exit(130));
});
await bundle(['resources', 'main', 'preload', 'renderer'].filter(isStale));
open();
