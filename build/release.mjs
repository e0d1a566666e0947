/**
 * What a release has besides `npm run package`, on Windows:
 *
 *   node build/release.mjs tag      fails unless the tag in TAG is the version of package.json
 *   node build/release.mjs finish   packs kms-doctor.exe with its scripts, and writes SHA256SUMS.txt
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { productVersion, root } from './bundle.mjs';
import { CONSOLE_PROGRAM } from './sea.mjs';

const release = path.join(root, 'release');

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

function checkTag() {
  const wanted = `v${productVersion()}`;
  if (process.env['TAG'] === wanted) return;
  console.error(`The tag is ${process.env['TAG'] ?? 'not given'}, package.json says ${wanted}.`);
  process.exitCode = 1;
}

/** What electron-builder put into the names of an unsigned build: docs/deploy.md promises that all files have it. */
async function unsigned() {
  const names = await readdir(release);
  return names.some((name) => name.endsWith('-setup-unsigned.exe')) ? '-unsigned' : '';
}

/**
 * @param {string} arch
 * @param {string} folder
 */
async function packCommandLine(arch, folder) {
  const stage = await mkdtemp(path.join(release, 'command-line-'));
  try {
    for (const name of COMMAND_LINE) {
      await cp(path.join(release, folder, name), path.join(stage, name), { recursive: true });
    }
    const name = `KMS-Doctor-${productVersion()}-command-line-${arch}${await unsigned()}.zip`;
    const file = path.join(release, name);
    // Windows' own tar makes zip files.
    const tar = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\tar.exe`;
    await promisify(execFile)(tar, ['-a', '-c', '-f', file, '-C', stage, '.']);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function writeChecksums() {
  const names = (await readdir(release)).filter((name) => /\.(exe|zip)$/.test(name)).sort();
  const lines = await Promise.all(
    names.map(async (name) => {
      const hash = createHash('sha256').update(await readFile(path.join(release, name)));
      return `${hash.digest('hex')}  ${name}\n`;
    }),
  );
  await writeFile(path.join(release, 'SHA256SUMS.txt'), lines.join(''));
}

switch (process.argv[2]) {
  case 'tag':
    checkTag();
    break;
  case 'finish':
    for (const [arch, folder] of Object.entries(FOLDERS)) await packCommandLine(arch, folder);
    await writeChecksums();
    break;
  default:
    console.error('Say tag or finish.');
    process.exitCode = 64;
}
