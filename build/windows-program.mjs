/**
 * Program files of Windows, read and made without Windows: what Windows shows of one (icon, version, manifest),
 * kms-doctor.exe, and an Electron to be packed where its runtime cannot be had.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';
import electron from 'electron/package.json' with { type: 'json' };
import { buildForNode, productVersion, root } from './bundle.mjs';
import { fetchNode } from './node-runtimes.mjs';

/** English (United States), Unicode: what version resources are usually written in. */
const LANGUAGE = { lang: 1033, codepage: 1200 };
const ICON_GROUP_TYPE = 14;
const VERSION_TYPE = 16;

/**
 * @typedef {object} Identity
 * @property {string} description what Task Manager shows
 * @property {string} fileName
 * @property {string} [product] ours when left out
 * @property {boolean} [icon] false: leaves the icon alone
 */

/**
 * @typedef {object} Extra a resource that is put in besides
 * @property {number} type
 * @property {string | number} id
 * @property {Buffer} data
 */

/** Types of resources: raw data (RT_RCDATA) and the manifest (RT_MANIFEST). */
const RESOURCE = { data: 10, manifest: 24 };

/**
 * A program file with our icon and version, and whatever else is to go into its resources. A signature of the
 * program that it was made of would be broken, so it is taken away.
 * @param {Buffer} original
 * @param {Identity} identity
 * @param {readonly Extra[]} [extras]
 */
async function brand(original, identity, extras = []) {
  const executable = NtExecutable.from(original, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  if (identity.icon !== false) {
    for (const group of Resource.IconGroupEntry.fromEntries(resources.entries)) {
      resources.removeResourceEntry(ICON_GROUP_TYPE, group.id);
    }
    const { icons } = Data.IconFile.from(await readFile(path.join(root, 'build/icon.ico')));
    Resource.IconGroupEntry.replaceIconsForResource(
      resources.entries,
      1,
      LANGUAGE.lang,
      icons.map(({ data }) => data),
    );
  }
  for (const version of Resource.VersionInfo.fromEntries(resources.entries)) {
    resources.removeResourceEntry(VERSION_TYPE, 1, version.lang);
  }
  const version = Resource.VersionInfo.createEmpty();
  version.lang = LANGUAGE.lang;
  // A program (VFT_APP) for Windows NT (VOS_NT_WINDOWS32).
  Object.assign(version.fixedInfo, { fileFlagsMask: 0x3f, fileOS: 0x40004, fileType: 1 });
  version.setFileVersion(productVersion(), LANGUAGE.lang);
  version.setProductVersion(productVersion(), LANGUAGE.lang);
  version.setStringValues(LANGUAGE, {
    CompanyName: 'KMS Doctor contributors',
    FileDescription: identity.description,
    InternalName: identity.fileName.replace(/\.exe$/, ''),
    LegalCopyright: 'Copyright © 2026 KMS Doctor contributors. MIT licence.',
    OriginalFilename: identity.fileName,
    ProductName: identity.product ?? 'KMS Doctor',
  });
  version.outputToResourceEntries(resources.entries);
  for (const { type, id, data } of extras) {
    resources.entries.push({ type, id, lang: 0, codepage: 0, bin: new Uint8Array(data).buffer });
  }
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}

/**
 * What a program file says of itself.
 * @param {Buffer} file
 */
export function readProgram(file) {
  const executable = NtExecutable.from(file, { ignoreCert: true });
  const { entries } = NtExecutableResource.from(executable);
  const version = Resource.VersionInfo.fromEntries(entries)[0];
  const language = version?.getAvailableLanguages()[0];
  const manifest = entries.find(({ type }) => type === RESOURCE.manifest);
  return {
    version: version?.fixedInfo,
    strings: version !== undefined && language ? version.getStringValues(language) : {},
    manifest: manifest === undefined ? '' : Buffer.from(manifest.bin).toString('utf8'),
    iconSizes:
      Resource.IconGroupEntry.fromEntries(entries)[0]?.icons.map(({ width }) => width || 256) ?? [],
    /** @param {string} type @param {string} id */
    resource: (type, id) => {
      const found = entries.find((entry) => entry.type === type && entry.id === id);
      return found === undefined ? null : Buffer.from(found.bin);
    },
  };
}

/** The command line as a console program. */
export const CONSOLE_PROGRAM = 'kms-doctor.exe';

/** The command line in it. */
const PAYLOAD = 'kms-doctor.cjs';

/** Node looks for its payload once the digit behind this mark is 1. */
const PAYLOAD_FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

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
  const at = program.indexOf(PAYLOAD_FUSE);
  if (at < 0 || program.indexOf(PAYLOAD_FUSE, at + 1) >= 0) {
    throw new Error('This build of Node does not carry a payload: its fuse is not there once.');
  }
  program.write('1', at + PAYLOAD_FUSE.length, 'latin1');
}

/**
 * Makes kms-doctor.exe: the command line as a console program, one file with Node in it
 * (https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html).
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

/** In front of the fuses in Electron's programs (https://www.electronjs.org/docs/latest/tutorial/fuses). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is delivered: version 1, nine fuses in the order of FuseV1Options. */
const ELECTRON_FUSES = Buffer.from([1, 9, ...Buffer.from('101100011', 'latin1')]);

const MANIFEST = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3"><security><requestedPrivileges>
    <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
  </requestedPrivileges></security></trustInfo>
</assembly>
`;

/** Electron brings some fifty languages; these show that only ours stay. */
const LOCALES = ['de', 'en-GB', 'en-US', 'ja', 'zh-CN', 'zh-TW'];

const FILES = [
  'LICENSE',
  'LICENSES.chromium.html',
  'chrome_100_percent.pak',
  'ffmpeg.dll',
  'icudtl.dat',
  'resources.pak',
  'snapshot_blob.bin',
  'v8_context_snapshot.bin',
  ...LOCALES.map((locale) => `locales/${locale}.pak`),
];

/**
 * Makes a folder in place of Electron's for Windows: its program is an empty one that has what packing changes (icon,
 * version, manifest, fuses), the other files are names alone. What is packed with it can be looked at, not run.
 * @returns {Promise<string>} the folder
 */
export async function electronStandIn() {
  const folder = path.join(root, '.cache/electron-stand-in');
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'locales'), { recursive: true });
  await mkdir(path.join(folder, 'resources'));
  await Promise.all(
    FILES.map((name) => writeFile(path.join(folder, name), `Stand-in for ${name}.\n`)),
  );
  await writeFile(path.join(folder, 'version'), electron.version);
  const program = await brand(
    Buffer.from(NtExecutable.createEmpty().generate()),
    {
      description: 'Stand-in for Electron',
      fileName: 'electron.exe',
      product: 'Electron',
      icon: false,
    },
    [
      { type: RESOURCE.manifest, id: 1, data: Buffer.from(MANIFEST) },
      {
        type: RESOURCE.data,
        id: 'FUSES',
        data: Buffer.concat([Buffer.from(FUSE_MARK, 'latin1'), ELECTRON_FUSES]),
      },
    ],
  );
  await writeFile(path.join(folder, 'electron.exe'), program);
  return folder;
}
