/** Instructions for the administrator of a KMS host. */
import type { TextLine } from '@shared/admin-message';
import { formatPublishEntry, type PublishEntry } from '../parameter-readers';
import { KMS_PORT } from '@shared/kms';
import { canonicalName, formatEndpoint, isHostName, type Endpoint } from '@shared/names';
import { KMS_FIREWALL_RULE } from '../changes/firewall-rule';
import { quoted, slmgr, system32 } from '../changes/commands';
import { isStoredHost } from '../changes/pasteable';
import { KMS_FIREWALL_RULES } from '../computer';
import { LEGACY_SL_KEY, SPP_KEY } from '../registry-keys';
import type { Assessment } from '../verdict/assessment';
import { commands, commandsAfter, type HandoverText } from './text';

/** The KMS host in question, safe for use in a command. */
type HostWords = ReturnType<typeof commandSafeHost>;

/** A task for the administrator. */
export type HostTask = keyof typeof TASKS;

/** Service name in Windows Server 2008, which also lacks the PowerShell cmdlets for the other steps. */
const OLD_SERVICE = 'slsvc';

const restartOld = [
  system32('net.exe', 'stop', OLD_SERVICE),
  system32('net.exe', 'start', OLD_SERVICE),
];
const isListening = (port: number): string =>
  `${system32('netstat.exe', '-ano', '-p', 'tcp')} | findstr ":${port}"`;

/** Command that lists a KMS host's events about publishing (docs/windows-facts.md#events). */
const publishEvents =
  "Get-WinEvent -MaxEvents 5 -FilterHashtable @{ LogName = 'Application'; " +
  "ProviderName = 'Microsoft-Windows-Security-SPP'; Id = 12293, 12294 }";

const reg = (verb: 'add' | 'delete', key: string, options: string): string =>
  system32('reg.exe', verb, `"${key}"`, options);

const setList = (key: string, entries: readonly string[]): string =>
  entries.length === 0
    ? reg('delete', key, '/v DnsDomainPublishList /f')
    : reg('add', key, `/v DnsDomainPublishList /t REG_MULTI_SZ /d "${entries.join('\\0')}" /f`);

/**
 * Returns the steps that change what a host publishes, and those that show the result.
 *
 * @param old the command for Windows Server 2008, after a sentence about it
 */
const republish = (
  lines: readonly string[],
  old: { readonly key: 'handover.server2008' | 'handover.server2008List'; readonly line: string },
): TextLine[] => [
  ...commands(...lines),
  ...commands('Restart-Service -Name sppsvc -Force'),
  ...commandsAfter(old.key, old.line),
  ...commands(...restartOld),
  ...commandsAfter('handover.kmsHost.events', publishEvents),
];

const setPublishing = (option: '-sdns' | '-cdns'): TextLine[] => {
  const value = `/v DisableDnsPublishing /t REG_DWORD /d ${option === '-sdns' ? 0 : 1} /f`;
  return republish([reg('add', SPP_KEY, value), slmgr(option)], {
    key: 'handover.server2008',
    line: reg('add', LEGACY_SL_KEY, value),
  });
};

/** Returns instructions for the KMS host's administrator. */
export function adminInstructions(
  task: HostTask,
  view: Assessment,
  domains: readonly PublishEntry[] = [],
): HandoverText {
  const words = commandSafeHost(assignedOrNamed(view));
  const { system } = view.snapshot;
  const computer = system.ok && isHostName(system.value.name) ? system.value.name : '<PC>';
  const intro: TextLine[] = [
    { key: 'handover.kmsHost.for', params: { host: words.host } },
    { key: `handover.kmsHost.${task}`, params: { ...words, computer } },
    '',
  ];
  return { for: 'kms-host', lines: [...intro, ...hostCommands(task, words, domains)] };
}

/** Returns the command that opens Windows Firewall for KMS; client editions have two rules (docs/windows-calls.md). */
export const openFirewall = (onServer: boolean): string =>
  onServer
    ? `Set-NetFirewallRule -Name ${quoted(KMS_FIREWALL_RULE)} -Profile Domain,Private -Enabled True`
    : `Set-NetFirewallRule -Name ${KMS_FIREWALL_RULES.map(quoted).join(',')} -Enabled True`;

/** The commands for each task. */
const TASKS = {
  'open-kms-firewall': ({ endpoint, host, port }) => [
    ...commands(openFirewall(true)),
    ...commandsAfter('handover.kmsHost.clientEdition', openFirewall(false)),
    ...commandsAfter(
      'handover.oldServer',
      `netsh advfirewall firewall add rule name="KMS ${port}" dir=in action=allow protocol=TCP localport=${port}`,
    ),
    { key: 'handover.kmsHost.listening', params: { port } },
    ...commands(isListening(port)),
    { key: 'handover.kmsHost.firewallBetween', params: { endpoint } },
    ...commands(`Test-NetConnection ${host} -Port ${port}`),
  ],
  'restart-licensing-service': ({ port }) => [
    ...commands(
      'Get-Service -Name sppsvc',
      'Set-Service -Name sppsvc -StartupType Automatic',
      'Restart-Service -Name sppsvc -Force',
    ),
    ...commandsAfter('handover.server2008', ...restartOld),
    { key: 'handover.kmsHost.listening', params: { port } },
    ...commands(isListening(port), slmgr('-dlv')),
  ],
  'install-kms-host-key': () => [
    ...commands(slmgr('-ipk', 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX'), slmgr('-ato'), slmgr('-dlv')),
    { key: 'handover.kmsHost.keyPlaceholder' },
  ],
  'activate-host': () => [
    ...commands(slmgr('-ato'), slmgr('-dlv')),
    ...commandsAfter('handover.kmsHost.byPhone', slmgr('-dti')),
  ],
  'publishing-on': () => setPublishing('-sdns'),
  'publishing-off': () => setPublishing('-cdns'),
  'publish-list': (_, list) => {
    const domains = list.map(({ domain }) => domain);
    return republish([setList(SPP_KEY, list.map(formatPublishEntry))], {
      key: 'handover.server2008List',
      line: setList(LEGACY_SL_KEY, domains),
    });
  },
} satisfies Record<string, (host: HostWords, list: readonly PublishEntry[]) => TextLine[]>;

/** Returns the commands for a task, with the explanations that they need. */
export const hostCommands = (
  task: HostTask,
  words: HostWords,
  domains: readonly PublishEntry[] = [],
): TextLine[] => [{ key: 'handover.elevated' }, ...TASKS[task](words, domains)];

/** Returns the assigned host, otherwise the first one from DNS with a valid name. */
const assignedOrNamed = (view: Assessment): Endpoint | null =>
  view.assignment ?? view.targets.find(({ host }) => isStoredHost(host)) ?? null;

/** Returns a KMS host in a form that is safe for use in a command; an invalid one becomes a placeholder. */
export function commandSafeHost(target: Endpoint | null) {
  const fit = target !== null && isStoredHost(target.host) ? target : null;
  const host = fit === null ? '<KMS_FQDN>' : canonicalName(fit.host);
  const port = fit?.port ?? KMS_PORT;
  return { host, port, endpoint: formatEndpoint(host, port) };
}
