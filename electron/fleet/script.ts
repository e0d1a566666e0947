/** The script that management tools run on many PCs: it collects facts and prints one facts line. */
import exchange from './script-parts/exchange.ps1?raw';
import facts from './script-parts/facts.ps1?raw';
import line from './script-parts/line.ps1?raw';
import network from './script-parts/network.ps1?raw';
import start from './script-parts/start.ps1?raw';
import windows from './script-parts/windows.ps1?raw';

/** Supported management tools; each collects output and exit codes differently. */
export const SCRIPT_ENGINES = ['intune', 'configmgr', 'gpo', 'ansible'] as const;

/** One of {@link SCRIPT_ENGINES}. */
type ScriptEngine = (typeof SCRIPT_ENGINES)[number];

/** Options of {@link fleetScript}. */
export interface FleetScriptOptions {
  readonly engine: ScriptEngine;
  /** Omits the computer name from the facts line, because the tool has its own column for it. */
  readonly noName: boolean;
}

/** How each tool runs the script and where its output appears. In English, like code, for reviewers of the script. */
const HOW_TO_RUN: Readonly<Record<ScriptEngine, readonly string[]>> = {
  intune: [
    'Intune: Devices > Scripts and remediations > Create. This file is the detection script; there is no remediation',
    'script. Run it in 64-bit PowerShell, with or without the credentials of the user who is logged on. Exit code 1',
    'shows the PC as one with an issue, 0 as one without. The line stands in the column "Pre-remediation detection',
    'output"; Export gives all of them as a CSV file.',
  ],
  configmgr: [
    'Configuration Manager: Software Library > Scripts > Create Script, approve it, then Run Script on a collection.',
    'The line is the script output; Export gives all of them. In a configuration item it is a discovery script of data',
    'type String, where compliance cannot be told from the line: use its exit code in Run Scripts for that.',
  ],
  gpo: [
    'Group Policy: Computer Configuration > Policies > Windows Settings > Scripts > Startup, tab PowerShell Scripts, with',
    'the parameter   -OutFolder \\\\server\\share$   where Domain Computers may write. A file named after each PC,',
    'kms-PC-042.txt, holds its line.',
  ],
  ansible: [
    'Ansible: the module script, or win_shell with the content of this file. The line is stdout. The exit code is always',
    '0, as any other would be a failed task: whether Windows is licensed is told by the report.',
  ],
};

const ABOUT = [
  'Gathers what a PC knows about its activation by KMS and prints it as one line of text, at most 2,048 characters:',
  'the rows of the licensing service, its events and settings, network adapters, what each DNS server says of the KMS',
  'record, and whether the KMS hosts can be reached. For Windows PowerShell 5.1, with standard rights, in 60 seconds.',
  '',
  'It changes nothing, installs nothing, starts no program and sends no activation request. It reads no product key',
  'but the last five characters that Windows itself shows. It judges nothing: that is done where the lines are brought',
  'together,   kms-doctor fleet report FOLDER-OR-CSV',
  '',
];

/** Windows PowerShell decodes a file without a byte order mark in the PC's code page. */
const NOT_ASCII = /[^\n -~]/;

/** Returns the complete script for Windows PowerShell 5.1: ASCII, at most 200 KB, for standard user rights. */
export function fleetScript({ engine, noName }: FleetScriptOptions): string {
  const exitCode =
    engine === 'ansible'
      ? []
      : [
          '',
          'It exits with 1 where Windows is not licensed, or that cannot be read, and with 0 where it is.',
        ];
  const header = [...ABOUT, ...HOW_TO_RUN[engine], ...exitCode].map((text) => `# ${text}`.trim());
  const head = start
    .replace('$noName = $false', `$noName = $${noName}`)
    .replace('$alwaysZero = $false', `$alwaysZero = $${engine === 'ansible'}`);
  const script = [header.join('\n'), head, windows, exchange, facts, network, line].join('\n');
  if (NOT_ASCII.test(script)) throw new Error('The script is not ASCII');
  // Group Policy and Windows editors expect CRLF.
  return script.replaceAll('\n', '\r\n');
}
