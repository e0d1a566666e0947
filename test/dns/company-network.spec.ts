/**
 * A simulated Windows PC with a real network: DNS servers that may or may not know its company's
 * domain.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Computer, DnsServer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { parseScenario } from '@shared/scenario';
import { createNetworkComputer } from '../../electron/computer/network';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { named, startBind, type BindFixture } from '../support/bind';
import { startFakeDns, type FakeDnsServer } from '../support/dns-server';
import { startAcceptor, type RpcAcceptor } from '../support/rpc-acceptor';

/** Concurrent because most of the time goes into waiting for timeouts. */
const HOW = { skip: named === null, concurrent: true };

describe('diagnosing a member of a company’s domain', HOW, () => {
  let company: BindFixture;
  let stranger: BindFixture;
  let mute: FakeDnsServer;
  let kms: RpcAcceptor;

  beforeAll(async () => {
    [kms, mute] = await Promise.all([startAcceptor('kms'), startFakeDns({ udp: () => [] })]);
    const controllers = '_ldap._tcp.dc._msdcs SRV 0 100 389 dc1\ndc1 A 127.0.0.1\n';
    const record = `_vlmcs._tcp SRV 0 0 ${kms.port} kms1\nkms1 A 127.0.0.1\n`;
    [company, stranger] = await Promise.all([
      startBind({
        'corp.test': { records: controllers + record },
        'empty.test': { records: controllers },
      }),
      startBind({ test: { records: '' } }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([company, stranger, mute, kms].map((fixture) => fixture.stop()));
  });

  const verdictOf = async (domain: string, servers: readonly DnsServer[]) => {
    const parsed = parseScenario({
      schema: 'kms-doctor/scenario@1',
      computer: { domain, primaryDnsSuffix: domain, dnsSuffixSearchList: [domain] },
    });
    if (!parsed.ok) throw new Error('No scenario');
    const network = createNetworkComputer();
    const computer: Computer = {
      ...createScenarioComputer(parsed.scenario),
      dnsQuery: (...question) => network.dnsQuery(...question),
      probeKms: (...endpoint) => network.probeKms(...endpoint),
    };
    const { diagnosis } = await diagnose(computer, { dnsServers: servers }).result;
    return diagnosis.verdict;
  };

  it.each([
    ['knows the record', 'corp.test', ['company'], 'healthy certain'],
    ['lacks the record', 'empty.test', ['company'], 'srv-record-missing certain'],
    ["doesn't know the domain", 'corp.test', ['stranger'], 'domain-unknown-to-dns certain'],
    [
      'denies the domain and another one is silent',
      'corp.test',
      ['stranger', 'mute'],
      'domain-unknown-to-dns likely',
    ],
    [
      "comes after one that doesn't know the zone",
      'corp.test',
      ['stranger', 'company'],
      'dns-servers-disagree likely',
    ],
  ] as const)(
    'gives the expected verdict if its DNS server %s',
    async (_, domain, which, expected) => {
      const servers = { company: company.server, stranger: stranger.server, mute: mute.server };
      const started = performance.now();
      const { code, certainty } = await verdictOf(
        domain,
        which.map((name) => servers[name]),
      );
      expect(`${code} ${certainty}`).toBe(expected);
      expect(performance.now() - started).toBeLessThan(10_000);
    },
  );
});
