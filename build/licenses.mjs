/**
 * `node build/licenses.mjs`: regenerates THIRD-PARTY-NOTICES.md, which lists the packages inside the program with their
 * license texts, and copies Node's own license for kms-doctor.exe. The list reflects the modules that the builds really
 * read. `--check` only reports whether the file is up to date.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { bundle, bundledModules, root } from './bundle.mjs';
import { packedPackages } from './electron-builder.mjs';
import { nodeRuntime } from './node-runtimes.mjs';

/** Node's license, including those of its libraries. Kept here because npm's packages for Windows lack it. */
export const NODE_LICENSE = path.join(root, 'build/licenses/node.txt');

const FILE = path.join(root, 'THIRD-PARTY-NOTICES.md');

/**
 * @typedef {{ name: string, version: string, license?: string | { type: string }, author?: string | { name: string } }} Manifest
 */

/**
 * @typedef {object} Notice
 * @property {string} name
 * @property {string} version
 * @property {string} licence SPDX identifier
 * @property {string} text
 */

/**
 * Returns the folders of the packages that contain these modules.
 * @param {Iterable<string>} modules
 */
function packagesOf(modules) {
  const folders = new Set();
  for (const module of modules) {
    const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module.replaceAll('\\', '/'));
    if (found !== null) folders.add(found[0]);
  }
  return folders;
}

/**
 * Reads the notice of a package.
 * @param {string} folder
 * @returns {Promise<Notice>}
 */
async function noticeOf(folder) {
  /** @type {unknown} */
  const json = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const manifest = /** @type {Manifest} */ (json);
  const files = (await readdir(folder)).filter((name) =>
    /^(licen[cs]e|copying|notice)/i.test(name),
  );
  const texts = await Promise.all(
    files.sort().map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  const { license, author } = manifest;
  const licence = typeof license === 'string' ? license : license?.type;
  if (licence === undefined) throw new Error(`${folder} does not declare a license.`);
  const by = typeof author === 'string' ? author : author?.name;
  return {
    name: manifest.name,
    version: manifest.version,
    licence,
    text:
      texts.length > 0
        ? texts.map((text) => text.replace(/\r\n?/g, '\n').trim()).join('\n\n')
        : `The package has no licence text; it says: ${licence}${by === undefined ? '' : `, by ${by}`}.`,
  };
}

/**
 * Returns the notices as Markdown, for the modules built by this process.
 * @returns {Promise<string>}
 */
export async function notices() {
  const folders = new Set([
    ...packagesOf(bundledModules),
    ...packedPackages().map((name) => path.join(root, 'node_modules', name)),
  ]);
  const found = await Promise.all([...folders].map(noticeOf));
  const list = [...new Map(found.map((notice) => [`${notice.name}@${notice.version}`, notice]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, notice]) => notice);
  const sections = list.map(
    ({ name, version, licence, text }) =>
      `## ${name} ${version}\n\n${licence}\n\n\`\`\`\`text\n${text}\n\`\`\`\`\n`,
  );
  const text = [
    '# Third-party notices\n',
    'These packages are part of KMS Doctor. The list is made by `node build/licenses.mjs`. Electron, Chromium and',
    'Node.js bring theirs as files beside the program: `LICENSE.electron.txt`, `LICENSES.chromium.html` and',
    '`LICENSE.node.txt`.\n',
    ...sections,
  ].join('\n');
  return format(text, { ...(await resolveConfig(FILE)), filepath: FILE });
}

async function main() {
  await bundle(['cli', 'main', 'preload', 'renderer']);
  const text = await notices();
  if (process.argv.includes('--check')) {
    const known = await readFile(FILE, 'utf8').catch(() => '');
    if (known === text) return;
    console.error('THIRD-PARTY-NOTICES.md is out of date. Run: node build/licenses.mjs');
    process.exitCode = 1;
    return;
  }
  await writeFile(FILE, text);
  const license = path.join(path.dirname(nodeRuntime('x64').maker), '../LICENSE');
  if (existsSync(license)) {
    await mkdir(path.dirname(NODE_LICENSE), { recursive: true });
    await writeFile(NODE_LICENSE, (await readFile(license, 'utf8')).replace(/\r\n?/g, '\n'));
  }
  console.log('Wrote THIRD-PARTY-NOTICES.md.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
