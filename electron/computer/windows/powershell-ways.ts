/**
 * The two ways in which Windows PowerShell takes our scripts; each is needed where the other one dies.
 *
 * As files: what App Control or AppLocker trusts (a release is signed) has the full language, which no text has there.
 * An execution policy that group policy sets (AllSigned, "scripts disabled", RemoteSigned for files with the mark of
 * the web) goes before `-ExecutionPolicy Bypass` and forbids them.
 *
 * As text: an execution policy is about files alone
 * (https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_execution_policies). Not by
 * `-EncodedCommand`: security software takes coded scripts for an attack, and the scripts would have to fit into the
 * 32,767 characters of a command line. The command is short, readable and always the same.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** How scripts are handed over. */
export type Way = 'file' | 'text';

/** Names the folder of Windows' own modules to a script: PSModulePath itself is changed as PowerShell starts. */
export const MODULES_VARIABLE = 'KMS_DOCTOR_MODULES';

/** With this our scripts end where the language is constrained. */
export const CONSTRAINED_EXIT = 3;

/** What they need cannot be had then; the word for reports. */
export const CONSTRAINED = 'constrained-language';

/**
 * Reads the first line of standard input, and runs it with what comes after it. No quotation mark and no `$input`
 * (PowerShell would read standard input itself).
 */
const RUN_FIRST_LINE = [
  `if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { exit ${CONSTRAINED_EXIT} }`,
  '$reader = [System.IO.StreamReader]::new([Console]::OpenStandardInput(), [System.Text.UTF8Encoding]::new($false))',
  '& ([scriptblock]::Create($reader.ReadLine().Replace([char] 12, [char] 10))) $reader',
].join('; ');

/** The arguments of powershell.exe. Nothing in them depends on what is asked. */
export function argumentsOf(way: Way, scripts: string): readonly string[] {
  const common = ['-NoProfile', '-NonInteractive'];
  if (way === 'text') return [...common, '-Command', RUN_FIRST_LINE];
  const file = `${scripts}${scripts.includes('\\') ? '\\' : '/'}serve.ps1`;
  return [...common, '-ExecutionPolicy', 'Bypass', '-File', file];
}

/**
 * What goes before the first question: nothing for files; for text the server, then name and text of each script,
 * then an empty line.
 *
 * @throws where a script cannot be read
 */
export function preludeOf(way: Way, scripts: string): string {
  if (way === 'file') return '';
  const names = readdirSync(scripts).filter((name) => name.endsWith('.ps1'));
  const text = (name: string) => asOneLine(readFileSync(join(scripts, name), 'utf8'));
  const others = names
    .filter((name) => name !== 'serve.ps1')
    .flatMap((name) => [basename(name, '.ps1'), text(name)]);
  return [text('serve.ps1'), ...others, '', ''].join('\n');
}

/** A script without its signature, which is as long as itself; form feeds stand for its line feeds. */
function asOneLine(script: string): string {
  const [unsigned = ''] = script.replace(/^\uFEFF/, '').split('# SIG # Begin signature block');
  return unsigned.replace(/\r?\n/g, '\f');
}

/**
 * Whether policy did not let a script run, by what PowerShell said on standard error. Of all that it says these are
 * never translated; it may break lines anywhere.
 */
export function isForbidden(said: string): boolean {
  return /PSSecurityException|FullyQualifiedErrorId:UnauthorizedAccess/.test(
    said.replace(/\s+/g, ''),
  );
}
