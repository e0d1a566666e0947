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
import { commands, type HandoverText } from './text';

/** A task for the administrator. */
export type HostTask =
  | 'open-kms-firewall'
  | 'restart-licensing-service'
  | 'install-kms-host-key'
  | 'activate-host'
  | 'publishing-on'
  | 'publishing-off'
  | 'publish-list';

/** The KMS host in question, safe for use in a command. */
interface HostWords {
  readonly host: string;
  readonly endpoint: string;
  readonly port: number;
}

/** Service name in Windows Server 2008, which also lacks the PowerShell cmdlets for the other steps. */
const OLD_SERVICE = 'slsvc';

const restart = commands('Restart-Service -Name sppsvc -Force');
const restartOld = commands(
  system32('net.exe', 'stop', OLD_SERVICE),
  system32('net.exe', 'start', OLD_SERVICE),
);
const isListening = (port: number): string =>
  `${system32('netstat.exe', '-ano', '-p', 'tcp')} | findstr ":${port}"`;

/** Command that lists a KMS host's events about publishing (docs/windows-facts.md#events). */
const publishEvents =
  "Get-WinEvent -MaxEvents 5 -FilterHashtable @{ LogName = 'Application'; " +
  "ProviderName = 'Microsoft-Windows-Security-SPP'; Id = 12293, 12294 }";

const setDword = (key: string, name: string, value: number): string =>
  system32('reg.exe', 'add', `"${key}"`, '/v', name, '/t REG_DWORD /d', String(value), '/f');

const setList = (key: string, entries: readonly string[]): string =>
  entries.length === 0
    ? system32('reg.exe', 'delete', `"${key}"`, '/v DnsDomainPublishList /f')
    : system32(
        'reg.exe',
        'add',
        `"${key}"`,
        `/v DnsDomainPublishList /t REG_MULTI_SZ /d "${entries.join('\\0')}" /f`,
      );

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
const openRule = (onServer: boolean): TextLine[] =>
  commands(
    onServer
      ? `Set-NetFirewallRule -Name ${quoted(KMS_FIREWALL_RULE)} -Profile Domain,Private -Enabled True`
      : `Set-NetFirewallRule -Name ${KMS_FIREWALL_RULES.map(quoted).join(',')} -Enabled True`,
  );

/** Returns the firewall command with a sentence on the rights that it requires. */
export const openFirewall = (onServer: boolean): TextLine[] => [
  { key: 'handover.elevated' },
  ...openRule(onServer),
];

/** Returns the commands for a task, with the explanations that they need. */
export function hostCommands(
  task: HostTask,
  words: HostWords,
  domains: readonly PublishEntry[] = [],
): TextLine[] {
  return [{ key: 'handover.elevated' }, ...tasks(task, words, domains)];
}

function tasks(
  task: HostTask,
  { endpoint, host, port }: HostWords,
  domains: readonly PublishEntry[],
): TextLine[] {
  switch (task) {
    case 'open-kms-firewall':
      return [
        ...openRule(true),
        { key: 'handover.kmsHost.clientEdition' },
        ...openRule(false),
        { key: 'handover.oldServer' },
        ...commands(
          `netsh advfirewall firewall add rule name="KMS ${port}" dir=in action=allow protocol=TCP localport=${port}`,
        ),
        { key: 'handover.kmsHost.listening', params: { port } },
        ...commands(isListening(port)),
        { key: 'handover.kmsHost.firewallBetween', params: { endpoint } },
        ...commands(`Test-NetConnection ${host} -Port ${port}`),
      ];
    case 'restart-licensing-service':
      return [
        ...commands(
          'Get-Service -Name sppsvc',
          'Set-Service -Name sppsvc -StartupType Automatic',
          'Restart-Service -Name sppsvc -Force',
        ),
        { key: 'handover.server2008' },
        ...restartOld,
        { key: 'handover.kmsHost.listening', params: { port } },
        ...commands(isListening(port), slmgr('-dlv')),
      ];
    case 'install-kms-host-key':
      return [
        ...commands(slmgr('-ipk', 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX'), slmgr('-ato'), slmgr('-dlv')),
        { key: 'handover.kmsHost.keyPlaceholder' },
      ];
    case 'activate-host':
      return [
        ...commands(slmgr('-ato'), slmgr('-dlv')),
        { key: 'handover.kmsHost.byPhone' },
        ...commands(slmgr('-dti')),
      ];
    case 'publishing-on':
    case 'publishing-off': {
      const on = task === 'publishing-on';
      return [
        ...commands(
          setDword(SPP_KEY, 'DisableDnsPublishing', on ? 0 : 1),
          slmgr(on ? '-sdns' : '-cdns'),
        ),
        ...restart,
        { key: 'handover.server2008' },
        ...commands(setDword(LEGACY_SL_KEY, 'DisableDnsPublishing', on ? 0 : 1)),
        ...restartOld,
        { key: 'handover.kmsHost.events' },
        ...commands(publishEvents),
      ];
    }
    case 'publish-list':
      return [
        ...commands(setList(SPP_KEY, domains.map(formatPublishEntry))),
        ...restart,
        { key: 'handover.server2008List' },
        ...commands(
          setList(
            LEGACY_SL_KEY,
            domains.map(({ domain }) => domain),
          ),
        ),
        ...restartOld,
        { key: 'handover.kmsHost.events' },
        ...commands(publishEvents),
      ];
  }
}

/** Returns the assigned host, otherwise the first one from DNS with a valid name. */
const assignedOrNamed = (view: Assessment): Endpoint | null =>
  view.assignment ?? view.targets.find(({ host }) => isStoredHost(host)) ?? null;

/** Returns a KMS host in a form that is safe for use in a command; an invalid one becomes a placeholder. */
export function commandSafeHost(target: Endpoint | null): HostWords {
  const fit = target !== null && isStoredHost(target.host) ? target : null;
  const port = fit?.port ?? KMS_PORT;
  const host = fit === null ? '<KMS_FQDN>' : canonicalName(fit.host);
  return {
    host,
    port,
    endpoint: fit === null ? `${host}:${port}` : formatEndpoint(host, port),
  };
}
