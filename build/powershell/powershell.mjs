/**
 * The PowerShell that the tests run: the one that build/install-test-parts.sh installs as a tool of .NET, compiled for
 * this processor. As it comes, each start compiles the same code again, which took 1.4 of its 2.3 seconds.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache', import.meta.url));
const project = fileURLToPath(new URL('precompiled.csproj', import.meta.url));

/** The version of PowerShell that build/install-test-parts.sh installs. */
export const POWERSHELL_VERSION = '7.6.9';

const compiled = path.join(cache, `powershell-compiled-${POWERSHELL_VERSION}`);

/** For `dotnet`, which otherwise reports home, and leaves build servers behind as processes. */
export const DOTNET_BUILDS = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  MSBUILDDISABLENODEREUSE: '1',
  UseSharedCompilation: 'false',
};

/** Its assembly as it was installed, or null. */
function installed() {
  const version = `powershell/${POWERSHELL_VERSION}`;
  const tools = path.join(cache, 'powershell/.store', version, version, 'tools');
  if (!existsSync(tools)) return null;
  // Below a folder named by the version of .NET.
  const found = readdirSync(tools).map((name) => path.join(tools, name, 'any/unix/pwsh.dll'));
  return found.find((file) => existsSync(file)) ?? null;
}

/** PowerShell itself, as an assembly for `dotnet`: the launcher `pwsh` would put a process between. */
export function pwsh() {
  const file = path.join(compiled, 'pwsh.dll');
  return existsSync(file) ? file : installed();
}

/**
 * Compiles it into .cache/, unless that was done. Where it can't be, the tests take it as it was installed.
 * @param {string} dotnet
 */
export function compilePowershell(dotnet) {
  const from = installed();
  if (from === null || existsSync(compiled)) return;
  console.log('Compiling PowerShell for this processor into .cache/.');
  const folder = mkdtempSync(path.join(cache, 'powershell-'));
  try {
    const whole = path.join(folder, 'powershell');
    const published = path.join(folder, 'published');
    const { status } = spawnSync(
      dotnet,
      ['publish', project, '--configuration', 'Release', '--use-current-runtime']
        .concat(`--property:PowerShellFolder=${path.dirname(from)}`)
        .concat('--artifacts-path', path.join(folder, 'artifacts'), '--output', published)
        .concat('--nologo', '--verbosity', 'quiet'),
      { stdio: 'inherit', env: { ...process.env, ...DOTNET_BUILDS } },
    );
    if (status !== 0) {
      console.log('PowerShell could not be compiled: its tests take longer.');
      return;
    }
    cpSync(path.dirname(from), whole, { recursive: true });
    for (const name of readdirSync(path.dirname(from))) {
      const file = path.join(published, name);
      if (existsSync(file)) cpSync(file, path.join(whole, name));
    }
    // Whole or not at all: another run may be looking for it.
    renameSync(whole, compiled);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
