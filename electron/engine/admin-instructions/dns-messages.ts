/** Messages to the DNS or DHCP administrator, used as columns of the verdict rules like those in `messages.ts`. */
import { isIPv6 } from 'node:net';
import type { AdminMessage, TextLine } from '@shared/admin-message';
import { formatErrorCode } from '@shared/error-codes';
import { isAddress, kmsRecordName, formatDnsServer, type Endpoint } from '@shared/names';
import { joinShort } from '@shared/message';
import { quoted, slmgr } from '../changes/commands';
import { pasteableDomain, pasteableHost } from '../changes/pasteable';
import { addByPowerShell, removeByPowerShell } from '../changes/record-commands';
import { valueOr } from '../facts/fact-types';
import { addressesByWindows, addressesGiven, hasAnswered } from '../facts/answers';
import { ownFullName, ownPort } from '../fixes/suggest';
import {
  usesItselfForDns,
  hasNoAddress,
  type AssessedTarget,
  type Assessment,
} from '../verdict/assessment';
import { denialOf, endpoints, hosts, responseCodes, serversWith } from '../verdict/parameters';
import { recordRequest, updatesByHosts } from './dns-server';
import { hostCommands, commandSafeHost } from './kms-host';
import { commands } from './text';
import {
  addressesOfPc,
  compose,
  dnsServer,
  firstDomain,
  knownHost,
  nslookup,
  nslookupRecord,
  record,
  recordIn,
  testPort,
  stepsFor,
} from './compose';

/**
 * Composes a message to the DHCP administrator.
 *
 * @param options the options to set; null if the command doesn't apply
 */
const toDhcp = (
  words: 'dns-server-not-configured' | 'no-dns-suffix' | 'dns-servers-disagree',
  params: Parameters<typeof compose>[2],
  options: string | null,
): AdminMessage =>
  compose(
    'dhcp',
    words,
    params,
    options === null ? [] : commands(`Set-DhcpServerv4OptionValue -ScopeId <scope> ${options}`),
    stepsFor('onPc', 'ipconfig /renew', 'ipconfig /all'),
  );

/** Returns the message to the DHCP administrator; null if no adapter is up. */
export function dnsServerNotConfigured(view: Assessment): AdminMessage | null {
  if (!valueOr(view.snapshot.adapters, []).some(({ up }) => up)) return null;
  const options = '-DnsServer <DNS_server> -DnsDomain <DNS_domain>';
  return toDhcp('dns-server-not-configured', {}, options);
}

/** Returns the message to the DHCP administrator: DHCP doesn't assign a domain to this PC. */
export const noDnsSuffix = (): AdminMessage =>
  toDhcp('no-dns-suffix', {}, '-DnsDomain <DNS_domain>');

/**
 * Returns the message to the DHCP administrator: the first server that DHCP assigns doesn't know the domain.
 *
 * @param server the server that doesn't know it
 * @param other a server that does
 */
export const dnsServersDisagree = (domain: string, server: string, other: string): AdminMessage =>
  toDhcp(
    'dns-servers-disagree',
    { server, other, record: kmsRecordName(domain) },
    // An IPv6 address comes from DHCPv6 or the router, so this command doesn't apply.
    isIPv6(server) ? null : `-DnsServer ${isAddress(other) ? other : '<DNS_server>'}`,
  );

/** Like {@link dnsServersDisagree}, if the server with the record belongs to another connection, such as a VPN. */
export const otherConnectionAsked = (domain: string, server: string, other: string): AdminMessage =>
  compose(
    'dhcp',
    'dns-of-two-connections',
    { server, other, record: kmsRecordName(domain) },
    stepsFor(
      'onPc',
      'Get-DnsClientNrptPolicy',
      'Get-NetIPInterface | Sort-Object InterfaceMetric',
      'ipconfig /all',
    ),
  );

/**
 * Returns the message to the DNS administrator: the record hasn't been replicated to one of the servers.
 *
 * @param server the server without the record
 * @param other a server with the record
 */
export function recordNotReplicated(domain: string, server: string, other: string): AdminMessage {
  const zone = pasteableDomain(domain);
  return compose(
    'dns-server',
    'record-not-replicated',
    { server, other, record: kmsRecordName(domain) },
    stepsFor('onDnsServer', 'repadmin /replsummary', `Get-DnsServerZone -Name ${quoted(zone)}`),
    stepsFor('check', nslookupRecord(zone, isAddress(server) ? { address: server } : null)),
  );
}

/** Returns the message to the person responsible for the PC: it's outside of its network. */
export const domainUnknownToDns = (domain: string, servers: string): AdminMessage =>
  compose('person', 'domain-unknown-to-dns', { domain, servers }, commands(slmgr('-ato')));

/** Returns the message to the administrator of the unresponsive DNS servers; null if the cause is likely on this PC. */
export function dnsServerUnreachable(view: Assessment): AdminMessage | null {
  if (usesItselfForDns(view) || hasNoAddress(view)) return null;
  const { servers } = view.snapshot;
  const server = dnsServer(view);
  return compose(
    'dns-server',
    'dns-server-unreachable',
    { servers: joinShort(valueOr(servers, []).map(formatDnsServer)) },
    addressesOfPc(view),
    stepsFor('onDnsServer', 'Get-Service -Name DNS', 'Restart-Service -Name DNS'),
    stepsFor(
      'onClient',
      nslookup(pasteableDomain(firstDomain(view)), server),
      testPort({ host: server?.address ?? '', port: 53 }),
    ),
  );
}

/** Returns the message to the administrator of the DNS servers that return errors. */
export function dnsServerFailing(view: Assessment): AdminMessage {
  return compose(
    'dns-server',
    'dns-server-failing',
    {
      servers: joinShort(serversWith(view, hasAnswered)),
      record: record(view),
      rcodes: responseCodes(view),
    },
    stepsFor('onDnsServer', 'Get-DnsServerZone', 'Get-DnsServerForwarder'),
    stepsFor('check', nslookupRecord(pasteableDomain(firstDomain(view)), dnsServer(view))),
  );
}

const askForRecord =
  (words: 'srv-record-missing' | 'srv-record-bare-name') =>
  (view: Assessment): AdminMessage => {
    const { domain, record: name, server } = denialOf(view);
    return compose(
      'dns-server',
      words,
      {
        record: name,
        domain: domain ?? '',
        server: server === null ? 'Windows' : formatDnsServer(server),
      },
      recordRequest(recordIn(domain ?? '', knownHost(view)), server ?? dnsServer(view)),
    );
  };

/** Returns the message to the administrator of the DNS server that lacks the record. */
export const srvRecordMissing = askForRecord('srv-record-missing');

/** Like {@link srvRecordMissing}, if the record exists only for the bare name, without a domain. */
export const srvRecordBareName = askForRecord('srv-record-bare-name');

/**
 * Returns the message to the administrator of the KMS host in another domain; null if a lookup domain hides that
 * domain, because then the fix is on this PC.
 */
export function srvRecordInOtherDomain(view: Assessment): AdminMessage | null {
  const found = view.others.find(({ presence }) => presence === 'found');
  if (!found?.domain || view.domains.shadowedDomains.includes(found.domain)) return null;
  const [first] = found.records;
  const host = commandSafeHost(first ? { host: first.target, port: first.port } : null);
  const domain = firstDomain(view);
  const entry = { domain: pasteableDomain(domain), order: null };
  const params = { host: host.host, otherDomain: found.domain, domain };
  const how = hostCommands('publish-list', host, [entry]);
  return compose('kms-host', 'srv-record-in-other-domain', params, how);
}

/** Returns the message to the DNS administrator: the record's target has no address, or none that a host can have. */
export function srvTargetUnresolvable(view: Assessment): AdminMessage {
  const zone = pasteableDomain(firstDomain(view));
  const host = pasteableHost(view.targets[0]?.host ?? '');
  const server = dnsServer(view);
  const isSinkhole = view.targets.every((target) => addressesByWindows(target).length === 0);
  const given = joinShort(view.targets.flatMap(addressesGiven));
  const params = {
    hosts: hosts(({ presence }) => presence === 'absent')(view),
    record: record(view),
    servers: joinShort(serversWith(view, hasAnswered)),
  };
  const check = stepsFor('check', nslookup(host, server), nslookupRecord(zone, server));
  if (isSinkhole && given !== '') {
    return compose('dns-server', 'srv-target-sinkhole', { ...params, addresses: given }, check);
  }
  return compose(
    'dns-server',
    'srv-target-unresolvable',
    params,
    commands(
      `Get-DnsServerResourceRecord -ZoneName ${quoted(zone)} -RRType Srv`,
      `Add-DnsServerResourceRecordA -ZoneName ${quoted(zone)} -Name <KMS_host> -IPv4Address <KMS_host_address>`,
    ),
    check,
  );
}

/** Returns the steps that replace the record of one host with that of another. */
export function replaceRecordSteps(
  wrong: Endpoint,
  right: Endpoint | null,
  view: Assessment,
): readonly (readonly TextLine[])[] {
  const server = dnsServer(view);
  const shown = view.candidates
    .flatMap(({ domain, records }) => records.map((one) => ({ ...one, domain: domain ?? '' })))
    .find(
      ({ target, port }) =>
        port === wrong.port && commandSafeHost({ host: target, port }).host === wrong.host,
    );
  const stands = {
    ...recordIn(shown?.domain ?? firstDomain(view), wrong),
    priority: shown?.priority ?? 0,
    weight: shown?.weight ?? 0,
  };
  const add = addByPowerShell(recordIn(stands.zone, right), server);
  return [
    commands(removeByPowerShell(stands, server), add),
    stepsFor('check', nslookupRecord(stands.zone, server)),
  ];
}

/**
 * Returns the message to the DNS administrator: the record points to a computer that isn't a KMS host.
 *
 * @param words the message texts to use, depending on what was found there
 */
export function recordToReplace(
  view: Assessment,
  isWrong: (target: AssessedTarget) => boolean,
  words: 'not-a-kms-host' | 'record-names-client' = 'not-a-kms-host',
): AdminMessage {
  const params = { endpoints: endpoints(isWrong)(view), record: record(view) };
  const wrong = commandSafeHost(view.targets.find(isWrong) ?? null);
  return compose('dns-server', words, params, ...replaceRecordSteps(wrong, knownHost(view), view));
}

/**
 * Returns the message to the administrator of the DNS server that doesn't accept this KMS host's record.
 *
 * @param error error code from the host's event; null if there is none
 * @param owners hosts in the existing record; empty if there is none
 */
export function dnsPublishingRefused(
  view: Assessment,
  domain: string,
  error: number | null,
  owners: string,
): AdminMessage {
  const host = ownFullName(view);
  const own = host === null ? null : { host, port: ownPort(view) };
  const code = error === null ? '' : formatErrorCode(error);
  const rights: TextLine = { key: 'messages.recordOwned', params: { domain, hosts: owners } };
  return compose(
    'dns-server',
    code === '' ? 'dns-publishing-refused' : 'dns-publishing-failed',
    { domain, record: kmsRecordName(domain), error: code },
    ...(owners === '' ? [] : [[rights]]),
    recordRequest(recordIn(domain, own), dnsServer(view)),
    updatesByHosts(kmsRecordName(pasteableDomain(domain))),
  );
}
