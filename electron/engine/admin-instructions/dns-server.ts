/** Instructions for the administrator of a DNS server on creating a KMS record. */
import { formatDnsServer } from '@shared/names';
import type { TextLine } from '@shared/admin-message';
import { KMS_SERVICE } from '@shared/kms';
import {
  nodeOf,
  addByDnscmd,
  addByPowerShell,
  updateByNsupdate,
  zoneLine,
} from '../changes/record-commands';
import type { DnsServer, SrvRecordSpec } from '../computer';
import { commandsAfter, type HandoverText } from './text';

const UNKNOWN_SERVER = '<DNS_server>';

/** Returns instructions with every method to create the record, and to let KMS hosts create it themselves. */
export function recordHandover(
  record: SrvRecordSpec,
  server: DnsServer | null,
  tsigKeyFile: string | null,
): HandoverText {
  const at = server === null ? UNKNOWN_SERVER : formatDnsServer(server);
  return {
    for: 'dns-server',
    lines: [
      { key: 'handover.dnsServer.for', params: { server: at } },
      ...recordRequest(record, server, tsigKeyFile),
      ...updatesByHosts(record.name),
    ],
  };
}

/** Returns the request for the record, with every method to create it. */
export function recordRequest(
  record: SrvRecordSpec,
  server: DnsServer | null,
  tsigKeyFile: string | null = null,
): TextLine[] {
  const { name, zone, target, port, priority, weight } = record;
  const service = { zone, target, port, priority, weight };
  // DNS Manager creates the record in the domain that is right-clicked, which may be a subdomain of the zone.
  const node = nodeOf(record).slice(KMS_SERVICE.length + 1);
  const address = server?.address ?? UNKNOWN_SERVER;
  const dynamic = updateByNsupdate('add', record, {
    server: server ?? { address: UNKNOWN_SERVER, port: 53 },
    tsigKeyFile: tsigKeyFile ?? '<TSIG_key_file>',
  });
  return [
    { key: 'handover.dnsServer.why', params: { name, target, port } },
    '',
    { key: 'handover.dnsServer.manager' },
    node === ''
      ? { key: 'handover.dnsServer.managerSteps', params: service }
      : { key: 'handover.dnsServer.managerStepsBelow', params: { ...service, node } },
    '',
    ...commandsAfter('handover.dnsServer.powershell', addByPowerShell(record, server)),
    ...commandsAfter('handover.dnsServer.dnscmd', addByDnscmd(record, address)),
    ...commandsAfter('handover.dnsServer.zoneLine', zoneLine(record), `rndc reload ${zone}`),
    ...commandsAfter('handover.dnsServer.nsupdate', ...dynamic),
    ...commandsAfter('handover.dnsServer.check', `nslookup -type=srv ${name} ${address}`),
  ];
}

/**
 * Returns instructions for letting KMS hosts publish themselves in a BIND zone, with safer methods than the
 * `allow-update { any; }` of Microsoft's article, which lets anyone rewrite the whole zone.
 */
export function updatesByHosts(name: string): TextLine[] {
  return [
    { key: 'handover.dnsServer.automatic' },
    '',
    { key: 'handover.dnsServer.allowAny' },
    ...commandsAfter(
      'handover.dnsServer.tsig',
      'tsig-keygen -a hmac-sha256 kms-update',
      `update-policy { grant kms-update name ${name}. SRV; };`,
    ),
    ...commandsAfter(
      'handover.dnsServer.gss',
      'tkey-gssapi-keytab "/etc/bind/dns.keytab";',
      `update-policy { grant "<KMS_HOST>$@<REALM>" name ${name}. SRV; };`,
    ),
    ...commandsAfter('handover.dnsServer.acl', 'allow-update { <KMS_host_address>; };'),
    { key: 'handover.dnsServer.microsoft' },
  ];
}
