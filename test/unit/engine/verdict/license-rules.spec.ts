/** Verdicts on the key, the license and the last error, and on situations close to them. */
import { describe, expect, it } from 'vitest';
import type { SppEvent } from '@engine/computer';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import {
  addresses,
  ASSIGNED,
  channel,
  CLIENT,
  HEALTHY,
  HOST,
  licensed,
  read,
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

const ACCESS_DENIED = 0x80070005;
const NOW = '2026-11-22T09:00:00Z';
/** A client with a key that isn't a client setup key. */
const OTHER_KEY = licensed(CLIENT, { partialProductKey: 'ABCDE' });
/** A path that ends at a port that refuses connections. */
const BROKEN: Partial<FactSnapshot> = { targets: [target('refused')], resolverTakesPart: false };
const reason = (snapshot: FactSnapshot, code: number): FactSnapshot =>
  licensed(snapshot, { reason: code });

describe('a rejected key', () => {
  const said = (over: Parameters<typeof licensed>[1], snapshot = CLIENT) =>
    say(licensed(snapshot, { reason: 0xc004c008, ...over }));

  it("isn't the client setup key of this edition", () => {
    expect(said({ partialProductKey: '2YT43' })).toBe('activation-failed likely');
    expect(said({ partialProductKey: 'T83GX' })).toBe('product-key-rejected certain');
    expect(said({ partialProductKey: 'ABCDE' })).toBe('product-key-rejected certain');
    const nameless = { ...CLIENT, system: unread() };
    expect(said({ partialProductKey: '2YT43' }, nameless)).toBe('activation-failed likely');
    expect(said({ partialProductKey: 'ABCDE' }, nameless)).toBe('product-key-rejected certain');
  });

  it('for another edition is first replaced by the public key', () => {
    const fixes = (reason: number) => giveVerdict(licensed(OTHER_KEY, { reason })).fixes;
    expect(fixes(0xc004f069)).toEqual(['return-to-kms', 'install-mak']);
    expect(fixes(0xc004f050)).toEqual(['install-mak', 'return-to-kms']);
  });
});

describe('an evaluation', () => {
  const evaluation = licensed(CLIENT, { channel: channel('TIMEBASED_EVAL') });

  it('has its own verdict unless it is licensed', () => {
    expect(say(evaluation)).toBe('evaluation-edition certain');
    expect(say(licensed(HOST, { channel: channel('TIMEBASED_EVAL'), licensed: false }))).toMatch(
      'evaluation-edition certain',
    );
    const runs = giveVerdict(licensed(evaluation, { licensed: true, graceMinutes: 3 * 1440 }));
    expect([runs.code, runs.summary]).toEqual([
      'healthy',
      { key: 'verdicts.healthy.summaryEvaluation', params: { days: 3 } },
    ]);
    expect(say({ ...evaluation, ...BROKEN })).toBe(
      'evaluation-edition certain kms-service-not-listening',
    );
  });

  it('is converted on a server, but not on a client', () => {
    const summary = (over: Partial<FactSnapshot>, edition = 'EnterpriseEval') =>
      giveVerdict(licensed({ ...evaluation, ...over }, { edition })).summary.key;
    expect(summary({})).toBe('verdicts.evaluation-edition.summary');
    expect(summary({ system: HOST.system })).toBe('verdicts.evaluation-edition.summaryServer');
    const nameless = { system: unread() };
    expect(summary(nameless)).toBe('verdicts.evaluation-edition.summary');
    expect(summary(nameless, 'NoServerEval')).toBe('verdicts.evaluation-edition.summary');
    expect(summary(nameless, 'ServerStandardEval')).toBe(
      'verdicts.evaluation-edition.summaryServer',
    );
  });
});

describe('a key that never contacts a KMS host', () => {
  it('is replaced by a MAK if the edition has no public key', () => {
    const fixes = (edition: string, token = 'RETAIL', snapshot = CLIENT) =>
      giveVerdict(
        licensed(snapshot, { edition, channel: channel(token), partialProductKey: 'ABCDE' }),
      ).fixes;
    expect(fixes('Professional')).toEqual(['return-to-kms']);
    for (const edition of ['ServerRdsh', 'IoTEnterprise']) {
      expect(fixes(edition)).toEqual(['install-mak']);
    }
    // This edition has no volume license.
    expect(fixes('Core')).toEqual([]);
    expect(fixes('ServerRdsh', 'RETAIL', { ...CLIENT, system: unread() })).toEqual(['install-mak']);
    expect(fixes('ServerRdsh', 'VOLUME_MAK')).toEqual(['activate-now', 'activate-by-phone']);
  });

  it('gets the remedy of its own error, but not of an error on the path to a KMS host', () => {
    const notes = (code: number) =>
      giveVerdict(licensed(OTHER_KEY, { channel: channel('VOLUME_MAK'), reason: code })).notes;
    for (const code of [0xc004f034, 0x8007232b, 0xc004f038, 0x87654321, 0x4004f401, 0]) {
      expect(notes(code)).toBeUndefined();
    }
    expect(notes(0xc004b011)).toEqual([
      { key: 'verdicts.remedyOfError', params: { error: '0xC004B011' } },
    ]);
  });

  it('has the clock set first if it is a day off or the error indicates it', () => {
    const first = (minutes: number, code: number) =>
      giveVerdict({
        ...licensed(OTHER_KEY, { channel: channel('VOLUME_MAK'), reason: code }),
        clock: read({ minutes, source: 'dc1' }),
      }).fixes[0];
    expect(first(360, 0xc004f034)).toBe('activate-now');
    expect(first(1441, 0xc004f034)).toBe('sync-clock');
    expect(first(-360, 0x80072f8f)).toBe('sync-clock');
    expect(first(3, 0x80072f8f)).toBe('activate-now');
  });

  it('is questioned on a PC in a domain or with a reachable KMS host', () => {
    const summary = (over: Partial<FactSnapshot>) =>
      giveVerdict({
        ...licensed(OTHER_KEY, { channel: channel('RETAIL'), edition: 'Professional' }),
        ...over,
      }).summary.key;
    const alone = {
      dnsClient: read({ adDomain: null, primaryDnsSuffix: null, suffixSearchList: [] }),
    };
    expect(summary({ ...alone, ...BROKEN })).toBe('verdicts.not-a-kms-client.summaryAlone');
    expect(summary(alone)).toBe('verdicts.not-a-kms-client.summary');
    expect(summary(BROKEN)).toBe('verdicts.not-a-kms-client.summary');
  });
});

describe('the activation type', () => {
  it.each([
    [null, 'activation-pending certain'],
    [0, 'activation-pending certain'],
    [1, 'activation-type-excludes-kms certain'],
    [2, 'activation-pending certain'],
    [3, 'activation-type-excludes-kms certain'],
  ])('of %j leads to %s', (type, verdict) => {
    expect(say({ ...CLIENT, activationType: read(type) })).toBe(verdict);
  });

  it("doesn't affect a licensed client or another key, and makes the verdict likely if it is unread", () => {
    expect(say({ ...HEALTHY, activationType: read(1) })).toBe('healthy certain');
    const mak = licensed(CLIENT, { channel: channel('VOLUME_MAK') });
    expect(say({ ...mak, activationType: read(1) })).toBe('not-a-kms-client certain');
    expect(say({ ...CLIENT, activationType: unread() })).toBe('activation-pending likely');
  });

  it('is named in the summary', () => {
    const summary = (type: number) =>
      giveVerdict({ ...CLIENT, activationType: read(type) }).summary.key;
    expect(summary(1)).toBe('verdicts.activation-type-excludes-kms.summary');
    expect(summary(3)).toBe('verdicts.activation-type-excludes-kms.summaryToken');
  });
});

describe('a clock difference', () => {
  const differ = reason(CLIENT, 0xc004f06c);
  const told = (snapshot: FactSnapshot) => {
    const { fixes, summary, title } = giveVerdict(snapshot);
    return [fixes, title.key, summary.key];
  };

  it('is attributed to the host if the clock of this PC is right', () => {
    expect(told(differ)).toEqual([
      ['activate-now'],
      'verdicts.clock-skew.titleOfHost',
      'verdicts.clock-skew.summaryOfHost',
    ]);
  });

  it('is attributed to neither if this clock is unread, and to this PC if its clock is off', () => {
    expect(told({ ...differ, clock: unread() })).toEqual([
      ['sync-clock', 'activate-now'],
      'verdicts.clock-skew.titleReported',
      'verdicts.clock-skew.summaryReported',
    ]);
    for (const [minutes, summary] of [
      [300, 'verdicts.clock-skew.summaryFast'],
      [-300, 'verdicts.clock-skew.summarySlow'],
    ] as const) {
      expect(told({ ...differ, clock: read({ minutes, source: 'dc1' }) })).toEqual([
        ['sync-clock', 'activate-now'],
        'verdicts.clock-skew.title',
        summary,
      ]);
    }
  });
});

describe('the rights of an attempt', () => {
  const summary = (code: number, elevated: boolean) =>
    giveVerdict({
      ...reason(CLIENT, code),
      system: CLIENT.system.ok ? read({ ...CLIENT.system.value, elevated }) : CLIENT.system,
    }).summary.key;

  it('are missing if this process has none; otherwise the store denies access', () => {
    expect(summary(ACCESS_DENIED, false)).toBe('verdicts.access-denied.summary');
    expect(summary(ACCESS_DENIED, true)).toBe('verdicts.access-denied.summaryElevated');
    expect(summary(0xc004f025, true)).toBe('verdicts.access-denied.summary');
  });

  it('are irrelevant for a key that never contacts a KMS host', () => {
    const retail = licensed(CLIENT, { channel: channel('RETAIL'), reason: ACCESS_DENIED });
    expect(say(retail)).toBe('not-a-kms-client certain');
  });
});

describe('a healthy path', () => {
  const SETTLED = [
    ...[0x8007232a, 0x8007232b, 0x8007251d, 0x80072338, 0x8007007b, 0x8007267c, 0x80072ee7],
    ...[0x800706ba, 0xc0020017, 0xc004f00f],
    ...[0xc004f009, 0xc004f034, 0xc004f056, 0xc004f200, 0xc004f074, 0x80004005, 0x4004f00c, 0],
  ];

  it.each(SETTLED)('resolves error %d', (code) => {
    expect(say(reason(CLIENT, code))).toBe('activation-pending certain');
  });

  it.each([0xc004d302, 0xc004f039, 0x8007000d, 0x87654321])("doesn't resolve error %d", (code) => {
    expect(say(reason(CLIENT, code))).toBe('activation-failed likely');
    expect(say({ ...reason(CLIENT, code), ...BROKEN })).toBe('kms-service-not-listening certain');
    expect(say(reason(HEALTHY, code))).toBe('healthy certain');
  });

  it('leaves the remedy, procedure and fixes to the error', () => {
    const told = (code: number) => {
      const { procedure, fixes, summary, title } = giveVerdict(reason(CLIENT, code));
      return [procedure, fixes, summary.key, title.params];
    };
    expect(told(0xc004f011)).toEqual([
      null,
      ['activate-now'],
      'errors.0xC004F011.remedy',
      { error: '0xC004F011' },
    ]);
    expect(told(0x87654321)).toEqual([
      null,
      ['activate-now'],
      'verdicts.activation-failed.summary',
      { error: '0x87654321' },
    ]);
  });

  const tried = (time: string, code = '0xC004F074', host = 'KMS1.contoso.com:1688'): SppEvent => ({
    id: 12288,
    time,
    data: [code, '0x0', host],
  });
  it.each<[string, readonly SppEvent[], string]>([
    ['twice', [tried('2026-11-22T06:00:00Z'), tried('2026-11-22T08:00:00Z')], 'likely'],
    ['once', [tried('2026-11-22T08:00:00Z')], 'certain'],
    ['once, and once long ago', [tried('2026-11-21T08:59:59Z'), tried(NOW)], 'certain'],
    [
      'twice in one attempt',
      [tried('2026-11-22T08:00:00Z'), tried('2026-11-22T08:00:30Z')],
      'certain',
    ],
    [
      'at another host',
      [tried('2026-11-22T06:00:00Z'), tried(NOW, '0xC004F074', 'kms2:1688')],
      'certain',
    ],
    [
      'at another port',
      [tried('2026-11-22T06:00:00Z'), tried(NOW, '0xC004F074', 'kms1.contoso.com:1689')],
      'certain',
    ],
    [
      'without a port',
      [tried('2026-11-22T06:00:00Z'), tried(NOW, '0xC004F074', 'kms1.contoso.com')],
      'likely',
    ],
    ['followed by a success', [tried('2026-11-22T06:00:00Z'), tried(NOW, '0x00000000')], 'certain'],
    [
      'twice, before a failure elsewhere',
      [tried('2026-11-22T04:00:00Z'), tried('2026-11-22T06:00:00Z'), tried(NOW, '0xC004F074', '')],
      'certain',
    ],
  ])('with failed attempts: %s', (_, events, certainty) => {
    const verdict = giveVerdict({ ...CLIENT, events: read(events) });
    expect([verdict.code, verdict.certainty]).toEqual(['activation-pending', certainty]);
    expect(verdict.summary.key).toBe(
      `verdicts.activation-pending.${certainty === 'likely' ? 'summaryFailing' : 'summary'}`,
    );
  });
});

describe('attempts that fail on a healthy path', () => {
  const tried = (host: string, time: string, code = '0xC004F074'): SppEvent => ({
    id: 12288,
    time,
    data: [code, '0x0', host],
  });
  const twice = (snapshot: FactSnapshot, host: string): string => {
    const events = read([tried(host, '2026-11-22T06:00:00Z'), tried(host, NOW)]);
    return say({ ...snapshot, events });
  };

  it('count if they contacted the assigned host, by any of its names', () => {
    expect(twice(ASSIGNED, 'kms9.contoso.com:1688')).toBe('activation-pending likely');
    expect(twice(ASSIGNED, 'kms8.contoso.com:1688')).toBe('activation-pending certain');
    const short = { ...target('kms', 'kms9'), lookups: [addresses('kms9.contoso.com', 'found')] };
    expect(twice({ ...ASSIGNED, assignedTarget: short }, 'kms9.contoso.com')).toBe(
      'activation-pending likely',
    );
    expect(twice({ ...ASSIGNED, assignedTarget: short }, 'kms9')).toBe('activation-pending likely');
    const two = { ...short, lookups: [addresses('kms9.b.com', 'found'), ...short.lookups] };
    expect(twice({ ...ASSIGNED, assignedTarget: two }, 'kms9.contoso.com')).toBe(
      'activation-pending likely',
    );
  });

  it("don't count if they contacted an unhealthy host or none", () => {
    const both = {
      ...{ ...CLIENT, targets: [target('refused'), target('kms')] },
      resolverTakesPart: false,
    };
    expect(twice(both, 'refused.contoso.com')).toBe('activation-pending certain');
    expect(twice(both, 'kms.contoso.com')).toBe('activation-pending likely');
    expect(twice(both, '[')).toBe('activation-pending certain');
  });

  it('count if the newest two are within a day', () => {
    const at = (...times: string[]) =>
      say({ ...CLIENT, events: read(times.map((time) => tried('kms1.contoso.com', time))) });
    expect(at('2026-11-21T09:00:00Z', NOW)).toBe('activation-pending likely');
    expect(at('2026-11-21T08:59:59Z', NOW)).toBe('activation-pending certain');
    const before = tried('elsewhere.com', '2026-11-22T04:00:00Z');
    const lately = [
      tried('kms1.contoso.com', '2026-11-22T06:00:00Z'),
      tried('kms1.contoso.com', NOW),
    ];
    expect(say({ ...CLIENT, events: read([before, ...lately]) })).toBe('activation-pending likely');
  });
});

describe('unread facts', () => {
  it('leave the license rules undecided, each individually', () => {
    const evaluation = { ...CLIENT, ...BROKEN, licence: unread() };
    expect(say(evaluation)).toBe('kms-service-not-listening likely');
    expect(say({ ...HOST, licence: unread(), ...BROKEN })).toMatch('likely');
    const nameless = { ...licensed(CLIENT, { reason: 0xc004c008 }), system: unread(), ...BROKEN };
    expect(say(nameless)).toBe('kms-service-not-listening likely');
    expect(say({ ...reason(CLIENT, 0xc004f050), ...BROKEN })).toBe(
      'kms-service-not-listening certain',
    );
  });

  it('make an error from events likely, whichever key is rejected', () => {
    const hidden = { ...licensed(OTHER_KEY, { reason: 0xc004f074 }), events: unread() };
    expect(say(hidden)).toBe('activation-pending likely');
    const told = { id: 12288, time: NOW, data: ['0xC004C008', '0x0', 'kms1.contoso.com'] };
    const named = licensed(OTHER_KEY, { reason: 0xc004f074, id: null });
    expect(say({ ...named, events: read([told]), products: unread() })).toBe(
      'product-key-rejected likely',
    );
    expect(say({ ...named, events: read([told]) })).toBe('product-key-rejected certain');
  });
});

describe('Office', () => {
  it('is reported as not activated only if Windows is licensed', () => {
    expect(say(withOffice(HEALTHY))).toBe('office-not-activated certain');
    expect(say(withOffice(HEALTHY, { channel: channel('VOLUME_MAK') }))).toMatch('office-not');
    expect(say(withOffice(HEALTHY, { channel: channel('RETAIL') }))).toBe('healthy certain');
    expect(say(withOffice(HEALTHY, { licensed: true }))).toBe('healthy certain');
    expect(say(withOffice(CLIENT))).toBe('activation-pending certain');
    expect(say({ ...HEALTHY, products: unread() })).toBe('healthy likely');
    expect(say({ ...CLIENT, products: unread() })).toBe('activation-pending certain');
    const mak = licensed(HEALTHY, { channel: channel('VOLUME_MAK') });
    expect(say(withOffice(mak))).toBe('office-not-activated certain');
    expect(say(withOffice(HOST))).toBe('office-not-activated certain');
    expect(say(withOffice({ ...HEALTHY, ...BROKEN }))).toBe(
      'kms-service-not-listening certain office-not-activated',
    );
  });

  it('has its own last error', () => {
    const id = '8d368fc1-9470-4be2-8d66-90e836cbb051';
    const asked: SppEvent = {
      id: 12288,
      time: NOW,
      data: ['0xC004F042', '0', 'kms1', '', '', '', '', '', id],
    };
    const told = (reason: number) =>
      giveVerdict({ ...withOffice(HEALTHY, { reason }), events: read([asked]) }).summary.params;
    expect(told(0xc004f074)).toEqual({ product: 'Office 24', error: '0xC004F042' });
    expect(told(0xc004f038)).toEqual({ product: 'Office 24', error: '0xC004F038' });
  });

  it('gets the path verdicts if it is the only KMS client', () => {
    const mak = licensed(HEALTHY, { channel: channel('VOLUME_MAK') });
    const alone = (snapshot: FactSnapshot): FactSnapshot => {
      const { products } = withOffice(snapshot);
      const office = products.ok ? (products.value[1] ?? null) : null;
      return { ...snapshot, products, kmsClient: read(office) };
    };
    expect(say(alone({ ...mak, ...BROKEN }))).toBe(
      'kms-service-not-listening certain office-not-activated',
    );
    const { about } = giveVerdict(alone({ ...mak, ...BROKEN }));
    expect(about).toMatchObject({ host: 'refused.contoso.com', port: 1688, product: 'office' });
    const ofWindows = giveVerdict({ ...withOffice(CLIENT), ...BROKEN });
    expect(ofWindows.about.product).toBeNull();
    expect(say(alone({ ...mak, clock: read({ minutes: 999, source: 'dc1' }) }))).toBe(
      'office-not-activated certain',
    );
  });
});

describe('a valid license', () => {
  const left = (graceMinutes: number, over: Partial<FactSnapshot> = {}) =>
    giveVerdict({ ...licensed(HEALTHY, { graceMinutes }), ...over });

  it('should be renewed after thirty days if a host answers', () => {
    expect(left(215_999)).toMatchObject({
      code: 'healthy',
      fixes: ['activate-now'],
      title: { key: 'verdicts.healthy.titleNotRenewed' },
      summary: { key: 'verdicts.healthy.summaryNotRenewed', params: { days: 149 } },
    });
    expect(left(216_000)).toMatchObject({ fixes: [], title: { key: 'verdicts.healthy.title' } });
    expect(left(0)).toMatchObject({ code: 'healthy', fixes: [] });
    expect(left(4_320, { activationType: read(1) })).toMatchObject({ code: 'healthy', fixes: [] });
    const mak = licensed(HEALTHY, { channel: channel('VOLUME_MAK'), graceMinutes: 4_320 });
    expect(giveVerdict(mak).fixes).toEqual([]);
  });

  it('contradicts a broken path if it was renewed within a day', () => {
    expect(left(257_760, BROKEN).certainty).toBe('certain');
    expect(left(257_761, BROKEN).certainty).toBe('likely');
    expect(left(257_761).certainty).toBe('certain');
    // Windows doesn't report the remaining time, so it may have been renewed.
    const silent = { ...licensed(HEALTHY, { row: { GracePeriodRemaining: null } }), ...BROKEN };
    expect(giveVerdict(silent).certainty).toBe('likely');
    const clock = { clock: read({ minutes: 999, source: 'dc1' }) };
    expect(left(257_761, clock).certainty).toBe('certain');
  });
});
