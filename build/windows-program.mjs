/**
 * Reads and creates Windows executables without Windows: what Windows displays of one (icon, version, manifest),
 * kms-doctor.exe, and a stand-in for Electron to package if its runtime isn't available.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';
import electron from 'electron/package.json' with { type: 'json' };
import packageJson from '../package.json' with { type: 'json' };
import { buildForNode, inNewFolder, root } from './bundle.mjs';
import { fetchNode } from './node-runtimes.mjs';

/** English (United States) in Unicode, as is usual for version resources. */
const LANGUAGE = { lang: 1033, codepage: 1200 };

/**
 * @typedef {object} Identity
 * @property {string} description shown by Task Manager
 * @property {string} fileName
 * @property {string} [product] defaults to ours
 * @property {boolean} [icon] false keeps the existing icon
 */

/**
 * @typedef {object} Extra additional resource
 * @property {number} type
 * @property {string | number} id
 * @property {Buffer} data
 */

/** Resource types: RT_RCDATA, RT_GROUP_ICON, RT_VERSION and RT_MANIFEST. */
const RESOURCE = { data: 10, iconGroup: 14, version: 16, manifest: 24 };

/**
 * Returns an executable with our icon, version and additional resources. A signature of the original is removed, since
 * it would no longer be valid.
 * @param {Buffer} original
 * @param {Identity} identity
 * @param {readonly Extra[]} [extras]
 */
async function brand(original, identity, extras = []) {
  const executable = NtExecutable.from(original, { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  if (identity.icon !== false) {
    for (const group of Resource.IconGroupEntry.fromEntries(resources.entries)) {
      resources.removeResourceEntry(RESOURCE.iconGroup, group.id);
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
    resources.removeResourceEntry(RESOURCE.version, 1, version.lang);
  }
  const version = Resource.VersionInfo.createEmpty();
  version.lang = LANGUAGE.lang;
  // An application (VFT_APP) for Windows NT (VOS_NT_WINDOWS32).
  Object.assign(version.fixedInfo, { fileFlagsMask: 0x3f, fileOS: 0x40004, fileType: 1 });
  version.setFileVersion(packageJson.version, LANGUAGE.lang);
  version.setProductVersion(packageJson.version, LANGUAGE.lang);
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
 * Reads the version, manifest, icon sizes and resources of an executable.
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

/** File name of the command line as a console program. */
export const CONSOLE_PROGRAM = 'kms-doctor.exe';

/** File name of the command line embedded in it, with its chunks. */
const PAYLOAD = 'kms-doctor.cjs';

/** Node looks for its payload only if the digit after this marker is 1. */
const PAYLOAD_FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

/**
 * Runs first in kms-doctor.exe: loads the command line's chunks from the executable's assets, each when it is first
 * required, because Node would otherwise parse all of them at every start. The modules believe that they run from the
 * packaged program's archive.
 */
const LOADER = `
const { getAsset } = require('node:sea');
const { compileFunction } = require('node:vm');
const path = require('node:path');
const archive = path.join(path.dirname(process.execPath), 'resources', 'app.asar', 'dist', 'cli');
const programUrl = require('node:url').pathToFileURL(path.join(archive, 'cli.js')).href;
const loaded = new Map();
function load(name) {
  if (!name.startsWith('./')) return require(name);
  let module = loaded.get(name);
  if (module === undefined) {
    module = { exports: {} };
    loaded.set(name, module);
    const names = ['module', 'exports', 'require', 'programUrl'];
    compileFunction(getAsset(name, 'utf8'), names, { filename: path.join(archive, name) })
      .call(module.exports, module, module.exports, load, programUrl);
  }
  return module.exports;
}
load('./${PAYLOAD}');
`;

/**
 * Bundles the command line as CommonJS, the only format that single executable applications support. It finds scripts
 * and settings in the same place as the packaged program: in `resources`, next to the executable.
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
          chunkFileNames: '[name]-[hash].cjs',
          // Parsed at every start. Names stay, for readable stacks with --debug.
          minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  });
}

/**
 * Enables the payload fuse.
 * @param {Buffer} program modified in place
 */
function light(program) {
  const at = program.indexOf(PAYLOAD_FUSE);
  if (at < 0 || program.indexOf(PAYLOAD_FUSE, at + 1) >= 0) {
    throw new Error('This build of Node cannot carry a payload: expected exactly one fuse.');
  }
  program.write('1', at + PAYLOAD_FUSE.length, 'latin1');
}

/**
 * Creates kms-doctor.exe: the command line as a console program, a single file that includes Node
 * (https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html).
 * @param {string} file output path
 * @param {string} [arch] `x64` or `arm64`
 */
export async function consoleProgram(file, arch = 'x64') {
  const node = fetchNode(arch);
  await inNewFolder('.cache/sea-', async (folder) => {
    const chunks = path.join(folder, 'chunks');
    await buildPayload(chunks);
    await writeFile(path.join(folder, 'loader.cjs'), LOADER);
    const names = await readdir(chunks);
    await writeFile(
      path.join(folder, 'sea.json'),
      JSON.stringify({
        // Stacks show this path, which must not be one of the build machine.
        main: 'loader.cjs',
        output: 'payload.blob',
        assets: Object.fromEntries(names.map((name) => [`./${name}`, path.join(chunks, name)])),
        disableExperimentalSEAWarning: true,
        // Both would tie the payload to the architecture of the build machine.
        useSnapshot: false,
        useCodeCache: false,
      }),
    );
    await promisify(execFile)(node.maker, ['--experimental-sea-config', 'sea.json'], {
      cwd: folder,
    });
    const program = await brand(
      await readFile(node.windows),
      { description: 'KMS Doctor, command line', fileName: CONSOLE_PROGRAM },
      [
        {
          type: RESOURCE.data,
          id: 'NODE_SEA_BLOB',
          data: await readFile(path.join(folder, 'payload.blob')),
        },
      ],
    );
    light(program);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, program, { mode: 0o755 });
  });
}

/** Marker in front of the fuses in Electron's executables (https://www.electronjs.org/docs/latest/tutorial/fuses). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The fuses as Electron ships them: version 1, nine fuses in the order of FuseV1Options. */
const ELECTRON_FUSES = Buffer.from([1, 9, ...Buffer.from('101100011', 'latin1')]);

const MANIFEST = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3"><security><requestedPrivileges>
    <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
  </requestedPrivileges></security></trustInfo>
</assembly>
`;

/** Electron ships about fifty languages; these show that only ours are kept. */
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
 * Creates a stand-in for Electron's folder for Windows. Its executable is empty except for what packaging modifies
 * (icon, version, manifest, fuses); the other files are placeholders. The packaged result can be inspected but not run.
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
