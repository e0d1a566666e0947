/**
 * Messages of verdicts whose cure is elsewhere: columns of the rules. They look at little that their rules do not look
 * at, since a verdict waits for it; the PC's own name is put in when a message is written.
 */
import { isIPv6 } from 'node:net';
import type { AdminMessage, TextLine } from '@shared/admin-message';
import { formatErrorCode } from '@shared/error-codes';
import type { Message } from '@shared/message';
import { KMS_PORT } from '@shared/kms';
import type en from '@shared/locales/en.json';
import { isAddress, isHostName, kmsRecordName } from '@shared/names';
import { list, serverName } from '../checks/finding';
import { quoted, slmgr, system32 } from '../changes/commands';
import { pasteableDomain, pasteableHost } from '../changes/pasteable';
import { addByPowerShell, removeByPowerShell } from '../changes/record-commands';
import type { DnsServer, SrvRecordSpec } from '../computer';
import { valueOr, type AskedAnswer } from '../facts/fact-snapshot';
import {
  addressesByWindows,
  addressesGiven,
  fellSilent,
  isDefinite,
  someAnswer,
} from '../facts/answers';
import { isSelfAssigned } from '../facts/network-facts';
import { ownFullName, ownPort, suggestedHosts } from '../fixes/suggest';
import { hostInQuestion, hostOfOffice } from '../verdict/about';
import {
  asksItself,
  errorOfOffice,
  hasNoAddress,
  isClockOff,
  isClockSuspect,
  isHostOnServer,
  isServer,
  lackOfHost,
  officeNotActivated as officeOn,
  type AssessedTarget,
  type Assessment,
} from '../verdict/assessment';
import {
  endpoints,
  hostInUse,
  hosts,
  lastError,
  reachedAs,
  responseCodes,
  serversWith,
} from '../verdict/parameters';
import { recordRequest, updatesByHosts } from './dns-server';
import { hostCommands, hostWords, type HostTask } from './kms-host';
import { commands } from './text';

type Texts = (typeof en)['messages'];
/** Messages that have their own words. */
type MessageWords = {
  [K in keyof Texts]: Texts[K] extends { seen: string } ? K : never;
}[keyof Texts];
type Parameters = Readonly<Record<string, string | number>>;

/** Those whose subject names a KMS host, which nobody may know: a subject has no place to fill in. */
type NamesHost = {
  [K in MessageWords]: Texts[K] extends { subjectUnnamed: string } ? K : never;
}[MessageWords];
const NAMES_HOST: readonly string[] = [
  'clock-skew',
  'kms-count-too-low',
  'kms-host-cannot-activate',
  'kms-host-not-activated',
  'kms-host-virtual',
  'office-host-not-activated',
  'office-pack-missing',
] satisfies readonly NamesHost[];

const isPlaceholder = (value: string | number | undefined): boolean =>
  typeof value === 'string' && value.startsWith('<');

function subjectOf(words: MessageWords, params: Parameters): Message {
  return NAMES_HOST.includes(words) && isPlaceholder(params['host'])
    ? { key: `messages.${words as NamesHost}.subjectUnnamed`, params }
    : { key: `messages.${words}.subject`, params };
}

/** A message: what was seen, what is asked for, and how it is done. */
function compose(
  recipient: AdminMessage['for'],
  words: MessageWords,
  params: Parameters,
  ...how: readonly (readonly TextLine[])[]
): AdminMessage {
  return {
    for: recipient,
    subject: subjectOf(words, params),
    lines: [
      { key: 'messages.greeting' },
      '',
      { key: `messages.${words}.seen`, params },
      '',
      { key: `messages.${words}.please`, params },
      ...how.flatMap((lines) => ['', ...lines]),
      '',
      { key: 'messages.closing' },
    ],
  };
}

const then = (
  key: 'check' | 'onPc' | 'onClient' | 'onDnsServer',
  ...lines: readonly string[]
): TextLine[] => [{ key: `messages.${key}` }, ...commands(...lines)];

/** Where the PC's connections come from, for whoever looks after firewalls. */
function addressesOfPc({ situation: { adapters } }: Assessment): TextLine[] {
  const own = valueOr(adapters, [])
    .filter(({ up }) => up)
    .flatMap(({ addresses }) => addresses)
    .filter((address) => isAddress(address) && !isSelfAssigned(address));
  return own.length === 0 ? [] : [{ key: 'messages.addresses', params: { addresses: list(own) } }];
}

const firstDomain = ({ domains }: Assessment): string => domains.candidates[0] ?? '';
const record = (view: Assessment): string => kmsRecordName(firstDomain(view));
const answers = ({ outcome }: AskedAnswer): boolean => outcome === 'answered';

/** The first configured server that answers, else the first one; a text that is no address is left out. */
function dnsServer(view: Assessment): DnsServer | null {
  const [name] = serversWith(view, answers);
  const servers = valueOr(view.situation.servers, []).filter(({ address }) => isAddress(address));
  return servers.find((server) => serverName(server) === name) ?? servers[0] ?? null;
}

const nslookup = (
  name: string,
  server: Pick<DnsServer, 'address'> | null,
  ...options: readonly string[]
): string => ['nslookup', ...options, name, server?.address ?? '<DNS_server>'].join(' ');

const testPort = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `Test-NetConnection ${pasteableHost(host)} -Port ${port}`;

/** A KMS host that a record could name: one that is known by its full name and was not found to be something else. */
function knownHost(view: Assessment): { readonly host: string; readonly port: number } | null {
  const known = suggestedHosts(view).find(
    ({ host: name }) =>
      isHostName(name) &&
      name.includes('.') &&
      view.targets.every(({ host, reach }) => host !== name || reach === 'kms'),
  );
  return known ?? null;
}

function recordIn(
  domain: string,
  host: { readonly host: string; readonly port: number } | null,
): SrvRecordSpec {
  const zone = pasteableDomain(domain);
  return {
    zone,
    name: kmsRecordName(zone),
    target: host?.host ?? '<KMS_FQDN>',
    port: host?.port ?? KMS_PORT,
    priority: 0,
    weight: 0,
    ttl: 3600,
  };
}

const setDhcpOptions = 'Set-DhcpServerv4OptionValue -ScopeId <scope> ';
const renewLease = ['ipconfig /renew', 'ipconfig /all'];

/** To whoever looks after DHCP; where no adapter is up, there is nobody to tell. */
export function dnsServerNotConfigured(view: Assessment): AdminMessage | null {
  if (!valueOr(view.situation.adapters, []).some(({ up }) => up)) return null;
  return compose(
    'dhcp',
    'dns-server-not-configured',
    {},
    commands(`${setDhcpOptions}-DnsServer <DNS_server> -DnsDomain <DNS_domain>`),
    then('onPc', ...renewLease),
  );
}

/** To whoever looks after DHCP, which gives this PC no domain. */
export const noDnsSuffix = (): AdminMessage =>
  compose(
    'dhcp',
    'no-dns-suffix',
    {},
    commands(`${setDhcpOptions}-DnsDomain <DNS_domain>`),
    then('onPc', ...renewLease),
  );

/**
 * To whoever looks after DHCP, which gives a server first that does not know the domain.
 *
 * @param server that server
 * @param other one that knows it
 */
export const dnsServersDisagree = (view: Assessment, server: string, other: string): AdminMessage =>
  compose(
    'dhcp',
    'dns-servers-disagree',
    { server, other, record: record(view) },
    // An IPv6 address came from elsewhere: DHCPv6, or the router itself.
    isIPv6(server)
      ? []
      : commands(`${setDhcpOptions}-DnsServer ${isAddress(other) ? other : '<DNS_server>'}`),
    then('onPc', ...renewLease),
  );

/**
 * To the administrator of the DNS servers, one of which has not heard of the record.
 *
 * @param server that server
 * @param other one that has the record
 */
export function recordNotReplicated(view: Assessment, server: string, other: string): AdminMessage {
  const zone = pasteableDomain(firstDomain(view));
  return compose(
    'dns-server',
    'record-not-replicated',
    { server, other, record: record(view) },
    then('onDnsServer', 'repadmin /replsummary', `Get-DnsServerZone -Name ${quoted(zone)}`),
    then(
      'check',
      nslookup(kmsRecordName(zone), isAddress(server) ? { address: server } : null, '-type=srv'),
    ),
  );
}

/** To whoever has the PC: it is outside of its network. */
export const domainUnknownToDns = (domain: string, servers: string): AdminMessage =>
  compose('person', 'domain-unknown-to-dns', { domain, servers }, commands(slmgr('-ato')));

/** To the administrator of the DNS servers that do not answer; null where the cause is rather on this PC. */
export function dnsServerUnreachable(view: Assessment): AdminMessage | null {
  if (asksItself(view) || hasNoAddress(view)) return null;
  const { servers } = view.situation;
  const params = { servers: list(valueOr(servers, []).map(serverName)) };
  const server = dnsServer(view);
  return compose(
    'dns-server',
    'dns-server-unreachable',
    params,
    addressesOfPc(view),
    then('onDnsServer', 'Get-Service -Name DNS', 'Restart-Service -Name DNS'),
    then(
      'onClient',
      nslookup(pasteableDomain(firstDomain(view)), server),
      testPort({ host: server?.address ?? '', port: 53 }),
    ),
  );
}

/** To the administrator of the DNS servers that answer with errors. */
export function dnsServerFailing(view: Assessment): AdminMessage {
  return compose(
    'dns-server',
    'dns-server-failing',
    {
      servers: list(serversWith(view, answers)),
      record: record(view),
      rcodes: responseCodes(view),
    },
    then('onDnsServer', 'Get-DnsServerZone', 'Get-DnsServerForwarder'),
    then(
      'check',
      nslookup(kmsRecordName(pasteableDomain(firstDomain(view))), dnsServer(view), '-type=srv'),
    ),
  );
}

/** To the administrator of the DNS server that lacks the record. */
export const srvRecordMissing = (view: Assessment): AdminMessage =>
  askForRecord('srv-record-missing', view);

/** The same where only a name without a domain has it. */
export const srvRecordBareName = (view: Assessment): AdminMessage =>
  askForRecord('srv-record-bare-name', view);

function askForRecord(
  words: 'srv-record-missing' | 'srv-record-bare-name',
  view: Assessment,
): AdminMessage {
  const server = dnsServer(view);
  const params = {
    record: record(view),
    domain: firstDomain(view),
    server:
      server === null || !someAnswer(view.situation, isDefinite) ? 'Windows' : serverName(server),
  };
  return compose(
    'dns-server',
    words,
    params,
    recordRequest(recordIn(firstDomain(view), knownHost(view)), server),
  );
}

/** To the administrator of the KMS host in another domain; where a lookup domain hides that one, the cure is here. */
export function srvRecordInOtherDomain(view: Assessment): AdminMessage | null {
  const found = view.others.find(({ presence }) => presence === 'found');
  const other = found?.domain ?? null;
  if (found === undefined || other === null || view.domains.shadowedDomains.includes(other))
    return null;
  const [first] = found.records;
  const host = hostWords(first === undefined ? null : { host: first.target, port: first.port });
  const domain = firstDomain(view);
  const entry = { domain: pasteableDomain(domain), order: null };
  const params = { host: host.host, otherDomain: other, domain };
  const how = hostCommands('publish-list', host, [entry]);
  return compose('kms-host', 'srv-record-in-other-domain', params, how);
}

/** To the administrator of the DNS server whose record leads to a name without an address, or with none of a host's. */
export function srvTargetUnresolvable(view: Assessment): AdminMessage {
  const zone = pasteableDomain(firstDomain(view));
  const host = pasteableHost(view.targets[0]?.host ?? '');
  const server = dnsServer(view);
  const isSinkhole = view.targets.every((target) => addressesByWindows(target).length === 0);
  const given = list(view.targets.flatMap(addressesGiven));
  const params = {
    hosts: hosts(({ presence }) => presence === 'absent')(view),
    record: record(view),
    servers: list(serversWith(view, answers)),
  };
  const check = then(
    'check',
    nslookup(host, server),
    nslookup(kmsRecordName(zone), server, '-type=srv'),
  );
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

const asksForWay = (
  words: 'kms-port-filtered' | 'kms-no-route' | 'assigned-host-unreachable' | 'kms-answer-cut',
  view: Assessment,
  to: readonly { readonly host: string; readonly port: number }[],
  named: string,
): AdminMessage =>
  compose(
    'network',
    words,
    { endpoints: named },
    addressesOfPc(view),
    then('onClient', ...to.slice(0, 4).map(testPort)),
  );

/** To whoever looks after the network on the way to the assigned host; as {@link kmsPortFiltered}. */
export function assignedHostUnreachable(view: Assessment): AdminMessage | null {
  const { assignment, assignedReach } = view;
  if (assignment === null) return null;
  const { endpoint } = hostWords(assignment);
  const own = assignedReach === 'filtered' ? ownFirewall(view, [assignment], endpoint) : null;
  if (own !== null) return own.message;
  return asksForWay('assigned-host-unreachable', view, [assignment], endpoint);
}

/** Where this PC's own firewall drops the connections: to whoever looks after the policy that has it do so, if any. */
function ownFirewall(
  { situation: { outboundBlocked } }: Assessment,
  to: readonly { readonly host: string; readonly port: number }[],
  named: string,
): { readonly message: AdminMessage | null } | null {
  const block = valueOr(outboundBlocked, null);
  if (block === null) return null;
  if (block === 'this-pc') return { message: null };
  const check = then('onPc', 'gpupdate /target:computer', ...to.slice(0, 4).map(testPort));
  return {
    message: compose('group-policy', 'kms-outbound-policy', { endpoints: named }, check),
  };
}

/** To whoever looks after the firewalls on the way; null where it is this PC's own, by its own rules. */
export function kmsPortFiltered(view: Assessment): AdminMessage | null {
  const isFiltered = view.targets.some(reachedAs('filtered'));
  const which = reachedAs(isFiltered ? 'filtered' : 'no-route');
  const words = isFiltered ? 'kms-port-filtered' : 'kms-no-route';
  const [to, named] = [view.targets.filter(which), endpoints(which)(view)];
  const own = isFiltered ? ownFirewall(view, to, named) : null;
  return own === null ? asksForWay(words, view, to, named) : own.message;
}

/**
 * To the administrator of the host that refuses connections, or of the DNS server whose record has the wrong port.
 *
 * @param misled the target whose KMS service answers at the standard port, where the record names another
 */
export function kmsServiceNotListening(
  view: Assessment,
  misled: AssessedTarget | null,
): AdminMessage {
  const host = hostWords(misled ?? view.targets.find(reachedAs('refused')) ?? null);
  if (misled === null) {
    const how = hostCommands('restart-licensing-service', host);
    return compose('kms-host', 'kms-service-not-listening', { ...host }, how);
  }
  const params = { record: record(view), host: host.host, port: host.port };
  return compose(
    'dns-server',
    'kms-service-other-port',
    params,
    ...replaced(host, { ...host, port: KMS_PORT }, view),
  );
}

/** How the record that leads to one host is made one that leads to another. */
function replaced(
  wrong: { readonly host: string; readonly port: number },
  right: { readonly host: string; readonly port: number } | null,
  view: Assessment,
): readonly (readonly TextLine[])[] {
  const server = dnsServer(view);
  const shown = view.candidates
    .flatMap(({ domain, records }) => records.map((one) => ({ ...one, domain: domain ?? '' })))
    .find(
      ({ target, port }) =>
        port === wrong.port && hostWords({ host: target, port }).host === wrong.host,
    );
  const stands = {
    ...recordIn(shown?.domain ?? firstDomain(view), wrong),
    priority: shown?.priority ?? 0,
    weight: shown?.weight ?? 0,
  };
  const add = addByPowerShell(recordIn(stands.zone, right), server);
  return [
    commands(removeByPowerShell(stands, server), add),
    then('check', nslookup(stands.name, server, '-type=srv')),
  ];
}

/** To the administrator of the DNS server whose record leads to something else; after silence, of the network. */
export function notAKmsHost(view: Assessment): AdminMessage {
  const wrong = view.targets.filter(reachedAs('not-kms'));
  const named = endpoints(reachedAs('not-kms'))(view);
  if (wrong.some(fellSilent)) return asksForWay('kms-answer-cut', view, wrong, named);
  return recordToReplace(view, reachedAs('not-kms'));
}

/**
 * To the administrator of the DNS server whose record leads to a computer that is no KMS host.
 *
 * @param words those for what was found there
 */
export function recordToReplace(
  view: Assessment,
  isWrong: (target: AssessedTarget) => boolean,
  words: 'not-a-kms-host' | 'record-names-client' = 'not-a-kms-host',
): AdminMessage {
  const params = { endpoints: endpoints(isWrong)(view), record: record(view) };
  const wrong = hostWords(view.targets.find(isWrong) ?? null);
  return compose('dns-server', words, params, ...replaced(wrong, knownHost(view), view));
}

/** To the administrator of the KMS host that refused; null on that host itself. */
function toKmsHost(
  words: 'kms-host-not-activated' | 'kms-host-cannot-activate' | 'kms-host-virtual',
  task: HostTask,
  view: Assessment,
): AdminMessage | null {
  if (view.role === 'kms-host') return null;
  const host = refusingHost(view);
  return compose(
    'kms-host',
    words,
    { host: host.host, error: lastError(view) },
    hostCommands(task, host),
  );
}

function refusingHost(view: Assessment): ReturnType<typeof hostWords> {
  const host = hostInQuestion(view);
  return hostWords(host === null ? null : { host, port: KMS_PORT });
}

export const kmsHostNotActivated = (view: Assessment): AdminMessage | null =>
  toKmsHost('kms-host-not-activated', 'activate-host', view);

export const kmsHostCannotActivate = (view: Assessment): AdminMessage | null =>
  // SL_E_VL_KEY_MANAGEMENT_SERVICE_VM_NOT_SUPPORTED
  view.lastError === 0xc004f06b
    ? toKmsHost('kms-host-virtual', 'activate-host', view)
    : toKmsHost('kms-host-cannot-activate', 'install-kms-host-key', view);

/** On a client to the administrator of the KMS host; on the host to whoever looks after its clients. */
export function kmsCountTooLow(view: Assessment, isUnusedPc: boolean): AdminMessage {
  if (view.role === 'kms-host') {
    if (isUnusedPc) return compose('person', 'kms-host-key-on-a-pc', { count: view.count ?? 0 });
    const how = then('onClient', slmgr('-ato'));
    return compose('person', 'kms-count-too-low-here', { count: view.count ?? 0 }, how);
  }
  return tooFewComputers(refusingHost(view).host, lastError(view));
}

function tooFewComputers(host: string, error: string): AdminMessage {
  const requests =
    "Get-WinEvent -MaxEvents 50 -FilterHashtable @{ LogName = 'Key Management Service'; Id = 12290 }";
  return compose('kms-host', 'kms-count-too-low', { host, error }, [
    { key: 'handover.elevated' },
    ...commands(slmgr('-dlv'), requests),
  ]);
}

/** To the administrator of the KMS host that refused Office; null where none did, or this PC is to be one for it. */
export function officeNotActivated(view: Assessment): AdminMessage | null {
  const office = officeOn(view);
  if (office?.channel.class !== 'kms-client') return null;
  const [code, name] = [errorOfOffice(view), hostOfOffice(view)];
  const error = formatErrorCode(code);
  const words = hostWords(name === null ? null : { host: name, port: KMS_PORT });
  const { host } = words;
  const params = { host, error, product: office.name ?? 'Office' };
  const activates = [slmgr('-ato', '<activation_ID>'), slmgr('-dlv', 'all')];
  const how = (...lines: readonly string[]): readonly TextLine[] => [
    { key: 'handover.elevated' },
    ...commands(...lines),
    { key: 'messages.officeActivationId' },
  ];
  switch (lackOfHost(code)) {
    case 'count':
      return tooFewComputers(host, error);
    case 'activation':
      return compose('kms-host', 'office-host-not-activated', params, how(...activates));
    case 'leave':
      return compose('kms-host', 'kms-host-virtual', params, hostCommands('activate-host', words));
    case 'key':
      return compose('kms-host', 'office-pack-missing', params, [
        ...how(slmgr('-ipk', 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX'), ...activates),
        { key: 'handover.kmsHost.keyPlaceholder' },
      ]);
    case null:
      return null;
  }
}

/** To the administrator of the DNS server that does not take the record of this KMS host. */
export function dnsPublishingRefused(view: Assessment): AdminMessage {
  const domain = view.ownRecords.find(({ presence }) => presence === 'absent')?.domain ?? '';
  const host = ownFullName(view);
  const own = host === null ? null : { host, port: ownPort(view) };
  const params = { domain, record: kmsRecordName(domain) };
  const how = recordRequest(recordIn(domain, own), dnsServer(view));
  const hosts = updatesByHosts(kmsRecordName(pasteableDomain(domain)));
  return compose('dns-server', 'dns-publishing-refused', params, how, hosts);
}

/** To the administrator of the KMS host whose clock is wrong; null where this PC's own may be, or was not read. */
export function clockSkew(view: Assessment): AdminMessage | null {
  const { clock } = view.situation;
  if (!clock.ok || isClockOff(view) || isClockSuspect(view)) return null;
  // Not the host of the attempt: the events are of no weight here.
  const { host } = hostWords({ host: hostInUse(view), port: KMS_PORT });
  const sync = [
    system32('w32tm.exe', '/resync /rediscover'),
    system32('w32tm.exe', '/query /status'),
  ];
  return compose(
    'kms-host',
    'clock-skew',
    { host, source: clock.value.source, total: Math.round(Math.abs(clock.value.minutes)) },
    [{ key: 'handover.elevated' }, ...commands(...sync)],
  );
}

/** To whoever has the product keys; a KMS host needs one of its own kind. */
export const productKeyRejected = (view: Assessment): AdminMessage =>
  compose('person', isHostOnServer(view) ? 'kms-host-key-rejected' : 'product-key-rejected', {
    key: view.licence?.partialProductKey ?? '',
    error: lastError(view),
  });

/** To whoever decides over the PC: no key activates an evaluation. */
export function evaluationEdition(view: Assessment): AdminMessage {
  const convert =
    'DISM /Online /Set-Edition:<edition> /ProductKey:XXXXX-XXXXX-XXXXX-XXXXX-XXXXX /AcceptEula';
  const how: TextLine[] = isServer(view)
    ? [{ key: 'handover.elevated' }, ...commands('DISM /Online /Get-TargetEditions', convert)]
    : [];
  return compose('person', 'evaluation-edition', {}, how);
}
