/** Recommended commands. They target the same computer as the current command line. */
import { formatDnsServer } from '@shared/names';
import type { FixId } from '@shared/catalog';
import type { TargetInfo } from '@shared/diagnosis';
import { KMS_PORT } from '@shared/kms';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { missingParameters, remainingSuggestions } from '@engine/fixes/left-out-parameters';
import { assess } from '@engine/verdict/assessment';
import { fixCommand } from '../report/commands';
import type { ReportCommands } from '../report/text';
import type { TargetOptions } from './options';

/** The options that select the computer and the journal. */
export type ComputerOptions = TargetOptions & {
  readonly dataDir: string | null;
  /** File the changed scenario is written to. Later commands continue from it. */
  readonly save?: string | null;
  /** KMS hosts named for this diagnosis. `fix` has no `--kms-host`, so its host becomes a parameter. */
  readonly expectedHosts?: readonly string[];
};

/** The options that make another command target the same computer. */
function sameComputer(options: ComputerOptions): readonly string[] {
  const { target, scenario, dnsOverrides, dataDir, save = null } = options;
  const { dnsServers = [], domains = [] } = dnsOverrides;
  return [
    ...formatOption('target', target),
    ...formatOption('scenario', save ?? scenario),
    ...dnsServers.flatMap((server) => formatOption('dns', formatDnsServer(server))),
    ...domains.flatMap((domain) => formatOption('domain', domain)),
    ...formatOption('data-dir', dataDir),
  ];
}

/** The command that undoes an entry or a treatment. */
export function undoCommandFor(id: string, options: ComputerOptions): string {
  const { save = null } = options;
  return ['kms-doctor undo', id, ...sameComputer(options), ...formatOption('save', save)].join(' ');
}

/** The command that repairs the PC. */
export function repairCommandFor(options: ComputerOptions, ...more: readonly string[]): string {
  const { expectedHosts = [] } = options;
  const hosts = expectedHosts.map((host) => `--kms-host ${host}`);
  return ['kms-doctor repair', ...hosts, ...more, ...sameComputer(options)].join(' ');
}

/** Input that would let `repair` do more: a KMS host if none was named, or a product key. */
export const missingRepairInputs = (
  fixes: readonly FixId[],
  { expectedHosts = [] }: Pick<ComputerOptions, 'expectedHosts'>,
): readonly ('host' | 'key')[] => [
  ...(fixes.includes('assign-kms-host') && expectedHosts.length === 0 ? (['host'] as const) : []),
  ...(fixes.includes('install-mak') ? (['key'] as const) : []),
];

/** The `fix` command with the given parameters, to be run on the PC itself. */
export const fixCommandFor = (
  fix: FixId,
  params: readonly (readonly [name: string, value: string])[],
): string => {
  const given = params.map(([name, value]) => `--param ${quoteArgument(`${name}=${value}`)}`);
  return fixCommand(fix, [], given);
};

/** An option with its value; empty if there is none. */
export const formatOption = (name: string, value: string | null): readonly string[] =>
  value === null ? [] : [`--${name} ${quoteArgument(value)}`];

/** Characters that cmd.exe or PowerShell interprets inside double quotes, and invisible characters. */
const EXPANDED = /["\u201c-\u201e$`%!\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Quotes a word for the platform's shell. On Windows, a word that cmd.exe or PowerShell would expand becomes a
 * placeholder, because a file name may be attacker-controlled.
 */
export function quoteArgument(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w.:/\\=,+[\]-][\w.:/\\@=,+[\]-]*$/.test(word)) return word;
  if (platform !== 'win32') return `'${word.replaceAll("'", "'\\''")}'`;
  return EXPANDED.test(word) ? '<PATH>' : `"${word}"`;
}

/** The commands recommended for a diagnosed PC. */
export function commandsFor(
  snapshot: FactSnapshot,
  kind: TargetInfo['kind'],
  options: ComputerOptions,
): ReportCommands {
  const { expectedHosts = [] } = options;
  const view = assess(snapshot);
  const where = sameComputer(options);
  return {
    repair: repairCommandFor(options),
    inDomain:
      kind === 'network' && view.candidates.length === 0
        ? ['kms-doctor diagnose', ...where, '--domain DOMAIN'].join(' ')
        : null,
    line: options.facts === null ? ['kms-doctor diagnose --format line', ...where].join(' ') : null,
    fix: (fix) => {
      const { host, port } = expectedHosts.length > 0 ? remainingSuggestions(fix, {}, view) : {};
      const named = [
        ...(typeof host === 'string' ? [`--param host=${host}`] : []),
        ...(typeof port === 'number' && port !== KMS_PORT ? [`--param port=${port}`] : []),
      ];
      return fixCommand(fix, missingParameters(fix, view), [...named, ...where]);
    },
  };
}
