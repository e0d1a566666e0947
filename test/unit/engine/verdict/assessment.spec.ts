/** Conclusions from a snapshot, independent of the rules that use them. */
import { describe, expect, it } from 'vitest';
import { formatErrorCode } from '@shared/error-codes';
import type { SppEvent } from '@engine/computer';
import type { RegistryValue } from '@engine/registry-keys';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import {
  activationOf,
  countOf,
  daysLeft,
  newest,
  targetInfo,
  assess,
} from '@engine/verdict/assessment';
import {
  a,
  addresses,
  answer,
  ASSIGNED,
  channel,
  CLIENT,
  HEALTHY,
  HOST,
  inDomains,
  licensed,
  lookup,
  NETWORK,
  NOT_ASKED,
  probe,
  read,
  SERVER,
  SILENT,
  srv,
  target,
  unread,
} from '../facts/fact-snapshots';

const at = '2026-11-22T08:00:00Z';
const event = (id: number, data: readonly string[] = [], time = at): SppEvent => ({
  id,
  time,
  data,
});
const licenceOf = ({ licence }: FactSnapshot) => {
  if (!licence.ok || licence.value === null) throw new Error('No licence');
  return licence.value;
};

describe('the role', () => {
  it.each([
    ['VOLUME_KMSCLIENT', 'kms-client'],
    ['VOLUME_KMS_WS19', 'kms-host'],
    ['VOLUME_MAK', 'other'],
    ['RETAIL', 'other'],
  ])('with a %s key is %s', (token, role) => {
    expect(assess(licensed(CLIENT, { channel: channel(token) })).role).toBe(role);
  });

  it('is known without a key, but not if the license is unread', () => {
    expect(assess({ ...CLIENT, licence: read(null) }).role).toBe('other');
    expect(assess({ ...CLIENT, licence: unread() }).role).toBe('unknown');
    expect(assess(NETWORK).role).toBe('unknown');
  });
});

describe('the domains', () => {
  it("are empty and incomplete if they couldn't be read", () => {
    const { complete, leftOut, ...known } = assess({ ...CLIENT, domains: unread() }).domains;
    expect(Object.values(known).flat()).toEqual([null]);
    expect(known.lookupDomain).toBeNull();
    expect([complete, leftOut]).toEqual([false, 0]);
  });
});

describe('the path', () => {
  it('is healthy if a target or the assigned host answers', () => {
    const targets = [target('refused'), target('kms')];
    expect(assess({ ...CLIENT, targets }).pathIsHealthy).toBe(true);
    expect(assess({ ...CLIENT, targets: [target('refused')] }).pathIsHealthy).toBe(false);
    expect(assess({ ...ASSIGNED, targets: [target('refused')] }).pathIsHealthy).toBe(true);
    expect(assess({ ...ASSIGNED, assignedTarget: target('refused') }).pathIsHealthy).toBe(false);
  });

  it("is unread for a host that wasn't probed", () => {
    const { assignedPresence, assignedReach } = assess(CLIENT);
    expect({ assignedPresence, assignedReach }).toEqual({
      assignedPresence: 'unread',
      assignedReach: 'unread',
    });
  });

  it('starts at an assigned host that Windows resolves to an IPv4 or IPv6 address', () => {
    const resolves = (four: readonly string[], six: readonly string[]) =>
      assess({
        ...ASSIGNED,
        assignedTarget: {
          ...{ host: 'kms9', port: 1688, byResolver: true, standardPort: [] },
          lookups: [
            {
              host: 'kms9',
              servers: [{ server: SERVER, a: answer([], 'NXDOMAIN'), aaaa: SILENT }],
              resolver: read({
                a: { records: four.map((one) => a(one)), error: null, ms: 1 },
                aaaa: { records: six.map((one) => a(one)), error: null, ms: 1 },
              }),
            },
          ],
          probes: [probe('kms')],
        },
      }).assignedPresence;
    expect(resolves(['10.0.0.20'], [])).toBe('found');
    expect(resolves([], ['fd00::20'])).toBe('found');
    expect(resolves([], [])).toBe('absent');
  });
});

describe('the newest event', () => {
  const NOW = '2026-11-23T09:00:00Z';

  it('is the latest one with a requested ID', () => {
    const late = event(12293, ['late'], '2026-11-23T08:00:00Z');
    expect(newest([late, event(12293, ['early'])], [12293], NOW)).toBe(late);
    expect(newest([event(12293, ['early']), late], [12293], NOW)).toBe(late);
    expect(newest([late], [12288], NOW)).toBeNull();
    expect(newest([], [12288], NOW)).toBeNull();
  });

  it('excludes events in the future, logged while the clock was ahead', () => {
    const early = event(12294, ['early']);
    const ahead = event(12293, ['ahead'], '2026-11-23T08:06:00Z');
    expect(newest([early, ahead], [12293, 12294], '2026-11-23T08:00:00Z')).toBe(early);
    expect(newest([early, ahead], [12293, 12294], '2026-11-23T08:01:00Z')).toBe(ahead);
  });

  it('is the later one in the list if two have the same time', () => {
    const events = [event(12293, ['first']), event(12294, ['second'])];
    expect(newest(events, [12293, 12294], NOW)).toBe(events[1]);
  });
});

describe('the last error', () => {
  const lastErrorIn = (snapshot: FactSnapshot): number | null => assess(snapshot).lastError;
  const said = (reason: number, ...data: string[]): number | null =>
    lastErrorIn({ ...licensed(CLIENT, { reason }), events: read([event(12288, data)]) });

  it('comes from the event if the reason is vague', () => {
    const failures = [0xc004f009, 0xc004f034, 0xc004f056, 0xc004f200, 0xc004f074, 0x80004005];
    const informing = [0, 0x4004f040, 0x4004f401, 0x4004f00c];
    for (const vague of [...failures, ...informing]) {
      expect(said(vague, '0xC004F038')).toBe(0xc004f038);
      expect(said(0xc004f034, formatErrorCode(vague))).toBe(0xc004f034);
    }
    expect(said(0xc004f050, '0xC004F038')).toBe(0xc004f050);
  });

  it('is the reason if the event is vague, too', () => {
    expect(said(0xc004f034)).toBe(0xc004f034);
    expect(said(0xc004f034, '0x00000000', '0x00000000')).toBe(0xc004f034);
    expect(said(0xc004f034, '0xC004F074')).toBe(0xc004f034);
    const after = (...events: SppEvent[]) => lastErrorIn({ ...CLIENT, events: read(events) });
    expect(after(event(12293, ['0xC004F038']))).toBe(0xc004f034);
    expect(after(event(8198, ['0xC004F038']))).toBe(0xc004f038);
  });

  it('comes from the newest attempt only, and from none that is too old', () => {
    const after = (...events: SppEvent[]) => lastErrorIn({ ...CLIENT, events: read(events) });
    const refused = event(12288, ['0xC004F038'], '2026-11-22T07:00:00Z');
    expect(after(refused, event(8198, ['0xC004F074']))).toBe(0xc004f034);
    expect(after({ ...refused, time: '2026-10-22T07:00:00Z' })).toBe(0xc004f034);
  });

  it('comes from an attempt of the same product', () => {
    const office = '8d368fc1-9470-4be2-8d66-90e836cbb051';
    const asked = event(12288, ['0xC004F038', '0', 'kms1', '', '', '', '', '', office]);
    const products = read([{ ...licenceOf(CLIENT), application: 'office' as const, id: office }]);
    const snapshot = { ...licensed(CLIENT, { id: null }), events: read([asked]), products };
    expect(lastErrorIn(snapshot)).toBe(0xc004f034);
    expect(assess(snapshot).lastErrorOpen).toBe(false);
    // The product of the attempt can't be determined.
    const unknown = assess({ ...snapshot, products: unread() });
    expect([unknown.lastError, unknown.lastErrorOpen]).toEqual([0xc004f038, true]);
    const known = licensed({ ...snapshot, products: unread() }, { id: 'another' });
    expect(assess(known).lastErrorOpen).toBe(false);
    expect(lastErrorIn(known)).toBe(0xc004f034);
  });

  it("is the reason if the key isn't a KMS client key, whatever an event contains", () => {
    const mak = licensed(CLIENT, { channel: channel('VOLUME_MAK') });
    expect(lastErrorIn({ ...mak, events: read([event(12288, ['0xC004F038'])]) })).toBe(0xc004f034);
    expect(assess({ ...mak, events: unread() }).lastErrorOpen).toBe(false);
    expect(assess({ ...CLIENT, events: unread() }).lastErrorOpen).toBe(true);
  });
});

describe('the publishing state of a KMS host', () => {
  const cim = (value: boolean) => read({ KeyManagementServiceDnsPublishing: value });
  const registry = (value: number | string): FactSnapshot['disableDnsPublishing'] =>
    read<RegistryValue>(
      typeof value === 'number' ? { type: 'REG_DWORD', value } : { type: 'REG_SZ', value },
    );
  it.each([
    ['both enable it', cim(true), read(null), 'on'],
    ['the value is 0', cim(true), registry(0), 'on'],
    ["the value isn't a number", cim(true), registry('1'), 'on'],
    ['the property is missing', read({}), read(null), 'on'],
    ['the property is false', cim(false), read(null), 'off'],
    ['the property is false, the value unread', cim(false), unread(), 'off'],
    ['the value is 1', cim(true), registry(1), 'off'],
    ['the value is 1, the property unread', unread(), registry(1), 'off'],
    ['the property is unread', unread(), read(null), 'unread'],
    ['the value is unread', cim(true), unread(), 'unread'],
  ] as const)('is as expected if %s', (_, service, disableDnsPublishing, publishing) => {
    expect(assess({ ...HOST, service, disableDnsPublishing }).publishing).toBe(publishing);
  });
});

describe("a KMS host's own records", () => {
  const host = (over: Partial<FactSnapshot>): FactSnapshot => ({
    ...inDomains(HOST, { publish: ['a.com'], suffixes: ['contoso.com'] }),
    ...over,
  });
  const records = (...answers: Parameters<typeof lookup>[2][]): FactSnapshot =>
    host({ lookups: answers.map((one) => lookup('publish', 'a.com', one)) });
  const own = (name: string): FactSnapshot => ({
    ...records([answer([srv(name)])]),
    adapters: read([
      {
        ...{ name: 'Ethernet', up: true, gateways: [], dnsServers: ['10.0.0.10'] },
        addresses: ['10.0.0.20', 'fd00::20', '127.0.0.1'],
        dnsServersFrom: 'static',
        connectionSuffix: null,
      },
    ]),
    hostsInQuestion: [{ ...target('kms', name), lookups: [] }],
  });
  const alias = (is: Parameters<typeof addresses>[1]): FactSnapshot => ({
    ...own('kms.contoso.com'),
    hostsInQuestion: [
      { ...target('kms', 'kms.contoso.com'), lookups: [addresses('kms.contoso.com', is)] },
    ],
  });

  it.each<[string, FactSnapshot, string]>([
    ['its full name', records([answer([srv('KMS1.contoso.com.')])]), 'found'],
    ['its short name', records([answer([srv('kms1')])]), 'found'],
    ['a name with the address of another host', alias(['10.0.0.21']), 'absent'],
    ['an alias with its address', alias(['10.0.0.20']), 'found'],
    ['an alias with its address and another one', alias(['10.0.0.20', '10.0.0.21']), 'absent'],
    ['an alias with a loopback address', alias(['127.0.0.1']), 'absent'],
    ['a name without an address', alias('absent'), 'absent'],
    ['a name whose addresses are unread', alias('unread'), 'unread'],
    ["a name that wasn't looked up", { ...alias(['10.0.0.20']), hostsInQuestion: [] }, 'unread'],
    ['a name, own addresses unread', { ...alias(['10.0.0.20']), adapters: unread() }, 'unread'],
    ['its short name, own addresses unread', { ...own('kms1'), adapters: unread() }, 'found'],
    ['its own address', own('10.0.0.20'), 'found'],
    ['no record', records('absent'), 'absent'],
    ['a refused query', records([answer([], 'REFUSED')]), 'unread'],
    ["a query that wasn't sent", records([NOT_ASKED]), 'unread'],
    ['no lookup', records(), 'unread'],
    [
      'its full name, own name unread',
      { ...records([answer([srv('kms1.contoso.com')])]), system: unread() },
      'unread',
    ],
  ])('have the expected presence: %s', (_, snapshot, presence) => {
    expect(assess(snapshot).ownRecords).toEqual([{ domain: 'a.com', presence }]);
  });
});

describe('the client count', () => {
  it.each([
    [40, 40],
    [0, 0],
    [-1, 0],
    [0xffffffff, 0],
    [0xfffffffe, 0xfffffffe],
    ['40', null],
    [null, null],
  ])('of %j is %j', (value, count) => {
    expect(countOf({ KeyManagementServiceCurrentCount: value })).toBe(count);
  });

  it('is null if the service row is unread', () => {
    expect(assess(HOST).count).toBe(40);
    expect(assess({ ...HOST, service: unread() }).count).toBeNull();
  });
});

describe('the days left', () => {
  it('are whole days of a license that expires', () => {
    const left = (over: Parameters<typeof licensed>[1]) =>
      daysLeft(licenceOf(licensed(HEALTHY, over)));
    expect(left({ graceMinutes: 1440 })).toBe(1);
    expect(left({ graceMinutes: 1439 })).toBe(0);
    expect(left({ graceMinutes: 0 })).toBeNull();
    expect(left({ graceMinutes: null })).toBeNull();
    expect(left({ graceMinutes: 1440, licensed: false })).toBeNull();
    expect(daysLeft(null)).toBeNull();
  });
});

describe('the target of a report', () => {
  it('contains what was read about this PC', () => {
    expect(targetInfo('this-pc', HOST)).toEqual({
      kind: 'this-pc',
      computer: 'KMS1',
      os: 'Windows Server 2019 Standard',
      build: 17763,
      roles: ['kms-host'],
      elevated: true,
      domain: 'contoso.com',
    });
    expect(targetInfo('scenario', CLIENT).roles).toEqual(['kms-client']);
    expect(targetInfo('this-pc', licensed(CLIENT, { channel: channel('RETAIL') })).roles).toEqual(
      [],
    );
    expect(targetInfo('this-pc', { ...CLIENT, licence: read(null) }).roles).toEqual([]);
  });

  it('has the Active Directory domain, or else the primary DNS suffix', () => {
    const named = (adDomain: string | null, primaryDnsSuffix: string | null) =>
      targetInfo('this-pc', {
        ...CLIENT,
        dnsClient: read({ adDomain, primaryDnsSuffix, suffixSearchList: [] }),
      }).domain;
    expect(named('ad.contoso.com', 'contoso.com')).toBe('ad.contoso.com');
    expect(named(null, 'contoso.com')).toBe('contoso.com');
    expect(named(null, null)).toBeNull();
  });

  it('is empty if nothing was read', () => {
    const nothing = { system: unread(), dnsClient: unread(), licence: unread() };
    expect(targetInfo('network', nothing)).toEqual({
      kind: 'network',
      computer: '',
      os: '',
      build: null,
      roles: [],
      elevated: false,
      domain: null,
    });
  });
});

describe('the activation of a report', () => {
  it('contains what was read about the license', () => {
    expect(activationOf(assess(CLIENT))).toEqual({
      edition: 'Enterprise',
      channel: 'VOLUME_KMSCLIENT',
      licenseStatus: 5,
      partialProductKey: '2YT43',
      graceMinutes: 0,
      lastError: '0xC004F034',
    });
  });

  it('is empty without a license', () => {
    const nothing = {
      edition: null,
      channel: null,
      licenseStatus: null,
      partialProductKey: null,
      graceMinutes: null,
      lastError: null,
    };
    expect(activationOf(assess({ ...CLIENT, licence: read(null) }))).toEqual(nothing);
    expect(activationOf(assess({ ...CLIENT, licence: unread() }))).toEqual(nothing);
  });
});
