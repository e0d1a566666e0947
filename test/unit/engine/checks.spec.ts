import { describe, expect, it } from 'vitest';
import type { CheckId } from '@shared/catalog';
import { additionalWarnings, type Status } from '@shared/diagnosis';
import type { ScenarioFile } from '@shared/scenario';
import type { Computer } from '@engine/computer';
import { diagnose, type DiagnoseOptions } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';

async function diagnosisOf(scenario: Omit<ScenarioFile, 'schema'>, options: DiagnoseOptions = {}) {
  const computer = createScenarioComputer({ schema: 'kms-doctor/scenario@1', ...scenario });
  return (await diagnose(computer, options).result).diagnosis;
}

async function lightOf(
  id: CheckId,
  scenario: Omit<ScenarioFile, 'schema'>,
): Promise<Status | undefined> {
  const { checks } = await diagnosisOf(scenario);
  return checks.find((check) => check.id === id)?.status;
}

const record = (domain: string, target = 'kms1.contoso.com') => ({
  name: `_vlmcs._tcp${domain === '' ? '' : `.${domain}`}`,
  type: 'SRV' as const,
  target,
});
const address = (name: string, at: string) => ({ name, type: 'A' as const, address: at });
const server = (records: readonly (ReturnType<typeof record> | ReturnType<typeof address>)[]) => ({
  servers: { '10.0.0.10': { records: [...records] } },
});

const kmsHost = (service: Readonly<Record<string, boolean | number>> = {}) => ({
  computer: { name: 'KMS1', firewallKmsRule: true },
  adapters: [{ addresses: ['10.0.0.20'], dnsServers: ['10.0.0.10'] }],
  licensing: {
    service: { KeyManagementServiceCurrentCount: 40, ...service },
    products: [{ Description: 'Windows, VOLUME_KMS_WS19 channel', PartialProductKey: '9HPKT' }],
  },
});

const licensed = (channel: string, LicenseStatusReason: number, LicenseStatus = 1) => ({
  licensing: {
    products: [
      {
        Description: `Windows, ${channel} channel`,
        PartialProductKey: '2YT43',
        LicenseStatus,
        LicenseStatusReason,
      },
    ],
  },
});

it("srv-record-consistent doesn't count records in an answer that denies them", async () => {
  const computer = createScenarioComputer({
    schema: 'kms-doctor/scenario@1',
    adapters: [{ dnsServers: ['10.0.0.10', '10.0.0.11'] }],
    dns: {
      servers: {
        '10.0.0.10': { records: [record('contoso.com')] },
        '10.0.0.11': { records: [record('contoso.com')] },
      },
    },
  });
  const statusOf = async (pc: Computer) =>
    (await diagnose(pc).result).diagnosis.checks.find(({ id }) => id === 'srv-record-consistent')
      ?.status;
  expect(await statusOf(computer)).toBe('pass');
  const denying: Computer = {
    ...computer,
    dnsQuery: async (server, ...query) => {
      const answer = await computer.dnsQuery(server, ...query);
      return server.address === '10.0.0.11' && answer.outcome === 'answered'
        ? { ...answer, rcode: 'NXDOMAIN' }
        : answer;
    },
  };
  expect(await statusOf(denying)).toBe('warn');
});

describe('dns-server-ping', () => {
  const silent = (answers: boolean) => ({
    dns: { servers: { '10.0.0.10': { ping: false, answers } } },
  });

  it('passes if the server answers queries, even if ICMP is blocked', async () => {
    expect(await lightOf('dns-server-ping', silent(true))).toBe('pass');
  });

  it('warns if the server answers nothing, but not in addition to the verdict', async () => {
    const { checks, verdict } = await diagnosisOf(silent(false));
    expect(checks.find(({ id }) => id === 'dns-server-ping')?.status).toBe('warn');
    const warnings = additionalWarnings(checks, verdict.because).map(({ id }) => id);
    expect(warnings).not.toContain('dns-server-ping');
  });
});

describe('lookup-domain', () => {
  const looked = { licensing: { service: { KeyManagementServiceLookupDomain: 'fabrikam.com' } } };
  const assigned = {
    licensing: {
      service: {
        ...looked.licensing.service,
        KeyManagementServiceMachine: 'kms1.contoso.com',
      },
    },
  };

  it('warns only if Windows uses it', async () => {
    expect(await lightOf('lookup-domain', looked)).toBe('warn');
    expect(await lightOf('lookup-domain', assigned)).toBe('pass');
  });
});

describe('clock-offset', () => {
  it.each([
    [240.4, 'fail'],
    [-240.4, 'fail'],
    [240, 'warn'],
    [4.6, 'warn'],
    [0, 'pass'],
  ] as const)('rates a clock that is %d minutes off as %s', async (clockSkewMinutes, status) => {
    expect(await lightOf('clock-offset', { computer: { clockSkewMinutes } })).toBe(status);
  });
});

describe('last-activation-error', () => {
  it.each([
    ['a rejected key', licensed('VOLUME_MAK', 0xc004c008), 'fail'],
    ['another failure', licensed('VOLUME_KMSCLIENT', 0xc004f038), 'warn'],
    ['no error', licensed('VOLUME_KMSCLIENT', 0), 'pass'],
    ['an informational code', licensed('VOLUME_KMSCLIENT', 0x4004f040), 'pass'],
  ] as const)('reports %s while Windows is licensed', async (_, scenario, status) => {
    expect(await lightOf('last-activation-error', scenario)).toBe(status);
  });

  const event = (code: string) => [{ id: 12288, time: '2026-11-22T08:00:00Z', data: [code] }];

  it.each([
    ['nothing during a grace period', licensed('VOLUME_KMSCLIENT', 0x4004f00c, 2), 'notTried'],
    [
      'nothing if the event is informational',
      { ...licensed('VOLUME_KMSCLIENT', 0x4004f040), events: event('0x4004F401') },
      'ok',
    ],
    [
      'a failed renewal masked by an informational reason',
      { ...licensed('VOLUME_KMSCLIENT', 0x4004f040), events: event('0xC004F038') },
      'renewal',
    ],
    [
      'an error masked by a vague reason',
      { ...licensed('VOLUME_KMSCLIENT', 0x80004005, 5), events: event('0x8007232B') },
      'hidden',
    ],
    [
      'the reason if the event is less specific',
      { ...licensed('VOLUME_KMSCLIENT', 0xc004f038, 5), events: event('0xC004F056') },
      'error',
    ],
    [
      'a failed event if the reason is no failure',
      { ...licensed('VOLUME_KMSCLIENT', 0, 5), events: event('0xC004F074') },
      'error',
    ],
  ] as const)('reports %s', async (_, scenario, sentence) => {
    const { checks } = await diagnosisOf(scenario);
    expect(checks.find(({ id }) => id === 'last-activation-error')?.message.key).toBe(
      `checks.last-activation-error.${sentence}`,
    );
  });
});

describe('the checks of a KMS host', () => {
  it("don't report a missing record if no DNS server answers", async () => {
    const scenario = { ...kmsHost(), dns: { servers: { '10.0.0.10': { answers: false } } } };
    expect(await lightOf('publish-list', scenario)).toBe('unknown');
  });

  it("warn about a record that points elsewhere, and don't apply without a domain", async () => {
    const light = (more: object) => lightOf('publish-list', { ...kmsHost(), ...more });
    const host = address('kms1.contoso.com', '10.0.0.20');
    expect(await light({})).toBe('pass');
    const otherPort = { ...record('contoso.com'), port: 1668 };
    expect(await light({ dns: server([otherPort, host]) })).toBe('warn');
    const stale = address('kms1.contoso.com', '10.0.0.99');
    const hosts = { '10.0.0.20': { ports: { '1688': 'kms' } }, '10.0.0.99': {} };
    expect(await light({ dns: server([record('contoso.com'), stale]), hosts })).toBe('warn');
    const nowhere = {
      computer: {
        ...kmsHost().computer,
        ...{ domain: null, primaryDnsSuffix: null, dnsSuffixSearchList: [] },
      },
      adapters: [{ ...kmsHost().adapters[0], connectionSuffix: null }],
    };
    expect(await light(nowhere)).toBe('not-applicable');
  });

  it("don't report a closed port if there is no address to probe", async () => {
    const scenario = { ...kmsHost(), adapters: [{ dnsServers: ['10.0.0.10'] }] };
    expect(await lightOf('kms-host-listening', scenario)).toBe('unknown');
  });

  it.each([
    ['its own', 'kms1.contoso.com', 'warn'],
    ["another host's", 'kms2.contoso.com', 'fail'],
  ] as const)('rate disabled publishing with %s record in DNS', async (_, name, status) => {
    const scenario = {
      ...kmsHost({ KeyManagementServiceDnsPublishing: false }),
      dns: server([record('contoso.com', name)]),
    };
    expect(await lightOf('dns-publishing-enabled', scenario)).toBe(status);
  });
});

describe('the record checks', () => {
  const inParent = {
    computer: {
      domain: 'hq.contoso.com',
      primaryDnsSuffix: 'hq.contoso.com',
      dnsSuffixSearchList: ['hq.contoso.com'],
    },
    dns: {
      servers: { '10.0.0.10': { answers: false } },
      resolverCache: [record('contoso.com'), address('kms1.contoso.com', '10.0.0.20')],
    },
  };
  const bare = {
    dns: { servers: { '10.0.0.10': { answers: false } }, resolverCache: [record('')] },
  };

  it.each([
    ['srv-record-published', inParent],
    ['srv-record-other-domains', inParent],
    ['srv-record-published', bare],
    ['srv-record-bare-name', bare],
  ] as const)("use the resolver's records if no server answers: %s", async (id, scenario) => {
    expect(await lightOf(id, scenario)).toBe('fail');
  });

  it("ignore the resolver's address for a target if a server answers", async () => {
    const scenario = {
      dns: {
        ...server([record('contoso.com')]),
        resolverCache: [record('contoso.com'), address('kms1.contoso.com', '10.0.0.20')],
      },
    };
    expect(await lightOf('srv-target-addresses', scenario)).toBe('fail');
  });
});

describe('the domains of a PC in a workgroup', () => {
  it('are the requested ones, without the connection suffix', async () => {
    const { verdict } = await diagnosisOf(
      { computer: { domain: null, primaryDnsSuffix: null, dnsSuffixSearchList: [] } },
      { domains: ['fabrikam.com'] },
    );
    expect(verdict.code).toBe('srv-record-missing');
  });
});

describe('the checks that are independent of the verdict', () => {
  const dns = (...records: Parameters<typeof server>[0]) => ({ dns: server(records) });
  const own = address('kms1.contoso.com', '10.0.0.20');
  const hosts = (...filtered: readonly string[]) => ({
    hosts: {
      '10.0.0.20': { ports: { 1688: 'kms' as const } },
      ...Object.fromEntries(filtered.map((one) => [one, { ports: { 1688: 'filtered' as const } }])),
    },
  });
  const assigned = (host: string) => ({
    licensing: { service: { KeyManagementServiceMachine: host } },
  });
  const client = (row: Readonly<Record<string, number>>) => ({
    licensing: {
      products: [
        {
          Description: 'Windows, VOLUME_KMSCLIENT channel',
          PartialProductKey: '2YT43',
          LicenseStatus: 1,
          LicenseStatusReason: 0,
          ...row,
        },
      ],
    },
  });
  const other = address('kms0.contoso.com', '10.0.0.19');

  it.each<[CheckId, string, Omit<ScenarioFile, 'schema'>, Status]>([
    [
      'kms-port-reachable',
      'one unreachable address of two',
      {
        ...dns(record('contoso.com'), own, address('kms1.contoso.com', '10.0.0.21')),
        ...hosts('10.0.0.21'),
      },
      'warn',
    ],
    [
      'srv-record-form',
      'an address as the target',
      dns(record('contoso.com', '10.0.0.20'), own),
      'warn',
    ],
    [
      'srv-record-form',
      'the domain appended twice',
      dns(record('contoso.com', 'kms1.contoso.com.contoso.com'), own),
      'warn',
    ],
    ['srv-record-form', 'a full name', dns(record('contoso.com'), own), 'pass'],
    ['srv-record-form', 'a short name', dns(record('contoso.com', 'kms1'), own), 'warn'],
    [
      'assigned-host-form',
      'a host in an unrelated domain',
      assigned('kms.fabrikam.example'),
      'warn',
    ],
    ['assigned-host-form', 'a host in a subdomain', assigned('kms.sub.contoso.com'), 'pass'],
    ['assigned-host-form', 'an address as the host', assigned('203.0.113.5'), 'pass'],
    ['licence-status', '181 days left', client({ GracePeriodRemaining: 260_640 }), 'warn'],
    ['licence-status', '180 days left', client({ GracePeriodRemaining: 259_200 }), 'pass'],
    [
      'activation-type',
      'only Active Directory allowed',
      client({ VLActivationTypeEnabled: 1 }),
      'warn',
    ],
    ['activation-type', 'only KMS allowed', client({ VLActivationTypeEnabled: 2 }), 'pass'],
    [
      'activation-type',
      'only Active Directory allowed, which activated Windows',
      client({ VLActivationTypeEnabled: 1, VLActivationType: 1 }),
      'pass',
    ],
    [
      'activation-type',
      'only tokens allowed, not licensed',
      client({ VLActivationTypeEnabled: 3, LicenseStatus: 5 }),
      'fail',
    ],
    ['activation-proxy', 'a proxy error', licensed('VOLUME_MAK', 0x8004fe33, 5), 'warn'],
    ['activation-proxy', 'a connection error', licensed('VOLUME_MAK', 0x80072efd, 5), 'warn'],
    ['activation-proxy', 'a blocked MAK', licensed('VOLUME_MAK', 0xc004c003, 5), 'not-applicable'],
    [
      'activation-proxy',
      'a connection error on KMS',
      licensed('VOLUME_KMSCLIENT', 0x80072efd, 5),
      'not-applicable',
    ],
    [
      'other-kms-hosts',
      'an unreachable host',
      {
        ...kmsHost(),
        ...dns(record('contoso.com'), record('contoso.com', 'kms0.contoso.com'), own, other),
        ...hosts('10.0.0.19'),
      },
      'warn',
    ],
    [
      'other-kms-hosts',
      'a host without an address',
      {
        ...kmsHost(),
        ...dns(record('contoso.com'), record('contoso.com', 'kms0.contoso.com'), own),
        ...hosts(),
      },
      'warn',
    ],
    [
      'other-kms-hosts',
      'no other host',
      { ...kmsHost(), ...dns(record('contoso.com'), own), ...hosts() },
      'not-applicable',
    ],
  ])('have the right status: %s with %s', async (id, _, scenario, status) => {
    expect(await lightOf(id, scenario)).toBe(status);
  });
});

describe('kms-service-answers', () => {
  const hosts = server([record('contoso.com'), address('kms1.contoso.com', '10.0.0.20')]);

  it('reports a filtered port, not a missing address', async () => {
    const pc = { computer: { domain: 'contoso.com' }, dns: hosts };
    const { checks } = await diagnosisOf({
      ...pc,
      hosts: { '10.0.0.20': { ports: { '1688': 'filtered' } } },
    });
    const keyOf = (id: CheckId) => checks.find((check) => check.id === id)?.message.key;
    expect(keyOf('kms-port-reachable')).toBe('checks.kms-port-reachable.filtered');
    expect(keyOf('kms-service-answers')).toBe('checks.kms-service-answers.notConnected');
  });
});
