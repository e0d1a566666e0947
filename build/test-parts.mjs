/**
 * The real parts that the tiers of the tests need: where they are, and whether they are there. `test.mjs` asks
 * before it runs a tier; the tests of a tier take the paths from here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeRuntime } from './node-runtimes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const hostSource = path.join(root, 'test/powershell');
const hostArtifacts = path.join(root, '.cache/powershell-host');

/** What installs the missing ones. */
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
 * A program by its name, also in the folders that only an administrator has in PATH.
 * @param {string} name
 * @param {...string} elsewhere full paths that are tried first
 * @returns {string | null} its full path
 */
export function program(name, ...elsewhere) {
  const folders = [
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/sbin',
  ];
  const places = folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  return [...elsewhere, ...places].find((file) => existsSync(file)) ?? null;
}

/** The check against Windows PowerShell 5.1, as an assembly for `dotnet`; null until it is built. */
export function powershellHost() {
  const name = powershellProject()?.replace(/\.csproj$/, '');
  return name === undefined
    ? null
    : present(path.join(hostArtifacts, 'bin', name, 'release', `${name}.dll`));
}

/** The version of PowerShell that build/install-test-parts.sh installs. */
const POWERSHELL_VERSION = '7.6.9';

/** PowerShell itself, as an assembly for `dotnet`: the launcher `pwsh` would put a process between. */
export function pwsh() {
  const version = `powershell/${POWERSHELL_VERSION}`;
  const tools = path.join(root, '.cache/powershell/.store', version, version, 'tools');
  if (!existsSync(tools)) return null;
  // Below a folder named by the version of .NET.
  const found = readdirSync(tools).map((name) => path.join(tools, name, 'any/unix/pwsh.dll'));
  return found.find((file) => existsSync(file)) ?? null;
}

function powershellProject() {
  return present(hostSource) === null
    ? undefined
    : readdirSync(hostSource).find((name) => name.endsWith('.csproj'));
}

/**
 * Builds that check into .cache/, where it is missing or older than its source and there is a .NET SDK.
 * @returns {boolean} false when the build failed; dotnet has said why
 */
export function buildPowershellHost() {
  const project = powershellProject();
  const dotnet = program('dotnet');
  if (project === undefined || dotnet === null) return true;
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
      // Build servers would stay behind as processes.
      env: {
        ...process.env,
        DOTNET_CLI_TELEMETRY_OPTOUT: '1',
        DOTNET_NOLOGO: '1',
        MSBUILDDISABLENODEREUSE: '1',
        UseSharedCompilation: 'false',
      },
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

/**
 * What each tier needs; a tier that is not listed needs nothing but Node.
 * @type {Readonly<Record<string, readonly TestPart[]>>}
 */
export const partsOfTier = {
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
  wine: [
    { name: 'Wine', find: () => program('wine'), get: INSTALL },
    { name: 'Node for Windows', find: () => present(windowsNode), get: INSTALL },
  ],
  powershell: [
    {
      name: 'the .NET SDK (dotnet)',
      find: () => program('dotnet'),
      get: `install a .NET SDK (Debian has none), then ${INSTALL}`,
    },
    { name: `PowerShell ${POWERSHELL_VERSION} (pwsh)`, find: pwsh, get: INSTALL },
    { name: 'the check against Windows PowerShell 5.1', find: powershellHost, get: INSTALL },
  ],
  package: [
    { name: 'Node for Windows', find: () => present(windowsNode), get: INSTALL },
    { name: 'Node to pack it with', find: () => present(nodeRuntime('x64').maker), get: INSTALL },
    { name: 'Wine', find: () => program('wine'), get: INSTALL },
    { name: 'Chromium', find: () => present('/usr/bin/chromium'), get: INSTALL },
    { name: 'makensis', find: () => program('makensis'), get: INSTALL },
  ],
  window: [{ name: 'Chromium', find: () => present('/usr/bin/chromium'), get: INSTALL }],
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = buildPowershellHost() ? 0 : 1;
}
