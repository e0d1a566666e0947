/**
 * Generates the module with test doubles for Windows' cmdlets: one function per cmdlet that the
 * scripts call, with exactly the parameters of Windows PowerShell 5.1. Their answers are defined in
 * cim.psm1 and healthy.psm1. The existing classes and the shape of their rows come from test/data.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Parameter names with their .NET types, by module and cmdlet. */
type Reference = Readonly<
  Record<string, { readonly cmdlets: Readonly<Record<string, Readonly<Record<string, string>>>> }>
>;

/** An entry of test/data/recorded/cim-rows.json. */
interface RecordedRow {
  readonly what: string;
  readonly row?: unknown;
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8'));

/** All cmdlets of Windows PowerShell 5.1 that a script could call. */
export const REFERENCE = read('../../data/powershell-5.1-cmdlets.json') as Reference;

/** The commands that the scripts call, from test/powershell/cmdlets.json. */
const USED = read('../cmdlets.json') as Readonly<Record<string, { readonly module: string }>>;

/** Modules that the test engine provides itself. */
const REAL = new Set(['Microsoft.PowerShell.Core', 'Microsoft.PowerShell.Utility']);

/** Default rows, which a scene can override: a PC without KMS settings, licensed through DNS. */
const ROWS: Readonly<Record<string, string>> = {
  SoftwareLicensingService: 'SoftwareLicensingService, Get-WmiObject, PC without any KMS setting',
  SoftwareLicensingProduct: 'RECONSTRUCTED KMS client, licensed through DNS',
};

/** Short names of .NET types, or the values of an enumeration. No script passes other types. */
const TYPES: Readonly<Record<string, string | readonly string[]>> = {
  Boolean: 'bool',
  Hashtable: 'hashtable',
  IDictionary: 'System.Collections.IDictionary',
  IPAddress: 'System.Net.IPAddress',
  Int32: 'int',
  Int64: 'long',
  String: 'string',
  SwitchParameter: 'switch',
  TimeSpan: 'timespan',
  UInt16: 'uint16',
  UInt32: 'uint32',
  Action: ['NotConfigured', 'Allow', 'Block'],
  Direction: ['Inbound', 'Outbound'],
  Enabled: ['True', 'False'],
  NetworkCategory: ['Public', 'Private', 'DomainAuthenticated'],
  RecordType: ['A', 'AAAA', 'ANY', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'],
};

/**
 * Returns the module's source. `log` is the file that `Log` writes to; `scene` is the file with a
 * test's overrides.
 */
export function doublesModule({ log, scene }: { log: string; scene: string }): string {
  const cmdlets = Object.entries(USED).filter(([, { module }]) => !REAL.has(module));
  return [
    `$LogFile = ${quoted(log)}`,
    `$SceneFile = ${quoted(scene)}`,
    `$DataText = ${quoted(JSON.stringify(data()))}`,
    part('cim.psm1'),
    part('healthy.psm1'),
    ...cmdlets.map(([name, { module }]) => cmdlet(name, parametersOf(module, name))),
    `Export-ModuleMember -Function ${cmdlets.map(([name]) => name).join(', ')}`,
  ].join('\n');
}

function data(): unknown {
  const { windows } = read('../../data/cim-classes.json') as { readonly windows: unknown };
  const recorded = read('../../data/recorded/cim-rows.json') as readonly RecordedRow[];
  const rows = Object.entries(ROWS).map(([name, what]) => {
    const found = recorded.find((entry) => entry.what.startsWith(what));
    if (found?.row === undefined) throw new Error(`No recorded row: ${what}`);
    return [name, found.row];
  });
  return { windows, rows: Object.fromEntries(rows) as unknown };
}

function parametersOf(module: string, name: string): Readonly<Record<string, string>> {
  const parameters = REFERENCE[module]?.cmdlets[name];
  if (parameters === undefined) throw new Error(`Windows PowerShell 5.1 has no ${module}\\${name}`);
  return parameters;
}

function cmdlet(name: string, parameters: Readonly<Record<string, string>>): string {
  const declared = Object.entries(parameters).map(([own, type]) => `${typeOf(type)} $${own}`);
  return `function ${name} {
    [CmdletBinding(PositionalBinding = $false)] param(${declared.join(', ')})
    Answer '${name}' $PSBoundParameters
}`;
}

function typeOf(type: string): string {
  const [, name = '', list = ''] = /(\w+)(\[\])?$/.exec(type) ?? [];
  const known = TYPES[name] ?? 'object';
  return typeof known === 'string'
    ? `[${known}${list}]`
    : `[ValidateSet(${known.map(quoted).join(', ')})] [string${list}]`;
}

function part(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');
}

/**
 * Quotes a string for PowerShell. Windows PowerShell would read non-ASCII text in the PC's code
 * page.
 */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
