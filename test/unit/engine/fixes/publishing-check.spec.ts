/** Waiting for the record of a KMS host, and reporting the result. */
import { describe, expect, it } from 'vitest';
import type { SppEvent } from '@engine/computer';
import { checkPublishing } from '@engine/fixes/publishing-check';
import { fixOf } from '@engine/fixes';
import type { Facts } from '@engine/facts/facts';
import { addresses, answer, read, SILENT, srv, target } from '../facts/fact-snapshots';

const START = new Date('2026-11-22T09:00:00Z');
const event = (id: number, domain: string, time = '2026-11-22T09:00:00Z', code = '0x80072338') =>
  ({ id, time, data: [code, domain] }) satisfies SppEvent;

interface Host {
  readonly publish?: readonly string[];
  /** The lookup from which the record exists in a domain; never if omitted. */
  readonly standsFrom?: Readonly<Record<string, number>>;
  readonly target?: string;
  readonly events?: readonly SppEvent[] | null;
  readonly over?: Partial<Facts>;
}

/** Checks the publishing of a KMS host named KMS1 and records how long it waited each time. */
async function checkWith({
  publish = ['a.com'],
  standsFrom = {},
  target: named,
  events = [],
  over,
}: Host) {
  const waits: number[] = [];
  let looks = 0;
  const said = await checkPublishing({
    startedAt: START,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    freshFacts: () => {
      looks += 1;
      const look = looks;
      return {
        domains: () => Promise.resolve({ publish, suffixes: ['a.com'] }),
        system: () => Promise.resolve({ name: 'KMS1' }),
        events: () => (events === null ? Promise.reject(new Error('no')) : Promise.resolve(events)),
        servers: () => Promise.resolve([{ address: '10.0.0.10', port: 53 }]),
        query: (_: unknown, name: string) =>
          Promise.resolve(
            look >= (standsFrom[name.replace('_vlmcs._tcp.', '')] ?? Infinity)
              ? answer([srv(named ?? 'kms1.a.com')])
              : answer([srv('kms2.a.com')]),
          ),
        soFar: {
          ...{ targets: [], laterTargets: [] },
          system: read({ name: 'KMS1' }),
          domains: read({ suffixes: ['a.com'] }),
          adapters: read([{ addresses: ['10.0.0.20'] }]),
          hostsInQuestion: [
            {
              ...target('kms', 'kms.a.com'),
              lookups: [addresses('kms.a.com', ['10.0.0.20'])],
            },
          ],
        },
        ...over,
      } as unknown as Facts;
    },
  });
  return {
    said: said.map(({ key, params }) => [key.replace('fixes.publishing.', ''), params]),
    waits,
  };
}

describe('the record of a KMS host', () => {
  it('is found immediately', async () => {
    expect(await checkWith({ standsFrom: { 'a.com': 1 } })).toEqual({
      said: [['stands', { domain: 'a.com' }]],
      waits: [],
    });
    for (const target of ['KMS1', 'kms.a.com']) {
      expect(await checkWith({ standsFrom: { 'a.com': 1 }, target })).toMatchObject({
        said: [['stands', { domain: 'a.com' }]],
      });
    }
  });

  it('is waited for in each domain, with two seconds between lookups', async () => {
    const host = { publish: ['a.com', 'b.com'], standsFrom: { 'a.com': 1, 'b.com': 3 } };
    expect(await checkWith(host)).toEqual({
      said: [
        ['stands', { domain: 'a.com' }],
        ['stands', { domain: 'b.com' }],
      ],
      waits: [2_000, 2_000],
    });
  });

  it('is given up after ten lookups', async () => {
    const { said, waits } = await checkWith({});
    expect(said).toEqual([['notYet', { domain: 'a.com' }]]);
    expect(waits).toHaveLength(9);
  });

  it('is reported as refused, with the error code, if the host logged that', async () => {
    expect(await checkWith({ events: [event(12293, 'A.com')] })).toEqual({
      said: [['refused', { domain: 'a.com', code: '0x80072338' }]],
      waits: [],
    });
    const codeless = { id: 12293, time: '2026-11-22T09:00:01Z', data: ['a.com'] };
    expect((await checkWith({ events: [codeless] })).said).toEqual([
      ['refused', { domain: 'a.com', code: '0x00000000' }],
    ]);
    const inOneText = ['0x80072338, a.com', 'A.com.,0x80072338', '0x80072338, _vlmcs._tcp.a.com'];
    for (const text of inOneText) {
      const whole = { id: 12293, time: '2026-11-22T09:00:01Z', data: [text] };
      expect((await checkWith({ events: [whole] })).said).toEqual([
        ['refused', { domain: 'a.com', code: '0x80072338' }],
      ]);
    }
    const both = { events: [event(12293, 'a.com')], standsFrom: { 'a.com': 1 } };
    expect((await checkWith(both)).said).toEqual([['stands', { domain: 'a.com' }]]);
  });

  it('is judged by the newest event of this attempt for the domain', async () => {
    const notYet = [['notYet', { domain: 'a.com' }]];
    const old = event(12293, 'a.com', '2026-11-22T08:59:59Z');
    expect((await checkWith({ events: [old] })).said).toEqual(notYet);
    expect((await checkWith({ events: [event(12293, 'b.com')] })).said).toEqual(notYet);
    expect((await checkWith({ events: [event(12288, 'a.com')] })).said).toEqual(notYet);
    const mended = [event(12293, 'a.com'), event(12294, 'a.com', '2026-11-22T09:00:05Z')];
    expect((await checkWith({ events: mended })).said).toEqual(notYet);
    expect((await checkWith({ events: mended.toReversed() })).said).toMatchObject([
      ['refused', {}],
    ]);
    const beside = [event(12293, 'a.com'), event(12290, 'a.com', '2026-11-22T09:00:05Z')];
    expect((await checkWith({ events: beside })).said).toMatchObject([['refused', {}]]);
  });

  it('is looked up even without the events, but not without a name or a domain', async () => {
    const there = { standsFrom: { 'a.com': 1 }, events: null };
    expect((await checkWith(there)).said).toMatchObject([['stands', {}]]);
    const no = () => Promise.reject(new Error('no'));
    expect(await checkWith({ over: { domains: no } })).toEqual({ said: [], waits: [] });
    expect(await checkWith({ over: { system: no } })).toEqual({ said: [], waits: [] });
    expect((await checkWith({ over: { servers: no } })).said).toMatchObject([['notYet', {}]]);
    expect((await checkWith({ over: { query: no } })).said).toMatchObject([['notYet', {}]]);
    for (const said of [SILENT, answer([srv('kms1.a.com')], 'SERVFAIL')]) {
      const query = () => Promise.resolve(said);
      expect((await checkWith({ over: { query } })).said).toMatchObject([['notYet', {}]]);
    }
  });

  it("isn't looked up if publishing was disabled", async () => {
    const conclude = fixOf('set-dns-publishing').afterApply!;
    const never = () => {
      throw new Error('looked');
    };
    const ending = { steps: [], startedAt: START, wait: never, freshFacts: never };
    expect(await conclude({ ...ending, values: { enabled: false } })).toEqual([]);
    await expect(conclude({ ...ending, values: { enabled: true } })).rejects.toThrow();
  });
});
