/** The commands that put an SRV record into DNS; shown and handed over, never run by this text. */
import { formatEndpoint } from '@shared/names';
import type { DnsChangeMethod, DnsServer, SrvRecordSpec } from '../computer';
import { quoted, timeSpan } from './commands';

/** A record's name relative to its zone, as Microsoft's tools want it. */
export function nodeOf({ name, zone }: Pick<SrvRecordSpec, 'name' | 'zone'>): string {
  return name === zone ? '@' : name.slice(0, -(zone.length + 1));
}

const at = (server: DnsServer | null): string =>
  server === null ? '' : ` -ComputerName ${quoted(server.address)}`;

/** Microsoft: "Add-DnsServerResourceRecord". */
export function addByPowerShell(record: SrvRecordSpec, server: DnsServer | null): string {
  const { zone, target, priority, weight, port, ttl } = record;
  return [
    `Add-DnsServerResourceRecord -Srv -ZoneName ${quoted(zone)} -Name ${quoted(nodeOf(record))}`,
    `-DomainName ${quoted(`${target}.`)} -Priority ${priority} -Weight ${weight} -Port ${port}`,
    `-TimeToLive ${timeSpan(ttl)}${at(server)}`,
  ].join(' ');
}

/** Microsoft: "Remove-DnsServerResourceRecord"; `-RecordData` keeps the other records of the name. */
export function removeByPowerShell(record: SrvRecordSpec, server: DnsServer | null): string {
  const { zone, target, priority, weight, port } = record;
  return [
    `Remove-DnsServerResourceRecord -ZoneName ${quoted(zone)} -Name ${quoted(nodeOf(record))}`,
    `-RRType Srv -RecordData ${quoted(`${priority} ${weight} ${port} ${target}.`)} -Force${at(server)}`,
  ].join(' ');
}

/** The same with the older tool. */
export function addByDnscmd(record: SrvRecordSpec, server: string): string {
  const { zone, target, priority, weight, port, ttl } = record;
  return `dnscmd ${server} /RecordAdd ${zone} ${nodeOf(record)} ${ttl} SRV ${priority} ${weight} ${port} ${target}.`;
}

/** A line of a zone file (RFC 1035 §5.1, RFC 2782). */
export function zoneLine({ name, ttl, priority, weight, port, target }: SrvRecordSpec): string {
  return `${name}. ${ttl} IN SRV ${priority} ${weight} ${port} ${target}.`;
}

/** A script for nsupdate (RFC 2136). */
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

/** A server as people write it; the port only where it is not 53. */
export const serverText = ({ address, port }: DnsServer): string =>
  port === 53 ? address : formatEndpoint(address, port);
