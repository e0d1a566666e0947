/**
 * Makes kms-doctor.exe: the command line as a console program of Windows, one file with Node in it
 * (https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html).
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildForNode, root } from './bundle.mjs';
import { fetchNode } from './node-runtimes.mjs';
import { RESOURCE, brand } from './windows-program.mjs';

/** The name of the program file. */
export const CONSOLE_PROGRAM = 'kms-doctor.exe';

/** The command line in it. */
const PAYLOAD = 'kms-doctor.cjs';

/** Node looks for its payload once the digit behind this mark is 1. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/** Its modules take the command line for a file in the archive of the packed program, see `buildPayload`. */
const PROGRAM_URL = [
  "const programUrl = require('node:url').pathToFileURL(require('node:path').join(",
  "require('node:path').dirname(process.execPath),",
  "'resources', 'app.asar', 'dist', 'cli', 'cli.js')).href;",
].join(' ');

/**
 * Builds the command line as one CommonJS file, the only form that such a program takes. It finds scripts and settings
 * where the packed program does: in `resources`, beside the program.
 * @param {string} folder
 */
async function buildPayload(folder) {
  await buildForNode(['electron/cli.ts'], folder, {
    define: { 'import.meta.url': 'programUrl' },
    ssr: { noExternal: true },
    build: {
      target: 'node22',
      sourcemap: false,
      rolldownOptions: {
        output: {
          format: 'cjs',
          entryFileNames: PAYLOAD,
          codeSplitting: false,
          banner: PROGRAM_URL,
        },
      },
    },
  });
}

/**
 * @param {Buffer} program changed in place
 */
function light(program) {
  const at = program.indexOf(FUSE);
  if (at < 0 || program.indexOf(FUSE, at + 1) >= 0) {
    throw new Error('This build of Node does not carry a payload: its fuse is not there once.');
  }
  program.write('1', at + FUSE.length, 'latin1');
}

/**
 * Makes the program.
 * @param {string} file where it goes
 * @param {string} [arch] `x64` or `arm64`
 */
export async function consoleProgram(file, arch = 'x64') {
  const node = fetchNode(arch);
  const parent = path.join(root, '.cache');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'sea-'));
  try {
    const main = path.join(folder, PAYLOAD);
    const output = path.join(folder, 'payload.blob');
    const config = path.join(folder, 'sea.json');
    await buildPayload(folder);
    await writeFile(
      config,
      JSON.stringify({
        main,
        output,
        disableExperimentalSEAWarning: true,
        // Both would tie the payload to the processor of the machine that packs.
        useSnapshot: false,
        useCodeCache: false,
      }),
    );
    await promisify(execFile)(node.maker, ['--experimental-sea-config', config]);
    const program = await brand(
      await readFile(node.windows),
      { description: 'KMS Doctor, command line', fileName: CONSOLE_PROGRAM },
      [{ type: RESOURCE.data, id: 'NODE_SEA_BLOB', data: await readFile(output) }],
    );
    light(program);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, program, { mode: 0o755 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
