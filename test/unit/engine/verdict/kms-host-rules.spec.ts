/** Verdicts on a KMS host that depend on its events. */
import { describe, expect, it } from 'vitest';
import type { SppEvent } from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import {
  answer,
  CMID,
  HOST,
  inDomains,
  licensed,
  lookup,
  read,
  served,
  srv,
  unread,
} from '../facts/fact-snapshots';

const giveVerdict = (snapshot: FactSnapshot) => computeVerdict(assess(snapshot));

/** Formats a verdict in one line: code, certainty, other findings. */
function say(snapshot: FactSnapshot): string {
  const { code, certainty, alsoFound } = giveVerdict(snapshot);
  return [code, certainty, ...alsoFound].join(' ');
}

describe('the events of a KMS host', () => {
  const host = (count: number, ...events: SppEvent[]): FactSnapshot => ({
    ...HOST,
    service: read({
      KeyManagementServiceDnsPublishing: true,
      KeyManagementServiceCurrentCount: count,
    }),
    events: read(events),
  });
  const OTHER = '22222222-2222-3333-4444-555555555555';
  const TOO_LOW = 'kms-count-too-low likely';
  const needing = (count: string, name: string, id = CMID, code = '0x0'): SppEvent => ({
    ...served(name, code, id),
    data: [code, count, name, id],
  });
  const inOneText = (event: SppEvent): SppEvent => ({ ...event, data: [event.data.join(',')] });

  it.each<[string, FactSnapshot, string]>([
    ['one ID of two clients', host(24, served('a'), served('b')), 'duplicate-client-ids certain'],
    [
      'one ID of two clients, with a sufficient count',
      host(25, served('a'), served('b')),
      'healthy certain',
    ],
    ['one client twice', host(1, served('a'), served('A')), 'kms-count-too-low certain'],
    [
      'two clients with different IDs',
      host(2, served('a'), served('b', '0x0', OTHER)),
      'kms-count-too-low certain',
    ],
    [
      'a refusal',
      host(40, served('a', '0xC004F042')),
      'kms-host-cannot-activate-this-product certain',
    ],
    [
      '0xC004F015',
      host(40, served('a', '0xC004F015')),
      'kms-host-cannot-activate-this-product certain',
    ],
    [
      '0xC004F06B',
      host(40, served('a', '0xC004F06B')),
      'kms-host-cannot-activate-this-product certain',
    ],
    ['another refusal', host(40, served('a', '0xC004F06C')), 'healthy certain'],
    [
      'a refusal followed by an acceptance',
      host(40, served('a', '0xC004F042'), served('a', '0x0', CMID, '2026-11-22T08:30:00Z')),
      'healthy certain',
    ],
    [
      'an old refusal',
      host(40, served('a', '0xC004F042', CMID, '2026-10-01T00:00:00Z')),
      'healthy certain',
    ],
  ])('determine the verdict: %s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it.each<[string, number, readonly SppEvent[], string]>([
    ['only servers', 10, [needing('5', 'a'), needing('5', 'b', OTHER)], 'healthy certain'],
    [
      'a server, with its data in a single string',
      10,
      [inOneText(needing('5', 'a'))],
      'healthy certain',
    ],
    [
      'a server, in the short form',
      10,
      [{ ...needing('5', 'a'), data: ['0x0', '5', 'a'] }],
      'healthy certain',
    ],
    ['fewer than servers need', 4, [needing('5', 'a')], 'kms-count-too-low certain'],
    ['a client that needs more', 10, [needing('5', 'a'), served('b', '0x0', OTHER)], TOO_LOW],
    ['a refused client', 10, [needing('5', 'a', CMID, '0xC004F038')], TOO_LOW],
    ['a client without a required count', 10, [needing('', 'a')], TOO_LOW],
    ['no requests', 10, [], TOO_LOW],
  ])(
    'determine whether the count is sufficient: %s, a count of %i',
    (_, count, events, verdict) => {
      expect(say(host(count, ...events))).toBe(verdict);
    },
  );

  it("leave the count undecided if Windows doesn't report one", () => {
    const nameless = { ...host(0, served('a'), served('b')), service: read({}) };
    expect(say(nameless)).toBe('healthy likely');
  });

  it("don't explain a low count if the host isn't activated", () => {
    expect(say(licensed(host(3), { licensed: false }))).toBe('kms-host-not-activated certain');
  });

  it('count for the domains that lack the record', () => {
    const publishing = (...events: SppEvent[]): FactSnapshot => ({
      ...inDomains(HOST, { publish: ['a.com', 'b.com', 'c.com'] }),
      lookups: [
        lookup('publish', 'a.com', [answer([srv('kms1')])]),
        lookup('publish', 'b.com', 'absent'),
        lookup('publish', 'c.com', 'absent'),
      ],
      events: read(events),
    });
    const refused = (domain: string): SppEvent => ({
      ...{ id: 12293, time: '2026-11-22T08:00:00Z' },
      data: ['0x80072338', domain],
    });
    const said = (...events: SppEvent[]) => say(publishing(...events));
    expect(said(refused('c.com'))).toBe('dns-publishing-refused certain');
    expect(said(refused('a.com'))).toBe('dns-publishing-refused likely');
    expect(said({ ...refused(''), data: ['0x80072338'] })).toBe('dns-publishing-refused likely');
    expect(said({ ...refused('c.com'), id: 1 })).toBe('dns-publishing-refused likely');
  });

  it('name the refused clients as logged, and suggest a new host key', () => {
    const { fixes, because, summary } = giveVerdict(host(40, served('PC-7', '0xC004F042')));
    expect({ fixes, because, summary }).toEqual({
      fixes: ['install-kms-host-key'],
      because: ['kms-host-requests'],
      summary: {
        key: 'verdicts.kms-host-cannot-activate-this-product.summaryHere',
        params: { clients: 'PC-7' },
      },
    });
    const { summary: copied } = giveVerdict(host(1, served('PC-7'), served('b')));
    expect(copied.params).toEqual({ clients: 'PC-7, b', count: 1 });
  });

  it("reveal duplicate client IDs even if the host isn't activated", () => {
    const inactive = licensed(host(1, served('a', '0xC004F042'), served('b')), { licensed: false });
    expect(say(inactive)).toBe('kms-host-not-activated certain duplicate-client-ids');
  });

  it("keep the verdict from being certain if they can't be read", () => {
    expect(say({ ...host(40), events: unread() })).toBe('healthy likely');
    expect(say({ ...host(3), events: unread() })).toBe('kms-count-too-low likely');
  });

  it('show whether a host is unused', () => {
    const fixes = (snapshot: FactSnapshot) => giveVerdict(snapshot).fixes;
    expect(fixes(host(0))).toEqual(['return-to-kms']);
    expect(fixes(host(-1))).toEqual(['return-to-kms']);
    expect(fixes(host(0xffffffff))).toEqual(['return-to-kms']);
    expect(fixes(host(1))).toEqual([]);
    expect(fixes(host(0, served('a')))).toEqual([]);
    expect(fixes({ ...host(0), events: unread() })).toEqual([]);
  });

  it("aren't needed for the fixes that activate the host", () => {
    expect(giveVerdict(licensed(HOST, { licensed: false })).fixes).toEqual([
      'activate-now',
      'activate-by-phone',
      'install-kms-host-key',
    ]);
  });
});
