/** Rows on strange DNS servers, on servers that disagree, and on hosts that are this PC or come later, with their neighbors. */
import { describe, expect, it } from 'vitest';
import type { DnsServer } from '@engine/computer';
import type { AskedAnswer, FactSnapshot, SrvLookup } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { verdictOn } from '@engine/verdict/verdict';
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

/** The verdict in a line: code, certainty, what was also found. */
function say(snapshot: FactSnapshot): string {
  const { code, certainty, alsoFound } = verdictOn(assess(snapshot));
  return [code, certainty, ...alsoFound].join(' ');
}

const NXDOMAIN = answer([], 'NXDOMAIN');
const SERVFAIL = answer([], 'SERVFAIL');
const KMS1 = answer([srv('kms1.contoso.com')]);
const SECOND = { address: '10.0.0.11', port: 53 };
const THIRD = { address: '10.0.0.12', port: 53 };
const found = (...hosts: string[]): SrvLookup['resolver'] =>
  read({ records: hosts.map((host) => srv(host)), error: null, ms: 1 });

describe('servers that do not know the domain', () => {
  /** A client without a record; its servers answer so about the domain's controllers. */
  const strangers = (
    answers: readonly AskedAnswer[],
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
      'the resolver was not read on the record',
      strangers([NXDOMAIN], {
        lookups: [lookup('candidate', 'contoso.com', 'absent', unread())],
        resolverTakesPart: true,
      }),
      `${UNKNOWN} likely`,
    ],
    [
      'there is no candidate at all',
      inDomains(strangers([NXDOMAIN], { lookups: [lookup('bare', null, 'absent')] }), {
        candidates: [],
      }),
      'no-dns-suffix certain',
    ],
    [
      'no candidate is known',
      inDomains(strangers([NXDOMAIN], { lookups: [] }), { candidates: [], complete: false }),
      'cannot-diagnose likely',
    ],
    ['all fail', strangers([SERVFAIL]), 'srv-record-missing certain'],
    ['nobody was asked', strangers([]), 'srv-record-missing certain'],
    [
      'this PC is in no domain',
      strangers([NXDOMAIN], { controllers: null }),
      'srv-record-missing certain',
    ],
    [
      'the settings were not read',
      strangers([NXDOMAIN], { dnsClient: unread() }),
      'srv-record-missing likely',
    ],
    [
      'a candidate has the record',
      strangers([NXDOMAIN], { lookups: [lookup('candidate', 'contoso.com', 'found')] }),
      'cannot-diagnose likely',
    ],
    [
      'the record was not looked for',
      strangers([NXDOMAIN], { lookups: [lookup('candidate', 'contoso.com', 'unread')] }),
      'cannot-diagnose likely',
    ],
    [
      'the domains are not all known',
      inDomains(strangers([NXDOMAIN]), { complete: false }),
      `${UNKNOWN} likely`,
    ],
    [
      'it is not known whether a host is assigned',
      strangers([NXDOMAIN], { assignment: unread() }),
      `${UNKNOWN} likely`,
    ],
    [
      'the resolver knows them',
      strangers([NXDOMAIN], {}, found('dc1')),
      'srv-record-missing certain',
    ],
    ['the resolver knows them no more', strangers([NXDOMAIN], {}, found()), `${UNKNOWN} certain`],
    ['the resolver was not read', strangers([NXDOMAIN], {}, unread()), `${UNKNOWN} likely`],
    [
      'an assigned name has no address',
      { ...nowhere, assignedTarget: target('no-address') },
      `${UNKNOWN} certain`,
    ],
    [
      'an assigned name has one',
      { ...nowhere, assignedTarget: target('refused') },
      'assigned-host-unreachable certain',
    ],
    [
      'an assigned name was not looked up',
      { ...nowhere, assignedTarget: target('address-unread') },
      'cannot-diagnose likely',
    ],
    [
      'a host is assigned by its address',
      { ...nowhere, assignment: ASSIGNED_ADDRESS.assignment, assignedTarget: target('refused') },
      'assigned-host-unreachable certain',
    ],
  ])('where %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it('explain each row that they bring with them', () => {
    const other = [lookup('candidate', 'contoso.com', 'absent'), lookup('other', 'b.com', 'found')];
    expect(say(strangers([NXDOMAIN], { lookups: other }))).toBe(`${UNKNOWN} certain`);
    const bare = [lookup('candidate', 'contoso.com', 'absent'), lookup('bare', null, 'found')];
    expect(say(strangers([NXDOMAIN], { lookups: bare }))).toBe(`${UNKNOWN} certain`);
  });

  it('are set by hand where an adapter that is up has them so', () => {
    const adapter = (up: boolean, dnsServersFrom: 'dhcp' | 'static' | null) => ({
      ...{ name: 'Ethernet', up, addresses: [], gateways: [], dnsServers: [] },
      ...{ connectionSuffix: null, dnsServersFrom },
    });
    const fixes = (...adapters: ReturnType<typeof adapter>[]) =>
      verdictOn(assess(strangers([NXDOMAIN], { adapters: read(adapters) }))).fixes;
    expect(fixes(adapter(true, 'dhcp'), adapter(true, 'static'))).toEqual(['set-dns-servers']);
    expect(fixes(adapter(false, 'static'), adapter(true, 'dhcp'))).toEqual([]);
    const unknown = strangers([NXDOMAIN], { adapters: unread() });
    expect(verdictOn(assess(unknown)).fixes).toEqual([]);
  });
});

describe('servers of which none answers the question', () => {
  const said = (
    one: AskedAnswer,
    other: AskedAnswer,
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
    } = verdictOn(assess(snapshot));
    return [params?.['servers'] ?? params?.['server'], about.server];
  };

  it('are failing where one answers so, and the other is silent', () => {
    expect(say(said(SILENT, SERVFAIL))).toBe('dns-server-failing certain');
    expect(summary(said(SILENT, SERVFAIL))).toEqual(['10.0.0.11', '10.0.0.11']);
    expect(say(said(SERVFAIL, NOT_ASKED))).toBe('cannot-diagnose likely');
    expect(say(said(SILENT, NOT_ASKED))).toBe('cannot-diagnose likely');
  });

  it('are no fault where the resolver finds the record all the same', () => {
    const odd = answer([], 'YXDOMAIN');
    expect(say(said(odd, SILENT, found('kms1')))).not.toMatch('dns-server');
    expect(say(said(GARBLED, SILENT, found('kms1')))).not.toMatch('dns-server');
    expect(say(said(odd, SILENT, unread()))).toBe('dns-server-failing likely');
    expect(say(said(GARBLED, SILENT, unread()))).toBe('dns-server-unreachable likely');
  });

  it('keep a KMS host from nothing that it could assign', () => {
    const host = inDomains(HOST, { publish: [] });
    const { code, fixes } = verdictOn(assess(said(SERVFAIL, SERVFAIL, null, host)));
    expect([code, fixes]).toEqual(['dns-server-failing', []]);
  });

  it('are not named where the resolver lacks what another one has', () => {
    const blind = said(SERVFAIL, KMS1, found());
    expect(say(blind)).toBe('client-resolver-disagrees certain');
    expect(summary(blind)[0]).toBe('10.0.0.11');
  });
});

describe('servers that disagree on the record', () => {
  /** Three servers, and the resolver of Windows. */
  const servers = (
    answers: readonly AskedAnswer[],
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
    ['the first talks no DNS, the second denies it', servers([GARBLED, NXDOMAIN, KMS1]), DISAGREE],
    ['the first has it', servers([KMS1, NXDOMAIN, NXDOMAIN]), `${BLIND} certain`],
    [
      'the first has it at another port of the same address',
      servers([NXDOMAIN, KMS1], found(), [SERVER, { ...SERVER, port: 5300 }]),
      DISAGREE,
    ],
    ['the first was not asked', servers([NOT_ASKED, KMS1, KMS1]), `${BLIND} likely`],
    ['the last was not asked', servers([KMS1, KMS1, NOT_ASKED]), `${BLIND} certain`],
    ['only the first was not asked', servers([NOT_ASKED, SILENT, KMS1]), `${BLIND} likely`],
    ['the first is only silent', servers([SILENT, KMS1, KMS1]), `${BLIND} certain`],
    [
      'the resolver may have that of one that was not asked',
      servers([KMS1, KMS1, NOT_ASKED], found('kms2.contoso.com')),
      'activation-pending likely',
    ],
    [
      'the resolver finds it',
      servers([NXDOMAIN, KMS1, KMS1], found('kms1.contoso.com')),
      'activation-pending certain',
    ],
    [
      'the resolver finds another one',
      servers([NXDOMAIN, KMS1, KMS1], found('old.contoso.com')),
      `${BLIND} certain`,
    ],
    [
      'the resolver was not read',
      servers([NXDOMAIN, KMS1, KMS1], unread()),
      'dns-servers-disagree likely',
    ],
  ])('where %s', (_, snapshot, verdict) => {
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
    ['its full name', by('pc-042.contoso.com'), OWN],
    ['another name', by('kms1.contoso.com'), OTHER],
    ['its own address', by('10.0.0.42', true), OWN],
    ['another address', by('10.0.0.43', true), OTHER],
    ['a name with its own address', by('kms1.contoso.com', false, ['10.0.0.42']), OWN],
    ['a name with loopback', by('kms1.contoso.com', false, ['127.0.0.1', '10.0.0.42']), OWN],
    [
      'a name with another address, too',
      by('kms1.contoso.com', false, ['10.0.0.42', '10.0.0.20']),
      OTHER,
    ],
    ['localhost of a PC that was not read', { ...by('localhost'), adapters: unread() }, OWN],
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
      'a name that was not looked up',
      { ...by('kms1.contoso.com'), assignedTarget: null },
      'cannot-diagnose likely',
    ],
    [
      'a name without an address',
      { ...by('kms1.contoso.com'), assignedTarget: target('no-address') },
      'assigned-host-unresolvable certain',
    ],
    [
      'a name that nobody was asked for',
      { ...by('kms1.contoso.com'), assignedTarget: target('address-unread') },
      'cannot-diagnose likely',
    ],
    [
      'a host that was not tried',
      { ...by('kms1.contoso.com'), assignedTarget: target('unread', 'kms1.contoso.com') },
      'cannot-diagnose likely',
    ],
  ])('by %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it('is left to discovery only where a candidate has the record', () => {
    const fixes = (is: 'found' | 'absent', kind: 'no-address' | 'refused' | 'not-kms') =>
      verdictOn(
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

describe('hosts of more than one domain', () => {
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
    ['those of the first count', broken({ lookups: twoDomains('absent') }), `${REFUSED} certain`],
    [
      'an earlier one may have others',
      broken({ lookups: twoDomains('unread') }),
      `${REFUSED} likely`,
    ],
    [
      'a good one of a later domain',
      broken({ laterTargets: [target('kms', 'later.com')] }),
      `${REFUSED} likely`,
    ],
    [
      'a bad one of a later domain',
      broken({ laterTargets: [target('refused', 'later.com')] }),
      `${REFUSED} certain`,
    ],
    ['some that were left out', broken({ targetsLeftOut: 1 }), `${REFUSED} likely`],
    [
      'some without an address that were left out',
      broken({ targets: [target('no-address')], targetsLeftOut: 1 }),
      'srv-target-unresolvable likely',
    ],
    [
      'one without an address beside one that nobody looked up',
      broken({ targets: [target('no-address'), target('address-unread')] }),
      'srv-target-unresolvable likely',
    ],
    [
      'only ones that nobody looked up',
      broken({ targets: [target('address-unread')] }),
      'cannot-diagnose likely',
    ],
    [
      'a good one that was tried',
      broken({ targets: [target('kms')], targetsLeftOut: 1 }),
      'activation-pending certain',
    ],
  ])('%s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });
});
