/**
 * Configuration of electron-builder: what is packaged, and how (https://www.electron.build/configuration). Only this
 * file reads the signing settings from the environment.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import electron from 'electron/package.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };
import { root } from './bundle.mjs';

/** File name of the packaged program. */
export const PROGRAM = 'KMS Doctor.exe';

/** These identify the program's windows and its installation to Windows. They must never change. */
const APP_ID = 'KMSDoctor.KMSDoctor';
const INSTALLATION = '0f6f2b54-6a3c-4c0f-9a55-7c1de2a7d3b1';

/**
 * Electron's fuses (https://www.electronjs.org/docs/latest/tutorial/fuses). The flavor for the window specs lets
 * Playwright in through the inspector; it is never released.
 * @param {boolean} inspectable
 */
function fuses(inspectable) {
  return {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: inspectable,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  };
}

const AZURE = {
  endpoint: 'AZURE_SIGNING_ENDPOINT',
  codeSigningAccountName: 'AZURE_SIGNING_ACCOUNT',
  certificateProfileName: 'AZURE_SIGNING_PROFILE',
  publisherName: 'AZURE_SIGNING_PUBLISHER',
};

/**
 * Returns how the program files are signed: with Azure Artifact Signing if AZURE_SIGNING_… is set (credentials in
 * AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET), with a certificate if WIN_CSC_LINK or CSC_LINK is set (a file
 * or its base64, with the password in WIN_CSC_KEY_PASSWORD or CSC_KEY_PASSWORD), otherwise not at all.
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {'azure' | 'certificate' | 'none'}
 */
export function signing(environment) {
  const names = Object.values(AZURE);
  const missing = names.filter((name) => (environment[name] ?? '') === '');
  if (missing.length === 0) return 'azure';
  if (missing.length < names.length) {
    throw new Error(`Signing with Azure also needs ${missing.join(', ')} in the environment.`);
  }
  const certificate = environment['WIN_CSC_LINK'] ?? environment['CSC_LINK'] ?? '';
  return certificate === '' ? 'none' : 'certificate';
}

/**
 * Returns the suffix of all file names in an unsigned build, as documented in docs/deploy.md.
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export const unsignedSuffix = (environment) => (signing(environment) === 'none' ? '-unsigned' : '');

/**
 * Returns the packages that aren't bundled but packaged unchanged: regedit and its dependencies.
 * @returns {string[]} their names
 */
export function packedPackages() {
  const { packages } = /** @type {{ packages: Record<string, { dependencies?: object }> }} */ (
    lock
  );
  const found = new Set(['regedit']);
  for (const name of found) {
    const needed = packages[`node_modules/${name}`]?.dependencies ?? {};
    for (const dependency of Object.keys(needed)) found.add(dependency);
  }
  return [...found].sort();
}

/**
 * @typedef {object} Packing
 * @property {string} stage folder with our staged files: `app`, `scripts`, and for each architecture a folder of files
 *   that go next to the program
 * @property {string | null} electronDist folder with Electron for Windows; null lets electron-builder download it
 * @property {boolean} inspectable
 * @property {string} output destination folder
 */

/**
 * Returns the electron-builder configuration.
 * @param {Packing} packing
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {import('electron-builder').Configuration}
 */
export function configuration({ stage, electronDist, inspectable, output }, environment) {
  const signer = signing(environment);
  const suffix = unsignedSuffix(environment);
  return {
    appId: APP_ID,
    productName: 'KMS Doctor',
    copyright: 'Copyright © 2026 KMS Doctor contributors. MIT licence.',
    directories: { buildResources: 'build', output },
    electronVersion: electron.version,
    ...(electronDist !== null && { electronDist }),
    npmRebuild: false,
    publish: null,
    asar: true,
    electronFuses: fuses(inspectable),
    electronLanguages: ['en-US', 'zh-TW'],
    files: [
      { from: path.join(stage, 'app'), to: 'dist', filter: ['**/*', '!**/*.map'] },
      'package.json',
      '!**/*.{map,md,markdown,ts}',
      `!node_modules/!(${packedPackages().join('|')})/**`,
      // Files that npm packages ship in addition to their code.
      '!**/node_modules/**/{test,tests,example,examples,.github}/**',
      '!**/node_modules/**/{.*,test.js,Makefile,karma.conf.js,bower.json,component.json}',
      '!node_modules/isarray/build/**',
      '!node_modules/regedit/winerrors/**',
      // Other programs can't read inside the archive, so these are shipped outside it only.
      '!node_modules/regedit/vbs/**',
    ],
    // electron/computer/windows/shipped-files.ts looks for them there.
    extraResources: [
      { from: path.join(stage, 'scripts'), to: 'scripts' },
      { from: 'node_modules/regedit/vbs', to: 'regedit/vbs' },
    ],
    extraFiles: [{ from: path.join(stage, '${arch}'), to: '.' }],
    forceCodeSigning: signer !== 'none',
    win: {
      // Electron's own manifest already says so; electron-builder would rewrite it for any other value.
      requestedExecutionLevel: 'asInvoker',
      icon: 'build/icon.ico',
      signExecutable: signer !== 'none',
      // Lets our scripts run under a policy that requires signed ones.
      signExts: ['.ps1'],
      ...(signer === 'azure' && {
        azureSignOptions: {
          endpoint: environment[AZURE.endpoint] ?? '',
          codeSigningAccountName: environment[AZURE.codeSigningAccountName] ?? '',
          certificateProfileName: environment[AZURE.certificateProfileName] ?? '',
          publisherName: environment[AZURE.publisherName] ?? '',
        },
      }),
      ...(signer === 'certificate' && {
        signtoolOptions: { signingHashAlgorithms: ['sha256'] },
      }),
      artifactName: `KMS-Doctor-\${version}-\${arch}${suffix}.\${ext}`,
    },
    nsis: {
      guid: INSTALLATION,
      oneClick: false,
      perMachine: true,
      allowElevation: true,
      // Only administrators can write to a folder under Program Files.
      allowToChangeInstallationDirectory: false,
      installerLanguages: ['en_US', 'zh_TW'],
      displayLanguageSelector: false,
      createDesktopShortcut: false,
      createStartMenuShortcut: true,
      shortcutName: 'KMS Doctor',
      // build/installer.nsh asks about the journal instead.
      deleteAppDataOnUninstall: false,
      differentialPackage: false,
      include: path.join(stage, 'installer.nsh'),
      artifactName: `KMS-Doctor-\${version}-setup${suffix}.\${ext}`,
    },
  };
}

/** Our languages and their NSIS names. */
const LANGUAGES = { en: 'ENGLISH', 'zh-TW': 'TRADCHINESE' };

/** Names of the strings used in build/installer.nsh, and their locale keys. */
const WORDS = {
  kmsOneOffTitle: 'package.oneOffTitle',
  kmsOneOffSubtitle: 'package.oneOffSubtitle',
  kmsOneOffText: 'package.oneOffText',
  kmsOneOffTick: 'package.oneOffTick',
  kmsOneOffWaits: 'package.oneOffWaits',
  kmsRemoveJournal: 'package.removeJournal',
};

/**
 * Formats a text as an NSIS string.
 * @param {string} text
 */
function quoted(text) {
  const escaped = text
    .replaceAll('$', '$$$$')
    .replaceAll('"', '$\\"')
    .replaceAll('\n', '$\\r$\\n')
    .replaceAll('{{folder}}', '$APPDATA\\KMS Doctor');
  return `"${escaped}"`;
}

/** Generates the macro that defines the strings: NSIS understands neither JSON nor our placeholders. */
async function words() {
  const lines = [];
  for (const [language, name] of Object.entries(LANGUAGES)) {
    const file = path.join(root, `shared/locales/${language}.json`);
    /** @type {unknown} */
    const locale = JSON.parse(await readFile(file, 'utf8'));
    const { package: texts } = /** @type {{ package: Record<string, string> }} */ (locale);
    for (const [word, key] of Object.entries(WORDS)) {
      const text = texts[key.replace('package.', '')];
      if (text === undefined) throw new Error(`${file} has no text ${key}.`);
      lines.push(`  LangString ${word} \${LANG_${name}} ${quoted(text)}`);
    }
  }
  return ['!macro kmsDoctorWords', ...lines, '!macroend'];
}

/**
 * Writes `installer.nsh`: the strings, followed by an include of build/installer.nsh.
 * @param {string} folder
 */
export async function writeInstallerInclude(folder) {
  const own = path.join(root, 'build/installer.nsh');
  const lines = [...(await words()), `!include "${own}"`, ''];
  await writeFile(path.join(folder, 'installer.nsh'), lines.join('\n'));
}
