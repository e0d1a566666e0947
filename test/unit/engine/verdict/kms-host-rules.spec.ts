/** Rows on a KMS host that rest on what its clients asked. */
import { describe, expect, it } from 'vitest';
import type { SppEvent } from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { verdictOn } from '@engine/verdict/verdict';
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

const giveVerdict = (snapshot: FactSnapshot) => verdictOn(assess(snapshot));

/** The verdict in a line: code, certainty, what was also found. */
function say(snapshot: FactSnapshot): string {
  const { code, certainty, alsoFound } = giveVerdict(snapshot);
  return [code, certainty, ...alsoFound].join(' ');
}

describe('what a KMS host heard', () => {
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
    ['one ID twice', host(24, served('a'), served('b')), 'duplicate-client-ids certain'],
    ['and enough', host(25, served('a'), served('b')), 'healthy certain'],
    ['one client twice', host(1, served('a'), served('A')), 'kms-count-too-low certain'],
    ['two IDs', host(2, served('a'), served('b', '0x0', OTHER)), 'kms-count-too-low certain'],
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
      'a refusal that is past',
      host(40, served('a', '0xC004F042'), served('a', '0x0', CMID, '2026-11-22T08:30:00Z')),
      'healthy certain',
    ],
    [
      'a refusal of long ago',
      host(40, served('a', '0xC004F042', CMID, '2026-10-01T00:00:00Z')),
      'healthy certain',
    ],
  ])('%s', (_, snapshot, verdict) => {
    expect(say(snapshot)).toBe(verdict);
  });

  it.each<[string, number, readonly SppEvent[], string]>([
    ['servers alone', 10, [needing('5', 'a'), needing('5', 'b', OTHER)], 'healthy certain'],
    ['in one text', 10, [inOneText(needing('5', 'a'))], 'healthy certain'],
    [
      'in the short form',
      10,
      [{ ...needing('5', 'a'), data: ['0x0', '5', 'a'] }],
      'healthy certain',
    ],
    ['fewer than servers need', 4, [needing('5', 'a')], 'kms-count-too-low certain'],
    ['a client that needs more', 10, [needing('5', 'a'), served('b', '0x0', OTHER)], TOO_LOW],
    ['one that was turned away', 10, [needing('5', 'a', CMID, '0xC004F038')], TOO_LOW],
    ['one that does not say what it needs', 10, [needing('', 'a')], TOO_LOW],
    ['nobody', 10, [], TOO_LOW],
  ])('%s: a count of %i', (_, count, events, verdict) => {
    expect(say(host(count, ...events))).toBe(verdict);
  });

  it('says nothing of a count that Windows does not give', () => {
    const nameless = { ...host(0, served('a'), served('b')), service: read({}) };
    expect(say(nameless)).toBe('healthy likely');
  });

  it('is explained by a host that is not activated', () => {
    expect(say(licensed(host(3), { licensed: false }))).toBe('kms-host-not-activated certain');
  });

  it('of publishing counts for the domains that lack the record', () => {
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

  it('names who was refused as the log does, and what installs there', () => {
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

  it('does not count before it is activated, nor explain itself', () => {
    const inactive = licensed(host(1, served('a', '0xC004F042'), served('b')), { licensed: false });
    expect(say(inactive)).toBe('kms-host-not-activated certain duplicate-client-ids');
  });

  it('leaves its rows open where it could not be read', () => {
    expect(say({ ...host(40), events: unread() })).toBe('healthy likely');
    expect(say({ ...host(3), events: unread() })).toBe('kms-count-too-low likely');
  });

  it('shows whether a host is one that nobody uses', () => {
    const fixes = (snapshot: FactSnapshot) => giveVerdict(snapshot).fixes;
    expect(fixes(host(0))).toEqual(['return-to-kms']);
    expect(fixes(host(-1))).toEqual(['return-to-kms']);
    expect(fixes(host(0xffffffff))).toEqual(['return-to-kms']);
    expect(fixes(host(1))).toEqual([]);
    expect(fixes(host(0, served('a')))).toEqual([]);
    expect(fixes({ ...host(0), events: unread() })).toEqual([]);
  });

  it('is on the host itself what it takes to activate it', () => {
    expect(giveVerdict(licensed(HOST, { licensed: false })).fixes).toEqual([
      'activate-now',
      'activate-by-phone',
      'install-kms-host-key',
    ]);
  });
});
