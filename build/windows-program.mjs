/** What Windows shows of a program file: its icon, version and manifest. Read and written without Windows. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { productVersion, root } from './bundle.mjs';

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
export const RESOURCE = { data: 10, manifest: 24 };

/**
 * A program file with our icon and version, and whatever else is to go into its resources. A signature of the
 * program that it was made of would be broken, so it is taken away.
 * @param {Buffer} original
 * @param {Identity} identity
 * @param {readonly Extra[]} [extras]
 */
export async function brand(original, identity, extras = []) {
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
