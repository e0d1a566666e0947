/** Commands that the command line recommends: they speak of the same computer as the one that was called. */
import type { FixId } from '@shared/catalogue';
import type { TargetInfo } from '@shared/diagnosis';
import { KMS_PORT } from '@shared/kms';
import { serverText } from '@engine/changes/record-commands';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { parametersToGive, suggestedBeside } from '@engine/fixes/left-out-parameters';
import { assess } from '@engine/verdict/assessment';
import { fixCommand } from '../report/commands';
import type { ReportCommands } from '../report/text';
import type { TargetOptions } from './options';

/** What of a command line says whose facts are read, and where the journal is. */
export type Whereabouts = TargetOptions & {
  readonly dataDir: string | null;
  /** Where the changed scenario is written; what follows goes on from there. */
  readonly save?: string | null;
  /** Hosts that were named for one diagnosis: a fix does not know of them, so the one that it takes is written out. */
  readonly expectedHosts?: readonly string[];
};

/** The options that another command needs to speak of the same computer, as they are typed. */
function sameComputer(options: Whereabouts): readonly string[] {
  const { target, scenario, dnsServers, domains, dataDir, save = null } = options;
  const option = (name: string, value: string | null): string[] =>
    value === null ? [] : [`--${name} ${quoted(value)}`];
  return [
    ...option('target', target),
    ...option('scenario', save ?? scenario),
    ...(dnsServers ?? []).flatMap((server) => option('dns', serverText(server))),
    ...(domains ?? []).flatMap((domain) => option('domain', domain)),
    ...option('data-dir', dataDir),
  ];
}

/** The command that takes an entry or a treatment back. */
export function undoCommandFor(id: string, options: Whereabouts): string {
  const { save = null } = options;
  return ['kms-doctor undo', id, ...sameComputer(options), ...keeping(save)].join(' ');
}

/** The command that repairs the PC. */
export function repairCommandFor(options: Whereabouts, ...more: readonly string[]): string {
  const { expectedHosts = [] } = options;
  const hosts = expectedHosts.map((host) => `--kms-host ${host}`);
  return ['kms-doctor repair', ...hosts, ...more, ...sameComputer(options)].join(' ');
}

/** What a person could give, so that `repair` has more to do: a KMS host where none was named, a key. */
export const wishesOf = (
  fixes: readonly FixId[],
  { expectedHosts = [] }: Pick<Whereabouts, 'expectedHosts'>,
): readonly ('host' | 'key')[] => [
  ...(fixes.includes('assign-kms-host') && expectedHosts.length === 0 ? (['host'] as const) : []),
  ...(fixes.includes('install-mak') ? (['key'] as const) : []),
];

/** The command for a fix with the parameters that were given, on the computer where it is typed. */
export const fixCommandFor = (
  fix: string,
  params: readonly (readonly [name: string, value: string])[],
): string =>
  [
    'kms-doctor fix',
    fix,
    ...params.map(([name, value]) => `--param ${quoted(`${name}=${value}`)}`),
  ].join(' ');

/** The option by which the changed scenario is written; none where it is not. */
export const keeping = (save: string | null): readonly string[] =>
  save === null ? [] : [`--save ${quoted(save)}`];

/** What cmd.exe or PowerShell does not leave as it is between quotation marks, and what hides from who pastes it. */
const EXPANDED = /["\u201c-\u201e$`%!\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A word as a shell takes it for one; each system has its own quotation marks. Where one shell of Windows or the other
 * takes a part of it for something else, a placeholder: a file's name may be somebody else's.
 */
export function quoted(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w.:/\\=,+[\]-][\w.:/\\@=,+[\]-]*$/.test(word)) return word;
  if (platform !== 'win32') return `'${word.replaceAll("'", "'\\''")}'`;
  return EXPANDED.test(word) ? '<PATH>' : `"${word}"`;
}

/** The commands that a diagnosis recommends for the PC that it is of. */
export function commandsFor(
  snapshot: FactSnapshot,
  kind: TargetInfo['kind'],
  options: Whereabouts,
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
      const { host, port } = expectedHosts.length > 0 ? suggestedBeside(fix, {}, view) : {};
      const named = [
        ...(typeof host === 'string' ? [`--param host=${host}`] : []),
        ...(typeof port === 'number' && port !== KMS_PORT ? [`--param port=${port}`] : []),
      ];
      return fixCommand(fix, parametersToGive(fix, view), [...named, ...where]);
    },
  };
}
