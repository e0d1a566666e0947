/**
 * The test tiers (folders of test/ that contain specs) and the test parts they need: the real software that the tests
 * run against. `test.mjs` checks that a tier's parts are installed before it runs the tier; the tests get their paths
 * from here.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bundle.mjs';
import { nodeRuntime } from './node-runtimes.mjs';
import {
  buildWithDotnet,
  compilePowershell,
  POWERSHELL_VERSION,
  pwsh,
} from './powershell/powershell.mjs';

const hostSource = path.join(root, 'test/powershell');
const hostArtifacts = path.join(root, '.cache/powershell-host');

const tests = path.join(root, 'test');

/** Tiers to run first because they are quick; the others follow by name. */
const first = ['unit', 'scenarios'];

/** Suffix of the Vitest project of a tier in which each file gets its own modules. */
export const ISOLATED = ' (isolated)';

/** @param {string} folder */
function hasSpecification(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) =>
    /\.spec\.tsx?$/.test(name),
  );
}

/** Returns the names of the tiers, in the order they run. */
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
 * Returns the required tiers: those listed in KMS_DOCTOR_TIERS, separated by commas; all with KMS_DOCTOR_ALL_TIERS=1.
 * @param {readonly string[]} known
 * @returns {readonly string[]}
 */
export function requiredTiers(known) {
  const named = (process.env['KMS_DOCTOR_TIERS'] ?? '').split(',').map((name) => name.trim());
  const all = process.env['KMS_DOCTOR_ALL_TIERS'] === '1' ? known : [];
  return [...new Set([...all, ...named.filter((name) => name !== '')])];
}

/** Command that installs missing parts. */
export const INSTALL = 'sh build/install-test-parts.sh';

/** Path of the Windows build of Node, which runs under Wine. */
export const windowsNode = nodeRuntime('x64').windows;

/**
 * @param {string} file
 * @returns {string | null} the file, if it exists
 */
function present(file) {
  return existsSync(file) ? file : null;
}

/**
 * Returns the file names a program may have. On Windows these have the extensions of PATHEXT, but only those of
 * executables: anything else (a batch file, a script) would need a shell.
 * @param {string} name
 */
function fileNames(name) {
  if (process.platform !== 'win32' || path.extname(name) !== '') return [name];
  const endings = (process.env['PATHEXT'] ?? '.COM;.EXE').split(';');
  return endings.filter((end) => /^\.(com|exe)$/i.test(end)).map((end) => `${name}${end}`);
}

/**
 * Finds a program by name, including in folders that only an administrator has in PATH.
 * @param {string} name
 * @param {...string} elsewhere full paths to try first
 * @returns {string | null} its full path, or null if not found
 */
export function findProgram(name, ...elsewhere) {
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

/** Common paths of a Chromium that Playwright can drive; on Windows, Edge is one too. */
const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Debian's headless Chromium: a fifth less work than the full one, for identical pages. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';

/**
 * Finds the Chromium on this machine: the one in the variable KMS_DOCTOR_CHROMIUM, or else an installed one.
 * @param {string} [own] path of a downloaded one, preferred over installed ones
 * @param {boolean} [headless] whether one that can't show a window will do
 * @returns {string | null} its full path
 */
export function chromiumPath(own, headless = true) {
  const installed = headless ? [HEADLESS_SHELL, ...CHROMIUMS] : CHROMIUMS;
  const candidates = [process.env['KMS_DOCTOR_CHROMIUM'], own, ...installed];
  return candidates.find((file) => file !== undefined && existsSync(file)) ?? null;
}

/** Returns the path of the Windows PowerShell 5.1 checker, an assembly for `dotnet`, or null until it is built. */
export function powershellChecker() {
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
 * Builds the Windows PowerShell 5.1 checker into .cache/ if it is missing or out of date, and compiles PowerShell
 * there. Does nothing without a .NET SDK.
 * @returns {boolean} false if the build failed; dotnet has printed the reason
 */
export function buildPowershellChecker() {
  const project = powershellProject();
  const dotnet = findProgram('dotnet');
  if (project === undefined || dotnet === null) return true;
  compilePowershell(dotnet);
  const built = powershellChecker();
  const fresh =
    built !== null &&
    readdirSync(hostSource)
      .filter((name) => /\.cs(proj)?$/.test(name))
      .every((name) => statSync(path.join(hostSource, name)).mtimeMs <= statSync(built).mtimeMs);
  if (fresh) return true;
  console.log('Building the Windows PowerShell 5.1 checker (test/powershell) into .cache/.');
  const file = path.join(hostSource, project);
  return buildWithDotnet(dotnet, ['build', file, '--artifacts-path', hostArtifacts]);
}

/**
 * @typedef {object} TestPart real software that tests run against
 * @property {string} name display name
 * @property {() => string | null} find returns its path, or null
 * @property {string} get command that installs it, or advice
 */

/**
 * @param {string} name
 * @param {() => string | null} find
 * @param {string} [get]
 * @returns {TestPart}
 */
const part = (name, find, get = INSTALL) => ({ name, find, get });

/**
 * @param {string} name
 * @param {string} command
 * @param {...string} elsewhere full paths to try first
 */
const program = (name, command, ...elsewhere) =>
  part(name, () => findProgram(command, ...elsewhere));

const BIND = program('BIND (named)', 'named');
const WINE = program('Wine', 'wine');
const NODE_FOR_WINDOWS = part('Node for Windows', () => present(windowsNode));
const NODE_TO_PACK = part('Node for packaging', () => present(nodeRuntime('x64').maker));

/** Any Chromium-based browser will do. */
const CHROMIUM = part('Chromium', () => chromiumPath());

/** A PowerShell that runs on this machine. */
const POWERSHELL = [
  part(
    'the .NET SDK (dotnet)',
    () => findProgram('dotnet'),
    `install a .NET SDK (Debian has none), then ${INSTALL}`,
  ),
  part(`PowerShell ${POWERSHELL_VERSION} (pwsh)`, pwsh),
];

/** Parts each tier needs; a tier not listed needs only Node. */
const onLinux = {
  dns: [BIND, program('nsupdate', 'nsupdate')],
  rpc: [program('Samba (samba-dcerpcd)', 'samba-dcerpcd', '/usr/libexec/samba/samba-dcerpcd')],
  wine: [WINE, NODE_FOR_WINDOWS],
  powershell: [...POWERSHELL, part('the Windows PowerShell 5.1 checker', powershellChecker)],
  fleet: [
    program('OpenSSH (sshd)', 'sshd'),
    program('Ansible', 'ansible-playbook'),
    BIND,
    ...POWERSHELL,
    CHROMIUM,
  ],
  package: [NODE_FOR_WINDOWS, NODE_TO_PACK, WINE, CHROMIUM, program('makensis', 'makensis')],
  window: [CHROMIUM],
};

/** Tests change the registry and services of a real Windows only if asked to. */
const CONSENT = part(
  'consent to change the registry and services of this Windows',
  () => (requiredTiers([]).includes('wine') ? 'KMS_DOCTOR_TIERS' : null),
  'set KMS_DOCTOR_TIERS=wine, elevated, on a disposable machine',
);

/** Windows PowerShell 5.1, part of every Windows. */
const WINDOWS_POWERSHELL = part(
  'Windows PowerShell',
  () => {
    const system32 = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32');
    return present(path.join(system32, 'WindowsPowerShell', 'v1.0', 'powershell.exe'));
  },
  'it comes with Windows',
);

/**
 * @param {string} get command or advice that replaces that of the parts
 * @param {...TestPart} parts
 */
const by = (get, ...parts) => parts.map((found) => ({ ...found, get }));

/**
 * The same on Windows, where Windows itself is what the tests run against. BIND and Samba have no Windows build.
 * @type {Readonly<Record<string, readonly TestPart[]>>}
 */
const onWindows = {
  dns: by('run this tier on Linux', ...onLinux.dns),
  rpc: by('run this tier on Linux', ...onLinux.rpc),
  fleet: by('run this tier on Linux', ...onLinux.fleet),
  wine: [CONSENT],
  powershell: [WINDOWS_POWERSHELL],
  package: [
    ...by('node build/node-runtimes.mjs', NODE_FOR_WINDOWS, NODE_TO_PACK),
    ...by('install Edge or Chrome', CHROMIUM),
  ],
  window: by('install Edge or Chrome', CHROMIUM),
};

/**
 * Returns the parts a tier needs on this platform. A tier not listed needs only Node.
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
  process.exitCode = buildPowershellChecker() ? 0 : 1;
}
