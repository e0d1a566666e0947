/**
 * A folder in place of Electron's for Windows, where its runtime cannot be had: its program is an empty one that
 * has what packing changes (icon, version, manifest, fuses), the other files are names alone. What is packed with
 * it can be looked at, not run.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NtExecutable } from 'resedit';
import electron from 'electron/package.json' with { type: 'json' };
import { root } from './bundle.mjs';
import { RESOURCE, brand } from './windows-program.mjs';

/** In front of the fuses in Electron's programs (https://www.electronjs.org/docs/latest/tutorial/fuses). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As Electron is delivered: version 1, nine fuses in the order of FuseV1Options. */
const FUSES = Buffer.from([1, 9, ...Buffer.from('101100011', 'latin1')]);

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
 * Makes that folder anew.
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
        data: Buffer.concat([Buffer.from(FUSE_MARK, 'latin1'), FUSES]),
      },
    ],
  );
  await writeFile(path.join(folder, 'electron.exe'), program);
  return folder;
}
