/**
 * Packs the program for Windows into release/.
 *
 *   npm run package        the installer and the zip, for x64 and ARM; on Windows
 *   npm run package:dir    the folder of the program, anywhere
 *   node build/package.mjs --release
 *                          what is published: with the command line as a download of its own, and SHA256SUMS.txt; only
 *                          where the tag in TAG is the version of package.json
 *
 * With `--dir`, `--electron DIR` names Electron's folder for Windows; without it a stand-in is packed where Electron is
 * not downloaded, and `--arch arm64` another processor.
 * `--e2e`: the flavour that lets Playwright in, for the specs of the window; never released. `--out DIR`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Arch, Platform, build } from 'electron-builder';
import { parts, productVersion, root } from './bundle.mjs';
import {
  PROGRAM,
  configuration,
  signing,
  unsignedSuffix,
  writeInstallerInclude,
} from './electron-builder.mjs';
import { NODE_LICENSE, notices } from './licenses.mjs';
import { ARCHITECTURES } from './node-runtimes.mjs';
import { CONSOLE_PROGRAM, consoleProgram, electronStandIn } from './windows-program.mjs';

/** Something that the person at the terminal can put right. */
class PackingProblem extends Error {}

/**
 * Gathers what is ours in a folder.
 * @param {string} stage
 * @param {readonly string[]} architectures
 * @param {boolean} inspectable
 */
async function gather(stage, architectures, inspectable) {
  for (const name of ['main', 'preload', 'renderer']) {
    // Into a folder of its own: what earlier builds left in dist/ is not packed.
    await parts[name]?.build(path.join(stage, 'app', name));
  }
  // By this file the flavour for specs knows that it may take Playwright's switches (electron/app/arguments.ts).
  if (inspectable) await writeFile(path.join(stage, 'app/main/inspectable'), '');
  await parts['resources']?.build(path.join(stage, 'scripts'));
  await writeInstallerInclude(stage);
  for (const arch of architectures) {
    await consoleProgram(path.join(stage, arch, CONSOLE_PROGRAM), arch);
    await writeFile(path.join(stage, arch, 'THIRD-PARTY-NOTICES.md'), await notices());
    await copyFile(path.join(root, 'LICENSE'), path.join(stage, arch, 'LICENSE.txt'));
    await copyFile(NODE_LICENSE, path.join(stage, arch, 'LICENSE.node.txt'));
  }
}

/**
 * The folder of Electron for Windows: the given one, on Windows the one that was downloaded; null where
 * electron-builder downloads one for each processor.
 * @param {string | undefined} given
 * @param {boolean} folderOnly
 */
async function electronFolder(given, folderOnly) {
  if (!folderOnly) return null;
  if (given !== undefined) {
    const folder = path.resolve(given);
    if (existsSync(path.join(folder, 'electron.exe'))) return folder;
    throw new PackingProblem(
      `${folder} is not Electron's folder for Windows: it has no electron.exe.`,
    );
  }
  const downloaded = path.join(root, 'node_modules/electron/dist');
  if (existsSync(path.join(downloaded, 'electron.exe'))) return downloaded;
  console.log(
    'Electron for Windows is not here: a stand-in is packed, which can be looked at, not run.',
  );
  console.log('With the real one: npm run package:dir -- --electron DIR');
  return electronStandIn();
}

/** The folders that electron-builder leaves. */
const FOLDERS = { x64: 'win-unpacked', arm64: 'win-arm64-unpacked' };

/** What the command line needs beside it when it is a download of its own. */
const COMMAND_LINE = [
  CONSOLE_PROGRAM,
  'resources/scripts',
  'LICENSE.txt',
  'LICENSE.node.txt',
  'THIRD-PARTY-NOTICES.md',
];

/** Fails unless the tag is the version. */
function checkTag() {
  const wanted = `v${productVersion()}`;
  const tag = process.env['TAG'] ?? 'not given';
  if (tag !== wanted) throw new PackingProblem(`The tag is ${tag}, package.json says ${wanted}.`);
}

/**
 * Packs the command line of a processor.
 * @param {string} release where electron-builder packed
 * @param {string} arch
 * @param {string} folder
 */
async function packCommandLine(release, arch, folder) {
  const stage = await mkdtemp(path.join(release, 'command-line-'));
  try {
    for (const name of COMMAND_LINE) {
      await cp(path.join(release, folder, name), path.join(stage, name), { recursive: true });
    }
    const name = `KMS-Doctor-${productVersion()}-command-line-${arch}${unsignedSuffix(process.env)}.zip`;
    const file = path.join(release, name);
    // Windows' own tar makes zip files.
    const tar = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\tar.exe`;
    await promisify(execFile)(tar, ['-a', '-c', '-f', file, '-C', stage, '.']);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** @param {string} release */
async function writeChecksums(release) {
  const names = (await readdir(release)).filter((name) => /\.(exe|zip)$/.test(name)).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const hash = createHash('sha256').update(await readFile(path.join(release, name)));
      return `${hash.digest('hex')}  ${name}\n`;
    }),
  );
  await writeFile(path.join(release, 'SHA256SUMS.txt'), lines.join(''));
}

async function main() {
  const { values } = parseArgs({
    options: {
      dir: { type: 'boolean', default: false },
      e2e: { type: 'boolean', default: false },
      release: { type: 'boolean', default: false },
      electron: { type: 'string' },
      arch: { type: 'string' },
      out: { type: 'string', default: 'release' },
    },
  });
  if (!values.dir && process.platform !== 'win32') {
    throw new PackingProblem(
      'The installer is built on Windows. The folder of the program anywhere: npm run package:dir',
    );
  }
  if (values.release) checkTag();
  const chosen = values.arch ?? (values.dir ? 'x64' : undefined);
  const architectures = ARCHITECTURES.filter((arch) => chosen === undefined || arch === chosen);
  if (architectures.length === 0) {
    throw new PackingProblem(`--arch is one of ${ARCHITECTURES.join(', ')}.`);
  }
  const output = path.resolve(values.out);
  const cache = path.join(root, '.cache');
  await mkdir(cache, { recursive: true });
  const stage = await mkdtemp(path.join(cache, 'package-'));
  try {
    const electronDist = await electronFolder(values.electron, values.dir);
    await gather(stage, architectures, values.e2e);
    await build({
      projectDir: root,
      targets: Platform.WINDOWS.createTarget(
        values.dir ? 'dir' : ['nsis', 'zip'],
        ...architectures.map((arch) => Arch[/** @type {'x64' | 'arm64'} */ (arch)]),
      ),
      config: configuration({ stage, electronDist, inspectable: values.e2e, output }, process.env),
    });
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  if (values.release) {
    for (const [arch, folder] of Object.entries(FOLDERS)) {
      await packCommandLine(output, arch, folder);
    }
    await writeChecksums(output);
  }
  if (signing(process.env) === 'none') {
    console.log(
      'Not signed: Windows warns of it, and AppLocker rules by publisher do not know it.',
    );
    console.log('Signing is set up by the environment: docs/deploy.md.');
  }
  const folder = path.relative(process.cwd(), output) || '.';
  console.log(
    values.dir ? `${PROGRAM} and ${CONSOLE_PROGRAM} are in ${folder}.` : `Packed into ${folder}.`,
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof PackingProblem ? error.message : error);
  process.exitCode = 1;
}
