import { describe, expect, it } from 'vitest';
import { expectCpuTimeWithin } from '../../../support/limits';
import { cpuMs } from '../../../support/turns';
import type { SppEvent } from '@engine/computer';
import {
  attemptsIn,
  clientsServed,
  clientsWithOneId,
  type AttemptsOf,
} from '@engine/verdict/attempts';

const WINDOWS = '55c92734-d682-4d71-983e-d6ec3f16059f';
const OFFICE = '0ff1ce15-a989-479d-af46-f275c6370663';
const ENTERPRISE = '73111121-5638-40f6-bc11-f1d7b0d64300';
const OFFICE_2024 = '8d368fc1-9470-4be2-8d66-90e836cbb051';
const CMID = '11111111-2222-3333-4444-555555555555';
const NO_ID = '00000000-0000-0000-0000-000000000000';
const KMS1 = 'kms1.contoso.com:1688';

const NOW = '2026-11-22T09:00:00.000Z';
/** Returns the time this many seconds after 08:00 on the test day. */
const at = (seconds: number): string =>
  new Date(Date.parse('2026-11-22T08:00:00Z') + seconds * 1000).toISOString();
const daysAgo = (days: number, seconds = 0): string =>
  new Date(Date.parse(NOW) - days * 86_400_000 - seconds * 1000).toISOString();

const event = (id: number, data: readonly string[], time = at(0)): SppEvent => ({ id, time, data });
const sent = (code: string, time = at(0), id = NO_ID, host = KMS1): SppEvent =>
  event(12288, [code, '0x0', host, CMID, '2026/11/22 8:00', '1', '5', '0', id, '25'], time);
const reply = (
  count: number,
  { code = '0x0', flags = '0x0', activated = '0', time = at(0) } = {},
): SppEvent =>
  event(12289, [code, flags, activated, '0', String(count), '120', '10080', 'x'], time);

/** A Windows client whose activation ID is unknown. */
const CLIENT: AttemptsOf = {
  product: { application: 'windows', id: null },
  products: () => [{ application: 'office', id: OFFICE_2024 }],
  server: () => false,
  now: NOW,
};
const KNOWN: AttemptsOf = {
  ...CLIENT,
  product: { application: 'windows', id: ENTERPRISE },
  products: () => {
    throw new Error('asked for other products');
  },
};
const OF_OFFICE: AttemptsOf = { ...CLIENT, product: { application: 'office', id: OFFICE_2024 } };

const codes = (events: readonly SppEvent[], of: AttemptsOf = CLIENT): string =>
  attemptsIn(events, of)
    .map(({ code }) => code.toString(16))
    .join(' ');

describe('the product of an event', () => {
  it.each<[string, SppEvent, AttemptsOf, boolean]>([
    ['a request without an ID', event(12288, ['0x80072EE7', '0', KMS1]), CLIENT, true],
    ['a request for an ID of zeros', sent('0x80072EE7'), KNOWN, true],
    ['a request for Office', sent('0x80072EE7', at(0), OFFICE_2024), CLIENT, false],
    [
      'a request for Office in uppercase',
      sent('0x80072EE7', at(0), OFFICE_2024.toUpperCase()),
      CLIENT,
      false,
    ],
    ['a request for an unknown ID', sent('0x80072EE7', at(0), ENTERPRISE), CLIENT, true],
    ['a request for this Windows product', sent('0x80072EE7', at(0), ENTERPRISE), KNOWN, true],
    ['a request for another Windows product', sent('0x80072EE7', at(0), CMID), KNOWN, false],
    ['a failure without a product', event(8198, ['0x80072EE7']), KNOWN, true],
    ['a failure of Windows', event(8198, ['hr=0x80072EE7', `AppId=${WINDOWS};X=1`]), KNOWN, true],
    ['a failure of Office', event(8198, ['hr=0x80072EE7', `X=1;AppId=${OFFICE}`]), KNOWN, false],
    [
      'a failure of Office in a single string',
      event(8233, [`Reason:0x80072EE7 AppId = ${OFFICE}, SkuId = x`]),
      KNOWN,
      false,
    ],
    [
      'a failure of another Windows product',
      event(8233, ['0x80072EE7', `AppId={${WINDOWS}};SkuId=${CMID}`]),
      KNOWN,
      false,
    ],
    [
      'a failure of a Windows product if its own ID is unknown',
      event(8198, ['0x80072EE7', `AppId=${WINDOWS};SkuId=${CMID}`]),
      CLIENT,
      true,
    ],
    [
      'a failure with only an ID',
      event(8198, ['0x80072EE7', `SkuId=${OFFICE_2024}`]),
      CLIENT,
      false,
    ],
    ['for Office, its own request', sent('0x80072EE7', at(0), OFFICE_2024), OF_OFFICE, true],
    ['for Office, a request without an ID', sent('0x80072EE7'), OF_OFFICE, false],
    [
      'for Office, its own failure',
      event(8198, ['0x80072EE7', `AppId=${OFFICE}`]),
      OF_OFFICE,
      true,
    ],
    [
      'for Office, a failure of another Office product',
      event(8198, ['0x80072EE7', `AppId=${OFFICE};SkuId=${CMID}`]),
      OF_OFFICE,
      false,
    ],
  ])('is matched: %s', (_, one, of, counts) => {
    expect(codes([one], of)).toBe(counts ? '80072ee7' : '');
  });

  it('of a reply is the product of the preceding request', () => {
    const office = [sent('0x0', at(0), OFFICE_2024), reply(3, { time: at(1) })];
    expect(codes(office)).toBe('');
    expect(codes(office, OF_OFFICE)).toBe('c004f038');
    const long = [sent('0x0', at(0), OFFICE_2024), reply(3, { time: at(61) })];
    expect(codes(long)).toBe('c004f038');
    expect(codes([reply(3)])).toBe('c004f038');
  });

  it("is irrelevant if the event isn't an attempt or has no time", () => {
    expect(codes([event(12293, ['0x80072EE7']), event(12290, ['0x80072EE7'])])).toBe('');
    expect(codes([event(8198, ['0x80072EE7'], 'yesterday')])).toBe('');
  });
});

describe('an attempt', () => {
  it('groups events that follow one another within a minute', () => {
    const three = (second: number, third: number): string =>
      codes([
        event(8198, ['0x80072EE7'], at(0)),
        event(8198, ['0x80070490'], at(second)),
        event(8198, ['0x8007232B'], at(third)),
      ]);
    expect(three(60, 120)).toBe('8007232b');
    expect(three(61, 121)).toBe('80072ee7 8007232b');
    expect(three(60, 121)).toBe('80070490 8007232b');
  });

  it('is grouped by time, not by the order of the log', () => {
    const events = [event(8198, ['0x8007232B'], at(300)), event(8198, ['0x80072EE7'], at(0))];
    expect(codes(events)).toBe('80072ee7 8007232b');
    expect(attemptsIn(events, CLIENT).map(({ time }) => time)).toEqual([at(0), at(300)]);
  });

  it("isn't split by an event of another product", () => {
    const events = [
      sent('0xC004F06C', at(0)),
      sent('0xC004F038', at(30), OFFICE_2024),
      event(8198, ['hr=0xC004F074', `AppId=${WINDOWS}`], at(50)),
    ];
    expect(codes(events)).toBe('c004f06c');
  });
});

describe('the code of an attempt', () => {
  const HOST_CODES = ['f038', 'f039', 'f041', 'f042', 'f015', 'f06b', 'f06c'];
  const VAGUE = [
    ...['0x0', '0xC004F009', '0xC004F034', '0xC004F056', '0xC004F200', '0xC004F074', '0x80004005'],
    ...['0x4004F040', '0x4004F401', '0x4004F00C'],
  ];

  it.each(HOST_CODES)('comes from a KMS host before any other source: 0xC004%s', (code) => {
    const said = sent(`0xC004${code.toUpperCase()}`, at(0));
    expect(codes([said, sent('0x80072EE7', at(1))])).toBe(`c004${code}`);
    expect(codes([sent('0x80072EE7', at(0)), { ...said, time: at(1) }])).toBe(`c004${code}`);
    expect(codes([event(8198, [`hr=0xC004${code}`]), sent('0x80072EE7', at(1))])).toBe(
      `c004${code}`,
    );
  });

  it.each(VAGUE)("isn't %s if another one is more specific", (vague) => {
    const failure = event(8198, ['hr=0x8007232B'], at(0));
    expect(codes([failure, sent(vague, at(1))])).toBe('8007232b');
    expect(codes([sent(vague, at(0)), { ...failure, time: at(1) }])).toBe('8007232b');
  });

  it('comes from a request or reply before a failure', () => {
    const failure = event(8198, ['hr=0x8007232B'], at(2));
    expect(codes([sent('0x800706BA', at(0)), failure])).toBe('800706ba');
    expect(
      codes([sent('0x0', at(0)), reply(40, { code: '0x80070005', time: at(1) }), failure]),
    ).toBe('80070005');
    expect(codes([{ ...failure, time: at(0) }, sent('0x800706BA', at(2))])).toBe('800706ba');
    expect(codes([sent('0x800706BA', at(0)), { ...failure, id: 8233 }])).toBe('800706ba');
  });

  it('is the later of two equally specific ones', () => {
    expect(codes([sent('0xC004F041', at(0)), sent('0xC004F038', at(1))])).toBe('c004f038');
    expect(codes([sent('0xC004F041', at(0)), sent('0xC004F038', at(0))])).toBe('c004f038');
    expect(codes([sent('0x0', at(0)), event(8198, ['0xC004F074'], at(1))])).toBe('c004f074');
  });

  it('ignores errors before a host activated', () => {
    const refused = sent('0xC004F041', at(0));
    const accepted = [
      sent('0x0', at(1), NO_ID, 'kms2.contoso.com:1688'),
      reply(40, { activated: '1', time: at(2) }),
    ];
    expect(codes([refused, ...accepted])).toBe('0');
    expect(codes([...accepted, { ...refused, time: at(3) }])).toBe('c004f041');
  });

  it('is parsed from a comma-separated string as from separate items', () => {
    const split = sent('0xC004F041');
    expect(codes([{ ...split, data: [split.data.join(', ')] }])).toBe('c004f041');
    const one = { ...reply(4), data: ['0x0, 0x4000008, 0, 0, 4, 120, 10080, 2026/11/22 8:00'] };
    expect(codes([one])).toBe('c004f038');
  });

  it('is zero if its events have none', () => {
    expect(codes([event(8198, ['no code']), event(12288, [])])).toBe('0');
  });
});

describe('a KMS reply', () => {
  const server: AttemptsOf = { ...CLIENT, server: () => true };
  const unread: AttemptsOf = { ...CLIENT, server: () => null };
  it.each<[string, SppEvent, AttemptsOf, boolean]>([
    ['below 25', reply(24), CLIENT, true],
    ['25', reply(25), CLIENT, false],
    ['below 5 on a server', reply(4), server, true],
    ['5 on a server', reply(5), server, false],
    ['below 5 on an unknown edition', reply(4), unread, true],
    ['5 on an unknown edition', reply(5), unread, false],
    ['with the flag', reply(4, { activated: '1', flags: '0x04000008' }), CLIENT, true],
    [
      'with the flag and a sufficient count',
      reply(40, { activated: '1', flags: '0x04000000' }),
      CLIENT,
      false,
    ],
    ['with another flag', reply(4, { activated: '1', flags: '0x00000008' }), CLIENT, false],
    ['in the short form', event(12289, ['0x0', '0x0', '0', '4']), CLIENT, true],
    ['activated, in the short form', event(12289, ['0x0', '0x0', '1', '4']), CLIENT, false],
    ['without a count', event(12289, ['0x0', '0x0', '0']), CLIENT, false],
    ['with a vague code', reply(4, { code: '0xC004F074' }), CLIENT, true],
    ['with a specific code', reply(4, { code: '0xC004F042' }), CLIENT, false],
  ])('indicates whether the count is too low: %s', (_, one, of, says) => {
    expect(codes([one], of) === 'c004f038').toBe(says);
  });

  it('to Office requires a count of 5, whatever the Windows edition', () => {
    const asked = (count: number) => [sent('0x0', at(0), OFFICE_2024), reply(count)];
    expect(codes(asked(4), OF_OFFICE)).toBe('c004f038');
    expect(codes(asked(5), OF_OFFICE)).toBe('0');
  });
});

describe('the relevant period of an attempt', () => {
  it('is thirty days', () => {
    const failed = (time: string) => [event(8198, ['0x8007232B'], time)];
    expect(codes(failed(daysAgo(30)))).toBe('8007232b');
    expect(codes(failed(daysAgo(30, 1)))).toBe('');
  });

  it('excludes events in the future, logged while the clock was ahead', () => {
    const rejected = sent('0xC004F06C', daysAgo(-0.3));
    const activated = [sent('0x0', at(0)), reply(40, { activated: '1', time: at(1) })];
    expect(codes([rejected, ...activated])).toBe('0');
    expect(codes([sent('0xC004F06C', daysAgo(0, -300))])).toBe('c004f06c');
    expect(codes([sent('0xC004F06C', daysAgo(0, -301))])).toBe('');
    const request = (time: string) => event(12290, ['0x0', '25', 'pc1.contoso.com', CMID], time);
    expect(clientsServed([request(daysAgo(-1))], NOW)).toEqual([]);
  });

  it('starts at its last event', () => {
    const events = [sent('0xC004F041', daysAgo(30, 20)), sent('0x0', daysAgo(30))];
    expect(codes(events)).toBe('c004f041');
  });
});

describe('the host of an attempt', () => {
  const of = (...events: SppEvent[]) => attemptsIn(events, CLIENT).at(-1);
  const KMS2 = 'kms2.contoso.com:1688';

  it('is the one that returned the code, or else one that was contacted', () => {
    const first = sent('0xC004F041', at(0));
    const second = sent('0xC004F074', at(1), NO_ID, KMS2);
    expect(of(first, second)).toMatchObject({ code: 0xc004f041, eventId: 12288, host: KMS1 });
    expect(of(second, event(8198, ['0x80070005'], at(2)))).toMatchObject({
      code: 0x80070005,
      eventId: 8198,
      host: KMS2,
    });
    expect(of(event(8198, ['0x80070005']))?.host).toBeNull();
    expect(of(sent('0x8007232B', at(0), NO_ID, ''))).toMatchObject({ host: null, requests: [] });
  });

  it('of a reply is the host of the preceding request', () => {
    const events = [
      sent('0x0', at(0)),
      reply(4, { time: at(1) }),
      sent('0xC004F074', at(2), NO_ID, KMS2),
    ];
    expect(of(...events)).toEqual({
      time: at(2),
      code: 0xc004f038,
      count: 4,
      eventId: 12289,
      host: KMS1,
      requests: [
        { host: KMS1, code: 0xc004f038 },
        { host: KMS2, code: 0xc004f074 },
      ],
    });
  });

  it('keeps the code of its request if the reply is less specific', () => {
    const events = [sent('0xC004F06C', at(0)), reply(40, { code: '0x0', time: at(1) })];
    expect(of(...events)?.requests).toEqual([{ host: KMS1, code: 0xc004f06c }]);
  });
});

describe('the clients of a KMS host', () => {
  const asked = (name: string, id: string, code = '0x0', time = at(0)): SppEvent =>
    event(12290, [code, '25', name, id, '2026/11/22 8:00', '1', '5', '0', ENTERPRISE], time);

  it('are those of the last thirty days, each with its newest request', () => {
    const events = [
      asked('PC-1.contoso.com', CMID, '0x0', at(5)),
      asked('pc-1.contoso.com.', CMID, '0xC004F042', at(0)),
      asked('old.contoso.com', CMID, '0x0', daysAgo(30, 1)),
      asked('', CMID.toUpperCase(), '0xC004F038', daysAgo(30)),
      asked('', NO_ID),
      event(12288, ['0xC004F038']),
    ];
    expect(clientsServed(events, NOW)).toEqual([
      expect.objectContaining({ name: CMID, clientMachineId: CMID, code: 0xc004f038 }),
      {
        ...{ name: 'pc-1.contoso.com', label: 'PC-1.contoso.com', clientMachineId: CMID },
        ...{ code: 0, minimumCount: 25 },
        ...{ firstAt: Date.parse(at(0)), lastAt: Date.parse(at(5)) },
      },
    ]);
  });

  it.each<[string, readonly SppEvent[], readonly string[]]>([
    ['two names', [asked('a.x.com', CMID), asked('b.x.com', CMID)], ['a.x.com', 'b.x.com']],
    [
      'an ID in uppercase',
      [asked('a', ENTERPRISE), asked('b', ENTERPRISE.toUpperCase())],
      ['a', 'b'],
    ],
    ['one name twice', [asked('a.x.com', CMID), asked('A.x.com', CMID, '0x0', at(9))], []],
    ['a short and a full name', [asked('a', CMID), asked('a.x.com', CMID)], []],
    ['names with a common prefix', [asked('a', CMID), asked('ab.x.com', CMID)], ['a', 'ab.x.com']],
    ['two IDs', [asked('a', CMID), asked('b', ENTERPRISE)], []],
    ['an ID of zeros', [asked('a', NO_ID), asked('b', NO_ID)], []],
    ['no ID', [event(12290, ['0x0', '25', 'a']), event(12290, ['0x0', '25', 'b'])], []],
    ['one of them long ago', [asked('a', CMID), asked('b', CMID, '0x0', daysAgo(31))], []],
  ])('are checked for a shared ID: %s', (_, events, names) => {
    const { clients } = clientsWithOneId(clientsServed(events, NOW));
    expect(clients.map(({ name }) => name)).toEqual(names);
  });

  const inTurn = (...names: readonly string[]): readonly SppEvent[] =>
    names.map((name, minute) => asked(name, CMID, '0x0', at(minute)));

  it.each<[string, readonly string[], readonly string[]]>([
    ['renamed after Windows PE', ['MININT-3K2F8QR', 'pc-1.x.com'], []],
    ['renamed after setup', ['desktop-1d8k0yz.x.com', 'pc-1', 'pc-1.x.com'], []],
    ['renamed twice', ['MININT-3K2F8QR', 'WIN-0A1B2C3D4E5', 'srv-1'], []],
    ['a renamed laptop', ['LAPTOP-0A1B2C3D', 'pc-1'], []],
    ['named by setup later on', ['pc-1', 'DESKTOP-1D8K0YZ'], ['pc-1', 'desktop-1d8k0yz']],
    [
      'both named by setup',
      ['DESKTOP-1D8K0YZ', 'DESKTOP-2D8K0YZ'],
      ['desktop-1d8k0yz', 'desktop-2d8k0yz'],
    ],
    [
      'alternating with another',
      ['MININT-3K2F8QR', 'pc-1', 'MININT-3K2F8QR'],
      ['minint-3k2f8qr', 'pc-1'],
    ],
    ['two copies of a PC named by setup', ['DESKTOP-1D8K0YZ', 'pc-1', 'pc-2'], ['pc-1', 'pc-2']],
    ['named by a user', ['DESKTOP-LOBBY', 'pc-1'], ['desktop-lobby', 'pc-1']],
  ])('are checked for renaming: %s', (_, asking, names) => {
    const { clients } = clientsWithOneId(clientsServed(inTurn(...asking), NOW));
    expect(clients.map(({ name }) => name)).toEqual(names);
  });

  it.each<[string, readonly string[], boolean]>([
    ['first one, then the other', ['a', 'a', 'b', 'b'], true],
    ['alternating', ['a', 'b', 'a'], false],
    ['three names', ['a', 'b', 'c'], false],
  ])('may be a single renamed PC: %s', (_, asking, mayBe) => {
    expect(clientsWithOneId(clientsServed(inTurn(...asking), NOW)).mayBeRenamed).toBe(mayBe);
  });

  it('are compared in linear time', async () => {
    const many = (name: string, clientMachineId: (index: number) => string, from = 0) =>
      Array.from({ length: 20_000 }, (_, index) => ({
        ...{ name: `${name}-${String(index)}`, label: '', clientMachineId: clientMachineId(index) },
        ...{ code: 0, minimumCount: 25, firstAt: from + index, lastAt: from + index },
      }));
    const each = many('pc', String);
    const inTurns = [...many('minint', () => CMID), ...many('pc', () => CMID)];
    const atLast = [...many('minint', () => CMID), ...many('pc', () => CMID, 20_000)];
    // Comparing each pair would take many seconds.
    for (const clients of [each, inTurns, atLast]) {
      await expectCpuTimeWithin(await cpuMs(() => clientsWithOneId(clients)), 1_000);
    }
  });

  it('have the newest ID of each name', () => {
    const events = [
      asked('a', CMID, '0x0', at(0)),
      asked('a', ENTERPRISE, '0x0', at(2)),
      asked('b', CMID, '0x0', at(1)),
    ];
    expect(clientsServed(events, NOW)[0]).toMatchObject({ firstAt: Date.parse(at(2)) });
  });
});
