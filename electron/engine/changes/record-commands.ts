/** Commands that publish an SRV record in DNS. Displayed and handed over to an administrator, never run. */
import type { DnsChangeMethod, DnsServer, SrvRecordSpec } from '../computer';
import { quoted, timeSpan } from './commands';

/** Returns a record's name relative to its zone, as Microsoft's tools expect it. */
export function nodeOf({ name, zone }: Pick<SrvRecordSpec, 'name' | 'zone'>): string {
  return name === zone ? '@' : name.slice(0, -(zone.length + 1));
}

/**
 * Returns the data of a record as in a zone file (RFC 2782), without a trailing dot. It also identifies a record among
 * those of the same name.
 */
export const srvData = (record: Omit<SrvRecordSpec, 'zone' | 'name' | 'ttl'>): string =>
  `${record.priority} ${record.weight} ${record.port} ${record.target}`;

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
  return [
    `Remove-DnsServerResourceRecord -ZoneName ${quoted(record.zone)} -Name ${quoted(nodeOf(record))}`,
    `-RRType Srv -RecordData ${quoted(`${srvData(record)}.`)} -Force${at(server)}`,
  ].join(' ');
}

/** Returns the dnscmd command that adds a record. */
export function addByDnscmd(record: SrvRecordSpec, server: string): string {
  const { zone, ttl } = record;
  return `dnscmd ${server} /RecordAdd ${zone} ${nodeOf(record)} ${ttl} SRV ${srvData(record)}.`;
}

/** Returns a record as a line of a zone file (RFC 1035 §5.1, RFC 2782). */
export function zoneLine(record: SrvRecordSpec): string {
  return `${record.name}. ${record.ttl} IN SRV ${srvData(record)}.`;
}

/** Returns the lines of an nsupdate script (RFC 2136). */
export function updateByNsupdate(
  action: 'add' | 'remove',
  record: SrvRecordSpec,
  { server, tsigKeyFile }: Omit<Extract<DnsChangeMethod, { method: 'dynamic-update' }>, 'method'>,
): string[] {
  const { name, ttl } = record;
  const data = `SRV ${srvData(record)}.`;
  return [
    tsigKeyFile === null ? 'nsupdate' : `nsupdate -k "${tsigKeyFile}"`,
    `server ${server.address} ${server.port}`,
    `zone ${record.zone}.`,
    action === 'add' ? `update add ${name}. ${ttl} ${data}` : `update delete ${name}. ${data}`,
    'send',
  ];
}
