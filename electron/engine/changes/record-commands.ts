/** Commands that publish an SRV record in DNS. Displayed and handed over to an administrator, never run. */
import type { DnsChangeMethod, DnsServer, SrvRecordSpec } from '../computer';
import { quoted, timeSpan } from './commands';

/** Returns a record's name relative to its zone, as Microsoft's tools expect it. */
export function nodeOf({ name, zone }: Pick<SrvRecordSpec, 'name' | 'zone'>): string {
  return name === zone ? '@' : name.slice(0, -(zone.length + 1));
}

const at = (server: DnsServer | null): string =>
  server === null ? '' : ` -ComputerName ${quoted(server.address)}`;

/** Returns the PowerShell command that adds a record (Microsoft: "Add-DnsServerResourceRecord"). */
export function addByPowerShell(record: SrvRecordSpec, server: DnsServer | null): string {
  const { zone, target, priority, weight, port, ttl } = record;
  return [
    `Add-DnsServerResourceRecord -Srv -ZoneName ${quoted(zone)} -Name ${quoted(nodeOf(record))}`,
    `-DomainName ${quoted(`${target}.`)} -Priority ${priority} -Weight ${weight} -Port ${port}`,
    `-TimeToLive ${timeSpan(ttl)}${at(server)}`,
  ].join(' ');
}

/**
 * Returns the PowerShell command that removes a record (Microsoft: "Remove-DnsServerResourceRecord"). `-RecordData`
 * limits it to this record, so other records with the same name are kept.
 */
export function removeByPowerShell(record: SrvRecordSpec, server: DnsServer | null): string {
  const { zone, target, priority, weight, port } = record;
  return [
    `Remove-DnsServerResourceRecord -ZoneName ${quoted(zone)} -Name ${quoted(nodeOf(record))}`,
    `-RRType Srv -RecordData ${quoted(`${priority} ${weight} ${port} ${target}.`)} -Force${at(server)}`,
  ].join(' ');
}

/** Returns the dnscmd command that adds a record. */
export function addByDnscmd(record: SrvRecordSpec, server: string): string {
  const { zone, target, priority, weight, port, ttl } = record;
  return `dnscmd ${server} /RecordAdd ${zone} ${nodeOf(record)} ${ttl} SRV ${priority} ${weight} ${port} ${target}.`;
}

/** Returns a record as a line of a zone file (RFC 1035 §5.1, RFC 2782). */
export function zoneLine({ name, ttl, priority, weight, port, target }: SrvRecordSpec): string {
  return `${name}. ${ttl} IN SRV ${priority} ${weight} ${port} ${target}.`;
}

/** Returns the lines of an nsupdate script (RFC 2136). */
export function updateByNsupdate(
  action: 'add' | 'remove',
  record: SrvRecordSpec,
  { server, tsigKeyFile }: Omit<Extract<DnsChangeMethod, { method: 'dynamic-update' }>, 'method'>,
): string[] {
  const { name, ttl, priority, weight, port, target } = record;
  const data = `SRV ${priority} ${weight} ${port} ${target}.`;
  return [
    tsigKeyFile === null ? 'nsupdate' : `nsupdate -k "${tsigKeyFile}"`,
    `server ${server.address} ${server.port}`,
    `zone ${record.zone}.`,
    action === 'add' ? `update add ${name}. ${ttl} ${data}` : `update delete ${name}. ${data}`,
    'send',
  ];
}
