/**
 * The tiers of the tests (the folders of test/ that hold specifications) and the real parts that they need: where those
 * are, and whether they are there. `test.mjs` asks before it runs a tier; the tests of a tier take the paths from here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRuntime } from './node-runtimes.mjs';
import {
  compilePowershell,
  DOTNET_BUILDS,
  POWERSHELL_VERSION,
  pwsh,
} from './powershell/powershell.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const hostSource = path.join(root, 'test/powershell');
const hostArtifacts = path.join(root, '.cache/powershell-host');

const tests = path.join(root, 'test');

/** The quick ones run first, the others in the order of their names. */
const first = ['unit', 'scenarios'];

/** Ends the name of the part of a tier whose files get modules of their own each. */
export const ISOLATED = ' (isolated)';

/** @param {string} folder */
function hasSpecification(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    /\.spec\.tsx?$/.test(name),
  );
}

/** The names of the tiers, in the order in which they run. */
export function tiers() {
  const found = readdirSync(tests, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasSpecification(path.join(tests, entry.name)))
    .map((entry) => entry.name)
    .sort();
  return [
    ...first.filter((name) => found.includes(name)),
    ...found.filter((name) => !first.includes(name)),
  ];
}

/**
 * The tiers that must run: those that KMS_DOCTOR_TIERS names, separated by commas; with KMS_DOCTOR_ALL_TIERS=1 all.
 * @param {readonly string[]} known
 * @returns {readonly string[]}
 */
export function requiredTiers(known) {
  const named = (process.env['KMS_DOCTOR_TIERS'] ?? '').split(',').map((name) => name.trim());
  const all = process.env['KMS_DOCTOR_ALL_TIERS'] === '1' ? known : [];
  return [...new Set([...all, ...named.filter((name) => name !== '')])];
}

/** What installs the missing parts. */
export const INSTALL = 'sh build/install-test-parts.sh';

/** The Windows build of Node that runs under Wine. */
export const windowsNode = nodeRuntime('x64').windows;

/**
 * @param {string} file
 * @returns {string | null} the file, when it is there
 */
function present(file) {
  return existsSync(file) ? file : null;
}

/**
 * The names under which a program may be in a folder. On Windows they end as PATHEXT says; what is not a program file
 * (a batch file, a script) would need a shell, and is none.
 * @param {string} name
 */
function fileNames(name) {
  if (process.platform !== 'win32' || path.extname(name) !== '') return [name];
  const endings = (process.env['PATHEXT'] ?? '.COM;.EXE').split(';');
  return endings.filter((end) => /^\.(com|exe)$/i.test(end)).map((end) => `${name}${end}`);
}

/**
 * A program by its name, also in the folders that only an administrator has in PATH.
 * @param {string} name
 * @param {...string} elsewhere full paths that are tried first
 * @returns {string | null} its full path
 */
export function program(name, ...elsewhere) {
  const isWindows = process.platform === 'win32';
  const folders = [
    ...(process.env['PATH'] ?? '').split(isWindows ? ';' : ':'),
    ...(isWindows ? [] : ['/usr/local/sbin', '/usr/sbin', '/sbin']),
  ];
  const places = folders
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => fileNames(name).map((file) => path.join(folder, file)));
  return [...elsewhere, ...places].find((file) => existsSync(file)) ?? null;
}

/** Where systems keep a Chromium that Playwright can drive; on Windows, Edge is one. */
const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Debian's Chromium without a window: a fifth less work than the one with it, the pages are the same. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/**
 * The Chromium of this machine: the one that the variable KMS_DOCTOR_CHROMIUM names, else an installed one.
 * @param {string} [own] path of a downloaded one, which goes before the installed ones
 * @param {boolean} [headless] whether it may be one that cannot show a window
 * @returns {string | null} its full path
 */
export function chromiumPath(own, headless = true) {
  const installed = headless ? [HEADLESS_SHELL, ...CHROMIUMS] : CHROMIUMS;
  const candidates = [process.env['KMS_DOCTOR_CHROMIUM'], own, ...installed];
  return candidates.find((file) => file !== undefined && existsSync(file)) ?? null;
}

/** The check against Windows PowerShell 5.1, as an assembly for `dotnet`; null until it is built. */
export function powershellHost() {
  const name = powershellProject()?.replace(/\.csproj$/, '');
  return name === undefined
    ? null
    : present(path.join(hostArtifacts, 'bin', name, 'release', `${name}.dll`));
}

function powershellProject() {
  return present(hostSource) === null
    ? undefined
    : readdirSync(hostSource).find((name) => name.endsWith('.csproj'));
}

/**
 * Builds that check into .cache/, where it is missing or older than its source and there is a .NET SDK; and compiles
 * PowerShell there.
 * @returns {boolean} false when the build failed; dotnet has said why
 */
export function buildPowershellHost() {
  const project = powershellProject();
  const dotnet = program('dotnet');
  if (project === undefined || dotnet === null) return true;
  compilePowershell(dotnet);
  const built = powershellHost();
  const fresh =
    built !== null &&
    readdirSync(hostSource)
      .filter((name) => /\.cs(proj)?$/.test(name))
      .every((name) => statSync(path.join(hostSource, name)).mtimeMs <= statSync(built).mtimeMs);
  if (fresh) return true;
  console.log('Building the check against Windows PowerShell 5.1 (test/powershell) into .cache/.');
  const { status } = spawnSync(
    dotnet,
    ['build', path.join(hostSource, project), '--configuration', 'Release']
      .concat('--artifacts-path', hostArtifacts)
      .concat('--nologo', '--verbosity', 'quiet'),
    {
      stdio: 'inherit',
      env: { ...process.env, ...DOTNET_BUILDS },
    },
  );
  return status === 0;
}

/**
 * @typedef {object} TestPart a real part of the tests
 * @property {string} name as a person calls it
 * @property {() => string | null} find its path, or null
 * @property {string} get the command that brings it here
 */

const NODE_FOR_WINDOWS = {
  name: 'Node for Windows',
  find: () => present(windowsNode),
  get: INSTALL,
};
const NODE_TO_PACK = {
  name: 'Node to pack it with',
  find: () => present(nodeRuntime('x64').maker),
  get: INSTALL,
};

/** Any browser of that family will do. */
const chromium = { name: 'Chromium', find: () => chromiumPath(), get: INSTALL };

/** A PowerShell that runs here. */
const powershell = [
  {
    name: 'the .NET SDK (dotnet)',
    find: () => program('dotnet'),
    get: `install a .NET SDK (Debian has none), then ${INSTALL}`,
  },
  { name: `PowerShell ${POWERSHELL_VERSION} (pwsh)`, find: pwsh, get: INSTALL },
];

/** What each tier needs; a tier that is not listed needs nothing but Node. */
const onLinux = {
  dns: [
    { name: 'BIND (named)', find: () => program('named'), get: INSTALL },
    { name: 'nsupdate', find: () => program('nsupdate'), get: INSTALL },
  ],
  rpc: [
    {
      name: 'Samba (samba-dcerpcd)',
      find: () => program('samba-dcerpcd', '/usr/libexec/samba/samba-dcerpcd'),
      get: INSTALL,
    },
  ],
  wine: [{ name: 'Wine', find: () => program('wine'), get: INSTALL }, NODE_FOR_WINDOWS],
  powershell: [
    ...powershell,
    { name: 'the check against Windows PowerShell 5.1', find: powershellHost, get: INSTALL },
  ],
  fleet: [
    { name: 'OpenSSH (sshd)', find: () => program('sshd'), get: INSTALL },
    { name: 'Ansible', find: () => program('ansible-playbook'), get: INSTALL },
    { name: 'BIND (named)', find: () => program('named'), get: INSTALL },
    ...powershell,
    chromium,
  ],
  package: [
    NODE_FOR_WINDOWS,
    NODE_TO_PACK,
    { name: 'Wine', find: () => program('wine'), get: INSTALL },
    chromium,
    { name: 'makensis', find: () => program('makensis'), get: INSTALL },
  ],
  window: [chromium],
};

/** Nobody's Windows is changed by the tests unless somebody says so. */
const LEAVE = {
  name: 'leave to change the registry and the services of this Windows',
  find: () => (requiredTiers([]).includes('wine') ? 'KMS_DOCTOR_TIERS' : null),
  get: 'set KMS_DOCTOR_TIERS=wine, elevated, on a machine that may be thrown away',
};

/** Windows' own PowerShell 5.1, on every processor. */
const WINDOWS_POWERSHELL = {
  name: 'Windows PowerShell',
  find: () => {
    const system32 = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
    return present(path.join(system32, 'WindowsPowerShell', 'v1.0', 'powershell.exe'));
  },
  get: 'it comes with Windows',
};

/**
 * @param {string} get the command that brings them here instead
 * @param {...TestPart} parts
 */
const by = (get, ...parts) => parts.map((part) => ({ ...part, get }));

/**
 * The same on Windows, where Windows itself is the part. BIND and Samba have no build for it.
 * @type {Readonly<Record<string, readonly TestPart[]>>}
 */
const onWindows = {
  dns: by('run this tier on Linux', ...onLinux.dns),
  rpc: by('run this tier on Linux', ...onLinux.rpc),
  fleet: by('run this tier on Linux', ...onLinux.fleet),
  wine: [LEAVE],
  powershell: [WINDOWS_POWERSHELL],
  package: [
    ...by('node build/node-runtimes.mjs', NODE_FOR_WINDOWS, NODE_TO_PACK),
    ...by('install Edge or Chrome', chromium),
  ],
  window: by('install Edge or Chrome', chromium),
};

/**
 * What a tier needs on this platform; nothing but Node for one that is not listed.
 * @param {string} tier
 * @returns {readonly TestPart[]}
 */
export function partsOfTier(tier) {
  const listed = /** @type {Readonly<Record<string, readonly TestPart[]>>} */ (
    process.platform === 'win32' ? onWindows : onLinux
  );
  return listed[tier] ?? [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = buildPowershellHost() ? 0 : 1;
}
