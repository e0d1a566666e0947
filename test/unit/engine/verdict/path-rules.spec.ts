/** Verdicts on foreign, failing or inconsistent DNS servers, assigned hosts, and hosts of several domains. */
import { describe, expect, it } from 'vitest';
import type { DnsServer } from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import type { QueryResult, SrvLookup } from '@engine/facts/fact-types';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import {
  addresses,
  answer,
  ASSIGNED,
  ASSIGNED_ADDRESS,
  CLIENT,
  GARBLED,
  HOST,
  inDomains,
  lookup,
  NOT_ASKED,
  read,
  SERVER,
  SILENT,
  srv,
  target,
  unread,
} from '../facts/fact-snapshots';

/** Formats a verdict in one line: code, certainty, other findings. */
function say(snapshot: FactSnapshot): string {
  const { code, certainty, alsoFound } = computeVerdict(assess(snapshot));
  return [code, certainty, ...alsoFound].join(' ');
}

const NXDOMAIN = answer([], 'NXDOMAIN');
const SERVFAIL = answer([], 'SERVFAIL');
const KMS1 = answer([srv('kms1.contoso.com')]);
const SECOND = { address: '10.0.0.11', port: 53 };
const THIRD = { address: '10.0.0.12', port: 53 };
const found = (...hosts: string[]): SrvLookup['resolver'] =>
  read({ records: hosts.map((host) => srv(host)), error: null, ms: 1 });

describe("DNS servers that don't know the domain", () => {
  /** Creates a client without a record whose servers give these answers about the domain controllers. */
  const strangers = (
    answers: readonly QueryResult[],
    over: Partial<FactSnapshot> = {},
    resolver: SrvLookup['resolver'] = null,
  ): FactSnapshot => ({
    ...CLIENT,
    ...{ targets: [], resolverTakesPart: false },
    lookups: [lookup('candidate', 'contoso.com', 'absent')],
    controllers: {
      domain: 'contoso.com',
      servers: answers.map((one) => ({ server: SERVER, answer: one })),
      resolver,
    },
    ...over,
  });
  const nowhere = { ...ASSIGNED, ...strangers([NXDOMAIN]), assignment: ASSIGNED.assignment };
  const UNKNOWN = 'domain-unknown-to-dns';

  it.each<[string, FactSnapshot, string]>([
    ['each denies the controllers', strangers([NXDOMAIN, NXDOMAIN]), `${UNKNOWN} certain`],
    ['one knows them', strangers([NXDOMAIN, KMS1]), 'srv-record-missing certain'],
    ['one is silent', strangers([NXDOMAIN, SILENT]), `${UNKNOWN} likely`],
    ['one fails', strangers([SERVFAIL, NXDOMAIN]), `${UNKNOWN} likely`],
    [
      'one of two candidates has the record',
      strangers([NXDOMAIN], {
        lookups: [lookup('candidate', 'a.com', 'absent'), lookup('candidate', 'b.com', 'found')],
      }),
      'cannot-diagnose likely',
    ],
    [
      'the record at the resolver is unread',
      strangers([NXDOMAIN], {
        lookups: [lookup('candidate', 'contoso.com', 'absent', unread())],
        resolverTakesPart: true,
      }),
      `${UNKNOWN} likely`,
    ],
    [
      'there is no candidate domain',
      inDomains(strangers([NXDOMAIN], { lookups: [lookup('bare', null, 'absent')] }), {
        candidates: [],
      }),
      'no-dns-suffix certain',
    ],
    [
      'no candidate domain is known',
      inDomains(strangers([NXDOMAIN], { lookups: [] }), { candidates: [], complete: false }),
      'cannot-diagnose likely',
    ],
    ['all fail', strangers([SERVFAIL]), 'srv-record-missing certain'],
    ['none was queried', strangers([]), 'srv-record-missing certain'],
    [
      "this PC isn't in a domain",
      strangers([NXDOMAIN], { controllers: null }),
      'srv-record-missing certain',
    ],
    [
      'the DNS settings are unread',
      strangers([NXDOMAIN], { dnsClient: unread() }),
      'srv-record-missing likely',
    ],
    [
      'a candidate has the record',
      strangers([NXDOMAIN], { lookups: [lookup('candidate', 'contoso.com', 'found')] }),
      'cannot-diagnose likely',
    ],
    [
      "the record wasn't looked up",
      strangers([NXDOMAIN], { lookups: [lookup('candidate', 'contoso.com', 'unread')] }),
      'cannot-diagnose likely',
    ],
    [
      'some domains are unknown',
      inDomains(strangers([NXDOMAIN]), { complete: false }),
      `${UNKNOWN} likely`,
    ],
    [
      'the assignment is unread',
      strangers([NXDOMAIN], { assignment: unread() }),
      `${UNKNOWN} likely`,
    ],
    [
      'the resolver knows them',
      strangers([NXDOMAIN], {}, found('dc1')),
      'srv-record-missing certain',
    ],
    ['the resolver no longer knows them', strangers([NXDOMAIN], {}, found()), `${UNKNOWN} certain`],
    ['the resolver is unread', strangers([NXDOMAIN], {}, unread()), `${UNKNOWN} likely`],
    [
      'an assigned name has no address',
      { ...nowhere, assignedTarget: target('no-address') },
      `${UNKNOWN} certain`,
    ],
    [
      'an assigned name has an address',
      { ...nowhere, assignedTarget: target('refused') },
      'assigned-host-unreachable certain',
    ],
    [
      "an assigned name wasn't looked up",
      { ...nowhere, assignedTarget: target('address-unread') },
      'cannot-diagnose likely',
    ],
    [
      'a host is assigned by its IP address',
      { ...nowhere, assignment: ASSIGNED_ADDRESS.assignment, assignedTarget: target('refused') },
      'assigned-host-unreachable certain',
    ],
  ])('lead to the expected verdict if %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it('explain the other problems they cause', () => {
    const other = [lookup('candidate', 'contoso.com', 'absent'), lookup('other', 'b.com', 'found')];
    expect(say(strangers([NXDOMAIN], { lookups: other }))).toBe(`${UNKNOWN} certain`);
    const bare = [lookup('candidate', 'contoso.com', 'absent'), lookup('bare', null, 'found')];
    expect(say(strangers([NXDOMAIN], { lookups: bare }))).toBe(`${UNKNOWN} certain`);
  });

  it('can be replaced if an active adapter has static ones', () => {
    const adapter = (up: boolean, dnsServersFrom: 'dhcp' | 'static' | null) => ({
      ...{ name: 'Ethernet', up, addresses: [], gateways: [], dnsServers: [] },
      ...{ connectionSuffix: null, dnsServersFrom },
    });
    const fixes = (...adapters: ReturnType<typeof adapter>[]) =>
      computeVerdict(assess(strangers([NXDOMAIN], { adapters: read(adapters) }))).fixes;
    expect(fixes(adapter(true, 'dhcp'), adapter(true, 'static'))).toEqual(['set-dns-servers']);
    expect(fixes(adapter(false, 'static'), adapter(true, 'dhcp'))).toEqual([]);
    const unknown = strangers([NXDOMAIN], { adapters: unread() });
    expect(computeVerdict(assess(unknown)).fixes).toEqual([]);
  });
});

describe('DNS servers that fail to answer the query', () => {
  const said = (
    one: QueryResult,
    other: QueryResult,
    resolver: SrvLookup['resolver'] = null,
    of: FactSnapshot = CLIENT,
  ): FactSnapshot => ({
    ...of,
    ...{ targets: [], resolverTakesPart: resolver !== null, servers: read([SERVER, SECOND]) },
    lookups: [
      {
        ...lookup('candidate', 'contoso.com', 'absent', resolver),
        servers: [
          { server: SERVER, answer: one },
          { server: SECOND, answer: other },
        ],
      },
    ],
  });
  const summary = (snapshot: FactSnapshot) => {
    const {
      summary: { params },
      about,
    } = computeVerdict(assess(snapshot));
    return [params?.['servers'] ?? params?.['server'], about.server];
  };

  it('are failing if one responds with an error and the other is silent', () => {
    expect(say(said(SILENT, SERVFAIL))).toBe('dns-server-failing certain');
    expect(summary(said(SILENT, SERVFAIL))).toEqual(['10.0.0.11', '10.0.0.11']);
    expect(say(said(SERVFAIL, NOT_ASKED))).toBe('cannot-diagnose likely');
    expect(say(said(SILENT, NOT_ASKED))).toBe('cannot-diagnose likely');
  });

  it("aren't a fault if the resolver finds the record anyway", () => {
    const odd = answer([], 'YXDOMAIN');
    expect(say(said(odd, SILENT, found('kms1')))).not.toMatch('dns-server');
    expect(say(said(GARBLED, SILENT, found('kms1')))).not.toMatch('dns-server');
    expect(say(said(odd, SILENT, unread()))).toBe('dns-server-failing likely');
    expect(say(said(GARBLED, SILENT, unread()))).toBe('dns-server-unreachable likely');
  });

  it("don't suggest an assignment on a KMS host", () => {
    const host = inDomains(HOST, { publish: [] });
    const { code, fixes } = computeVerdict(assess(said(SERVFAIL, SERVFAIL, null, host)));
    expect([code, fixes]).toEqual(['dns-server-failing', []]);
  });

  it("aren't named if the resolver lacks a record that another server has", () => {
    const blind = said(SERVFAIL, KMS1, found());
    expect(say(blind)).toBe('client-resolver-disagrees certain');
    expect(summary(blind)[0]).toBe('10.0.0.11');
  });
});

describe('DNS servers that disagree about the record', () => {
  /** Creates a client with three servers and the resolver of Windows. */
  const servers = (
    answers: readonly QueryResult[],
    resolver: SrvLookup['resolver'] = found(),
    all: readonly DnsServer[] = [SERVER, SECOND, THIRD],
  ): FactSnapshot => {
    const each = { ...lookup('candidate', 'contoso.com', 'absent', resolver) };
    return {
      ...CLIENT,
      servers: read(all),
      lookups: [
        {
          ...each,
          servers: answers.flatMap((one, index) => {
            const server = all[index];
            return server === undefined ? [] : [{ server, answer: one }];
          }),
        },
      ],
    };
  };
  const DISAGREE = 'dns-servers-disagree certain';
  const BLIND = 'client-resolver-disagrees';

  it.each<[string, FactSnapshot, string]>([
    ['the first denies it', servers([NXDOMAIN, KMS1, KMS1]), DISAGREE],
    ['the first is silent, the second denies it', servers([SILENT, NXDOMAIN, KMS1]), DISAGREE],
    ['the first fails, the second denies it', servers([SERVFAIL, NXDOMAIN, KMS1]), DISAGREE],
    [
      "the first doesn't speak DNS, the second denies it",
      servers([GARBLED, NXDOMAIN, KMS1]),
      DISAGREE,
    ],
    ['the first has it', servers([KMS1, NXDOMAIN, NXDOMAIN]), `${BLIND} certain`],
    [
      'the first has it at another port of the same address',
      servers([NXDOMAIN, KMS1], found(), [SERVER, { ...SERVER, port: 5300 }]),
      DISAGREE,
    ],
    ["the first wasn't queried", servers([NOT_ASKED, KMS1, KMS1]), `${BLIND} likely`],
    ["the last wasn't queried", servers([KMS1, KMS1, NOT_ASKED]), `${BLIND} certain`],
    [
      "the first wasn't queried, the second is silent",
      servers([NOT_ASKED, SILENT, KMS1]),
      `${BLIND} likely`,
    ],
    ['the first is silent', servers([SILENT, KMS1, KMS1]), `${BLIND} certain`],
    [
      "the resolver may have the record of a server that wasn't queried",
      servers([KMS1, KMS1, NOT_ASKED], found('kms2.contoso.com')),
      'activation-pending likely',
    ],
    [
      'the resolver finds it',
      servers([NXDOMAIN, KMS1, KMS1], found('kms1.contoso.com')),
      'activation-pending certain',
    ],
    [
      'the resolver finds another record',
      servers([NXDOMAIN, KMS1, KMS1], found('old.contoso.com')),
      `${BLIND} certain`,
    ],
    [
      'the resolver is unread',
      servers([NXDOMAIN, KMS1, KMS1], unread()),
      'dns-servers-disagree likely',
    ],
  ])('lead to the expected verdict if %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });
});

describe('an assigned host', () => {
  const adapters = read([
    {
      ...{ name: 'Ethernet', up: true, addresses: ['10.0.0.42', 'fd00::42'], gateways: [] },
      ...{ dnsServers: [], dnsServersFrom: null, connectionSuffix: null },
    },
  ]);
  const by = (host: string, isAddress = false, own: readonly string[] = ['10.0.0.20']) => ({
    ...CLIENT,
    adapters,
    assignment: read({ place: 'service' as const, host, port: 1688, isAddress }),
    assignedTarget: { ...target('kms', host), lookups: [addresses(host, own)] },
  });
  const OWN = 'assigned-host-is-this-pc certain';
  const OTHER = 'activation-pending certain';

  it.each<[string, FactSnapshot, string]>([
    ['localhost', by('localhost'), OWN],
    ['a loopback address', by('127.0.0.5', true), OWN],
    ['the full name of this PC', by('pc-042.contoso.com'), OWN],
    ['another name', by('kms1.contoso.com'), OTHER],
    ['an address of this PC', by('10.0.0.42', true), OWN],
    ['another address', by('10.0.0.43', true), OTHER],
    ['a name with an address of this PC', by('kms1.contoso.com', false, ['10.0.0.42']), OWN],
    [
      'a name with a loopback address',
      by('kms1.contoso.com', false, ['127.0.0.1', '10.0.0.42']),
      OWN,
    ],
    [
      'a name with an address of this PC and another one',
      by('kms1.contoso.com', false, ['10.0.0.42', '10.0.0.20']),
      OTHER,
    ],
    ['localhost, adapters unread', { ...by('localhost'), adapters: unread() }, OWN],
    [
      'another name, adapters unread',
      { ...by('kms1.contoso.com'), adapters: unread() },
      'activation-pending likely',
    ],
    [
      'another name, system unread',
      { ...by('kms1.contoso.com'), system: unread() },
      'activation-pending likely',
    ],
    ['another address, system unread', { ...by('10.0.0.43', true), system: unread() }, OTHER],
    [
      "a name that wasn't looked up",
      { ...by('kms1.contoso.com'), assignedTarget: null },
      'cannot-diagnose likely',
    ],
    [
      'a name without an address',
      { ...by('kms1.contoso.com'), assignedTarget: target('no-address') },
      'assigned-host-unresolvable certain',
    ],
    [
      'a name whose addresses are unread',
      { ...by('kms1.contoso.com'), assignedTarget: target('address-unread') },
      'cannot-diagnose likely',
    ],
    [
      "a host that wasn't probed",
      { ...by('kms1.contoso.com'), assignedTarget: target('unread', 'kms1.contoso.com') },
      'cannot-diagnose likely',
    ],
  ])('leads to the expected verdict: %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it('is replaced by automatic discovery only if a candidate domain has the record', () => {
    const fixes = (is: 'found' | 'absent', kind: 'no-address' | 'refused' | 'not-kms') =>
      computeVerdict(
        assess({
          ...by('kms9.contoso.com'),
          resolverTakesPart: false,
          lookups: [lookup('candidate', 'contoso.com', is)],
          assignedTarget: target(kind, 'kms9.contoso.com'),
        }),
      ).fixes[0];
    expect(fixes('found', 'no-address')).toBe('return-to-auto-discovery');
    expect(fixes('found', 'refused')).toBe('return-to-auto-discovery');
    expect(fixes('found', 'not-kms')).toBe('return-to-auto-discovery');
    expect(fixes('absent', 'no-address')).toBe('assign-kms-host');
    expect(fixes('absent', 'refused')).toBe('test-routing');
    expect(fixes('absent', 'not-kms')).toBe('test-routing');
  });
});

describe('hosts of several domains', () => {
  const broken = (over: Partial<FactSnapshot>): FactSnapshot => ({
    ...CLIENT,
    ...{ targets: [target('refused')], resolverTakesPart: false },
    ...over,
  });
  const twoDomains = (first: 'found' | 'absent' | 'unread') => [
    lookup('candidate', 'a.com', first),
    lookup('candidate', 'b.com', 'found'),
  ];
  const REFUSED = 'kms-service-not-listening';

  it.each<[string, FactSnapshot, string]>([
    ['an earlier domain has none', broken({ lookups: twoDomains('absent') }), `${REFUSED} certain`],
    [
      'an earlier domain may have others',
      broken({ lookups: twoDomains('unread') }),
      `${REFUSED} likely`,
    ],
    [
      'a working host of a later domain',
      broken({ laterTargets: [target('kms', 'later.com')] }),
      `${REFUSED} likely`,
    ],
    [
      'a failing host of a later domain',
      broken({ laterTargets: [target('refused', 'later.com')] }),
      `${REFUSED} certain`,
    ],
    ['some hosts were left out', broken({ targetsLeftOut: 1 }), `${REFUSED} likely`],
    [
      'hosts without an address, some left out',
      broken({ targets: [target('no-address')], targetsLeftOut: 1 }),
      'srv-target-unresolvable likely',
    ],
    [
      "a host without an address and one that wasn't looked up",
      broken({ targets: [target('no-address'), target('address-unread')] }),
      'srv-target-unresolvable likely',
    ],
    [
      "only hosts that weren't looked up",
      broken({ targets: [target('address-unread')] }),
      'cannot-diagnose likely',
    ],
    [
      'a working host that was probed',
      broken({ targets: [target('kms')], targetsLeftOut: 1 }),
      'activation-pending certain',
    ],
  ])('lead to the expected verdict: %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });
});
