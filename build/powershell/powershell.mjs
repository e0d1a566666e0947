/**
 * The PowerShell that the tests run: installed as a .NET tool by build/install-test-parts.sh, and compiled ahead of
 * time for this architecture. Otherwise each start JIT-compiles the same code, which took 1.4 of its 2.3 seconds.
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

/** Environment for `dotnet`: without it, dotnet sends telemetry and leaves build servers running. */
const DOTNET_ENV = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  MSBUILDDISABLENODEREUSE: '1',
  UseSharedCompilation: 'false',
};

/**
 * Builds a project with `dotnet`, which prints only problems.
 * @param {string} dotnet
 * @param {readonly string[]} args command, project and further options
 * @returns {boolean} whether it succeeded
 */
export function buildWithDotnet(dotnet, args) {
  const quietly = ['--configuration', 'Release', '--nologo', '--verbosity', 'quiet'];
  const { status } = spawnSync(dotnet, [...args, ...quietly], {
    stdio: 'inherit',
    env: { ...process.env, ...DOTNET_ENV },
  });
  return status === 0;
}

/** Returns the path of the installed assembly, or null. */
function installed() {
  const version = `powershell/${POWERSHELL_VERSION}`;
  const tools = path.join(cache, 'powershell/.store', version, version, 'tools');
  if (!existsSync(tools)) return null;
  // In a subfolder named after the .NET version.
  const found = readdirSync(tools).map((name) => path.join(tools, name, 'any/unix/pwsh.dll'));
  return found.find((file) => existsSync(file)) ?? null;
}

/** Returns the path of PowerShell's assembly for `dotnet`, or null. The launcher `pwsh` would add a process. */
export function pwsh() {
  const file = path.join(compiled, 'pwsh.dll');
  return existsSync(file) ? file : installed();
}

/**
 * Compiles PowerShell into .cache/, unless already done. If that fails, the tests use the installed one.
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
    const args = ['publish', project, '--use-current-runtime', '--output', published]
      .concat(`--property:PowerShellFolder=${path.dirname(from)}`)
      .concat('--artifacts-path', path.join(folder, 'artifacts'));
    if (!buildWithDotnet(dotnet, args)) {
      console.log('PowerShell could not be compiled, so its tests will take longer.');
      return;
    }
    cpSync(path.dirname(from), whole, { recursive: true });
    for (const name of readdirSync(path.dirname(from))) {
      const file = path.join(published, name);
      if (existsSync(file)) cpSync(file, path.join(whole, name));
    }
    // Renamed as a whole: another run may be looking for it.
    renameSync(whole, compiled);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
