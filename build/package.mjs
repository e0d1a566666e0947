/**
 * Packages the program for Windows into release/.
 *
 *   npm run package        the installer and the zip, for x64 and ARM; only on Windows
 *   npm run package:dir    the unpacked program folder, on any system
 *   node build/package.mjs --release
 *                          for publishing: also packages the command line as a separate download and writes
 *                          SHA256SUMS.txt; requires that the tag in TAG matches the version in package.json
 *
 * With `--dir`, `--electron DIR` sets the folder of Electron for Windows (by default the downloaded one, or else a
 * stand-in), and `--arch arm64` selects another architecture.
 * `--e2e` packages the flavor that lets Playwright in, for the window specs; never released. `--out DIR` sets the
 * output folder.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Arch, Platform, build } from 'electron-builder';
import packageJson from '../package.json' with { type: 'json' };
import { inNewFolder, parts, root } from './bundle.mjs';
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

/** A problem that the user can fix; reported without a stack trace. */
class PackingProblem extends Error {}

/**
 * Collects our own files in the staging folder.
 * @param {string} stage
 * @param {readonly string[]} architectures
 * @param {boolean} inspectable
 */
async function gather(stage, architectures, inspectable) {
  for (const name of ['main', 'preload', 'renderer']) {
    // Built into a separate folder, so that leftovers of earlier builds in dist/ aren't packaged.
    await parts[name]?.build(path.join(stage, 'app', name));
  }
  // Marks the flavor for specs, which may then accept Playwright's switches (electron/app/arguments.ts).
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
 * Returns the folder of Electron for Windows: the given one or, on Windows, the downloaded one; null lets
 * electron-builder download one for each architecture.
 * @param {string | undefined} given
 * @param {boolean} folderOnly
 */
async function electronFolder(given, folderOnly) {
  if (!folderOnly) return null;
  if (given !== undefined) {
    const folder = path.resolve(given);
    if (existsSync(path.join(folder, 'electron.exe'))) return folder;
    throw new PackingProblem(
      `${folder} is not a folder with Electron for Windows: electron.exe is missing.`,
    );
  }
  const downloaded = path.join(root, 'node_modules/electron/dist');
  if (existsSync(path.join(downloaded, 'electron.exe'))) return downloaded;
  console.log(
    'Electron for Windows was not found, so a stand-in is packed. It can be inspected but not run.',
  );
  console.log('To package the real one: npm run package:dir -- --electron DIR');
  return electronStandIn();
}

/** Output folders of electron-builder. */
const FOLDERS = { x64: 'win-unpacked', arm64: 'win-arm64-unpacked' };

/** Files of the separate command line download. */
const COMMAND_LINE = [
  CONSOLE_PROGRAM,
  'resources/scripts',
  'LICENSE.txt',
  'LICENSE.node.txt',
  'THIRD-PARTY-NOTICES.md',
];

/** Throws unless the tag matches the version. */
function checkTag() {
  const wanted = `v${packageJson.version}`;
  const tag = process.env['TAG'] ?? 'not given';
  if (tag !== wanted) throw new PackingProblem(`The tag is ${tag}, package.json says ${wanted}.`);
}

/**
 * Packages the command line for an architecture.
 * @param {string} release output folder of electron-builder
 * @param {string} arch
 * @param {string} folder
 */
async function packCommandLine(release, arch, folder) {
  await inNewFolder(path.join(release, 'command-line-'), async (stage) => {
    for (const name of COMMAND_LINE) {
      await cp(path.join(release, folder, name), path.join(stage, name), { recursive: true });
    }
    const name = `KMS-Doctor-${packageJson.version}-command-line-${arch}${unsignedSuffix(process.env)}.zip`;
    const file = path.join(release, name);
    // Windows' own tar can create zip files.
    const tar = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\tar.exe`;
    await promisify(execFile)(tar, ['-a', '-c', '-f', file, '-C', stage, '.']);
  });
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
      'The installer can only be built on Windows. For the program folder, run: npm run package:dir',
    );
  }
  if (values.release) checkTag();
  const chosen = values.arch ?? (values.dir ? 'x64' : undefined);
  const architectures = ARCHITECTURES.filter((arch) => chosen === undefined || arch === chosen);
  if (architectures.length === 0) {
    throw new PackingProblem(`--arch must be one of ${ARCHITECTURES.join(', ')}.`);
  }
  const output = path.resolve(values.out);
  await inNewFolder('.cache/package-', async (stage) => {
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
  });
  if (values.release) {
    for (const [arch, folder] of Object.entries(FOLDERS)) {
      await packCommandLine(output, arch, folder);
    }
    await writeChecksums(output);
  }
  if (signing(process.env) === 'none') {
    console.log(
      'Not signed: Windows will show a warning, and AppLocker publisher rules will not match.',
    );
    console.log('To sign, set the environment variables in docs/deploy.md.');
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
