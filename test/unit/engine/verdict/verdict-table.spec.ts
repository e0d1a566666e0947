import { describe, expect, it } from 'vitest';
import { VERDICT_CODES, type CheckId, type FixId, type VerdictCode } from '@shared/catalog';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import type { Domains, SrvLookup, Target } from '@engine/facts/fact-types';
import type { Reachability } from '@shared/kms-path';
import { ERROR_CODES } from '@shared/error-codes';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import {
  addresses,
  answer,
  ASSIGNED,
  ASSIGNED_ADDRESS,
  channel,
  CLIENT,
  GARBLED,
  HEALTHY,
  HOST,
  inDomains,
  licensed,
  lookup,
  NETWORK,
  NOT_ASKED,
  probe,
  read,
  served,
  SERVER,
  SILENT,
  srv,
  target,
  unread,
  withOffice,
} from '../facts/fact-snapshots';

const giveVerdict = (snapshot: FactSnapshot) => computeVerdict(assess(snapshot));

/** Formats a verdict in one line: code, certainty, other findings. */
function say(snapshot: FactSnapshot): string {
  const { code, certainty, alsoFound } = giveVerdict(snapshot);
  return [code, certainty, ...alsoFound].join(' ');
}

/** Error of the lowest rule that isn't exclusive. Its certainty reveals whether a rule above is undecided. */
const ACCESS_DENIED = 0x80070005;
const isOpen = (snapshot: FactSnapshot): boolean => {
  const { code, certainty, alsoFound } = giveVerdict(licensed(snapshot, { reason: ACCESS_DENIED }));
  expect([code, ...alsoFound]).toEqual(['access-denied']);
  return certainty === 'likely';
};

type Is = 'found' | 'absent' | 'unread';

/** Returns the client with these records and no targets. */
const records = (
  candidates: readonly Is[],
  others: readonly Is[] = [],
  bare: Is | null = null,
  domains: Partial<Domains> = {},
): FactSnapshot => ({
  ...inDomains(CLIENT, { complete: true, ...domains }),
  resolverTakesPart: false,
  targets: [],
  lookups: [
    ...candidates.map((is, index) => lookup('candidate', `c${index}.contoso.com`, is)),
    ...others.map((is, index) => lookup('other', `o${index}.contoso.com`, is)),
    ...(bare === null ? [] : [lookup('bare', null, bare)]),
  ],
});
/** Returns the client with a record that names these hosts. */
const hosts = (...reaches: Parameters<typeof target>[0][]): FactSnapshot => ({
  ...CLIENT,
  targets: reaches.map((reach) => target(reach)),
});

/** The procedure and the fixes of each verdict, as documented in docs/report.md#verdicts. */
const ROWS: Readonly<Record<VerdictCode, readonly [string | null, readonly FixId[]]>> = {
  'licensing-service-unavailable': [null, ['restart-licensing-service']],
  'no-product-key': ['change-to-mak', ['return-to-kms', 'install-mak']],
  'product-key-rejected': ['change-to-mak', ['install-mak', 'return-to-kms']],
  'evaluation-edition': ['change-to-mak', []],
  'not-a-kms-client': ['change-to-mak', ['return-to-kms']],
  'activation-type-excludes-kms': ['change-to-mak', ['allow-kms-activation']],
  'clock-skew': [null, ['sync-clock', 'activate-now']],
  'dns-server-not-configured': ['check-dns-configuration', []],
  'dns-server-unreachable': ['check-dns-connectivity', ['assign-kms-host']],
  'dns-server-failing': ['check-dns-connectivity', ['assign-kms-host']],
  'domain-unknown-to-dns': ['check-dns-connectivity', []],
  'no-dns-suffix': [
    'check-dns-configuration',
    ['set-lookup-domain', 'assign-kms-host', 'add-dns-suffix'],
  ],
  'assigned-host-is-this-pc': ['assign-kms-host', ['return-to-auto-discovery', 'assign-kms-host']],
  'assigned-host-unresolvable': [
    'assign-kms-host',
    ['return-to-auto-discovery', 'assign-kms-host'],
  ],
  'assigned-host-unreachable': [
    'find-routing-issue',
    ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
  ],
  'assigned-host-not-kms': [
    'assign-kms-host',
    ['return-to-auto-discovery', 'test-routing', 'assign-kms-host'],
  ],
  'srv-record-missing': ['create-srv-record', ['create-srv-record', 'assign-kms-host']],
  'srv-record-in-other-domain': [
    'publish-in-multiple-domains',
    ['add-dns-suffix', 'set-lookup-domain', 'assign-kms-host'],
  ],
  'srv-record-bare-name': ['create-srv-record', ['create-srv-record', 'assign-kms-host']],
  'dns-servers-disagree': ['check-dns-configuration', ['assign-kms-host']],
  'client-resolver-disagrees': ['check-dns-configuration', ['flush-dns-cache']],
  'srv-target-unresolvable': ['check-dns-configuration', ['assign-kms-host', 'create-srv-record']],
  'kms-port-filtered': ['find-routing-issue', ['test-routing', 'open-kms-firewall']],
  'kms-service-not-listening': [
    'find-routing-issue',
    ['restart-licensing-service', 'test-routing'],
  ],
  'not-a-kms-host': ['check-dns-configuration', ['create-srv-record', 'assign-kms-host']],
  'kms-host-not-activated': ['configure-kms-host', ['activate-now']],
  'kms-host-cannot-activate-this-product': [
    'configure-kms-host',
    ['assign-kms-host', 'install-mak', 'activate-now'],
  ],
  'duplicate-client-ids': ['configure-kms-host', []],
  'kms-count-too-low': ['configure-kms-host', ['install-mak', 'activate-now']],
  'dns-publishing-disabled': ['check-kms-host', ['set-dns-publishing']],
  'dns-publishing-refused': [
    'publish-in-multiple-domains',
    ['restart-licensing-service', 'create-srv-record'],
  ],
  'kms-firewall-closed': ['configure-kms-host', ['open-kms-firewall', 'restart-licensing-service']],
  'access-denied': [null, ['activate-now']],
  'activation-failed': [
    'find-routing-issue',
    ['test-routing', 'assign-kms-host', 'open-kms-firewall', 'activate-now'],
  ],
  'activation-pending': [null, ['activate-now']],
  'office-not-activated': ['find-routing-issue', ['activate-now']],
  healthy: [null, []],
  'cannot-diagnose': [null, []],
};

/** The checks that show each verdict. Users are referred to their cards. */
const SHOWN_BY: Readonly<Record<VerdictCode, readonly CheckId[]>> = {
  'licensing-service-unavailable': ['licensing-service'],
  'no-product-key': ['product-key-installed'],
  'product-key-rejected': ['last-activation-error'],
  'evaluation-edition': ['product-key-channel', 'licence-status'],
  'not-a-kms-client': ['product-key-channel', 'licence-status'],
  'activation-type-excludes-kms': ['activation-type', 'licence-status'],
  'clock-skew': ['clock-offset'],
  'dns-server-not-configured': ['dns-server-configured'],
  'dns-server-unreachable': ['dns-server-answers'],
  'dns-server-failing': ['dns-server-answers'],
  'domain-unknown-to-dns': ['domain-controllers-known'],
  'no-dns-suffix': ['dns-suffixes'],
  'assigned-host-is-this-pc': ['assigned-host-form'],
  'assigned-host-unresolvable': ['assigned-host-resolves'],
  'assigned-host-unreachable': ['assigned-host-answers'],
  'assigned-host-not-kms': ['assigned-host-answers'],
  'srv-record-missing': ['srv-record-published'],
  'srv-record-in-other-domain': ['srv-record-published', 'srv-record-other-domains'],
  'srv-record-bare-name': ['srv-record-published', 'srv-record-bare-name'],
  'dns-servers-disagree': ['srv-record-consistent', 'resolver-agrees'],
  'client-resolver-disagrees': ['resolver-agrees'],
  'srv-target-unresolvable': ['srv-target-addresses'],
  'kms-port-filtered': ['kms-port-reachable'],
  'kms-service-not-listening': ['kms-port-reachable'],
  'not-a-kms-host': ['kms-service-answers'],
  'kms-host-not-activated': ['kms-host-activated'],
  'kms-host-cannot-activate-this-product': ['last-activation-error'],
  'duplicate-client-ids': ['kms-host-count', 'kms-host-requests'],
  'kms-count-too-low': ['kms-host-count'],
  'dns-publishing-disabled': ['dns-publishing-enabled', 'publish-list'],
  'dns-publishing-refused': ['dns-publishing-enabled', 'publish-list', 'dns-publishing-events'],
  'kms-firewall-closed': ['kms-host-firewall', 'kms-host-listening'],
  'access-denied': ['last-activation-error'],
  'activation-failed': ['last-activation-error', 'kms-service-answers'],
  'activation-pending': ['licence-status', 'kms-service-answers'],
  'office-not-activated': ['office-licence'],
  healthy: ['licence-status', 'kms-service-answers'],
  'cannot-diagnose': [],
};

describe('a verdict', () => {
  it.each(VERDICT_CODES)('%s has the documented procedure, fixes and checks', (code) => {
    const verdict = giveVerdict(EXAMPLES[code]());
    expect(verdict.code).toBe(code);
    expect([verdict.procedure, verdict.fixes]).toEqual(ROWS[code]);
    expect(verdict.because).toEqual(SHOWN_BY[code]);
    expect(verdict.title.key).toMatch(`verdicts.${code}.title`);
    expect(verdict.summary.key).toMatch(
      code === 'activation-failed' ? 'errors.0xC004F039.remedy' : `verdicts.${code}.summary`,
    );
  });

  it('is shown by other checks if it depends on them', () => {
    const because = (snapshot: FactSnapshot) => giveVerdict(snapshot).because;
    expect(because(reason(CLIENT, 0xc004f06c))).toEqual(['last-activation-error']);
    expect(because(NETWORK)).toEqual(['kms-service-answers']);
    expect(because(HOST)).toEqual(['kms-host-activated', 'publish-list', 'kms-host-listening']);
    const mak = licensed(HEALTHY, { channel: channel('VOLUME_MAK') });
    expect(because(mak)).toEqual(['licence-status']);
  });

  it('on a KMS host offers no fix for a client', () => {
    const fixes = (snapshot: FactSnapshot) => giveVerdict(snapshot).fixes;
    const silent = { lookups: [lookup('publish', 'contoso.com', [SILENT])], targets: [] };
    expect(fixes({ ...HOST, ...silent, resolverTakesPart: false })).toEqual([]);
    const count = { ...row(HOST), KeyManagementServiceCurrentCount: 3 };
    expect(fixes({ ...HOST, service: read(count) })).toEqual([]);
  });

  it("on the network offers only fixes that don't need Windows", () => {
    const { code, fixes } = giveVerdict({
      ...NETWORK,
      targets: [],
      lookups: [lookup('candidate', 'contoso.com', 'absent')],
    });
    expect({ code, fixes }).toEqual({ code: 'srv-record-missing', fixes: ['create-srv-record'] });
    const filtered = giveVerdict({ ...NETWORK, targets: [target('filtered')] });
    expect(filtered.fixes).toEqual(['open-kms-firewall']);
  });

  it('on a MAK offers to activate it', () => {
    const mak = licensed(OTHER_KEY, { channel: channel('VOLUME_MAK') });
    expect(giveVerdict(mak)).toMatchObject({
      code: 'not-a-kms-client',
      fixes: ['activate-now', 'activate-by-phone', 'return-to-kms'],
    });
  });

  it('on a lookup domain that hides the record offers to clear it', () => {
    const hidden = records(['absent'], ['found'], null, {
      shadowedDomains: ['o0.contoso.com'],
      lookupDomain: 'c0.contoso.com',
    });
    expect(giveVerdict(hidden).fixes).toEqual(['return-to-auto-discovery']);
    const alsoElsewhere = records(['absent'], ['found', 'absent'], null, {
      shadowedDomains: ['o0.contoso.com'],
      lookupDomain: 'c0.contoso.com',
    });
    expect(giveVerdict(alsoElsewhere).fixes).toEqual(['return-to-auto-discovery']);
    const stillElsewhere = records(['absent'], ['absent', 'found'], null, {
      shadowedDomains: ['o0.contoso.com'],
      lookupDomain: 'c0.contoso.com',
    });
    expect(giveVerdict(stillElsewhere).fixes).toEqual([
      'add-dns-suffix',
      'set-lookup-domain',
      'assign-kms-host',
    ]);
  });

  it('contains the days left, unless everything is healthy', () => {
    const left = (snapshot: FactSnapshot) =>
      giveVerdict(licensed(snapshot, { licensed: true, status: 1, graceMinutes: 2 * 1440 + 1439 }))
        .daysLeft;
    expect(left({ ...HEALTHY, targets: [target('refused')] })).toBe(2);
    expect(left(HEALTHY)).toBeNull();
    expect(giveVerdict({ ...CLIENT, targets: [target('refused')] }).daysLeft).toBeNull();
  });
});

function row({ service }: FactSnapshot) {
  if (!service.ok) throw new Error('No service');
  return service.value;
}

describe('the licensing service', () => {
  const failed = unread('tool-failed');
  const noTool = { events: unread() };

  it.each<[string, Partial<FactSnapshot>]>([
    ['it is disabled', { sppsvc: read({ state: 'running', start: 'disabled' }) }],
    ["it doesn't exist", { sppsvc: read(null) }],
  ])('is certainly unavailable if %s', (_, over) => {
    expect(say({ ...CLIENT, ...over })).toMatch('licensing-service-unavailable certain');
  });

  it("is unavailable if the license can't be read although the tool works", () => {
    const likely = 'licensing-service-unavailable likely';
    expect(say({ ...CLIENT, licence: failed })).toBe(likely);
    expect(say({ ...CLIENT, service: failed })).toBe(likely);
    expect(say({ ...CLIENT, licence: unread(), service: failed })).toBe(likely);
    // Firewall rules come from another source.
    expect(say({ ...CLIENT, licence: failed, firewallRule: unread() })).toBe(likely);
  });

  it("isn't blamed if Windows rejects a query", () => {
    const refused = unread('unsupported-query');
    expect(say({ ...CLIENT, service: refused })).toBe('activation-pending likely');
    expect(say({ ...CLIENT, licence: refused, service: refused })).toBe('cannot-diagnose likely');
    expect(say({ ...records(['absent']), licence: refused })).toBe('srv-record-missing likely');
  });

  it("isn't blamed if the tool doesn't work", () => {
    expect(say({ ...CLIENT, ...noTool, licence: failed })).toBe('cannot-diagnose likely');
    const firewall = { firewallRule: read(true), outboundBlocked: read(null) };
    expect(say({ ...CLIENT, ...noTool, ...firewall, licence: failed })).toBe(
      'cannot-diagnose likely',
    );
    expect(say({ ...CLIENT, licence: unread('tool-missing') })).toBe('cannot-diagnose likely');
    expect(say({ ...CLIENT, service: unread() })).toBe('activation-pending likely');
    expect(say({ ...CLIENT, sppsvc: unread() })).toBe('activation-pending likely');
    expect(say({ ...CLIENT, sppsvc: unread(), licence: failed })).toBe('cannot-diagnose likely');
  });
});

describe('the key', () => {
  it('is missing if no product has one, and unknown if none was read', () => {
    expect(say({ ...CLIENT, licence: read(null) })).toBe('no-product-key certain');
    expect(say({ ...records(['absent']), licence: unread() })).toBe('srv-record-missing likely');
  });

  const REJECTED = [
    0xc004f050, 0xc004f051, 0xc004f069, 0xc004c001, 0xc004c003, 0xc004c008, 0xc004c020, 0xc004c021,
    0xc004c060, 0xc004b100,
  ];

  it('is rejected by each of these errors, whatever its channel', () => {
    for (const reason of REJECTED) {
      expect(say(licensed(OTHER_KEY, { reason }))).toBe('product-key-rejected certain');
      const oem = licensed(OTHER_KEY, { reason, channel: channel('OEM_DM') });
      expect(say(oem)).toBe('product-key-rejected certain');
    }
  });

  it.each(['RETAIL', 'OEM_DM', 'VOLUME_MAK', 'VIRTUAL_MACHINE_ACTIVATION'])(
    'in the %s channel is never used with KMS',
    (token) => {
      const other = licensed(CLIENT, { channel: channel(token) });
      expect(say(other)).toBe('not-a-kms-client certain');
      expect(say(licensed(other, { licensed: true }))).toBe('healthy certain');
    },
  );

  it('in an unknown channel proves nothing', () => {
    expect(say(licensed(CLIENT, { channel: channel('X') }))).toBe('cannot-diagnose likely');
  });
});

describe('the last error', () => {
  it.each([
    [0xc004f06c, 'clock-skew'],
    [0xc004f041, 'kms-host-not-activated'],
    [0xc004f042, 'kms-host-cannot-activate-this-product'],
    [0xc004f015, 'kms-host-cannot-activate-this-product'],
    [0xc004f06b, 'kms-host-cannot-activate-this-product'],
    [0xc004f038, 'kms-count-too-low'],
    [0x80070005, 'access-denied'],
    [0xc004f025, 'access-denied'],
  ] as const)('%d leads to %s', (reason, code) => {
    expect(say(licensed(CLIENT, { reason }))).toBe(`${code} certain`);
    expect(say(licensed({ ...CLIENT, clock: unread() }, { reason }))).toBe(
      code === 'clock-skew' ? `${code} certain` : `${code} likely`,
    );
  });

  it.each(ERROR_CODES.filter(({ verdict }) => verdict !== null))(
    '$hex leads to the verdict in the table of error codes',
    ({ code, verdict }) => {
      expect(say(licensed(OTHER_KEY, { reason: code }))).toBe(`${verdict} certain`);
    },
  );

  it('leaves its rules undecided if it is vague and the events are unread', () => {
    expect(say({ ...records(['absent']), events: unread() })).toBe('srv-record-missing likely');
    const plain = licensed(records(['absent']), { reason: 0xc004f00f });
    expect(say({ ...plain, events: unread() })).toBe('srv-record-missing certain');
  });
});

describe('the clock', () => {
  it.each([
    [240, 'activation-pending certain'],
    [-240, 'activation-pending certain'],
    [241, 'clock-skew certain'],
    [-241, 'clock-skew certain'],
  ])('%i minutes off leads to %s', (minutes, verdict) => {
    const clock = read({ minutes, source: 'dc1' });
    expect(say({ ...CLIENT, clock })).toBe(verdict);
    expect(say({ ...HOST, clock })).toBe(verdict.replace('activation-pending', 'healthy'));
  });

  it('alone decides on a KMS host, whatever its last attempt failed with', () => {
    expect(say(licensed(HOST, { reason: 0xc004f06c }))).toBe('healthy certain');
    expect(say(licensed(CLIENT, { reason: 0xc004f06c }))).toBe('clock-skew certain');
  });

  it('leaves its rule undecided if its offset is unread', () => {
    expect(say({ ...CLIENT, clock: unread() })).toBe('activation-pending likely');
    expect(say({ ...HOST, clock: unread() })).toBe('healthy likely');
  });
});

describe('the DNS servers', () => {
  const said = (answers: SrvLookup['servers'][number]['answer'][]): FactSnapshot => ({
    ...records([]),
    lookups: [lookup('candidate', 'contoso.com', answers)],
    resolverTakesPart: false,
  });

  it('are missing if no adapter has one', () => {
    expect(say({ ...CLIENT, servers: read([]), lookups: [], targets: [] })).toBe(
      'dns-server-not-configured certain',
    );
    expect(isOpen({ ...CLIENT, servers: unread() })).toBe(true);
    expect(isOpen(CLIENT)).toBe(false);
  });

  it('are unreachable if none answers', () => {
    expect(say(said([SILENT, SILENT]))).toBe('dns-server-unreachable certain');
    expect(say(said([SILENT, NOT_ASKED]))).toBe('dns-server-unreachable certain');
    const garbled = giveVerdict(said([SILENT, GARBLED]));
    expect([garbled.code, garbled.certainty, garbled.summary]).toEqual([
      'dns-server-unreachable',
      'likely',
      {
        key: 'verdicts.dns-server-unreachable.summaryGarbled',
        params: { servers: SERVER.address },
      },
    ]);
    expect(say(said([SILENT, answer([srv('kms1.contoso.com')])]))).toBe('cannot-diagnose likely');
    expect(say(said([NOT_ASKED]))).toBe('cannot-diagnose likely');
    expect(isOpen(said([NOT_ASKED]))).toBe(true);
    expect(say({ ...said([SILENT]), servers: unread() })).toBe('cannot-diagnose likely');
  });

  it('are unreachable only if the Windows resolver finds nothing, either', () => {
    const recordSeen = (addressList: readonly string[] | 'unread') =>
      addressList === 'unread'
        ? unread()
        : read({ records: addressList.map(() => srv('kms1')), error: null, ms: 1 });
    const seen = (addressList: readonly string[] | 'unread'): FactSnapshot => ({
      ...said([SILENT]),
      lookups: [lookup('candidate', 'contoso.com', [SILENT], recordSeen(addressList))],
      resolverTakesPart: true,
      targets: [
        {
          ...target('kms'),
          lookups: [{ ...addresses('kms1', 'absent', addressList), servers: [] }],
        },
      ],
    });
    expect(say(seen([]))).toBe('dns-server-unreachable certain');
    expect(say(seen(['10.0.0.20']))).toBe('activation-pending certain');
    expect(say(seen('unread'))).toMatch('dns-server-unreachable likely');
    expect(say({ ...seen('unread'), resolverTakesPart: false })).toMatch(
      'dns-server-unreachable certain',
    );
    const elsewhere: FactSnapshot = { ...seen('unread'), diagnosedAs: 'network' };
    expect(say(elsewhere)).toMatch('dns-server-unreachable likely');
  });

  it('are failing if they return only errors', () => {
    const servfail = answer([], 'SERVFAIL');
    const refused = answer([], 'REFUSED');
    expect(say(said([servfail]))).toBe('dns-server-failing certain');
    expect(say(said([refused, SILENT]))).toBe('dns-server-failing certain');
    expect(say(said([servfail, answer([], 'FORMERR')]))).toBe('dns-server-failing likely');
    const cut = { ...answer([]), truncated: true } as const;
    expect(say(said([cut]))).toBe('dns-server-failing likely');
    expect(say(said([cut, answer([], 'NXDOMAIN')]))).toBe('srv-record-missing likely');
    expect(say(said([servfail, answer([], 'NXDOMAIN')]))).toBe('srv-record-missing certain');
    expect(say(said([servfail, answer([])]))).toBe('srv-record-missing certain');
  });
});

describe('an assigned host', () => {
  const to = (assignedTarget: Target | null): FactSnapshot => ({ ...ASSIGNED, assignedTarget });

  it.each([
    ['no-address', 'assigned-host-unresolvable certain'],
    ['refused', 'assigned-host-unreachable certain'],
    ['filtered', 'assigned-host-unreachable certain'],
    ['no-route', 'assigned-host-unreachable certain'],
    ['not-kms', 'assigned-host-not-kms certain'],
    ['kms', 'activation-pending certain'],
    ['unread', 'cannot-diagnose likely'],
    ['address-unread', 'cannot-diagnose likely'],
  ] as const)('in state %s leads to %s', (is, verdict) => {
    expect(say(to(target(is)))).toBe(verdict);
  });

  it("leaves its rules undecided if it wasn't looked up or probed", () => {
    expect(isOpen(to(target('kms')))).toBe(false);
    expect(isOpen(to(target('unread')))).toBe(true);
    expect(isOpen(to(target('address-unread')))).toBe(true);
    expect(isOpen(to(null))).toBe(true);
    expect(isOpen({ ...CLIENT, assignment: unread() })).toBe(true);
  });

  it('is found if Windows can resolve it', () => {
    const known = (resolver: readonly string[] | 'unread'): FactSnapshot =>
      to({
        ...target('refused'),
        byResolver: true,
        lookups: [addresses('kms9', 'absent'), addresses('kms9.contoso.com', 'absent', resolver)],
      });
    expect(say(known(['10.0.0.20']))).toBe('assigned-host-unreachable certain');
    expect(say(known([]))).toMatch('assigned-host-unresolvable certain');
    expect(say(known('unread'))).toMatch('assigned-host-unresolvable certain');
  });
});

describe('the records', () => {
  const NONE = 'cannot-diagnose likely';
  it.each<[string, FactSnapshot, string]>([
    ['nowhere', records(['absent', 'absent'], ['absent'], 'absent'), 'srv-record-missing certain'],
    ['one candidate unread', records(['absent', 'unread']), 'srv-record-missing likely'],
    ['every candidate unread', records(['unread']), NONE],
    ['another domain unread', records(['absent'], ['unread']), 'srv-record-missing likely'],
    ['the bare name unread', records(['absent'], [], 'unread'), 'srv-record-missing likely'],
    [
      'domains unread',
      records(['absent'], [], null, { complete: false }),
      'srv-record-missing likely',
    ],
    ['no candidate', records([]), NONE],
    ['in a candidate', records(['absent', 'found'], ['absent'], 'absent'), NONE],
    ['in a candidate and elsewhere', records(['found'], ['found'], 'found'), NONE],
    ['elsewhere', records(['absent'], ['absent', 'found']), 'srv-record-in-other-domain certain'],
    [
      'elsewhere and bare',
      records(['absent'], ['found'], 'found'),
      'srv-record-in-other-domain certain',
    ],
    [
      'elsewhere, a candidate unread',
      records(['absent', 'unread'], ['found']),
      'srv-record-in-other-domain likely',
    ],
    [
      'elsewhere, domains unread',
      records(['absent'], ['found'], null, { complete: false }),
      'srv-record-in-other-domain likely',
    ],
    ['elsewhere, no candidate', records([], ['found']), NONE],
    ['elsewhere, no candidate known', records([], ['found'], null, { complete: false }), NONE],
    ['elsewhere, every candidate unread', records(['unread'], ['found']), NONE],
    ['bare', records(['absent'], ['absent'], 'found'), 'srv-record-bare-name certain'],
    [
      'bare, another domain unread',
      records(['absent'], ['unread'], 'found'),
      'srv-record-bare-name likely',
    ],
    ['bare, no candidate', records([], [], 'found'), NONE],
  ])('lead to the expected verdict: %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it('leave their rules undecided if no server could be queried', () => {
    expect(isOpen(records(['found'], ['unread'], 'unread'))).toBe(false);
    expect(isOpen(records(['unread'], ['absent'], 'absent'))).toBe(true);
    expect(isOpen(records([], ['absent']))).toBe(false);
    expect(isOpen(records([], ['absent'], null, { complete: false }))).toBe(true);
    expect(isOpen(records([], ['absent', 'unread']))).toBe(true);
    expect(isOpen({ ...records([], ['absent']), resolverTakesPart: true })).toBe(false);
    expect(isOpen(records([], ['found'], null, { complete: false }))).toBe(true);
    expect(isOpen(records(['unread'], ['found']))).toBe(true);
    expect(isOpen(records([], [], 'found', { complete: false }))).toBe(true);
    expect(isOpen(records([], ['absent'], 'unread'))).toBe(true);
  });
});

describe('the Windows resolver', () => {
  const seen = (kms: string | null, port = 1688): SrvLookup['resolver'] =>
    read({ records: kms === null ? [] : [srv(kms, port)], error: null, ms: 1 });
  const at = (...resolvers: (SrvLookup['resolver'] | 'absent')[]): FactSnapshot => ({
    ...CLIENT,
    lookups: resolvers.map((resolver, index) =>
      resolver === 'absent'
        ? lookup('candidate', `c${index}.contoso.com`, 'absent', seen(null))
        : lookup('candidate', `c${index}.contoso.com`, 'found', resolver),
    ),
    targets: [{ ...target('kms'), lookups: [addresses('kms1', 'found', ['10.0.0.20'])] }],
  });
  const DISAGREES = 'client-resolver-disagrees certain';
  const AGREES = 'activation-pending certain';

  it.each<[string, FactSnapshot, string]>([
    ['sees the record', at(seen('kms1.contoso.com')), AGREES],
    ['sees none', at(seen(null)), DISAGREES],
    ['sees an outdated one', at(seen('old.contoso.com')), DISAGREES],
    ['sees another port', at(seen('kms1.contoso.com', 2500)), DISAGREES],
    ['sees it in one of two domains', at(seen(null), seen('kms1.contoso.com')), AGREES],
    ['sees it in neither of two domains', at(seen(null), seen(null)), DISAGREES],
    ['sees none in a domain without one', at('absent', seen('kms1.contoso.com')), AGREES],
    [
      'sees none in a domain without one or in a domain with one',
      at('absent', seen(null)),
      DISAGREES,
    ],
    ["couldn't be read", at(unread()), 'activation-pending likely'],
    [
      "couldn't be read in the domain with the record",
      at('absent', unread()),
      'activation-pending likely',
    ],
    [
      'could be read in one of two domains and sees it',
      at(unread(), seen('kms1.contoso.com')),
      AGREES,
    ],
    [
      'could be read in one of two domains and sees none',
      at(unread(), seen(null)),
      'activation-pending likely',
    ],
  ])('leads to the expected verdict if it %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  const target1 = (...resolvers: (readonly string[] | 'unread')[]): FactSnapshot => ({
    ...at(seen('kms1.contoso.com')),
    targets: resolvers.map((resolver, index) => ({
      ...target('kms'),
      lookups: [addresses(`kms${index}`, ['10.0.0.20', '10.0.0.21'], resolver)],
    })),
  });

  it('disagrees unless it sees an address of every target', () => {
    expect(say(target1(['10.0.0.21']))).toBe(AGREES);
    expect(say(target1(['10.0.0.99']))).toBe(DISAGREES);
    expect(say(target1([]))).toBe(DISAGREES);
    expect(say(target1(['10.0.0.20'], []))).toBe(DISAGREES);
    expect(say(target1('unread'))).toBe('activation-pending likely');
    expect(say(target1('unread', []))).toBe(DISAGREES);
  });

  it("isn't compared if it takes no part or if no server answers", () => {
    expect(say({ ...at(seen(null)), resolverTakesPart: false })).toBe(AGREES);
    const kms = { ...addresses('kms1', 'absent', ['10.0.0.20']), servers: [] };
    expect(
      say({
        ...CLIENT,
        lookups: [lookup('candidate', 'contoso.com', [SILENT], seen('kms1.contoso.com'))],
        targets: [{ ...target('kms'), lookups: [kms] }],
      }),
    ).toBe(AGREES);
  });

  it("isn't checked for the address of a host without one", () => {
    const gone = { ...target('no-address'), lookups: [addresses('gone', 'absent', [])] };
    expect(say({ ...at(seen('kms1.contoso.com')), targets: [gone, target('kms')] })).toMatch(
      'activation-pending',
    );
  });
});

describe('the targets', () => {
  const NOT_LISTENING = 'kms-service-not-listening';
  it.each<[readonly Parameters<typeof target>[0][], string]>([
    [['no-address'], 'srv-target-unresolvable certain'],
    [['no-address', 'no-address'], 'srv-target-unresolvable certain'],
    [['no-address', 'address-unread'], 'srv-target-unresolvable likely'],
    [['address-unread'], 'cannot-diagnose likely'],
    [['filtered'], 'kms-port-filtered certain'],
    [['filtered', 'refused'], 'kms-port-filtered certain'],
    [['filtered', 'no-address'], 'kms-port-filtered certain'],
    [['filtered', 'unread'], 'kms-port-filtered likely'],
    [['filtered', 'kms'], 'activation-pending certain'],
    [['no-route'], 'kms-port-filtered certain'],
    [['no-route', 'unread'], 'cannot-diagnose likely'],
    [['no-route', 'no-route'], 'kms-port-filtered certain'],
    [['no-route', 'refused'], `${NOT_LISTENING} certain`],
    [['no-route', 'filtered', 'refused'], 'kms-port-filtered certain'],
    [['no-route', 'not-kms'], 'not-a-kms-host certain'],
    [['no-route', 'kms'], 'activation-pending certain'],
    [['filtered', 'not-kms'], 'not-a-kms-host certain'],
    [['refused'], `${NOT_LISTENING} certain`],
    [['refused', 'refused'], `${NOT_LISTENING} certain`],
    [['refused', 'no-address'], `${NOT_LISTENING} certain`],
    [['refused', 'unread'], `${NOT_LISTENING} likely`],
    [['refused', 'kms'], 'activation-pending certain'],
    [['refused', 'not-kms'], 'not-a-kms-host certain'],
    [['not-kms'], 'not-a-kms-host certain'],
    [['not-kms', 'unread'], 'not-a-kms-host likely'],
    [['not-kms', 'kms'], 'activation-pending certain'],
    [['unread'], 'cannot-diagnose likely'],
    [['unread', 'kms'], 'activation-pending certain'],
  ])('in states %j lead to %s', (reaches, verdict) => {
    expect(say({ ...hosts(...reaches), resolverTakesPart: false })).toBe(verdict);
  });

  it("leave their rules undecided if they couldn't be probed", () => {
    const plain = (...reaches: Parameters<typeof target>[0][]): FactSnapshot => ({
      ...hosts(...reaches),
      resolverTakesPart: false,
    });
    expect(isOpen(plain('unread'))).toBe(true);
    expect(isOpen(plain('address-unread'))).toBe(true);
    expect(isOpen(plain('kms', 'unread'))).toBe(false);
    expect(isOpen(plain('kms', 'address-unread'))).toBe(false);
    expect(isOpen(plain())).toBe(false);
  });

  it('are judged by their best address', () => {
    const many = (...reaches: Reachability[]): FactSnapshot => ({
      ...hosts('kms'),
      resolverTakesPart: false,
      targets: [{ ...target('kms'), probes: reaches.map((reach) => probe(reach)) }],
    });
    expect(say(many('refused', 'kms', 'filtered'))).toBe('activation-pending certain');
    expect(say(many('not-kms', 'filtered'))).toBe('not-a-kms-host certain');
    expect(say(many('filtered', 'refused'))).toBe('kms-port-filtered certain');
    expect(say(many('unread', 'refused'))).toBe('kms-service-not-listening likely');
    expect(say(many('no-route', 'refused'))).toBe('kms-service-not-listening certain');
    expect(say(many('no-route', 'filtered'))).toBe('kms-port-filtered certain');
    expect(say(many('no-route', 'kms'))).toBe('activation-pending certain');
    expect(say(many('no-route', 'unread'))).toBe('cannot-diagnose likely');
    expect(say(many())).toBe('cannot-diagnose likely');
  });

  it('without a route are attributed to routing, not to a firewall', () => {
    const verdict = giveVerdict({ ...hosts('no-route'), resolverTakesPart: false });
    expect(verdict).toMatchObject({
      code: 'kms-port-filtered',
      title: { key: 'verdicts.kms-port-filtered.titleNoRoute' },
      summary: { key: 'verdicts.kms-port-filtered.summaryNoRoute' },
      fixes: ['test-routing'],
    });
  });

  it('that are silent or cut the connection may be kept from answering', () => {
    for (const outcome of ['silent', 'cut'] as const) {
      const answered = read({ outcome, ms: 1, detail: null });
      const mute = { ...target('not-kms'), probes: [{ ...probe('not-kms'), answered }] };
      const verdict = giveVerdict({ ...hosts('kms'), resolverTakesPart: false, targets: [mute] });
      expect(verdict).toMatchObject({
        code: 'not-a-kms-host',
        certainty: 'likely',
        summary: { key: 'verdicts.not-a-kms-host.summarySilent' },
        fixes: ['test-routing', 'create-srv-record', 'assign-kms-host'],
      });
      expect(giveVerdict({ ...ASSIGNED, assignedTarget: mute })).toMatchObject({
        code: 'assigned-host-not-kms',
        certainty: 'likely',
        summary: { key: 'verdicts.assigned-host-not-kms.summarySilent' },
      });
    }
  });
});

describe('a KMS host', () => {
  const own = (...is: Is[]): FactSnapshot => ({
    ...inDomains(HOST, {
      publish: is.map((_, index) => `p${index}.contoso.com`),
      suffixes: ['contoso.com'],
    }),
    lookups: is.map((one, index) =>
      lookup(
        'publish',
        `p${index}.contoso.com`,
        one === 'found' ? [answer([srv('KMS1.contoso.com')])] : one,
      ),
    ),
  });
  const off = { service: read({ ...row(HOST), KeyManagementServiceDnsPublishing: false }) };
  const dword = (value: number) => ({
    disableDnsPublishing: read({ type: 'REG_DWORD', value } as const),
  });
  const event = (id: number, time = '2026-11-22T08:00:00Z', domain = 'p0.contoso.com') => ({
    id,
    time,
    data: ['0x80072338', domain],
  });
  const REFUSED = 'dns-publishing-refused';

  it("is reported if it isn't activated", () => {
    expect(say(licensed(HOST, { licensed: false }))).toBe('kms-host-not-activated certain');
  });

  it.each([
    [0, 'kms-count-too-low certain'],
    [4, 'kms-count-too-low certain'],
    [5, 'kms-count-too-low likely'],
    [24, 'kms-count-too-low likely'],
    [25, 'healthy certain'],
    [0xffffffff, 'kms-count-too-low certain'],
    [-1, 'kms-count-too-low certain'],
    ['25', 'healthy likely'],
  ])('with a count of %j leads to %s', (count, verdict) => {
    const service = read({ ...row(HOST), KeyManagementServiceCurrentCount: count });
    expect(say({ ...HOST, service })).toBe(verdict);
  });

  it('lacks its record because publishing is disabled', () => {
    const code = 'dns-publishing-disabled certain';
    expect(say({ ...own('absent'), ...off })).toBe(code);
    expect(say({ ...own('found', 'absent'), ...off })).toBe(code);
    expect(say({ ...own('absent'), ...dword(1) })).toBe(code);
    expect(say({ ...own('absent', 'unread'), ...off })).toBe(code);
    expect(say({ ...own('found'), ...off })).toBe('healthy certain');
    expect(say({ ...own('found', 'unread'), ...off })).toBe('healthy likely');
    expect(say({ ...own('absent'), ...dword(0) })).toMatch(REFUSED);
    const text = { disableDnsPublishing: read({ type: 'REG_SZ', value: '1' } as const) };
    expect(say({ ...own('absent'), ...text })).toMatch(REFUSED);
  });

  it('lacks its record although publishing is enabled', () => {
    const on = (...events: ReturnType<typeof event>[]): FactSnapshot => ({
      ...own('absent'),
      events: read(events),
    });
    expect(say(on())).toBe(`${REFUSED} likely`);
    expect(say(on(event(12293)))).toBe(`${REFUSED} certain`);
    expect(say(on(event(12294), event(12293)))).toBe(`${REFUSED} certain`);
    expect(say(on(event(12293), event(12294)))).toBe(`${REFUSED} likely`);
    expect(say(on(event(12293, '2026-11-22T09:00:00Z'), event(12294)))).toBe(`${REFUSED} certain`);
    expect(say(on(event(12293), event(12290, '2026-11-23T00:00:00Z')))).toBe(`${REFUSED} certain`);
    const elsewhere = event(12294, '2026-11-23T00:00:00Z', 'p9.contoso.com');
    expect(say(on(event(12293), elsewhere))).toBe(`${REFUSED} certain`);
    expect(say(on(event(12293, undefined, 'p9.contoso.com')))).toBe(`${REFUSED} likely`);
    expect(say(on(event(12293, undefined, '_vlmcs._tcp.P0.contoso.com.')))).toBe(
      `${REFUSED} certain`,
    );
  });

  it('lacks its record while its publishing state is unread', () => {
    const unknown = { disableDnsPublishing: unread() };
    expect(say({ ...own('absent'), ...unknown })).toBe('healthy likely');
    expect(say({ ...own('absent'), ...unknown, ...off })).toBe('dns-publishing-disabled certain');
    expect(say({ ...own('absent'), service: unread() })).toBe('healthy likely');
    expect(say({ ...own('found'), ...unknown })).toBe('healthy certain');
  });

  it('is certainly healthy only if all its domains are known', () => {
    expect(say({ ...own('found'), publishList: unread() })).toBe('healthy likely');
    expect(say({ ...own('found'), dnsClient: unread() })).toBe('healthy likely');
    expect(say({ ...own('absent'), system: unread() })).toBe('healthy likely');
    expect(say({ ...own('found'), lookups: [] })).toBe('healthy likely');
    expect(
      say({
        ...own('found'),
        lookups: [lookup('publish', 'p0.contoso.com', [answer([srv('kms2.contoso.com')])])],
        hostsInQuestion: [target('no-address', 'kms2.contoso.com')],
      }),
    ).toBe(`${REFUSED} likely`);
  });

  it.each<[string, Partial<FactSnapshot>, string]>([
    ['its rule is off', { firewallRule: read(false) }, 'kms-firewall-closed certain'],
    [
      'its rule is off, its port not probed',
      { firewallRule: read(false), ownPort: [] },
      'kms-firewall-closed certain',
    ],
    ['its rule is on', { firewallRule: read(true) }, 'healthy certain'],
    ['there is no rule', { firewallRule: read(null) }, 'healthy certain'],
    ['its rule is unread', { firewallRule: unread() }, 'healthy likely'],
    [
      'no address accepts connections',
      { ownPort: [probe('refused'), probe('filtered')] },
      'kms-firewall-closed certain',
    ],
    [
      'one address accepts connections',
      { ownPort: [probe('refused'), probe('kms')] },
      'healthy certain',
    ],
    ["its port wasn't probed", { ownPort: [] }, 'healthy likely'],
    [
      "one address wasn't probed",
      { ownPort: [probe('refused'), probe('unread')] },
      'healthy likely',
    ],
    [
      'no address accepts connections, its rule unread',
      { ownPort: [probe('refused')], firewallRule: unread() },
      'kms-firewall-closed likely',
    ],
  ])('leads to the expected verdict if %s', (_, over, verdict) => {
    expect(say({ ...HOST, ...over })).toBe(verdict);
  });

  it("isn't mistaken for a client, nor a client for it", () => {
    const count = { ...row(CLIENT), KeyManagementServiceCurrentCount: 0 };
    expect(say({ ...CLIENT, service: read(count) })).toBe('activation-pending certain');
    const lacking = { firewallRule: read(false), ownPort: [probe('refused')] };
    expect(say({ ...CLIENT, ...lacking })).toBe('activation-pending certain');
    expect(say({ ...HOST, targets: [target('refused')] })).toBe('healthy certain');
  });
});

/** Faults of a plain KMS client, by their verdict. */
const FAULTS = {
  'licensing-service-unavailable': (one: FactSnapshot) => ({
    ...one,
    sppsvc: read({ state: 'stopped' as const, start: 'disabled' as const }),
  }),
  'product-key-rejected': (one: FactSnapshot) =>
    one.licence.ok ? licensed(one, { reason: 0xc004f050, partialProductKey: 'ABCDE' }) : one,
  'clock-skew': (one: FactSnapshot) => ({ ...one, clock: read({ minutes: 999, source: 'dc1' }) }),
  'dns-server-not-configured': (one: FactSnapshot) => ({ ...one, servers: read([]) }),
  'dns-server-unreachable': (one: FactSnapshot) =>
    dns(one, [lookup('candidate', 'contoso.com', [SILENT])]),
  'dns-server-failing': (one: FactSnapshot) =>
    dns(one, [lookup('candidate', 'contoso.com', [answer([], 'SERVFAIL')])]),
  'srv-record-missing': (one: FactSnapshot) =>
    dns(one, [lookup('candidate', 'contoso.com', 'absent')]),
  'srv-record-in-other-domain': (one: FactSnapshot) =>
    dns(one, [lookup('candidate', 'contoso.com', 'absent'), lookup('other', 'b.com', 'found')]),
  'srv-record-bare-name': (one: FactSnapshot) =>
    dns(one, [lookup('candidate', 'contoso.com', 'absent'), lookup('bare', null, 'found')]),
  'client-resolver-disagrees': (one: FactSnapshot) =>
    dns(one, [
      lookup('candidate', 'contoso.com', 'found', read({ records: [], error: null, ms: 1 })),
    ]),
  'srv-target-unresolvable': (one: FactSnapshot) => ({ ...one, targets: [target('no-address')] }),
  'kms-port-filtered': (one: FactSnapshot) => ({ ...one, targets: [target('filtered')] }),
  'kms-service-not-listening': (one: FactSnapshot) => ({ ...one, targets: [target('refused')] }),
  'not-a-kms-host': (one: FactSnapshot) => ({ ...one, targets: [target('not-kms')] }),
  'kms-host-not-activated': (one: FactSnapshot) => reason(one, 0xc004f041),
  'kms-host-cannot-activate-this-product': (one: FactSnapshot) => reason(one, 0xc004f042),
  'kms-count-too-low': (one: FactSnapshot) => reason(one, 0xc004f038),
  'access-denied': (one: FactSnapshot) => reason(one, ACCESS_DENIED),
} satisfies Partial<Record<VerdictCode, (snapshot: FactSnapshot) => FactSnapshot>>;

function reason(snapshot: FactSnapshot, code: number): FactSnapshot {
  return snapshot.licence.ok ? licensed(snapshot, { reason: code }) : snapshot;
}

function dns(snapshot: FactSnapshot, lookups: readonly SrvLookup[]): FactSnapshot {
  return {
    ...inDomains(snapshot, { publish: [] }),
    lookups,
    targets: [],
    resolverTakesPart: lookups.some(({ resolver }) => resolver !== null),
    ...(snapshot.assignedTarget !== null && {
      assignedTarget: { ...snapshot.assignedTarget, lookups: [] },
    }),
  };
}

const SECOND = { address: '10.0.0.11', port: 53 };

/** Returns a client whose first server denies the record and whose second one may have it. */
const twoServers = (
  second: SrvLookup['servers'][number]['answer'],
  resolver: SrvLookup['resolver'] = read({ records: [], error: '9003', ms: 1 }),
): FactSnapshot => ({
  ...CLIENT,
  servers: read([SERVER, SECOND]),
  lookups: [
    {
      ...lookup('candidate', 'contoso.com', 'absent', resolver),
      servers: [
        { server: SERVER, answer: answer([], 'NXDOMAIN') },
        { server: SECOND, answer: second },
      ],
    },
    {
      ...lookup('bare', null, 'absent'),
      servers: [
        { server: SERVER, answer: answer([], 'NXDOMAIN') },
        { server: SECOND, answer: second.outcome === 'answered' ? answer([], 'NXDOMAIN') : second },
      ],
    },
  ],
});

/** Returns a client without a record whose servers give these answers about the domain controllers. */
const strangers = (
  answers: readonly SrvLookup['servers'][number]['answer'][],
  resolver: SrvLookup['resolver'] = null,
): FactSnapshot => ({
  ...records(['absent']),
  controllers: {
    domain: 'contoso.com',
    servers: answers.map((one) => ({ server: SERVER, answer: one })),
    resolver,
  },
});

const faulty = (code: keyof typeof FAULTS) => () => FAULTS[code](CLIENT);
/** A client with a key that isn't a client setup key. */
const OTHER_KEY = licensed(CLIENT, { partialProductKey: 'ABCDE' });
const lacking = {
  ...inDomains(HOST, { publish: ['a.com'] }),
  lookups: [lookup('publish', 'a.com', 'absent')],
};

/** An example of every verdict. */
const EXAMPLES: Readonly<Record<VerdictCode, () => FactSnapshot>> = {
  ...(Object.fromEntries(
    Object.keys(FAULTS).map((code) => [code, faulty(code as keyof typeof FAULTS)]),
  ) as Record<keyof typeof FAULTS, () => FactSnapshot>),
  'no-product-key': () => ({ ...CLIENT, licence: read(null) }),
  'evaluation-edition': () => licensed(CLIENT, { channel: channel('TIMEBASED_EVAL') }),
  'not-a-kms-client': () => licensed(OTHER_KEY, { channel: channel('RETAIL') }),
  'activation-type-excludes-kms': () => ({ ...CLIENT, activationType: read(1) }),
  'domain-unknown-to-dns': () => strangers([answer([], 'NXDOMAIN')]),
  'no-dns-suffix': () =>
    inDomains({ ...records([]), resolverTakesPart: false }, { candidates: [] }),
  'assigned-host-is-this-pc': () => ({
    ...ASSIGNED,
    assignment: read({
      ...{ place: 'service', host: 'pc-042.contoso.com', port: 1688, isAddress: false },
    }),
  }),
  'dns-servers-disagree': () => twoServers(answer([srv('kms1.contoso.com')])),
  'assigned-host-unresolvable': () => ({ ...ASSIGNED, assignedTarget: target('no-address') }),
  'assigned-host-unreachable': () => ({ ...ASSIGNED, assignedTarget: target('refused') }),
  'assigned-host-not-kms': () => ({ ...ASSIGNED, assignedTarget: target('not-kms') }),
  'dns-publishing-disabled': () => ({
    ...lacking,
    service: read({ KeyManagementServiceDnsPublishing: false }),
  }),
  'dns-publishing-refused': () => lacking,
  'kms-firewall-closed': () => ({ ...HOST, firewallRule: read(false) }),
  'duplicate-client-ids': () => ({
    ...HOST,
    service: read({ ...row(HOST), KeyManagementServiceCurrentCount: 1 }),
    events: read([served('a.contoso.com'), served('b.contoso.com')]),
  }),
  'activation-failed': () => reason(CLIENT, 0xc004f039),
  'activation-pending': () => CLIENT,
  'office-not-activated': () => withOffice(HEALTHY),
  healthy: () => HEALTHY,
  'cannot-diagnose': () => ({ ...CLIENT, licence: unread() }),
};

describe('the scope of verdict rules', () => {
  const DNS: (keyof typeof FAULTS)[] = [
    'dns-server-not-configured',
    'dns-server-unreachable',
    'dns-server-failing',
  ];
  const DISCOVERED: (keyof typeof FAULTS)[] = [
    'srv-record-missing',
    'srv-record-in-other-domain',
    'srv-record-bare-name',
    'client-resolver-disagrees',
    'srv-target-unresolvable',
    'kms-port-filtered',
    'kms-service-not-listening',
    'not-a-kms-host',
  ];
  const ANY: VerdictCode[] = ['licensing-service-unavailable', 'product-key-rejected'];
  const EVERY = Object.keys(FAULTS) as (keyof typeof FAULTS)[];

  const plainHost = { ...inDomains(HOST, { publish: [] }), resolverTakesPart: false };
  const mak = licensed(HEALTHY, { channel: channel('VOLUME_MAK') });
  const byDirectory = licensed(HEALTHY, {
    row: { ...{}, VLActivationType: 1 },
  });

  it.each<[string, FactSnapshot, readonly VerdictCode[]]>([
    ['a KMS client', CLIENT, EVERY],
    ['a licensed KMS client', HEALTHY, EVERY],
    ['a licensed MAK', mak, ANY],
    ['a client licensed by its directory', byDirectory, ANY],
    [
      'a KMS host',
      plainHost,
      [
        ...[...ANY, 'clock-skew' as const, ...DNS],
        ...(['kms-host-not-activated', 'kms-count-too-low', 'access-denied'] as const),
      ],
    ],
    [
      'the network',
      NETWORK,
      [...DNS, ...DISCOVERED.filter((code) => code !== 'client-resolver-disagrees')],
    ],
    ['a host assigned by name', ASSIGNED, EVERY.filter((code) => !DISCOVERED.includes(code))],
    [
      'a host assigned by address',
      ASSIGNED_ADDRESS,
      EVERY.filter((code) => !DISCOVERED.includes(code) && !DNS.includes(code)),
    ],
  ])('is as documented on %s', (_, snapshot, applying) => {
    const held = EVERY.filter((code) => {
      const verdict = giveVerdict(FAULTS[code](snapshot));
      return [verdict.code, ...verdict.alsoFound].includes(code);
    });
    expect(held).toEqual(EVERY.filter((code) => applying.includes(code)));
  });

  it('includes the path rules, as likely, if the license is unread', () => {
    for (const code of [...DNS, ...DISCOVERED]) {
      const verdict = giveVerdict({ ...FAULTS[code](CLIENT), licence: unread() });
      expect([verdict.code, verdict.certainty]).toEqual([code, 'likely']);
    }
    expect(say({ ...CLIENT, licence: unread() })).toBe('cannot-diagnose likely');
  });

  it('includes the discovery rules, as likely, if the assignment is unread', () => {
    for (const code of DISCOVERED) {
      const verdict = giveVerdict({ ...FAULTS[code](CLIENT), assignment: unread() });
      expect([verdict.code, verdict.certainty]).toEqual([code, 'likely']);
    }
  });

  it('excludes other findings beside an exclusive verdict', () => {
    const broken = { ...CLIENT, clock: read({ minutes: 999, source: 'dc1' }) };
    expect(giveVerdict(broken).alsoFound).toEqual([]);
    expect(giveVerdict({ ...HEALTHY, targets: [target('refused')] }).alsoFound).toEqual([]);
    expect(say(NETWORK)).toBe('healthy certain');
    expect(say({ ...NETWORK, targets: [] })).toBe('cannot-diagnose likely');
  });
});

describe('multiple faults', () => {
  it('lead to the first verdict in the table, with the others listed in order', () => {
    const { code, alsoFound, certainty } = giveVerdict({
      ...licensed(records(['absent']), { reason: 0xc004f038 }),
      clock: read({ minutes: 999, source: 'dc1' }),
    });
    expect({ code, alsoFound, certainty }).toEqual({
      code: 'clock-skew',
      alsoFound: ['srv-record-missing', 'kms-count-too-low'],
      certainty: 'certain',
    });
  });

  it("don't make the first verdict less certain if rules below it are undecided", () => {
    const { certainty } = giveVerdict({
      ...records(['unread']),
      clock: read({ minutes: 999, source: 'dc1' }),
    });
    expect(certainty).toBe('certain');
  });

  it("don't make a likely verdict certain", () => {
    expect(say({ ...hosts('filtered', 'unread'), resolverTakesPart: false })).toBe(
      'kms-port-filtered likely',
    );
  });
});
