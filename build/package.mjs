/**
 * Packs the program for Windows into release/.
 *
 *   npm run package        the installer and the zip, for x64 and ARM; on Windows
 *   npm run package:dir    the folder of the program, anywhere
 *
 * With `--dir`, `--electron DIR` names Electron's folder for Windows; without it a stand-in is packed where Electron is
 * not downloaded, and `--arch arm64` another processor.
 * `--e2e`: the flavour that lets Playwright in, for the specs of the window; never released. `--out DIR`.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, Platform, build } from 'electron-builder';
import { parts, root } from './bundle.mjs';
import { PROGRAM, configuration, signing } from './electron-builder.mjs';
import { electronStandIn } from './electron-stand-in.mjs';
import { writeInstallerInclude } from './installer-words.mjs';
import { NODE_LICENSE, notices } from './licenses.mjs';
import { ARCHITECTURES } from './node-runtimes.mjs';
import { CONSOLE_PROGRAM, consoleProgram } from './sea.mjs';

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

async function main() {
  const { values } = parseArgs({
    options: {
      dir: { type: 'boolean', default: false },
      e2e: { type: 'boolean', default: false },
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
