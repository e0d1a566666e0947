import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LEGACY_SL_KEY, SPP_KEY, sppSubkey } from '@engine/registry-keys';
import { UNLICENSED, pc, reasonOf, signal, type Scenario } from './pc';

const at = (address: string, port = 53) => ({ address, port });
const SRV = '_vlmcs._tcp.contoso.com';

/** Queries a server of a scenario and summarizes the response. */
async function dns(
  servers: NonNullable<Scenario['dns']>['servers'],
  name: string,
  type: 'SRV' | 'A' | 'AAAA' = 'A',
) {
  const answer = await pc({ dns: { servers } }).dnsQuery(
    at('10.0.0.10'),
    name,
    type,
    'udp',
    signal,
  );
  if (answer.outcome !== 'answered') return answer.outcome;
  return [answer.rcode, ...answer.answers.map((record) => `${record.type} ${record.name}`)];
}

describe('system', () => {
  it('has the name of the computer, and a journal ID derived from it', async () => {
    expect(await pc({ computer: { name: 'LAB-7', elevated: false } }).system(signal)).toEqual({
      name: 'LAB-7',
      os: 'Windows 11 Enterprise',
      build: 26_100,
      server: false,
      uiLanguage: 'en-US',
      elevated: false,
      id: 'scenario:LAB-7',
    });
  });
});

describe('a setting for a single product', () => {
  const LOOKUP = { KeyManagementServiceLookupDomain: { type: 'REG_SZ', value: 'x.test' } } as const;

  it.each<[string, Scenario, boolean]>([
    ['nowhere', {}, false],
    ['for all products', { registry: { [SPP_KEY]: LOOKUP } }, false],
    ['for one application', { registry: { [sppSubkey('office')!]: LOOKUP } }, true],
    [
      'in the product row',
      { licensing: { products: [{ KeyManagementServiceMachine: 'k.test' }] } },
      true,
    ],
  ])('is detected before the product rows are read: %s', async (_, scenario, placed) => {
    expect(await pc(scenario).isPlacedByProduct?.(signal)).toBe(placed);
  });
});

describe('simulated DNS servers', () => {
  const records = [
    { name: 'a.contoso.com', type: 'A', address: '10.0.0.1' },
    { name: 'alias.contoso.com', type: 'CNAME', target: 'Step.contoso.com.' },
    { name: 'step.contoso.com', type: 'CNAME', target: 'a.contoso.com' },
    { name: 'lost.contoso.com', type: 'CNAME', target: 'gone.contoso.com' },
    { name: 'ring1.contoso.com', type: 'CNAME', target: 'ring2.contoso.com' },
    { name: 'ring2.contoso.com', type: 'CNAME', target: 'ring1.contoso.com' },
    { name: 'x.deep.contoso.com', type: 'AAAA', address: 'fd00::1' },
    { name: SRV, type: 'SRV', target: 'a.contoso.com' },
  ] as const;
  const servers = { '10.0.0.10': { records: [...records] } };

  it.each([
    ['A.CONTOSO.COM', 'A', ['NOERROR', 'A a.contoso.com']],
    ['a.contoso.com', 'AAAA', ['NOERROR']],
    ['deep.contoso.com', 'A', ['NOERROR']],
    ['b.contoso.com', 'A', ['NXDOMAIN']],
    [
      'alias.contoso.com',
      'A',
      ['NOERROR', 'CNAME alias.contoso.com', 'CNAME step.contoso.com', 'A a.contoso.com'],
    ],
    ['lost.contoso.com', 'A', ['NXDOMAIN', 'CNAME lost.contoso.com']],
    ['ring1.contoso.com', 'A', ['NOERROR', 'CNAME ring1.contoso.com', 'CNAME ring2.contoso.com']],
  ] as const)('respond to a query for %s %s', async (name, type, expected) => {
    expect(await dns(servers, name, type)).toEqual(expected);
  });

  it('include the addresses of SRV targets as additional records', async () => {
    const answer = await pc({ dns: { servers } }).dnsQuery(
      at('10.0.0.10'),
      SRV,
      'SRV',
      'tcp',
      signal,
    );
    expect(answer).toMatchObject({
      authoritative: true,
      transport: 'tcp',
      additionals: [{ name: 'a.contoso.com', address: '10.0.0.1' }],
    });
  });

  it('respond to every query with their reply code, or not at all', async () => {
    expect(await dns({ '10.0.0.10': { rcode: 'SERVFAIL' } }, SRV)).toEqual(['SERVFAIL']);
    expect(await dns({ '10.0.0.10': { answers: false } }, SRV)).toBe('silent');
    expect(await dns({ '10.0.0.11': {} }, SRV)).toBe('silent');
  });

  it('are identified by canonical address and port', async () => {
    const computer = pc({
      dns: {
        servers: {
          '127.0.0.1:5300': { rcode: 'REFUSED' },
          '[FD00:0::0001]:5300': { rcode: 'SERVFAIL' },
          'fd00::2': { rcode: 'NOTIMP' },
        },
      },
    });
    const rcode = async (address: string, port: number) => {
      const answer = await computer.dnsQuery(at(address, port), SRV, 'SRV', 'udp', signal);
      return answer.outcome === 'answered' ? answer.rcode : answer.outcome;
    };
    expect(await rcode('127.0.0.1', 5300)).toBe('REFUSED');
    expect(await rcode('127.0.0.1', 53)).toBe('silent');
    expect(await rcode('fd00::1', 5300)).toBe('SERVFAIL');
    expect(await rcode('fd00:0:0::2', 53)).toBe('NOTIMP');
  });
});

describe('simulated DNS records of the AD domain controllers', () => {
  const name = '_ldap._tcp.dc._msdcs.contoso.com';
  const answers = async (server: object, computer: Scenario['computer'] = {}) => {
    const simulated = pc({ computer, dns: { servers: { '10.0.0.10': server } } });
    const at = { address: '10.0.0.10', port: 53 };
    const answer = await simulated.dnsQuery(at, name, 'SRV', 'udp', signal);
    if (answer.outcome !== 'answered') return answer.outcome;
    return answer.answers.length > 0 ? answer.additionals : answer.rcode;
  };

  it('exist regardless of the configured records', async () => {
    const controller = { type: 'A', name: 'dc1.contoso.com', address: '10.0.0.10' };
    expect(await answers({ records: [] })).toEqual([expect.objectContaining(controller)]);
    const own = { ...controller, address: '10.0.0.5' };
    const listed = [{ name, type: 'SRV', target: 'dc1.contoso.com' }, own];
    expect(await answers({ records: listed })).toEqual([expect.objectContaining(own)]);
    expect(await answers({ hostsAdDomain: false, records: listed })).toHaveLength(1);
  });

  it("don't exist on a router or a failing server, or without an AD domain", async () => {
    expect(await answers({ hostsAdDomain: false })).toBe('NXDOMAIN');
    expect(await answers({}, { domain: null })).toBe('NXDOMAIN');
    expect(await answers({ rcode: 'SERVFAIL' })).toBe('SERVFAIL');
    expect(await answers({ answers: false })).toBe('silent');
  });
});

describe('simulated resolver', () => {
  const find = async (scenario: Scenario, name = SRV, type: 'SRV' | 'A' = 'SRV') => {
    const { records, error } = await pc(scenario).resolve(name, type, signal);
    return error ?? records.length;
  };

  it('accepts the first response and skips servers that are silent or fail', async () => {
    expect(await find({})).toBe(1);
    const two = (first: object, second: object): Scenario => ({
      adapters: [{ dnsServers: ['10.0.0.10', '10.0.0.11'] }],
      dns: { servers: { '10.0.0.10': first, '10.0.0.11': second } },
    });
    const records = [{ name: SRV, type: 'SRV' as const, target: 'kms1.contoso.com' }];
    expect(await find(two({ answers: false }, { records }))).toBe(1);
    expect(await find(two({ records: [] }, { records }))).toBe('9003');
    expect(await find(two({ rcode: 'REFUSED' }, { records }))).toBe(1);
    expect(await find(two({ records }, { records }))).toBe(1);
    expect(await find(two({ rcode: 'SERVFAIL' }, { records: [] }))).toBe('9003');
    expect(await find(two({ rcode: 'REFUSED' }, { answers: false }))).toBe('9005');
    expect(await find(two({ rcode: 'REFUSED' }, { rcode: 'SERVFAIL' }))).toBe('9002');
    expect(await find(two({ answers: false }, { answers: false }))).toBe('1460');
  });

  it('queries only servers that are configured on an active adapter', async () => {
    expect(await find({ adapters: [] })).toBe('9852');
    expect(await find({ adapters: [{ up: false, dnsServers: ['10.0.0.10'] }] })).toBe('9852');
    expect(await find({ adapters: [{ dnsServers: ['10.0.0.99'] }] })).toBe('1460');
  });

  it('responds only from its cache if it has one', async () => {
    const cached = { name: 'kms1.contoso.com', type: 'A' as const, address: '10.9.9.9' };
    const scenario: Scenario = { dns: { resolverCache: [cached] } };
    expect(await find(scenario)).toBe('9003');
    expect(await find(scenario, 'KMS1.contoso.com', 'A')).toBe(1);
    expect(await find({ ...scenario, adapters: [] }, 'kms1.contoso.com', 'A')).toBe(1);
  });
});

describe('unread facts', () => {
  const unread = (more: object, rest: Scenario = {}) => pc({ ...rest, unread: more as never });

  it('are unreadable in the simulation, with their reasons', async () => {
    const computer = unread({
      clock: 'timed-out',
      'registry/DnsDomainPublishList': 'access-denied',
      'dns/10.0.0.10': 'no-ipv6',
      'port/10.0.0.20:1688': 'check-failed',
    });
    expect(await reasonOf(computer.clockOffset(signal))).toBe('timed-out');
    const value = (name: 'DnsDomainPublishList' | 'DisableDnsPublishing') =>
      computer.registryValue({ key: SPP_KEY, name }, signal);
    expect(await reasonOf(value('DnsDomainPublishList'))).toBe('access-denied');
    expect(await value('DisableDnsPublishing')).toBeNull();
    const server = { address: '10.0.0.10', port: 53 };
    expect(await reasonOf(computer.dnsQuery(server, SRV, 'SRV', 'udp', signal))).toBe('no-ipv6');
    const probe = computer.probeKms({ host: '10.0.0.20', port: 1688 }, signal);
    expect(await reasonOf(probe.connected)).toBe('check-failed');
  });

  it('include left-out facts, unless the file has data for them', async () => {
    expect(await reasonOf(pc({ leftOut: ['events'] }).events(signal))).toBe('left-out');
    expect(await pc({ leftOut: ['events'], events: [] }).events(signal)).toEqual([]);
  });
});

describe('simulated hosts', () => {
  const probe = async (scenario: Scenario, host: string, port = 1688) => {
    const { connected, answered } = pc(scenario).probeKms({ host, port }, signal);
    return [(await connected).outcome, (await answered)?.outcome];
  };

  it.each([
    ['kms', ['open', 'kms']],
    ['other-rpc', ['open', 'other-rpc']],
    ['not-rpc', ['open', 'not-rpc']],
    ['silent', ['open', 'silent']],
    ['refused', ['refused', undefined]],
    ['filtered', ['filtered', undefined]],
    ['no-route', ['no-route', undefined]],
  ] as const)('have a port that is %s', async (behaviour, expected) => {
    expect(
      await probe({ hosts: { 'fd00::20': { ports: { '2500': behaviour } } } }, 'fd00:0::20', 2500),
    ).toEqual(expected);
  });

  it("refuse unlisted ports, and don't respond if unlisted themselves", async () => {
    expect(await probe({}, '10.0.0.20', 1689)).toEqual(['refused', undefined]);
    expect(await probe({}, '10.0.0.21')).toEqual(['filtered', undefined]);
  });

  it('are unreachable if outbound traffic is blocked, except for the PC itself', async () => {
    const scenario: Scenario = {
      computer: { outboundBlocked: true },
      hosts: {
        '10.0.0.20': { ports: { '1688': 'kms' } },
        '10.0.0.42': { ports: { '1688': 'kms' } },
      },
    };
    expect(await probe(scenario, '10.0.0.20')).toEqual(['filtered', undefined]);
    expect(await probe(scenario, '10.0.0.42')).toEqual(['open', 'kms']);
    expect(await pc(scenario).outboundBlocked(1688, signal)).toBe('this-pc');
    const byPolicy = { outboundBlocked: true, outboundBlockedByPolicy: true };
    expect(await pc({ computer: byPolicy }).outboundBlocked(1688, signal)).toBe('group-policy');
    const unused = { outboundBlockedByPolicy: true };
    expect(await pc({ computer: unused }).outboundBlocked(1688, signal)).toBeNull();
  });

  it('reply to pings as hosts and as DNS servers', async () => {
    const computer = pc({
      hosts: { '10.0.0.20': { ping: false }, '10.0.0.21': {} },
      dns: { servers: { '10.0.0.10': {}, '10.0.0.11:5300': {}, '10.0.0.12': { ping: false } } },
    });
    const replies = await Promise.all(
      ['10.0.0.20', '10.0.0.21', '10.0.0.10', '10.0.0.11', '10.0.0.12', '10.0.0.1'].map(
        async (address) => (await computer.ping(address, signal)).replied,
      ),
    );
    expect(replies).toEqual([false, true, true, true, false, false]);
  });
});

describe('simulated Windows', () => {
  it('lists only product rows with a key', async () => {
    const products = [UNLICENSED, { Name: 'no key' }, { ...UNLICENSED, PartialProductKey: '' }];
    expect(await pc({ licensing: { products } }).licensingProducts(signal)).toHaveLength(1);
  });

  it('has the assigned host in both the registry and the CIM row, whichever the scenario sets', async () => {
    const name = { key: SPP_KEY, name: 'KeyManagementServiceName' } as const;
    const port = { key: SPP_KEY, name: 'KeyManagementServicePort' } as const;
    const byRow = pc({
      licensing: {
        service: { KeyManagementServiceMachine: 'kms9', KeyManagementServicePort: 2500 },
      },
    });
    expect(await byRow.registryValue(name, signal)).toEqual({ type: 'REG_SZ', value: 'kms9' });
    expect(await byRow.registryValue(port, signal)).toEqual({ type: 'REG_SZ', value: '2500' });
    const byRegistry = pc({
      registry: {
        [SPP_KEY.replace('HKLM', 'hkey_local_machine')]: {
          keymanagementservicename: { type: 'REG_SZ', value: 'kms8' },
        },
      },
    });
    expect(await byRegistry.registryValue(name, signal)).toEqual({ type: 'REG_SZ', value: 'kms8' });
    expect(await byRegistry.licensingService(signal)).toMatchObject({
      KeyManagementServiceMachine: 'kms8',
    });
    expect(await pc().registryValue(name, signal)).toBeNull();
    expect(await pc().registryValue({ ...name, key: LEGACY_SL_KEY }, signal)).toBeNull();
    expect(await byRow.registryValue({ ...name, key: LEGACY_SL_KEY }, signal)).toBeNull();
  });

  it("doesn't provide licensing data while sppsvc is disabled", async () => {
    const computer = pc({ services: { sppsvc: { start: 'disabled' } } });
    expect(await reasonOf(computer.licensingProducts(signal))).toBe('service-disabled');
    expect(await reasonOf(computer.licensingService(signal))).toBe('service-disabled');
    expect(await computer.service('sppsvc', signal)).toEqual({
      state: 'stopped',
      start: 'disabled',
    });
    expect(await computer.events(signal)).toEqual([]);
    expect(await pc({ services: {} }).service('sppsvc', signal)).toBeNull();
  });

  it('has an installation ID of 63 digits for the installed key', async () => {
    const id = await pc().installationId(signal);
    expect(id).toMatch(/^\d{63}$/);
    expect(await pc().installationId(signal)).toBe(id);
    expect(await pc({ computer: { name: 'OTHER' } }).installationId(signal)).not.toBe(id);
    expect(await pc({ licensing: { products: [] } }).installationId(signal)).toBeNull();
  });

  it('compares its clock with the domain, or with a time server in a workgroup', async () => {
    const skewed = { clockSkewMinutes: -300 };
    expect(await pc({ computer: skewed }).clockOffset(signal)).toEqual({
      minutes: -300,
      source: 'contoso.com',
    });
    expect(await pc({ computer: { ...skewed, domain: null } }).clockOffset(signal)).toEqual({
      minutes: -300,
      source: 'time.windows.com',
    });
  });
});

describe('broken tools', () => {
  const reasons = {
    missing: 'tool-missing',
    hang: 'timed-out',
    garbage: 'garbled-answer',
    denied: 'access-denied',
  } as const;
  const location = { key: SPP_KEY, name: 'DisableDnsPublishing' } as const;

  it.each(['missing', 'hang', 'garbage', 'denied'] as const)(
    'make only their own facts unreadable: PowerShell (%s)',
    async (fault) => {
      const computer = pc({ faults: { powershell: fault } });
      for (const fact of [
        computer.licensingService(signal),
        computer.licensingProducts(signal),
        computer.events(signal),
        computer.service('sppsvc', signal),
        computer.firewallKmsRule(signal),
        computer.outboundBlocked(1688, signal),
        computer.resolve(SRV, 'SRV', signal),
      ]) {
        expect(await reasonOf(fact)).toBe(reasons[fault]);
      }
      expect(await computer.registryValue(location, signal)).toBeNull();
      expect((await computer.ping('10.0.0.10', signal)).replied).toBe(true);
      expect(await computer.vbscript(signal)).toBe(true);
      expect((await computer.adapters(signal)).length).toBe(1);
      expect((await computer.clockOffset(signal)).minutes).toBe(0);
    },
  );

  it.each(['missing', 'hang', 'garbage', 'denied'] as const)(
    'make only their own facts unreadable: reg.exe and ping (%s)',
    async (fault) => {
      const computer = pc({ faults: { registry: fault, ping: fault } });
      expect(await reasonOf(computer.registryValue(location, signal))).toBe(reasons[fault]);
      expect(await reasonOf(computer.ping('10.0.0.10', signal))).toBe(reasons[fault]);
      expect((await computer.licensingProducts(signal)).length).toBe(1);
      expect((await computer.dnsClientSettings(signal)).adDomain).toBe('contoso.com');
    },
  );
});

describe('a case saved by a network diagnosis', () => {
  it('lacks the facts that need Windows and is diagnosed as a network target', async () => {
    const computer = pc({
      of: 'network',
      computer: { build: null },
      faults: { powershell: 'missing' },
    });
    expect([computer.target, computer.diagnosedAs]).toEqual(['scenario', 'network']);
    for (const fact of [
      computer.licensingService(signal),
      computer.licensingProducts(signal),
      computer.registryValue({ key: SPP_KEY, name: 'DisableDnsPublishing' }, signal),
      computer.service('sppsvc', signal),
      computer.events(signal),
      computer.clockOffset(signal),
      computer.vbscript(signal),
      computer.firewallKmsRule(signal),
      computer.outboundBlocked(1688, signal),
      computer.installationId(signal),
    ]) {
      expect(await reasonOf(fact)).toBe('needs-windows');
    }
    expect((await computer.system(signal)).build).toBeNull();
    expect((await computer.resolve(SRV, 'SRV', signal)).records).toHaveLength(1);
    expect((await computer.adapters(signal)).length).toBe(1);
  });
});

describe('simulated time', () => {
  it('advances only while waiting', async () => {
    const computer = pc({ now: '2026-01-01T00:00:00+01:00' });
    expect(computer.now().toISOString()).toBe('2025-12-31T23:00:00.000Z');
    const before = performance.now();
    await computer.wait(600_000, signal);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(computer.now().toISOString()).toBe('2025-12-31T23:10:00.000Z');
  });

  it('includes a real delay for each response if a pace is set', async () => {
    const before = performance.now();
    await pc({}, { paceMs: 60 }).system(signal);
    expect(performance.now() - before).toBeGreaterThan(50);
  });

  it.each([0, 60_000, Infinity])('allows a prompt abort at a pace of %d ms', async (paceMs) => {
    const end = new AbortController();
    const computer = pc({}, { paceMs });
    if (paceMs === 0) end.abort();
    const { connected, answered } = computer.probeKms(
      { host: '10.0.0.20', port: 1688 },
      end.signal,
    );
    const asked = [
      connected,
      answered,
      computer.system(end.signal),
      computer.activate('windows', end.signal),
    ];
    void delay(20).then(() => end.abort());
    const before = performance.now();
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
