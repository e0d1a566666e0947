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
    'Intune: Devices > Scripts and remediations > Create. Upload this file as the detection script and leave the',
    'remediation script empty. Run it in 64-bit PowerShell, with or without the credentials of the logged-on user. Exit',
    'code 1 reports the PC with an issue, 0 without one. The line appears in the column "Pre-remediation detection',
    'output"; Export downloads all lines as a CSV file.',
  ],
  configmgr: [
    'Configuration Manager: Software Library > Scripts > Create Script, approve it, then use Run Script on a collection.',
    'The line is the script output; Export downloads all of them. In a configuration item, use it as a discovery script',
    'of data type String. The line does not show compliance; the exit code in Run Scripts does.',
  ],
  gpo: [
    'Group Policy: Computer Configuration > Policies > Windows Settings > Scripts > Startup, tab PowerShell Scripts, with',
    'the parameter   -OutFolder \\\\server\\share$   where Domain Computers can write. Each PC writes its line to a file',
    'with its own name, such as kms-PC-042.txt.',
  ],
  ansible: [
    'Ansible: use the script module, or win_shell with the content of this file. The line is printed to stdout. The exit',
    'code is always 0, because Ansible treats any other as a failed task; the report shows whether Windows is licensed.',
  ],
};

const ABOUT = [
  'Collects what a PC knows about its KMS activation and prints it as one line of text of at most 2,048 characters:',
  'the rows of the licensing service, its events and settings, the network adapters, the responses of each DNS server',
  'about the KMS record, and whether the KMS hosts can be reached. For Windows PowerShell 5.1 and standard user rights;',
  'takes at most 60 seconds.',
  '',
  'It changes nothing, installs nothing, starts no program, and sends no activation request. Of a product key, it reads',
  'only the last five characters, which Windows itself displays. It makes no diagnosis; to diagnose the collected',
  'lines, run   kms-doctor fleet report FOLDER-OR-CSV',
  '',
];

/** Windows PowerShell decodes a file without a byte order mark in the PC's code page. */
const NOT_ASCII = /[^\n -~]/;

/** Returns the complete script for Windows PowerShell 5.1: ASCII, at most 200 KB, for standard user rights. */
export function fleetScript({ engine, noName }: FleetScriptOptions): string {
  const exitCode =
    engine === 'ansible'
      ? []
      : ['', 'Exit code: 0 if Windows is licensed, 1 if it is not or the license cannot be read.'];
  const header = [...ABOUT, ...HOW_TO_RUN[engine], ...exitCode].map((text) => `# ${text}`.trim());
  const head = start
    .replace('$noName = $false', `$noName = $${noName}`)
    .replace('$alwaysZero = $false', `$alwaysZero = $${engine === 'ansible'}`);
  const script = [header.join('\n'), head, windows, exchange, facts, network, line].join('\n');
  if (NOT_ASCII.test(script)) throw new Error('The script is not ASCII');
  // Group Policy and Windows editors expect CRLF.
  return script.replaceAll('\n', '\r\n');
}
