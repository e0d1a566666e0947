/**
 * Stands for powershell.exe where the tests' host stands for the engine: takes `-EncodedCommand`, which the host
 * does not know, as a file. `node run-encoded.mjs DOTNET HOST DOUBLES …arguments of powershell.exe`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [dotnet = '', host = '', doubles = '', ...args] = process.argv.slice(2);
const script = Buffer.from(args.at(-1) ?? '', 'base64').toString('utf16le');
const folder = mkdtempSync(join(process.cwd(), 'encoded-'));
try {
  const file = join(folder, 'script.ps1');
  writeFileSync(file, `${readFileSync(doubles, 'utf8')}\n${script}`);
  const end = spawnSync(dotnet, [host, '-NoProfile', '-NonInteractive', '-File', file], {
    stdio: 'inherit',
  });
  process.exitCode = end.status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
