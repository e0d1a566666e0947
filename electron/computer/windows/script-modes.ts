/**
 * Two methods to pass our scripts to Windows PowerShell. Each is needed in environments where the other fails.
 *
 * As files: files that App Control or AppLocker trusts (releases are signed) run in full language mode; text doesn't.
 * However, an execution policy set by group policy (AllSigned, "scripts disabled", RemoteSigned for files with the mark
 * of the web) overrides `-ExecutionPolicy Bypass` and blocks them.
 *
 * As text: an execution policy applies only to files
 * (https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_execution_policies).
 * `-EncodedCommand` isn't used, because security software treats encoded scripts as an attack, and the scripts would
 * have to fit into the 32,767 characters of a command line. The command is short, readable, and always the same.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How scripts are passed. */
export type ScriptMode = 'file' | 'text';

/** Environment variable with the folder of Windows' own modules, since PowerShell changes PSModulePath at startup. */
export const MODULES_VARIABLE = 'KMS_DOCTOR_MODULES';

/** Exit code of our scripts if the language mode is constrained. */
export const CONSTRAINED_EXIT = 3;

/** Detail in reports if the scripts can't run because the language mode is constrained. */
export const CONSTRAINED = 'constrained-language';

/**
 * Reads the first line of standard input and runs it with the rest of the input. Contains no double quotes, and no
 * `$input`, which would make PowerShell read standard input itself.
 */
const RUN_FIRST_LINE = [
  `if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { exit ${CONSTRAINED_EXIT} }`,
  '$reader = [System.IO.StreamReader]::new([Console]::OpenStandardInput(), [System.Text.UTF8Encoding]::new($false))',
  '& ([scriptblock]::Create($reader.ReadLine().Replace([char] 12, [char] 10))) $reader',
].join('; ');

/** Returns the arguments of powershell.exe. None of them depends on the questions. */
export function argumentsOf(way: ScriptMode, scripts: string): readonly string[] {
  const common = ['-NoProfile', '-NonInteractive'];
  if (way === 'text') return [...common, '-Command', RUN_FIRST_LINE];
  const file = `${scripts}${scripts.includes('\\') ? '\\' : '/'}serve.ps1`;
  return [...common, '-ExecutionPolicy', 'Bypass', '-File', file];
}

/**
 * Returns the input that precedes the first question: nothing for files; for text, the server, then the name and text
 * of each other script, then an empty line.
 *
 * @throws if a script can't be read
 */
export function preludeOf(way: ScriptMode, scripts: string): string {
  if (way === 'file') return '';
  const names = readdirSync(scripts).filter((name) => name.endsWith('.ps1'));
  const text = (name: string) => asOneLine(readFileSync(join(scripts, name), 'utf8'));
  const others = names
    .filter((name) => name !== 'serve.ps1')
    .flatMap((name) => [basename(name, '.ps1'), text(name)]);
  return [text('serve.ps1'), ...others, '', ''].join('\n');
}

/** Returns a script with form feeds for line feeds, and without its signature, which is as long as the script. */
function asOneLine(script: string): string {
  const [unsigned = ''] = script.replace(/^\uFEFF/, '').split('# SIG # Begin signature block');
  return unsigned.replace(/\r?\n/g, '\f');
}

/**
 * Whether policy blocked a script, according to PowerShell's standard error. These are the parts that are never
 * translated; lines may break anywhere.
 */
export function isForbidden(said: string): boolean {
  return /PSSecurityException|FullyQualifiedErrorId:UnauthorizedAccess/.test(
    said.replace(/\s+/g, ''),
  );
}
