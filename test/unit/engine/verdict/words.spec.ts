/** The texts of each verdict with their parameters, the objects it is about, and the recipient of its message. */
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { Message } from '@shared/message';
import en from '@shared/locales/en.json';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import type { QueryResult, Target } from '@engine/facts/fact-types';
import { assess } from '@engine/verdict/assessment';
import { VERDICT_RULES, computeVerdict } from '@engine/verdict/verdict';
import {
  addresses,
  answer,
  ASSIGNED,
  channel,
  CLIENT,
  GARBLED,
  HEALTHY,
  HOST,
  inDomains,
  licensed,
  lookup,
  NETWORK,
  OFFICE_2024,
  probe,
  read,
  CMID,
  served,
  SERVER,
  SILENT,
  srv,
  target,
  unread,
  withOffice,
} from '../facts/fact-snapshots';

const ITSELF = { address: '127.0.0.1', port: 53 };
const SECOND = { address: '10.0.0.11', port: 5300 };
const NXDOMAIN = answer([], 'NXDOMAIN');
const adapter = (dnsServersFrom: 'dhcp' | 'static', up = true) => ({
  ...{ name: 'Ethernet', up, addresses: ['10.0.0.42'], gateways: ['10.0.0.1'] },
  ...{ dnsServers: ['10.0.0.10'], dnsServersFrom, connectionSuffix: null },
});
/** An IPv6 address, and a self-assigned IPv4 address, which leads nowhere. */
const V6 = ['2001:db8::42', '169.254.7.7'];
const BY_HAND = { adapters: read([adapter('static')]) };
const BY_DHCP = { adapters: read([adapter('dhcp')]) };

/** Returns the client with these lookups. */
const asked = (...lookups: FactSnapshot['lookups']): FactSnapshot => ({
  ...CLIENT,
  ...{ lookups, targets: [], resolverTakesPart: false },
});
const candidate = (...is: Parameters<typeof lookup>[2][]) =>
  asked(...is.map((one, index) => lookup('candidate', `c${index}.com`, one)));
const at = (...targets: (Parameters<typeof target>[0] | Target)[]): FactSnapshot => ({
  ...CLIENT,
  ...{ resolverTakesPart: false },
  targets: targets.map((one) => (typeof one === 'string' ? target(one) : one)),
});
const assignedTo = (host: string, is: Parameters<typeof target>[0]): FactSnapshot => ({
  ...ASSIGNED,
  assignment: read({ place: 'service', host, port: 1689, isAddress: false }),
  assignedTarget: { ...target(is, host), port: 1689 },
});
const mute = (outcome: 'silent' | 'cut' = 'silent'): Target => ({
  ...target('not-kms'),
  probes: [{ ...probe('not-kms'), answered: read({ outcome, ms: 1, detail: null }) }],
});
const reason = (code: number, one = CLIENT) => licensed(one, { reason: code });
const count = (currentCount: number) => ({
  service: read({
    KeyManagementServiceDnsPublishing: true,
    KeyManagementServiceCurrentCount: currentCount,
  }),
});
const PUBLISHED: FactSnapshot = {
  ...inDomains(HOST, { publish: ['contoso.com'], suffixes: ['contoso.com'] }),
  lookups: [lookup('publish', 'contoso.com', [answer([srv('kms1.contoso.com')])])],
};
const lacking: FactSnapshot = {
  ...inDomains(HOST, { publish: ['a.com', 'b.com'] }),
  lookups: [
    lookup('publish', 'a.com', [answer([srv('kms1.contoso.com')])]),
    lookup('publish', 'b.com', 'absent'),
  ],
};
const failed = (code: string, domain: string) => ({
  ...{ id: 12293, time: '2026-11-22T07:00:00Z' },
  data: [code, domain],
});
const strangers = (over: Partial<FactSnapshot> = {}): FactSnapshot => ({
  ...candidate('absent'),
  ...{
    controllers: {
      domain: 'contoso.com',
      servers: [{ server: SERVER, answer: NXDOMAIN }],
      resolver: null,
    },
  },
  ...over,
});
/** Returns a client without a record that has a cached host, which Windows uses if `asks` is true. */
function remembering(asks: boolean): FactSnapshot {
  const snapshot = candidate('absent', 'absent');
  const licence = snapshot.licence.ok ? snapshot.licence.value : null;
  const row = {
    ...licence?.row,
    DiscoveredKeyManagementServiceMachineName: 'kms1.contoso.com',
  };
  return {
    ...snapshot,
    licence: read(licence && { ...licence, row }),
    service: read({ KeyManagementServiceHostCaching: asks }),
  };
}
const two = (over: Partial<FactSnapshot> = {}): FactSnapshot => ({
  ...CLIENT,
  servers: read([SERVER, SECOND]),
  lookups: [
    {
      ...lookup('candidate', 'contoso.com', 'absent', read({ records: [], error: '9003', ms: 1 })),
      servers: [
        { server: SERVER, answer: NXDOMAIN },
        { server: SECOND, answer: answer([srv('kms1.contoso.com')]) },
      ],
    },
  ],
  ...over,
});
const OEM = { channel: channel('OEM_DM'), partialProductKey: 'ABCDE' };
const ALONE = {
  dnsClient: read({ adDomain: null, primaryDnsSuffix: null, suffixSearchList: [] }),
};
const asks = (host: string, code: string, time = '2026-11-22T08:00:00Z') => ({
  ...{ id: 12288, time },
  data: [code, '0x0', host],
});

/** Snapshots with the texts and properties of their verdicts. */
const SAID: readonly (readonly [string, () => FactSnapshot, ...string[]])[] = [
  [
    'a disabled service',
    () => ({ ...CLIENT, sppsvc: read({ state: 'stopped', start: 'disabled' }) }),
    'licensing-service-unavailable.title',
    'licensing-service-unavailable.summaryDisabled',
    'shown by licensing-service; –; restart-licensing-service',
  ],
  [
    'a missing service',
    () => ({ ...CLIENT, sppsvc: read(null) }),
    'licensing-service-unavailable.title',
    'licensing-service-unavailable.summaryGone',
    'shown by licensing-service; –; –',
  ],
  [
    "a service that doesn't respond",
    () => ({
      ...{ ...CLIENT, licence: unread('tool-failed') },
      sppsvc: read({ state: 'running', start: 'automatic-delayed' }),
    }),
    'licensing-service-unavailable.title',
    'licensing-service-unavailable.summary',
    'shown by licence-status; –; restart-licensing-service',
  ],
  [
    "a service that isn't running and doesn't respond",
    () => ({
      ...{ ...CLIENT, licence: unread('tool-failed') },
      sppsvc: read({ state: 'stopped', start: 'automatic-delayed' }),
    }),
    'licensing-service-unavailable.title',
    'licensing-service-unavailable.summaryStopped',
    'shown by licence-status; –; restart-licensing-service',
  ],
  [
    'a service that hangs while starting',
    () => ({
      ...{ ...CLIENT, licence: unread('timed-out') },
      sppsvc: read({ state: 'pending', start: 'automatic-delayed' }),
    }),
    'licensing-service-unavailable.title',
    'licensing-service-unavailable.summaryPending',
    'shown by licence-status; –; restart-licensing-service',
  ],
  [
    'no key',
    () => ({ ...CLIENT, licence: read(null) }),
    'no-product-key.title',
    'no-product-key.summary',
    'shown by product-key-installed; change-to-mak; return-to-kms,install-mak',
  ],
  [
    'a rejected key',
    () => licensed(CLIENT, { reason: 0xc004c003, partialProductKey: 'ABCDE' }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summary error=0xC004C003',
    'about code=0xC004C003',
    'to person: messages.product-key-rejected.subject key=ABCDE error=0xC004C003',
    'shown by last-activation-error; change-to-mak; install-mak,return-to-kms',
  ],
  [
    'a rejected KMS host key',
    () => licensed(HOST, { licensed: false, reason: 0xc004c003, partialProductKey: 'ABCDE' }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summaryHost error=0xC004C003',
    'about code=0xC004C003',
    'to person: messages.kms-host-key-rejected.subject key=ABCDE error=0xC004C003',
    'shown by last-activation-error; change-to-mak; install-kms-host-key,activate-by-phone',
  ],
  [
    'an exhausted KMS host key',
    () => licensed(HOST, { licensed: false, reason: 0xc004c008, partialProductKey: 'ABCDE' }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summaryHostUsedUp error=0xC004C008',
    'about code=0xC004C008',
    'to person: messages.kms-host-key-rejected.subject key=ABCDE error=0xC004C008',
    'shown by last-activation-error; change-to-mak; install-kms-host-key,activate-by-phone',
  ],
  [
    'an exhausted KMS host key on a client edition',
    () =>
      licensed(CLIENT, {
        channel: channel('VOLUME_KMS_W10'),
        reason: 0xc004c008,
        partialProductKey: 'ABCDE',
      }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summaryHostKeyOnClient error=0xC004C008',
    'about code=0xC004C008',
    'to person: messages.product-key-rejected.subject key=ABCDE error=0xC004C008',
    'shown by last-activation-error; change-to-mak; install-mak,return-to-kms',
  ],
  [
    'a key rejected by an evaluation',
    () =>
      licensed(CLIENT, {
        channel: channel('TIMEBASED_EVAL'),
        reason: 0xc004f050,
        partialProductKey: 'ABCDE',
      }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summary error=0xC004F050',
    'about code=0xC004F050',
    'to person: messages.evaluation-edition.subject',
    'shown by last-activation-error; change-to-mak; –',
  ],
  [
    'an evaluation',
    () => licensed(CLIENT, { channel: channel('TIMEBASED_EVAL') }),
    'evaluation-edition.title',
    'evaluation-edition.summary',
    'to person: messages.evaluation-edition.subject',
    'shown by product-key-channel,licence-status; change-to-mak; –',
  ],
  [
    'a server evaluation',
    () => licensed(HOST, { channel: channel('TIMEBASED_EVAL'), licensed: false }),
    'evaluation-edition.title',
    'evaluation-edition.summaryServer',
    'to person: messages.evaluation-edition.subject',
    'shown by product-key-channel,licence-status; change-to-mak; –',
  ],
  [
    'a retail key',
    () => licensed(CLIENT, { channel: channel('RETAIL'), partialProductKey: 'ABCDE' }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=retail',
    'subscription',
    'shown by product-key-channel,licence-status; change-to-mak; return-to-kms',
  ],
  [
    "a retail key whose activation couldn't reach Microsoft",
    () =>
      licensed(CLIENT, {
        channel: channel('RETAIL'),
        reason: 0x80072ee7,
        partialProductKey: 'ABCDE',
      }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=retail',
    'remedyOfError error=0x80072EE7',
    'shown by product-key-channel,licence-status; change-to-mak; return-to-kms',
  ],
  [
    'an OEM key of a private PC',
    () =>
      licensed(
        { ...inDomains(asked(), { candidates: [] }), ...ALONE },
        {
          ...{ channel: channel('OEM_DM'), edition: 'Professional', reason: 0xc004f034 },
          partialProductKey: 'ABCDE',
        },
      ),
    'not-a-kms-client.title',
    'not-a-kms-client.summaryAlone key=ABCDE kind=oem',
    'shown by product-key-channel,licence-status; change-to-mak; return-to-kms',
  ],
  [
    "an AVMA key whose Hyper-V host isn't activated",
    () =>
      licensed(HOST, {
        ...{ channel: channel('VIRTUAL_MACHINE_ACTIVATION'), edition: 'ServerStandard' },
        ...{ licensed: false, reason: 0xc004fd02, partialProductKey: 'ABCDE' },
      }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=avma',
    'remedyOfError error=0xC004FD02',
    'shown by product-key-channel,licence-status; change-to-mak; activate-now,return-to-kms',
  ],
  [
    'an AVMA key without a Hyper-V host',
    () =>
      licensed(HOST, {
        ...{ channel: channel('VIRTUAL_MACHINE_ACTIVATION'), edition: 'ServerStandard' },
        ...{ licensed: false, reason: 0xc004fd01, partialProductKey: 'ABCDE' },
      }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=avma',
    'remedyOfError error=0xC004FD01',
    'shown by product-key-channel,licence-status; change-to-mak; return-to-kms,activate-now',
  ],
  [
    'a MAK with a mistyped confirmation ID',
    () =>
      licensed(CLIENT, {
        ...{ channel: channel('VOLUME_MAK'), reason: 0xc004f02c, partialProductKey: 'ABCDE' },
      }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=mak',
    'remedyOfError error=0xC004F02C',
    'shown by product-key-channel,licence-status; change-to-mak; activate-by-phone,activate-now,return-to-kms',
  ],
  [
    "a MAK that can't be activated because of the clock",
    () => ({
      ...licensed(CLIENT, { channel: channel('VOLUME_MAK'), partialProductKey: 'ABCDE' }),
      clock: read({ minutes: -576_000, source: 'dc1' }),
    }),
    'not-a-kms-client.title',
    'not-a-kms-client.summary key=ABCDE kind=mak',
    'shown by product-key-channel,licence-status; change-to-mak; sync-clock,activate-now,activate-by-phone,return-to-kms',
  ],
  [
    'a Home edition',
    () => licensed(CLIENT, { ...OEM, edition: 'Core' }),
    'not-a-kms-client.title',
    'not-a-kms-client.summaryHome key=ABCDE kind=oem',
    'shown by product-key-channel,licence-status; change-to-mak; –',
  ],
  [
    'an edition without volume licensing',
    () => licensed(CLIENT, { ...OEM, edition: 'CloudEdition' }),
    'not-a-kms-client.title',
    'not-a-kms-client.summaryNotByVolume key=ABCDE kind=oem',
    'shown by product-key-channel,licence-status; change-to-mak; –',
  ],
  [
    'a Home edition with a blocked key',
    () => licensed(CLIENT, { ...OEM, edition: 'Core', reason: 0xc004c003 }),
    'product-key-rejected.title key=ABCDE',
    'product-key-rejected.summary error=0xC004C003',
    'editionHome',
    'about code=0xC004C003',
    'shown by last-activation-error; change-to-mak; –',
  ],
  [
    'an activation type limited to Active Directory',
    () => ({ ...CLIENT, activationType: read(1) }),
    'activation-type-excludes-kms.title',
    'activation-type-excludes-kms.summary',
    'shown by activation-type,licence-status; change-to-mak; allow-kms-activation',
  ],
  [
    "an activation type limited to Active Directory, which can't activate this PC",
    () => ({ ...reason(0xc004f081), activationType: read(1) }),
    'activation-type-excludes-kms.title',
    'activation-type-excludes-kms.summary',
    'remedyOfError error=0xC004F081',
    'shown by activation-type,licence-status; change-to-mak; allow-kms-activation',
  ],
  [
    'an activation type limited to tokens',
    () => ({ ...CLIENT, activationType: read(3) }),
    'activation-type-excludes-kms.title',
    'activation-type-excludes-kms.summaryToken',
    'shown by activation-type,licence-status; change-to-mak; allow-kms-activation',
  ],
  [
    'a slow clock',
    () => ({ ...CLIENT, clock: read({ minutes: -305.4, source: 'dc1' }) }),
    'clock-skew.title',
    'clock-skew.summarySlow unit=hours days=0 hours=5 minutes=5 source=dc1',
    'shown by clock-offset; –; sync-clock,activate-now',
  ],
  [
    'a fast clock',
    () => ({ ...CLIENT, clock: read({ minutes: 300, source: 'dc1' }) }),
    'clock-skew.title',
    'clock-skew.summaryFast unit=hours days=0 hours=5 minutes=0 source=dc1',
    'shown by clock-offset; –; sync-clock,activate-now',
  ],
  [
    'a fast clock of this KMS host',
    () => ({ ...HOST, clock: read({ minutes: 300, source: 'dc1' }) }),
    'clock-skew.title',
    'clock-skew.summaryHostFast unit=hours days=0 hours=5 minutes=0 source=dc1',
    'shown by clock-offset; –; sync-clock',
  ],
  [
    'a clock that is years off',
    () => ({ ...CLIENT, clock: read({ minutes: -5_800_000.4, source: 'dc1' }) }),
    'clock-skew.title',
    'clock-skew.summarySlow unit=days days=4027 hours=96666 minutes=40 source=dc1',
    'shown by clock-offset; –; sync-clock,activate-now',
  ],
  [
    "a slow clock of this KMS host, which isn't activated",
    () => ({
      ...licensed(HOST, { licensed: false }),
      clock: read({ minutes: -305, source: 'dc1' }),
    }),
    'clock-skew.title',
    'clock-skew.summaryHostSlow unit=hours days=0 hours=5 minutes=5 source=dc1',
    'shown by clock-offset; –; sync-clock,activate-now',
  ],
  [
    'a KMS host whose clock is off',
    () => ({ ...reason(0xc004f06c), clock: read({ minutes: 3, source: 'dc1' }) }),
    'clock-skew.titleOfHost',
    'clock-skew.summaryOfHost source=dc1 total=3',
    'to kms-host: messages.clock-skew.subject host=kms1.contoso.com source=dc1 total=3',
    'shown by last-activation-error; –; activate-now',
  ],
  [
    'a fast clock that probably causes the difference',
    () => ({ ...reason(0xc004f06c), clock: read({ minutes: 230, source: 'dc1' }) }),
    'clock-skew.titleReported',
    'clock-skew.summarySuspectFast unit=hours days=0 hours=3 minutes=50 source=dc1',
    'shown by last-activation-error,clock-offset; –; sync-clock,activate-now',
  ],
  [
    'a slow clock that probably causes the difference',
    () => ({ ...reason(0xc004f06c), clock: read({ minutes: -121, source: 'dc1' }) }),
    'clock-skew.titleReported',
    'clock-skew.summarySuspectSlow unit=hours days=0 hours=2 minutes=1 source=dc1',
    'shown by last-activation-error,clock-offset; –; sync-clock,activate-now',
  ],
  [
    'an unread clock',
    () => ({ ...reason(0xc004f06c), clock: unread() }),
    'clock-skew.titleReported',
    'clock-skew.summaryReported',
    'shown by last-activation-error; –; sync-clock,activate-now',
  ],
  [
    'no DNS server',
    () => ({
      ...CLIENT,
      adapters: read([adapter('dhcp', false), adapter('dhcp')]),
      servers: read([]),
    }),
    'dns-server-not-configured.title',
    'dns-server-not-configured.summary',
    'to dhcp: messages.dns-server-not-configured.subject',
    'shown by dns-server-configured; check-dns-configuration; –',
  ],
  [
    'no active adapter',
    () => ({ ...CLIENT, adapters: read([adapter('dhcp', false)]), servers: read([]) }),
    'dns-server-not-configured.title',
    'dns-server-not-configured.summaryNoneUp',
    'shown by dns-server-configured; check-dns-configuration; –',
  ],
  [
    'unreachable DNS servers',
    () => ({
      ...candidate([SILENT]),
      servers: read([SERVER, SECOND]),
      lookups: [
        {
          ...lookup('candidate', 'c0.com', [SILENT]),
          servers: [
            { server: SERVER, answer: SILENT },
            { server: SECOND, answer: SILENT },
          ],
        },
      ],
    }),
    'dns-server-unreachable.title',
    'dns-server-unreachable.summary servers=10.0.0.10, 10.0.0.11:5300',
    'about server=10.0.0.10',
    'to dns-server: messages.dns-server-unreachable.subject servers=10.0.0.10, 10.0.0.11:5300',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'a PC that uses itself as the DNS server',
    () => ({
      ...asked({
        ...lookup('candidate', 'c0.com', []),
        servers: [{ server: ITSELF, answer: SILENT }],
      }),
      servers: read([ITSELF]),
    }),
    'dns-server-unreachable.title',
    'dns-server-unreachable.summaryItself servers=127.0.0.1',
    'about server=127.0.0.1',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'a PC without an address from DHCP',
    () => ({
      ...candidate([SILENT]),
      adapters: read([{ ...adapter('static'), addresses: ['169.254.7.7', 'fe80::1'] }]),
    }),
    'dns-server-unreachable.title',
    'dns-server-unreachable.summaryNoAddress servers=10.0.0.10',
    'about server=10.0.0.10',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'a DNS server with garbled responses',
    () => ({ ...candidate([GARBLED]) }),
    'dns-server-unreachable.title',
    'dns-server-unreachable.summaryGarbled servers=10.0.0.10',
    'about server=10.0.0.10',
    'to dns-server: messages.dns-server-unreachable.subject servers=10.0.0.10',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'failing DNS servers',
    () => candidate([answer([], 'SERVFAIL')]),
    'dns-server-failing.title',
    'dns-server-failing.summary servers=10.0.0.10',
    'about server=10.0.0.10',
    'to dns-server: messages.dns-server-failing.subject servers=10.0.0.10 record=_vlmcs._tcp.contoso.com rcodes=SERVFAIL',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'DNS servers with unusual errors',
    () => candidate([answer([], 'YXDOMAIN')]),
    'dns-server-failing.title',
    'dns-server-failing.summaryOdd servers=10.0.0.10 rcodes=YXDOMAIN',
    'about server=10.0.0.10',
    'to dns-server: messages.dns-server-failing.subject servers=10.0.0.10 record=_vlmcs._tcp.contoso.com rcodes=YXDOMAIN',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'truncated DNS responses',
    () => candidate([{ ...answer([]), truncated: true } as QueryResult]),
    'dns-server-failing.title',
    'dns-server-failing.summaryCut servers=10.0.0.10',
    'about server=10.0.0.10',
    'to dns-server: messages.dns-server-failing.subject servers=10.0.0.10 record=_vlmcs._tcp.contoso.com rcodes=TC',
    'shown by dns-server-answers; check-dns-connectivity; assign-kms-host',
  ],
  [
    'foreign DNS servers from DHCP',
    () => strangers(BY_DHCP),
    'domain-unknown-to-dns.title domain=contoso.com',
    'domain-unknown-to-dns.summary domain=contoso.com servers=10.0.0.10',
    'about domain=contoso.com',
    'to person: messages.domain-unknown-to-dns.subject domain=contoso.com servers=10.0.0.10',
    'shown by domain-controllers-known; check-dns-connectivity; –',
  ],
  [
    'foreign DNS servers set manually',
    () => strangers(BY_HAND),
    'domain-unknown-to-dns.title domain=contoso.com',
    'domain-unknown-to-dns.summaryByHand domain=contoso.com servers=10.0.0.10',
    'about domain=contoso.com',
    'shown by domain-controllers-known; check-dns-connectivity; set-dns-servers',
  ],
  [
    'no DNS suffix',
    () => inDomains(asked(), { candidates: [] }),
    'no-dns-suffix.title',
    'no-dns-suffix.summary',
    'to dhcp: messages.no-dns-suffix.subject',
    'shown by dns-suffixes; check-dns-configuration; set-lookup-domain,assign-kms-host,add-dns-suffix',
  ],
  [
    'an invalid lookup domain',
    () => inDomains(asked(), { candidates: [], lookupDomain: 'two words' }),
    'no-dns-suffix.title',
    'no-dns-suffix.summaryLookupDomain lookupDomain=two words',
    'shown by dns-suffixes; check-dns-configuration; return-to-auto-discovery,set-lookup-domain,assign-kms-host',
  ],
  [
    'an assignment to this PC',
    () => assignedTo('pc-042.contoso.com', 'kms'),
    'assigned-host-is-this-pc.title host=pc-042.contoso.com',
    'assigned-host-is-this-pc.summary host=pc-042.contoso.com',
    'about host=pc-042.contoso.com port=1689',
    'shown by assigned-host-form; assign-kms-host; return-to-auto-discovery,assign-kms-host',
  ],
  [
    'an assignment to localhost',
    () => assignedTo('localhost', 'kms'),
    'assigned-host-is-this-pc.title host=localhost',
    'assigned-host-is-this-pc.summary host=localhost',
    'about host=localhost port=1689',
    'shown by assigned-host-form; assign-kms-host; return-to-auto-discovery,assign-kms-host',
  ],
  [
    'an assigned host without an address',
    () => assignedTo('kms9.contoso.com', 'no-address'),
    'assigned-host-unresolvable.title host=kms9.contoso.com',
    'assigned-host-unresolvable.summary host=kms9.contoso.com',
    'about host=kms9.contoso.com port=1689',
    'shown by assigned-host-resolves; assign-kms-host; return-to-auto-discovery,assign-kms-host',
  ],
  [
    'an assigned host with an invalid name',
    () => assignedTo('kms9.contoso.com:1688:1688', 'no-address'),
    'assigned-host-unresolvable.title host=kms9.contoso.com:1688:1688',
    'assigned-host-unresolvable.summaryNoName host=kms9.contoso.com:1688:1688',
    'about host=kms9.contoso.com:1688:1688 port=1689',
    'shown by assigned-host-form; assign-kms-host; return-to-auto-discovery,assign-kms-host',
  ],
  [
    'an assigned host that refuses connections',
    () => assignedTo('kms9.contoso.com', 'refused'),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summary host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'to network: messages.assigned-host-unreachable.subject endpoints=kms9.contoso.com:1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host with a wrong port',
    () => ({
      ...assignedTo('kms9.contoso.com', 'refused'),
      assignedTarget: { ...target('refused', 'kms9.contoso.com'), standardPort: [probe('kms')] },
    }),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summaryWrongPort host=kms9.contoso.com port=1689 standardPort=1688',
    'about host=kms9.contoso.com port=1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host without a route',
    () => assignedTo('kms9.contoso.com', 'no-route'),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summaryNoRoute host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'to network: messages.assigned-host-unreachable.subject endpoints=kms9.contoso.com:1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host behind a firewall',
    () => assignedTo('kms9.contoso.com', 'filtered'),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summary host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'to network: messages.assigned-host-unreachable.subject endpoints=kms9.contoso.com:1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    "an assigned host blocked by this PC's firewall",
    () => ({ ...assignedTo('kms9.contoso.com', 'filtered'), outboundBlocked: read('this-pc') }),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summaryOwnFirewall host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host blocked by Group Policy',
    () => ({
      ...assignedTo('kms9.contoso.com', 'filtered'),
      outboundBlocked: read('group-policy'),
    }),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summaryPolicyFirewall host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'to group-policy: messages.kms-outbound-policy.subject endpoints=kms9.contoso.com:1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host that refuses connections, with a blocking policy',
    () => ({ ...assignedTo('kms9.contoso.com', 'refused'), outboundBlocked: read('group-policy') }),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summary host=kms9.contoso.com port=1689',
    'about host=kms9.contoso.com port=1689',
    'to network: messages.assigned-host-unreachable.subject endpoints=kms9.contoso.com:1689',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host with another service',
    () => assignedTo('kms9.contoso.com', 'not-kms'),
    'assigned-host-not-kms.title endpoint=kms9.contoso.com:1689',
    'assigned-host-not-kms.summary endpoint=kms9.contoso.com:1689',
    'about host=kms9.contoso.com port=1689',
    'shown by assigned-host-answers; assign-kms-host; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'an assigned host that is silent',
    () => ({ ...ASSIGNED, assignedTarget: mute() }),
    'assigned-host-not-kms.title endpoint=kms9.contoso.com:1688',
    'assigned-host-not-kms.summarySilent endpoint=kms9.contoso.com:1688',
    'about host=kms9.contoso.com port=1688',
    'shown by assigned-host-answers; assign-kms-host; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'a missing record',
    () => candidate([answer([], 'SERVFAIL')], 'absent'),
    'srv-record-missing.title domains=c1.com',
    'srv-record-missing.summary server=10.0.0.10 record=_vlmcs._tcp.c1.com',
    'about domain=contoso.com',
    'to dns-server: messages.srv-record-missing.subject record=_vlmcs._tcp.c1.com domain=c1.com server=10.0.0.10',
    'shown by srv-record-published; create-srv-record; create-srv-record,assign-kms-host',
  ],
  [
    'a missing record that only Windows could look up',
    () => ({
      ...asked(lookup('candidate', 'contoso.com', [], read({ records: [], error: '9003', ms: 1 }))),
      ...{ servers: unread(), resolverTakesPart: true },
      controllers: {
        domain: 'contoso.com',
        servers: [],
        resolver: read({ records: [srv('dc1.contoso.com', 389)], error: null, ms: 1 }),
      },
    }),
    'srv-record-missing.title domains=contoso.com',
    'srv-record-missing.summaryByWindows record=_vlmcs._tcp.contoso.com',
    'about domain=contoso.com',
    'to dns-server: messages.srv-record-missing.subject record=_vlmcs._tcp.contoso.com domain=contoso.com server=Windows',
    'shown by srv-record-published; create-srv-record; create-srv-record,assign-kms-host',
  ],
  [
    'a missing record in a home network',
    () => ({
      ...inDomains(asked(lookup('candidate', 'home', 'absent')), { candidates: ['home'] }),
      dnsClient: read({ adDomain: null, primaryDnsSuffix: null, suffixSearchList: ['home'] }),
    }),
    'srv-record-missing.title domains=home',
    'srv-record-missing.summaryAtHome domains=home',
    'about domain=home',
    'shown by srv-record-published; create-srv-record; assign-kms-host',
  ],
  [
    'a missing record, and a cached host',
    () => remembering(true),
    'srv-record-missing.title domains=c0.com, c1.com',
    'srv-record-missing.summary server=10.0.0.10 record=_vlmcs._tcp.c0.com',
    'rememberedHost host=kms1.contoso.com',
    'about domain=contoso.com',
    'to dns-server: messages.srv-record-missing.subject record=_vlmcs._tcp.c0.com domain=c0.com server=10.0.0.10',
    'shown by srv-record-published; create-srv-record; create-srv-record,assign-kms-host',
  ],
  [
    "a missing record, and a cached host that Windows doesn't use",
    () => remembering(false),
    'srv-record-missing.title domains=c0.com, c1.com',
    'srv-record-missing.summary server=10.0.0.10 record=_vlmcs._tcp.c0.com',
    'about domain=contoso.com',
    'to dns-server: messages.srv-record-missing.subject record=_vlmcs._tcp.c0.com domain=c0.com server=10.0.0.10',
    'shown by srv-record-published; create-srv-record; create-srv-record,assign-kms-host',
  ],
  [
    'a missing record in the domains of a cloud',
    () => ({
      ...inDomains(asked(lookup('candidate', 'ec2.internal', 'absent')), {
        candidates: ['us-east-1.ec2-utilities.amazonaws.com', 'ec2.internal'],
      }),
      ...ALONE,
    }),
    'srv-record-missing.title domains=ec2.internal',
    'srv-record-missing.summaryInCloud domains=us-east-1.ec2-utilities.amazonaws.com, ec2.internal cloud=Amazon EC2 host=169.254.169.250',
    'about domain=us-east-1.ec2-utilities.amazonaws.com',
    'shown by srv-record-published; create-srv-record; assign-kms-host',
  ],
  [
    'a record in another domain',
    () =>
      asked(
        lookup('candidate', 'c0.com', 'absent'),
        lookup('other', 'o0.com', 'absent'),
        lookup('other', 'o1.com', 'found'),
      ),
    'srv-record-in-other-domain.title otherDomain=o1.com domains=c0.com',
    'srv-record-in-other-domain.summary otherDomain=o1.com domains=contoso.com',
    'about domain=contoso.com',
    'to kms-host: messages.srv-record-in-other-domain.subject host=kms1.contoso.com otherDomain=o1.com domain=contoso.com',
    'shown by srv-record-published,srv-record-other-domains; publish-in-multiple-domains; add-dns-suffix,set-lookup-domain,assign-kms-host',
  ],
  [
    'a record hidden by a lookup domain',
    () =>
      inDomains(
        asked(lookup('candidate', 'c0.com', 'absent'), lookup('other', 'o1.com', 'found')),
        { lookupDomain: 'c0.com', shadowedDomains: ['o1.com'] },
      ),
    'srv-record-in-other-domain.title otherDomain=o1.com domains=c0.com',
    'srv-record-in-other-domain.summaryHidden otherDomain=o1.com lookupDomain=c0.com',
    'about domain=contoso.com',
    'shown by srv-record-published,srv-record-other-domains; publish-in-multiple-domains; return-to-auto-discovery',
  ],
  [
    'a record without a domain',
    () => asked(lookup('candidate', 'c0.com', 'absent'), lookup('bare', null, 'found')),
    'srv-record-bare-name.title',
    'srv-record-bare-name.summary record=_vlmcs._tcp.c0.com',
    'about domain=contoso.com',
    'to dns-server: messages.srv-record-bare-name.subject record=_vlmcs._tcp.c0.com domain=c0.com server=10.0.0.10',
    'shown by srv-record-published,srv-record-bare-name; create-srv-record; create-srv-record,assign-kms-host',
  ],
  [
    'inconsistent DNS servers',
    () => two(BY_DHCP),
    'dns-servers-disagree.title server=10.0.0.10',
    'dns-servers-disagree.summary server=10.0.0.10 other=10.0.0.11:5300 domains=contoso.com',
    'about server=10.0.0.10',
    'to dhcp: messages.dns-servers-disagree.subject server=10.0.0.10 other=10.0.0.11:5300 record=_vlmcs._tcp.contoso.com',
    'shown by srv-record-consistent,resolver-agrees; check-dns-configuration; assign-kms-host',
  ],
  [
    'inconsistent DNS servers of two connections',
    () =>
      two({
        adapters: read([
          { ...adapter('dhcp'), dnsServers: ['10.0.0.10'] },
          { ...adapter('dhcp'), name: 'VPN', dnsServers: ['10.0.0.11:5300'] },
        ]),
      }),
    'dns-servers-disagree.title server=10.0.0.10',
    'dns-servers-disagree.summaryTwoConnections server=10.0.0.10 other=10.0.0.11:5300 domains=contoso.com',
    'about server=10.0.0.10',
    'to dhcp: messages.dns-of-two-connections.subject server=10.0.0.10 other=10.0.0.11:5300 record=_vlmcs._tcp.contoso.com',
    'shown by srv-record-consistent,resolver-agrees; check-dns-configuration; assign-kms-host',
  ],
  [
    'inconsistent DNS servers set manually',
    () => two(BY_HAND),
    'dns-servers-disagree.title server=10.0.0.10',
    'dns-servers-disagree.summary server=10.0.0.10 other=10.0.0.11:5300 domains=contoso.com',
    'about server=10.0.0.10',
    'shown by srv-record-consistent,resolver-agrees; check-dns-configuration; set-dns-servers,assign-kms-host',
  ],
  [
    'inconsistent DNS servers of the organization',
    () =>
      two({
        ...BY_HAND,
        controllers: {
          domain: 'contoso.com',
          servers: [{ server: SERVER, answer: answer([srv('dc1.contoso.com', 389)]) }],
          resolver: null,
        },
      }),
    'dns-servers-disagree.title server=10.0.0.10',
    'dns-servers-disagree.summaryOwnServer server=10.0.0.10 other=10.0.0.11:5300 domains=contoso.com domain=contoso.com',
    'about server=10.0.0.10',
    'to dns-server: messages.record-not-replicated.subject server=10.0.0.10 other=10.0.0.11:5300 record=_vlmcs._tcp.contoso.com',
    'shown by srv-record-consistent,resolver-agrees; check-dns-configuration; assign-kms-host',
  ],
  [
    'a resolver without the record',
    () => ({
      ...CLIENT,
      targets: [],
      lookups: [
        lookup('candidate', 'contoso.com', 'found', read({ records: [], error: null, ms: 1 })),
      ],
    }),
    'client-resolver-disagrees.title',
    'client-resolver-disagrees.summary server=10.0.0.10',
    'shown by resolver-agrees; check-dns-configuration; flush-dns-cache',
  ],
  [
    'a resolver with an outdated record',
    () => ({
      ...CLIENT,
      targets: [],
      lookups: [
        lookup(
          'candidate',
          'contoso.com',
          'found',
          read({ records: [srv('kms0.contoso.com')], error: null, ms: 1 }),
        ),
      ],
    }),
    'client-resolver-disagrees.title',
    'client-resolver-disagrees.summaryOther server=10.0.0.10 found=kms0.contoso.com',
    'shown by resolver-agrees; check-dns-configuration; flush-dns-cache',
  ],
  [
    'targets without an address',
    () => at('no-address', target('no-address', 'kms7.com')),
    'srv-target-unresolvable.title hosts=no-address.contoso.com, kms7.com',
    'srv-target-unresolvable.summary hosts=no-address.contoso.com, kms7.com',
    'about host=no-address.contoso.com',
    'to dns-server: messages.srv-target-unresolvable.subject hosts=no-address.contoso.com, kms7.com record=_vlmcs._tcp.contoso.com servers=10.0.0.10',
    'shown by srv-target-addresses; check-dns-configuration; assign-kms-host,create-srv-record',
  ],
  [
    'targets that resolve to a sinkhole',
    () =>
      at(
        { ...target('no-address'), lookups: [addresses('no-address.contoso.com', ['0.0.0.0'])] },
        target('no-address', 'kms7.com'),
      ),
    'srv-target-unresolvable.title hosts=no-address.contoso.com, kms7.com',
    'srv-target-unresolvable.summarySinkhole hosts=no-address.contoso.com, kms7.com addresses=0.0.0.0',
    'about host=no-address.contoso.com',
    'to dns-server: messages.srv-target-sinkhole.subject hosts=no-address.contoso.com, kms7.com record=_vlmcs._tcp.contoso.com servers=10.0.0.10 addresses=0.0.0.0',
    'shown by srv-target-addresses; check-dns-configuration; assign-kms-host,create-srv-record',
  ],
  [
    'a target whose address only Windows has',
    () =>
      at({
        ...target('no-address'),
        lookups: [addresses('no-address.contoso.com', 'absent', ['10.0.0.20'])],
      }),
    'srv-target-unresolvable.title hosts=no-address.contoso.com',
    'srv-target-unresolvable.summaryByWindows hosts=no-address.contoso.com addresses=10.0.0.20',
    'about host=no-address.contoso.com',
    'to dns-server: messages.srv-target-unresolvable.subject hosts=no-address.contoso.com record=_vlmcs._tcp.contoso.com servers=10.0.0.10',
    'shown by srv-target-addresses; check-dns-configuration; assign-kms-host,create-srv-record',
  ],
  [
    'a filtered port',
    () => at('filtered', 'refused'),
    'kms-port-filtered.title hosts=filtered.contoso.com port=1688',
    'kms-port-filtered.summary endpoints=filtered.contoso.com:1688',
    'about host=filtered.contoso.com port=1688',
    'to network: messages.kms-port-filtered.subject endpoints=filtered.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing,open-kms-firewall',
  ],
  [
    'a filtered port and hosts of a later domain',
    () => ({
      ...at('filtered'),
      laterTargets: [target('kms', 'later.com'), target('refused', 'dead.com')],
    }),
    'kms-port-filtered.title hosts=filtered.contoso.com port=1688',
    'kms-port-filtered.summary endpoints=filtered.contoso.com:1688',
    'laterHosts hosts=later.com',
    'about host=filtered.contoso.com port=1688',
    'to network: messages.kms-port-filtered.subject endpoints=filtered.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing,open-kms-firewall',
  ],
  [
    "a port blocked by this PC's firewall",
    () => ({ ...at('filtered'), outboundBlocked: read('this-pc') }),
    'kms-port-filtered.titleOwnFirewall hosts=filtered.contoso.com',
    'kms-port-filtered.summaryOwnFirewall endpoints=filtered.contoso.com:1688',
    'about host=filtered.contoso.com port=1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing',
  ],
  [
    'a port blocked by Group Policy',
    () => ({ ...at('filtered'), outboundBlocked: read('group-policy') }),
    'kms-port-filtered.titleOwnFirewall hosts=filtered.contoso.com',
    'kms-port-filtered.summaryPolicyFirewall endpoints=filtered.contoso.com:1688',
    'about host=filtered.contoso.com port=1688',
    'to group-policy: messages.kms-outbound-policy.subject endpoints=filtered.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing',
  ],
  [
    'a filtered port with unread firewall rules',
    () => ({ ...at('filtered'), outboundBlocked: unread() }),
    'kms-port-filtered.title hosts=filtered.contoso.com port=1688',
    'kms-port-filtered.summaryRulesUnread endpoints=filtered.contoso.com:1688',
    'about host=filtered.contoso.com port=1688',
    'to network: messages.kms-port-filtered.subject endpoints=filtered.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing,open-kms-firewall',
  ],
  [
    'a host with only the other IP version',
    () => ({ ...at('no-route'), adapters: read([{ ...adapter('dhcp'), addresses: V6 }]) }),
    'kms-port-filtered.titleNoRoute hosts=no-route.contoso.com',
    'kms-port-filtered.summaryOtherVersion endpoints=no-route.contoso.com:1688 version=IPv4',
    'about host=no-route.contoso.com port=1688',
    'to network: messages.kms-other-version.subject endpoints=no-route.contoso.com:1688 version=IPv4',
    'shown by kms-port-reachable; find-routing-issue; test-routing',
  ],
  [
    'an assigned host with only the other IP version',
    () => ({
      ...assignedTo('kms9.contoso.com', 'no-route'),
      adapters: read([{ ...adapter('dhcp'), addresses: V6 }]),
    }),
    'assigned-host-unreachable.title endpoint=kms9.contoso.com:1689',
    'assigned-host-unreachable.summaryOtherVersion host=kms9.contoso.com port=1689 version=IPv4',
    'about host=kms9.contoso.com port=1689',
    'to network: messages.kms-other-version.subject endpoints=kms9.contoso.com:1689 version=IPv4',
    'shown by assigned-host-answers; find-routing-issue; return-to-auto-discovery,test-routing,assign-kms-host',
  ],
  [
    'a host without a route',
    () => ({ ...at('no-route'), outboundBlocked: read('this-pc') }),
    'kms-port-filtered.titleNoRoute hosts=no-route.contoso.com',
    'kms-port-filtered.summaryNoRoute endpoints=no-route.contoso.com:1688',
    'about host=no-route.contoso.com port=1688',
    'to network: messages.kms-no-route.subject endpoints=no-route.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; test-routing',
  ],
  [
    'a host that refuses connections',
    () => at('refused', 'no-address'),
    'kms-service-not-listening.title hosts=refused.contoso.com',
    'kms-service-not-listening.summary endpoints=refused.contoso.com:1688',
    'about host=refused.contoso.com port=1688',
    'to kms-host: messages.kms-service-not-listening.subject host=refused.contoso.com port=1688 endpoint=refused.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; restart-licensing-service,test-routing',
  ],
  [
    'a record that still names this PC as a KMS host',
    () => ({
      ...at(target('refused', 'pc-042.contoso.com')),
      adapters: read([{ ...adapter('static'), addresses: ['fe80::1', '10.0.0.20'] }]),
    }),
    'kms-service-not-listening.titleThisPc',
    'kms-service-not-listening.summaryThisPc endpoints=pc-042.contoso.com:1688',
    'about host=pc-042.contoso.com port=1688',
    'to dns-server: messages.record-names-client.subject endpoints=pc-042.contoso.com:1688 record=_vlmcs._tcp.contoso.com',
    'shown by kms-port-reachable; find-routing-issue; create-srv-record',
  ],
  [
    'a record with a wrong port',
    () =>
      at({ ...target('refused', 'kms1.contoso.com'), port: 1689, standardPort: [probe('kms')] }),
    'kms-service-not-listening.titleWrongPort host=kms1.contoso.com',
    'kms-service-not-listening.summaryWrongPort host=kms1.contoso.com port=1689 standardPort=1688',
    'about host=kms1.contoso.com port=1689',
    'to dns-server: messages.kms-service-other-port.subject record=_vlmcs._tcp.contoso.com host=kms1.contoso.com port=1689',
    'shown by kms-port-reachable,srv-record-form; find-routing-issue; create-srv-record,restart-licensing-service,test-routing',
  ],
  [
    'another service at the standard port',
    () =>
      at({
        ...target('refused', 'kms1.contoso.com'),
        port: 1689,
        standardPort: [probe('not-kms')],
      }),
    'kms-service-not-listening.title hosts=kms1.contoso.com',
    'kms-service-not-listening.summary endpoints=kms1.contoso.com:1689',
    'about host=kms1.contoso.com port=1689',
    'to kms-host: messages.kms-service-not-listening.subject host=kms1.contoso.com port=1689 endpoint=kms1.contoso.com:1689',
    'shown by kms-port-reachable; find-routing-issue; restart-licensing-service,test-routing',
  ],
  [
    'a host with another service',
    () => at('not-kms', 'filtered'),
    'not-a-kms-host.title hosts=not-kms.contoso.com',
    'not-a-kms-host.summary endpoints=not-kms.contoso.com:1688',
    'about host=not-kms.contoso.com port=1688',
    'to dns-server: messages.not-a-kms-host.subject endpoints=not-kms.contoso.com:1688 record=_vlmcs._tcp.contoso.com',
    'shown by kms-service-answers; check-dns-configuration; create-srv-record,assign-kms-host',
  ],
  [
    'a host that is silent',
    () => at(mute(), 'refused'),
    'not-a-kms-host.title hosts=not-kms.contoso.com',
    'not-a-kms-host.summarySilent endpoints=not-kms.contoso.com:1688',
    'about host=not-kms.contoso.com port=1688',
    'to network: messages.kms-answer-cut.subject endpoints=not-kms.contoso.com:1688',
    'shown by kms-service-answers; check-dns-configuration; test-routing,create-srv-record,assign-kms-host',
  ],
  [
    "a KMS host that isn't activated",
    () => ({
      ...reason(0xc004f041),
      events: read([
        asks('KMS9.contoso.com:1689', '0xC004F041'),
        asks('kms8.contoso.com', '0xC004F074'),
      ]),
    }),
    'kms-host-not-activated.title',
    'kms-host-not-activated.summary error=0xC004F041',
    'about host=kms9.contoso.com',
    'to kms-host: messages.kms-host-not-activated.subject host=kms9.contoso.com error=0xC004F041',
    'shown by kms-host-activated; configure-kms-host; activate-now',
  ],
  [
    'this KMS host, not activated',
    () => licensed(HOST, { licensed: false }),
    'kms-host-not-activated.title',
    'kms-host-not-activated.summaryHere',
    'about host=kms1.contoso.com',
    'shown by kms-host-activated; configure-kms-host; activate-now,activate-by-phone,install-kms-host-key',
  ],
  [
    'this KMS host, unable to reach Microsoft',
    () => licensed(HOST, { licensed: false, reason: 0x80072ee7 }),
    'kms-host-not-activated.title',
    'kms-host-not-activated.summaryHere',
    'remedyOfError error=0x80072EE7',
    'about host=kms1.contoso.com',
    'shown by kms-host-activated; configure-kms-host; activate-now,activate-by-phone,install-kms-host-key',
  ],
  [
    "a KMS host that can't activate the product",
    () => reason(0xc004f042),
    'kms-host-cannot-activate-this-product.title',
    'kms-host-cannot-activate-this-product.summary error=0xC004F042',
    'about host=kms1.contoso.com',
    'to kms-host: messages.kms-host-cannot-activate.subject host=kms1.contoso.com error=0xC004F042',
    'shown by last-activation-error; configure-kms-host; assign-kms-host,install-mak,activate-now',
  ],
  [
    'a virtual KMS host',
    () => ({ ...reason(0xc004f06b), targets: [target('kms'), target('kms', 'kms2.com')] }),
    'kms-host-cannot-activate-this-product.title',
    'kms-host-cannot-activate-this-product.summaryVirtual error=0xC004F06B',
    'to kms-host: messages.kms-host-virtual.subjectUnnamed host=<KMS_FQDN> error=0xC004F06B',
    'shown by last-activation-error; configure-kms-host; assign-kms-host,install-mak,activate-now',
  ],
  [
    'this KMS host, unable to activate a client',
    () => ({
      ...HOST,
      events: read([
        served('a.com', '0xC004F042'),
        served('b.com'),
        served('c.com', '0xC004F015', '22222222-2222-3333-4444-555555555555'),
      ]),
    }),
    'kms-host-cannot-activate-this-product.title',
    'kms-host-cannot-activate-this-product.summaryHere clients=a.com, c.com',
    'hostKeyVersions',
    'about host=kms1.contoso.com',
    'shown by kms-host-requests; configure-kms-host; install-kms-host-key',
  ],
  [
    'this KMS host on a client edition, unable to activate a client',
    () => ({
      ...HOST,
      system: CLIENT.system,
      events: read([served('a.com', '0xC004F042')]),
    }),
    'kms-host-cannot-activate-this-product.title',
    'kms-host-cannot-activate-this-product.summaryHere clients=a.com',
    'hostOnClient',
    'about host=pc-042.contoso.com',
    'shown by kms-host-requests; configure-kms-host; install-kms-host-key',
  ],
  [
    'this KMS host, which must not be virtual',
    () => ({ ...HOST, events: read([served('a.com', '0xC004F06B'), served('b.com')]) }),
    'kms-host-cannot-activate-this-product.title',
    'kms-host-cannot-activate-this-product.summaryHereVirtual clients=a.com',
    'about host=kms1.contoso.com',
    'shown by kms-host-requests; configure-kms-host; install-kms-host-key',
  ],
  [
    'cloned clients',
    () => ({ ...HOST, ...count(3), events: read([served('a.com'), served('b.com')]) }),
    'duplicate-client-ids.title',
    'duplicate-client-ids.summary count=3 clients=a.com, b.com',
    'shown by kms-host-count,kms-host-requests; configure-kms-host; –',
  ],
  [
    'clients that may be a single renamed one',
    () => ({
      ...HOST,
      ...count(3),
      events: read([served('a.com'), served('b.com', '0x0', CMID, '2026-11-22T08:30:00Z')]),
    }),
    'duplicate-client-ids.title',
    'duplicate-client-ids.summaryRenamed count=3 clients=a.com, b.com',
    'shown by kms-host-count,kms-host-requests; configure-kms-host; –',
  ],
  [
    'a low client count',
    () => ({ ...licensed(ASSIGNED, { reason: 0xc004f038 }) }),
    'kms-count-too-low.title',
    'kms-count-too-low.summary error=0xC004F038',
    'about host=kms9.contoso.com',
    'to kms-host: messages.kms-count-too-low.subject host=kms9.contoso.com error=0xC004F038',
    'shown by kms-host-count; configure-kms-host; install-mak,activate-now',
  ],
  [
    'a low client count on this KMS host',
    () => ({ ...HOST, ...count(7) }),
    'kms-count-too-low.title',
    'kms-count-too-low.summaryHere count=7',
    'about host=kms1.contoso.com',
    'to person: messages.kms-count-too-low-here.subject count=7',
    'shown by kms-host-count; configure-kms-host; –',
  ],
  [
    'an unused KMS host',
    () => ({ ...HOST, ...count(0) }),
    'kms-count-too-low.title',
    'kms-count-too-low.summaryHere count=0',
    'about host=kms1.contoso.com',
    'to person: messages.kms-count-too-low-here.subject count=0',
    'shown by kms-host-count; configure-kms-host; return-to-kms',
  ],
  [
    'a PC with an unused KMS host key',
    () => ({
      ...licensed(HOST, { partialProductKey: 'YYYY4' }),
      ...count(0),
      system: HOST.system.ok ? read({ ...HOST.system.value, server: false }) : HOST.system,
    }),
    'kms-count-too-low.title',
    'kms-count-too-low.summaryUnusedPc count=0',
    'about host=kms1.contoso.com',
    'to person: messages.kms-host-key-on-a-pc.subject count=0',
    'shown by kms-host-count; configure-kms-host; return-to-kms',
  ],
  [
    'an unreachable, unused KMS host',
    () => ({ ...HOST, ...count(0), firewallRule: read(false) }),
    'kms-count-too-low.title',
    'kms-count-too-low.summaryBehindFirewall count=0',
    'about host=kms1.contoso.com',
    'to person: messages.kms-host-behind-firewall.subject count=0',
    'shown by kms-host-count; configure-kms-host; return-to-kms',
  ],
  [
    'a KMS host that is no longer reachable',
    () => ({ ...HOST, ...count(3), firewallRule: read(false) }),
    'kms-count-too-low.title',
    'kms-count-too-low.summaryBehindFirewall count=3',
    'about host=kms1.contoso.com',
    'to person: messages.kms-host-behind-firewall.subject count=3',
    'shown by kms-host-count; configure-kms-host; –',
  ],
  [
    'a host that refuses connections, and another without a route',
    () => at('refused', { ...target('no-route'), port: 1689, standardPort: [probe('kms')] }),
    'kms-service-not-listening.title hosts=refused.contoso.com',
    'kms-service-not-listening.summary endpoints=refused.contoso.com:1688',
    'about host=refused.contoso.com port=1688',
    'to kms-host: messages.kms-service-not-listening.subject host=refused.contoso.com port=1688 endpoint=refused.contoso.com:1688',
    'shown by kms-port-reachable; find-routing-issue; restart-licensing-service,test-routing',
  ],
  [
    'an evaluation without an expiration',
    () => licensed(HEALTHY, { channel: channel('TIMEBASED_EVAL'), graceMinutes: 0 }),
    'healthy.title',
    'healthy.summaryOther key=2YT43 kind=evaluation',
    'shown by licence-status; –; –',
  ],
  [
    'a KMS host whose license expires',
    () => licensed(PUBLISHED, { graceMinutes: 100_000 }),
    'healthy.titleHost',
    'healthy.summaryHost',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'disabled publishing',
    () => ({ ...lacking, service: read({ KeyManagementServiceDnsPublishing: false }) }),
    'dns-publishing-disabled.title',
    'dns-publishing-disabled.summary missingDomains=b.com',
    'about domain=b.com',
    'shown by dns-publishing-enabled,publish-list; check-kms-host; set-dns-publishing',
  ],
  [
    'refused publishing',
    () => lacking,
    'dns-publishing-refused.title',
    'dns-publishing-refused.summary missingDomains=b.com',
    'about domain=b.com',
    'to dns-server: messages.dns-publishing-refused.subject domain=b.com record=_vlmcs._tcp.b.com error=',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    'refused publishing of a record owned by another host',
    () => ({
      ...lacking,
      lookups: [
        lookup('publish', 'a.com', [answer([srv('kms1.contoso.com')])]),
        lookup('publish', 'b.com', [answer([srv('kms2.contoso.com')])]),
      ],
      targets: [target('kms', 'kms2.contoso.com')],
      events: read([failed('0x80072338', 'b.com')]),
    }),
    'dns-publishing-refused.title',
    'dns-publishing-refused.summaryFailed missingDomains=b.com errors=0x80072338',
    'publishingOwned hosts=kms2.contoso.com',
    'about domain=b.com',
    'to dns-server: messages.dns-publishing-failed.subject domain=b.com record=_vlmcs._tcp.b.com error=0x80072338',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    'refused publishing because of the clock',
    () => ({ ...lacking, events: read([failed('0x8007233A', 'b.com')]) }),
    'dns-publishing-refused.title',
    'dns-publishing-refused.summaryFailed missingDomains=b.com errors=0x8007233A',
    'remedyOfError error=0x8007233A',
    'about domain=b.com',
    'to dns-server: messages.dns-publishing-failed.subject domain=b.com record=_vlmcs._tcp.b.com error=0x8007233A',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    "a publish list without the host's own domain",
    () => ({ ...lacking, publishList: read({ type: 'REG_MULTI_SZ', value: ['A.com, 10, 100'] }) }),
    'dns-publishing-refused.title',
    'dns-publishing-refused.summary missingDomains=b.com',
    'publishingUnlisted domain=b.com',
    'about domain=b.com',
    'to dns-server: messages.dns-publishing-refused.subject domain=b.com record=_vlmcs._tcp.b.com error=',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    "publishing in a listed domain that doesn't exist",
    () => ({ ...lacking, events: read([failed('0x8007232B', 'b.com')]) }),
    'dns-publishing-refused.title',
    'dns-publishing-refused.summaryFailed missingDomains=b.com errors=0x8007232B',
    'publishingNoDomain domains=b.com',
    'about domain=b.com',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    'publishing in a missing domain and an existing one',
    () => ({
      ...lacking,
      lookups: [lookup('publish', 'a.com', 'absent'), lookup('publish', 'b.com', 'absent')],
      events: read([failed('0x8007232B', 'a.com'), failed('0x8007232D', 'b.com')]),
    }),
    'dns-publishing-refused.title',
    'dns-publishing-refused.summaryFailed missingDomains=a.com, b.com errors=0x8007232B, 0x8007232D',
    'publishingNoDomain domains=a.com',
    'about domain=a.com',
    'to dns-server: messages.dns-publishing-failed.subject domain=b.com record=_vlmcs._tcp.b.com error=0x8007232D',
    'shown by dns-publishing-enabled,publish-list,dns-publishing-events; publish-in-multiple-domains; restart-licensing-service,create-srv-record',
  ],
  [
    'a closed firewall on this KMS host',
    () => ({ ...HOST, firewallRule: read(false) }),
    'kms-firewall-closed.title',
    'kms-firewall-closed.summary',
    'shown by kms-host-firewall,kms-host-listening; configure-kms-host; open-kms-firewall,restart-licensing-service',
  ],
  [
    'a KMS host whose own port is silent',
    () => ({ ...PUBLISHED, ownPort: [probe('filtered')] }),
    'kms-firewall-closed.title',
    'kms-firewall-closed.summaryDropped',
    'shown by kms-host-firewall,kms-host-listening; configure-kms-host; restart-licensing-service',
  ],
  [
    'a KMS host whose own port is silent, without a firewall rule',
    () => ({ ...PUBLISHED, ownPort: [probe('filtered')], firewallRule: read(null) }),
    'kms-firewall-closed.title',
    'kms-firewall-closed.summaryDropped',
    'fixes.notHere.noFirewallRule rule=SPPSVC-In-TCP',
    'shown by kms-host-firewall,kms-host-listening; configure-kms-host; restart-licensing-service',
  ],
  [
    'this KMS host, not listening',
    () => ({ ...HOST, ownPort: [probe('refused')] }),
    'kms-firewall-closed.title',
    'kms-firewall-closed.summaryNotListening',
    'shown by kms-host-firewall,kms-host-listening; configure-kms-host; restart-licensing-service',
  ],
  [
    'missing rights',
    () => ({ ...reason(0x80070005), system: unread() }),
    'access-denied.title',
    'access-denied.summary error=0x80070005',
    'about code=0x80070005',
    'shown by last-activation-error; –; activate-now',
  ],
  [
    'missing rights in an elevated process',
    () => reason(0x80070005),
    'access-denied.titleElevated',
    'access-denied.summaryElevated error=0x80070005',
    'about code=0x80070005',
    'shown by last-activation-error; –; activate-now',
  ],
  [
    'an error code with a remedy',
    () => reason(0xc004f011),
    'activation-failed.title error=0xC004F011',
    'errors.0xC004F011.remedy',
    'about code=0xC004F011',
    'shown by last-activation-error,kms-service-answers; –; activate-now',
  ],
  [
    'an unknown error code',
    () => reason(0x87654321),
    'activation-failed.title error=0x87654321',
    'activation-failed.summary error=0x87654321 host=kms1.contoso.com',
    'about code=0x87654321',
    'shown by last-activation-error,kms-service-answers; –; activate-now',
  ],
  [
    'a pending activation',
    () => CLIENT,
    'activation-pending.title',
    'activation-pending.summary host=kms1.contoso.com',
    'shown by licence-status,kms-service-answers; –; activate-now',
  ],
  [
    'a pending activation with an assigned host',
    () => ASSIGNED,
    'activation-pending.title',
    'activation-pending.summary host=kms9.contoso.com',
    'shown by licence-status,kms-service-answers; –; activate-now',
  ],
  [
    'attempts that keep failing',
    () => ({
      ...CLIENT,
      events: read([
        asks('kms1.contoso.com', '0x80070005', '2026-11-22T04:00:00Z'),
        asks('kms1.contoso.com', '0xC004F074', '2026-11-22T06:00:00Z'),
        asks('kms1.contoso.com', '0x80004005', '2026-11-22T08:00:00Z'),
      ]),
    }),
    'activation-pending.titleFailing',
    'activation-pending.summaryFailing host=kms1.contoso.com error=0x80004005',
    'shown by licence-status,kms-service-answers,last-activation-error; –; activate-now',
  ],
  [
    'Office, not activated',
    () => withOffice(HEALTHY),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0xC004F038',
    'officeCount',
    'about code=0xC004F038 product=office',
    'to kms-host: messages.kms-count-too-low.subject host=kms1.contoso.com error=0xC004F038',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    "Office with a KMS host that isn't activated for it",
    () => ({
      ...withOffice(HEALTHY, { reason: 0xc004f041 }),
      events: read([
        {
          ...asks('kms9.contoso.com:1688', '0xC004F041'),
          data: ['0xC004F041,0x0,kms9.contoso.com:1688,,,,,,' + OFFICE_2024],
        },
      ]),
    }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0xC004F041',
    'officeHost',
    'about code=0xC004F041 product=office',
    'to kms-host: messages.office-host-not-activated.subject host=kms9.contoso.com error=0xC004F041 product=Office 24',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with a KMS host that has no key for it',
    () =>
      withOffice(HEALTHY, {
        reason: 0xc004f042,
        row: { KeyManagementServiceMachine: 'old-kms.contoso.com' },
      }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summaryAssigned product=Office 24 error=0xC004F042 host=old-kms.contoso.com',
    'officePack',
    'about code=0xC004F042 product=office',
    'to kms-host: messages.office-pack-missing.subject host=old-kms.contoso.com error=0xC004F042 product=Office 24',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with a virtual KMS host, and a MAK for Windows',
    () => ({
      ...withOffice(licensed(HEALTHY, { channel: channel('VOLUME_MAK') }), { reason: 0xc004f06b }),
      assignment: read({ place: 'service', host: 'kms9', port: 1688, isAddress: false }),
    }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0xC004F06B',
    'officeVirtual',
    'about code=0xC004F06B product=office',
    'to kms-host: messages.kms-host-virtual.subjectUnnamed host=<KMS_FQDN> error=0xC004F06B product=Office 24',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with a key of another product',
    () => withOffice(HEALTHY, { reason: 0xc004f069 }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0xC004F069',
    'officeKey',
    'about code=0xC004F069 product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with an exhausted MAK',
    () => withOffice(HEALTHY, { channel: channel('RETAIL(MAK)'), reason: 0xc004c020 }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0xC004C020',
    'remedyOfThatError error=0xC004C020',
    'about code=0xC004C020 product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with a rejected KMS host key',
    () => withOffice(PUBLISHED, { channel: channel('VOLUME_KMS'), reason: 0xc004c008 }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summaryHostKey product=Office 24 error=0xC004C008',
    'remedyOfThatError error=0xC004C008',
    'about code=0xC004C008 product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office that uses this PC as its KMS host',
    () => withOffice(HEALTHY, { name: 'Office 24', reason: 0x8007000d }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0x8007000D',
    'remedyOfThatError error=0x8007000D',
    'about code=0x8007000D product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with a MAK and a former KMS error',
    () =>
      withOffice(HEALTHY, {
        ...{ name: 'Office 24', reason: 0x8007000d },
        channel: channel('RETAIL(MAK)'),
      }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summary product=Office 24 error=0x8007000D',
    'about code=0x8007000D product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office with its own KMS host',
    () =>
      withOffice(HEALTHY, {
        name: 'Office 24',
        reason: 0xc004f074,
        row: { KeyManagementServiceMachine: 'old-kms.contoso.com' },
      }),
    'office-not-activated.title product=Office 24',
    'office-not-activated.summaryAssigned product=Office 24 error=0xC004F074 host=old-kms.contoso.com',
    'about code=0xC004F074 product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'Office without a name',
    () => withOffice(HEALTHY, { name: null, reason: 0xc004f074 }),
    'office-not-activated.title product=Office',
    'office-not-activated.summary product=Office error=0xC004F074',
    'about code=0xC004F074 product=office',
    'shown by office-licence; find-routing-issue; activate-now',
  ],
  [
    'a proxy error',
    () => reason(0x8004fe33),
    'activation-failed.title error=0x8004FE33',
    'errors.0x8004FE33.remedy',
    'about code=0x8004FE33',
    'shown by last-activation-error,kms-service-answers; change-to-mak; activate-now,activate-by-phone',
  ],
  [
    'an unreachable domain controller despite a KMS host found in DNS',
    () => reason(0x8007054b),
    'activation-failed.title error=0x8007054B',
    'errors.0x8007054B.remedy',
    'about code=0x8007054B',
    'shown by last-activation-error,kms-service-answers; check-dns-connectivity; set-dns-servers,activate-now',
  ],
  [
    'a healthy client',
    () => HEALTHY,
    'healthy.title',
    'healthy.summary host=kms1.contoso.com',
    'shown by licence-status,kms-service-answers; –; –',
  ],
  [
    'a healthy KMS host',
    () => PUBLISHED,
    'healthy.titleHost',
    'healthy.summaryHost',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a KMS host with clients whose clocks are off',
    () => ({ ...PUBLISHED, events: read([served('a.com', '0xC004F06C'), served('b.com')]) }),
    'healthy.titleHost',
    'healthy.summaryHost',
    'clientsClocksOff clients=a.com source=dc1.contoso.com',
    'shown by kms-host-activated,publish-list,kms-host-listening,kms-host-requests; –; –',
  ],
  [
    'a KMS host with clients whose clocks differ from its unread clock',
    () => ({ ...PUBLISHED, clock: unread(), events: read([served('a.com', '0xC004F06C')]) }),
    'healthy.titleHost',
    'healthy.summaryHost',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a KMS host without a domain',
    () => HOST,
    'healthy.titleHostUnfound',
    'healthy.summaryHostUnfound',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a KMS host whose record has an outdated address',
    () => ({ ...PUBLISHED, targets: [target('refused', 'kms1.contoso.com')] }),
    'healthy.titleHostUnfound',
    'healthy.summaryHostOldAddress endpoints=kms1.contoso.com:1688',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a KMS host whose record has another port',
    () => ({
      ...PUBLISHED,
      targets: [target('refused', 'kms1.contoso.com')],
      ownPort: [probe('kms', '10.0.0.20', 1700)],
    }),
    'healthy.titleHostUnfound',
    'healthy.summaryHostOtherPort port=1700 endpoints=kms1.contoso.com:1688',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a KMS host whose domains are unread',
    () => ({ ...PUBLISHED, publishList: unread() }),
    'healthy.titleHost',
    'healthy.summaryHostUnread',
    'shown by kms-host-activated,publish-list,kms-host-listening; –; –',
  ],
  [
    'a healthy network',
    () => NETWORK,
    'healthy.titleNetwork',
    'healthy.summaryNetwork host=kms1.contoso.com',
    'shown by kms-service-answers; –; –',
  ],
  [
    'a healthy MAK',
    () => licensed(HEALTHY, { channel: channel('VOLUME_MAK') }),
    'healthy.title',
    'healthy.summaryOther key=2YT43 kind=mak',
    'shown by licence-status; –; –',
  ],
  [
    'a healthy key in an unread channel',
    () => licensed(HEALTHY, { channel: channel(''), channelRead: false }),
    'healthy.title',
    'healthy.summaryKeyUnread',
    'shown by licence-status; –; –',
  ],
  [
    'a client activated by Active Directory',
    () => ({ ...HEALTHY, activationType: read(1) }),
    'healthy.title',
    'healthy.summaryDirectory',
    'shown by licence-status; –; –',
  ],
  [
    'a valid evaluation',
    () => licensed(HEALTHY, { channel: channel('TIMEBASED_EVAL'), graceMinutes: 3 * 1440 }),
    'healthy.title',
    'healthy.summaryEvaluation days=3',
    'shown by licence-status; –; –',
  ],
  [
    "a license that isn't renewed",
    () => licensed(HEALTHY, { graceMinutes: 100_000 }),
    'healthy.titleNotRenewed',
    'healthy.summaryNotRenewed host=kms1.contoso.com days=69',
    'shown by licence-status,kms-service-answers; –; activate-now',
  ],
  [
    'an unread license',
    () => ({ ...CLIENT, licence: unread() }),
    'cannot-diagnose.title',
    'cannot-diagnose.summaryLicenceUnread',
    'shown by ; –; –',
  ],
  [
    'a record query that fails on servers that answer others',
    () => ({
      ...candidate([answer([], 'SERVFAIL')], [answer([], 'REFUSED')]),
      lookups: [
        ...candidate([answer([], 'SERVFAIL')], [answer([], 'REFUSED')]).lookups,
        lookup('other', 'com', 'absent'),
      ],
    }),
    'cannot-diagnose.titleRecord',
    'cannot-diagnose.summaryRecord servers=10.0.0.10 domains=c0.com, c1.com',
    'shown by ; –; –',
  ],
  [
    'unread facts',
    () => ({ ...CLIENT, licence: unread(), targets: [], lookups: [] }),
    'cannot-diagnose.title',
    'cannot-diagnose.summary',
    'shown by ; –; –',
  ],
];

const written = ({ key, params }: Message): string =>
  [
    key.replace(/^verdicts\./, ''),
    ...Object.entries(params ?? {}).map(([k, v]) => `${k}=${v}`),
  ].join(' ');

/** Formats the texts with their parameters, objects and recipient, and the checks, procedure and fixes. */
function told(snapshot: FactSnapshot): string[] {
  const { title, summary, notes, about, message, because, procedure, fixes } = computeVerdict(
    assess(snapshot),
  );
  const aboutIt = Object.entries(about).filter(([, value]) => value !== null);
  return [
    written(title),
    written(summary),
    ...(notes ?? []).map(written),
    ...(aboutIt.length === 0 ? [] : [`about ${aboutIt.map(([k, v]) => `${k}=${v}`).join(' ')}`]),
    ...(message === null ? [] : [`to ${message.for}: ${written(message.subject)}`]),
    `shown by ${because.join()}; ${procedure ?? '–'}; ${fixes.join() || '–'}`,
  ];
}

describe('the verdict text', () => {
  it.each(SAID.map(([name, snapshot, ...sentences]) => [name, { snapshot, sentences }] as const))(
    'for %s',
    (_, { snapshot, sentences }) => {
      expect(told(snapshot())).toEqual(sentences);
    },
  );
});

it('offers only the fixes of its rule, or those of an error code', () => {
  for (const [name, snapshot] of SAID) {
    const { code, fixes } = computeVerdict(assess(snapshot()));
    const listed = VERDICT_RULES[code].fixes;
    const others = fixes.filter((fix) => !listed.includes(fix));
    if (code !== 'activation-failed') expect(others, name).toEqual([]);
    else expect(listed).toEqual(['activate-now']);
  }
  expect(VERDICT_RULES['not-a-kms-client'].fixes).toEqual([
    ...['sync-clock', 'activate-now', 'activate-by-phone', 'return-to-kms', 'install-mak'],
  ]);
});

it('covers every verdict text', () => {
  const said = SAID.flatMap(([, snapshot]) => {
    const { title, summary } = computeVerdict(assess(snapshot()));
    return [title.key, summary.key];
  });
  const sentences = VERDICT_CODES.flatMap((code) =>
    Object.keys(en.verdicts[code]).map((name) => `verdicts.${code}.${name}`),
  ).filter((key) => !key.endsWith('.name'));
  expect(sentences.filter((key) => !said.some((one) => one === key))).toEqual([]);
});
