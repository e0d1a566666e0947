/** Presence, reachability and answers derived from a snapshot, independent of the rules that use them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { onError } from '@engine/errors';
import { RunCanceled } from '@engine/stop';
import { Unreadable, type DnsRecord, type ResolverAnswer } from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import {
  toResult,
  valueOr,
  type AddressLookup,
  type QueryResult,
  type Result,
  type Target,
} from '@engine/facts/fact-types';
import { srvRecords } from '@shared/kms-path';
import {
  addressPresence,
  allAnswers,
  anyServerAnswers,
  anyServerAnswersFor,
  reachabilityOf,
  recordsAtServers,
  effectiveRecords,
  resolverFinds,
  resolverHasAddress,
  resolverHasRecord,
  resolverReplacesServers,
  deniesRecord,
  srvPresence,
  targetPresence,
} from '@engine/facts/answers';
import {
  a,
  addresses,
  answer,
  CLIENT,
  lookup,
  NOT_ASKED,
  probe,
  read,
  SERVER,
  SILENT,
  srv,
  target,
  unread,
} from './fact-snapshots';

const resolved = (...records: DnsRecord[]): Result<ResolverAnswer> =>
  read({ records, error: null, ms: 1 });

/** A host's addresses: an A and an AAAA answer from each server, and the resolver's result. */
const hostLookup = (
  servers: readonly (readonly [QueryResult, QueryResult])[],
  resolver: AddressLookup['resolver'] = null,
): AddressLookup => ({
  host: 'kms1.contoso.com',
  servers: servers.map(([four, six]) => ({ server: SERVER, a: four, aaaa: six })),
  resolver,
});
const resolvedHost = (four: readonly string[], six: readonly string[] = []) =>
  read({
    a: { records: four.map((one) => a(one)), error: null, ms: 1 },
    aaaa: { records: six.map((one) => a(one)), error: null, ms: 1 },
  });

const NOTHING: FactSnapshot = { ...CLIENT, lookups: [], targets: [], assignedTarget: null };
const at = (lookups: readonly AddressLookup[], probes: Target['probes'] = []): Target => ({
  ...{ host: 'kms1.contoso.com', port: 1688, byResolver: false, standardPort: [] },
  lookups,
  probes,
});

const CNAME: DnsRecord = {
  type: 'CNAME',
  name: '_vlmcs._tcp.contoso.com',
  ttl: 60,
  target: '_vlmcs._tcp.fabrikam.com',
};
const NXDOMAIN = answer([], 'NXDOMAIN');
const REFUSED = answer([], 'REFUSED');
const SERVFAIL = answer([], 'SERVFAIL');

describe('toResult', () => {
  it('keeps the value', async () => {
    const reading = await toResult(Promise.resolve(7));
    expect(reading).toEqual({ ok: true, value: 7 });
    expect(valueOr(reading, 0)).toBe(7);
  });

  it('keeps the reason for a failure, whatever the error', async () => {
    const denied = new Unreadable('access-denied', 'powershell', 'Access denied');
    const reading = await toResult(Promise.reject(denied));
    expect(reading).toEqual({
      ok: false,
      reason: 'access-denied',
      tool: 'powershell',
      said: 'Access denied',
    });
    expect(valueOr(reading, 0)).toBe(0);
    expect(await toResult(Promise.reject(new TypeError('out of the blue')))).toEqual({
      ok: false,
      reason: 'check-failed',
      tool: null,
      said: 'TypeError: out of the blue',
    });
  });

  it.each([
    ['the diagnosis', new RunCanceled()],
    ['a wait', AbortSignal.abort().reason],
  ])(
    'returns `cancelled` without reporting a program error if %s is canceled',
    async (_what, error) => {
      const reported: unknown[] = [];
      onTestFinished(onError((heard) => reported.push(heard)));
      const stopped = await toResult(Promise.reject(error as Error));
      expect(stopped).toEqual({ ok: false, reason: 'cancelled', tool: null, said: null });
      expect(reported).toEqual([]);
      const fault = new TypeError('out of the blue');
      await toResult(Promise.reject(fault));
      expect(reported).toEqual([fault]);
    },
  );
});

describe('SRV records', () => {
  it('exclude the other record types in an answer', () => {
    const record = srv('kms1.fabrikam.com');
    expect(srvRecords([CNAME, record, a('10.0.0.20')])).toEqual([record]);
  });

  it('come from the servers that answer', () => {
    const record = srv('kms1.contoso.com');
    const asked = lookup('candidate', 'contoso.com', [SILENT, answer([record]), NOT_ASKED]);
    expect(recordsAtServers(asked)).toEqual([record]);
  });

  it('come from the resolver in a candidate domain, and elsewhere only if no server answers', () => {
    const cached = resolved(srv('cached.contoso.com'));
    const silent = lookup('candidate', 'contoso.com', [SILENT], cached);
    const empty = lookup('candidate', 'b.com', [SILENT], resolved());
    const heard = lookup('candidate', 'c.com', [SILENT, NXDOMAIN], cached);
    expect(anyServerAnswersFor([silent, empty])).toBe(false);
    expect(anyServerAnswersFor([silent, heard])).toBe(true);
    expect(resolverReplacesServers([silent])).toBe(true);
    expect(resolverReplacesServers([empty, silent])).toBe(true);
    expect(resolverReplacesServers([empty])).toBe(false);
    expect(resolverReplacesServers([silent, heard])).toBe(false);
    expect(resolverReplacesServers([lookup('candidate', 'contoso.com', [SILENT])])).toBe(false);
    expect(resolverReplacesServers([lookup('candidate', 'contoso.com', [SILENT], unread())])).toBe(
      false,
    );

    expect(effectiveRecords(silent, [silent])).toEqual([srv('cached.contoso.com')]);
    // In a candidate domain, Windows uses the resolver's records even if servers answer otherwise.
    expect(effectiveRecords(silent, [silent, heard])).toEqual([srv('cached.contoso.com')]);
    const other = { ...silent, role: 'other' as const };
    expect(effectiveRecords(other, [other, heard])).toEqual([]);
    const unasked = lookup('candidate', 'd.com', [SILENT]);
    expect(effectiveRecords(unasked, [unasked, silent])).toEqual([]);
  });
});

describe('deniesRecord', () => {
  it.each([
    ['candidate', 'NXDOMAIN', NXDOMAIN, true],
    ['candidate', 'no records', answer(), true],
    ['candidate', 'REFUSED', REFUSED, false],
    ['candidate', 'SERVFAIL', SERVFAIL, false],
    ['publish', 'REFUSED', REFUSED, false],
    ['other', 'REFUSED', REFUSED, true],
    ['bare', 'REFUSED', REFUSED, true],
    ['other', 'SERVFAIL', SERVFAIL, false],
    ['bare', 'SERVFAIL', SERVFAIL, false],
    ['other', 'silence', SILENT, false],
    ['bare', 'no query', NOT_ASKED, false],
  ] as const)('classifies a lookup with the role %s answered with %s', (role, _, said, is) => {
    expect(deniesRecord(lookup(role, 'contoso.com', [SILENT, said]))).toBe(is);
  });
});

describe('the answers of a run', () => {
  const yes = answer([srv('kms1.contoso.com')]);

  it('include those about records, targets and the assigned host', () => {
    const snapshot: FactSnapshot = {
      ...NOTHING,
      lookups: [lookup('candidate', 'contoso.com', [yes])],
      targets: [at([hostLookup([[NXDOMAIN, SERVFAIL]])])],
      assignedTarget: at([hostLookup([[REFUSED, SILENT]])]),
    };
    expect(allAnswers(snapshot).map((one) => one.answer)).toEqual([
      yes,
      NXDOMAIN,
      SERVFAIL,
      REFUSED,
      SILENT,
    ]);
    expect(allAnswers(snapshot).every(({ server }) => server === SERVER)).toBe(true);
  });

  it('show whether any server answers, even if only about the assigned host', () => {
    const assigned = (four: QueryResult, six: QueryResult): FactSnapshot => ({
      ...NOTHING,
      assignedTarget: at([hostLookup([[four, six]])]),
    });
    expect(anyServerAnswers(assigned(SILENT, REFUSED))).toBe(true);
    expect(anyServerAnswers(assigned(SILENT, NOT_ASKED))).toBe(false);
    expect(anyServerAnswers(NOTHING)).toBe(false);
  });
});

describe('the resolver', () => {
  const SILENTLY = [SILENT, SILENT] as const;

  it('has found records, has found none, or is unread', () => {
    const withRecord = (resolver: Result<ResolverAnswer> | null): FactSnapshot => ({
      ...NOTHING,
      lookups: [lookup('candidate', 'contoso.com', [SILENT], resolver)],
    });
    expect(resolverFinds(NOTHING)).toBeNull();
    expect(resolverFinds(withRecord(null))).toBeNull();
    expect(resolverFinds(withRecord(unread()))).toBeNull();
    expect(resolverFinds(withRecord(resolved()))).toBe(false);
    expect(resolverFinds(withRecord(resolved(srv('kms1.contoso.com'))))).toBe(true);
  });

  it('finds a host by its IPv4 or IPv6 addresses', () => {
    const withHost = (...resolvers: AddressLookup['resolver'][]): FactSnapshot => ({
      ...NOTHING,
      targets: [at(resolvers.map((resolver) => hostLookup([SILENTLY], resolver)))],
    });
    expect(resolverFinds(withHost(null))).toBeNull();
    expect(resolverFinds(withHost(unread()))).toBeNull();
    expect(resolverFinds(withHost(resolvedHost([])))).toBe(false);
    expect(resolverFinds(withHost(resolvedHost(['10.0.0.20'])))).toBe(true);
    expect(resolverFinds(withHost(resolvedHost([], ['fd00::20'])))).toBe(true);
    expect(resolverFinds(withHost(null, resolvedHost([])))).toBe(false);
    const assigned = at([hostLookup([SILENTLY], resolvedHost(['10.0.0.20']))]);
    expect(resolverFinds({ ...NOTHING, assignedTarget: assigned })).toBe(true);
  });

  it("has the servers' record, has another one, or is unread", () => {
    const record = srv('kms1.contoso.com');
    const compared = (
      servers: readonly QueryResult[],
      resolver: Result<ResolverAnswer> | null,
    ): boolean | null => resolverHasRecord(lookup('candidate', 'contoso.com', servers, resolver));
    expect(compared([NXDOMAIN], resolved())).toBe(true);
    expect(compared([SILENT], unread())).toBe(true);
    expect(compared([answer([record])], null)).toBeNull();
    expect(compared([answer([record])], unread())).toBeNull();
    expect(compared([answer([record])], resolved(srv('kms1.contoso.com', 1688, 12)))).toBe(true);
    expect(compared([answer([record])], resolved(CNAME, srv('kms1.contoso.com', 1689)))).toBe(
      false,
    );
    expect(compared([answer([record])], resolved(srv('old.contoso.com')))).toBe(false);
    const two = [answer([record]), answer([srv('kms2.contoso.com')])];
    expect(compared(two, resolved(srv('kms2.contoso.com')))).toBe(true);
  });

  it('has an address of the servers, has another one, or is unread', () => {
    const four = answer([a('10.0.0.20')]);
    const six = answer([a('fd00::20')]);
    expect(resolverHasAddress(hostLookup([[NXDOMAIN, SILENT]], resolvedHost([])))).toBe(true);
    expect(resolverHasAddress(hostLookup([[NXDOMAIN, SILENT]]))).toBe(true);
    expect(resolverHasAddress(hostLookup([[four, answer()]]))).toBeNull();
    expect(resolverHasAddress(hostLookup([[four, answer()]], unread()))).toBeNull();
    expect(resolverHasAddress(hostLookup([[four, six]], resolvedHost([], ['fd00::20'])))).toBe(
      true,
    );
    expect(resolverHasAddress(hostLookup([[four, six]], resolvedHost(['10.0.0.20'])))).toBe(true);
    expect(resolverHasAddress(hostLookup([[four, six]], resolvedHost(['10.0.0.9'])))).toBe(false);
  });
});

describe('srvPresence', () => {
  const record = srv('kms1.contoso.com');
  const absent = { presence: 'absent', records: [] };
  const notKnown = { presence: 'unread', records: [] };
  const heard = lookup('other', 'b.com', [NXDOMAIN]);

  it('returns the records of any server, keeping the first of each duplicate', () => {
    const asked = lookup('candidate', 'contoso.com', [
      NXDOMAIN,
      answer([CNAME, record, srv('kms2.contoso.com')]),
      answer([srv('kms1.contoso.com', 1688, 12), srv('kms1.contoso.com', 1689)]),
    ]);
    expect(srvPresence(NOTHING, asked)).toEqual({
      presence: 'found',
      records: [record, srv('kms2.contoso.com'), srv('kms1.contoso.com', 1689)],
    });
  });

  it('ignores records in an error response', () => {
    const servfail = lookup('candidate', 'contoso.com', [answer([record], 'SERVFAIL')]);
    expect(srvPresence(NOTHING, servfail)).toEqual(notKnown);
    const nxdomain = lookup('candidate', 'contoso.com', [answer([record], 'NXDOMAIN')]);
    expect(srvPresence(NOTHING, nxdomain)).toEqual(absent);
  });

  it('uses the resolver in a candidate domain, and elsewhere only if no server answers', () => {
    const found = lookup('candidate', 'contoso.com', [SILENT], resolved(CNAME, record));
    const empty = lookup('candidate', 'b.com', [SILENT], resolved(CNAME));
    const failed = lookup('candidate', 'c.com', [SILENT], unread());
    const unasked = lookup('candidate', 'd.com', [SILENT]);
    const silent: FactSnapshot = { ...NOTHING, lookups: [found, empty, failed, unasked] };
    expect(srvPresence(silent, found)).toEqual({ presence: 'found', records: [record] });
    expect(srvPresence(silent, empty)).toEqual(absent);
    expect(srvPresence(silent, failed)).toEqual(notKnown);
    expect(srvPresence(silent, unasked)).toEqual(notKnown);
    const withHeard = { ...NOTHING, lookups: [found, heard] };
    expect(srvPresence(withHeard, found)).toEqual({ presence: 'found', records: [record] });
    expect(srvPresence(withHeard, { ...found, role: 'other' })).toEqual(notKnown);
    expect(srvPresence({ ...NOTHING, lookups: [failed] }, failed)).toEqual(notKnown);
  });
});

describe('the presence of a host address', () => {
  const four = answer([a('10.0.0.20'), a('10.0.0.21')]);
  const six = answer([a('fd00::20')]);

  it('is found if a server returns an address', () => {
    const asked = hostLookup([
      [four, six],
      [SILENT, six],
      [answer([a('10.0.0.21')]), NXDOMAIN],
    ]);
    expect(addressPresence(NOTHING, asked)).toBe('found');
    expect(addressPresence(NOTHING, hostLookup([[answer(), six]]))).toBe('found');
  });

  it('is absent after a definite IPv4 answer, but not after a failed one', () => {
    expect(addressPresence(NOTHING, hostLookup([[answer(), SILENT]]))).toBe('absent');
    expect(addressPresence(NOTHING, hostLookup([[NXDOMAIN, NXDOMAIN]]))).toBe('absent');
    expect(addressPresence(NOTHING, hostLookup([[SILENT, answer()]]))).toBe('unread');
    expect(addressPresence(NOTHING, hostLookup([[NOT_ASKED, NOT_ASKED]]))).toBe('unread');
    const servfail = answer([a('10.0.0.20')], 'SERVFAIL');
    expect(addressPresence(NOTHING, hostLookup([[servfail, servfail]]))).toBe('unread');
  });

  it('comes from the resolver if no server answers', () => {
    const SILENTLY = [SILENT, SILENT] as const;
    const found = hostLookup([SILENTLY], resolvedHost(['10.0.0.20'], ['fd00::20']));
    const empty = hostLookup([SILENTLY], resolvedHost([]));
    const failed = hostLookup([SILENTLY], unread());
    const unasked = hostLookup([SILENTLY]);
    const silent: FactSnapshot = { ...NOTHING, targets: [at([found, empty, failed, unasked])] };
    expect(addressPresence(silent, found)).toBe('found');
    expect(addressPresence(silent, empty)).toBe('absent');
    expect(addressPresence(silent, failed)).toBe('unread');
    expect(addressPresence(silent, unasked)).toBe('unread');
    const heard = { ...silent, lookups: [lookup('bare', null, 'absent')] };
    expect(addressPresence(heard, found)).toBe('unread');
  });

  it('is the best result among the names of a target', () => {
    const is = (...presences: ('found' | 'absent' | 'unread')[]): string =>
      targetPresence(NOTHING, at(presences.map((presence) => addresses('kms1', presence))));
    expect(is('absent', 'found')).toBe('found');
    expect(is('unread', 'found')).toBe('found');
    expect(is('unread', 'absent')).toBe('absent');
    expect(is('unread')).toBe('unread');
  });

  it('needs no lookup for a target that is an IP address', () => {
    expect(targetPresence(NOTHING, { ...at([]), host: '10.0.0.20' })).toBe('found');
    expect(targetPresence(NOTHING, { ...at([]), host: 'fd00::20' })).toBe('found');
    expect(targetPresence(NOTHING, at([]))).toBe('absent');
  });
});

describe('the reachability of a target', () => {
  it('is the best result among its addresses', () => {
    const of = (...reaches: Parameters<typeof probe>[0][]): string =>
      reachabilityOf(
        at(
          [],
          reaches.map((reach) => probe(reach)),
        ),
      );
    expect(of()).toBe('unread');
    expect(of('unread')).toBe('unread');
    expect(of('unread', 'refused')).toBe('refused');
    expect(of('filtered', 'refused')).toBe('filtered');
    expect(of('refused', 'not-kms', 'filtered')).toBe('not-kms');
    expect(of('kms', 'not-kms', 'unread')).toBe('kms');
    expect(reachabilityOf(target('kms'))).toBe('kms');
  });

  it("is unread if a port is open but its service can't be identified", () => {
    expect(reachabilityOf(at([], [{ ...probe('kms'), answered: unread() }]))).toBe('unread');
    expect(reachabilityOf(at([], [{ ...probe('kms'), answered: read(null) }]))).toBe('not-kms');
  });
});
