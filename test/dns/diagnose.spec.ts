import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerdictCode } from '@shared/catalog';
import type { DnsServer } from '@engine/computer';
import { diagnose, type DiagnoseOptions } from '@engine/run';
import { createNetworkComputer } from '../../electron/computer/network';
import { named, startBind, type BindFixture } from '../support/bind';
import { startFakeDns, type FakeDnsServer } from '../support/dns-server';
import { freePort } from '../support/free-port';
import { startFullListener, type FullListener } from '../support/full-listener';
import { startAcceptor, type RpcAcceptor } from '../support/rpc-acceptor';
import { sambaCanRun, startSamba, type SambaFixture } from '../support/samba';

/** Concurrent because most of the time goes into waiting for timeouts. */
const HOW = { skip: named === null || !sambaCanRun, concurrent: true };

describe('diagnosing a real network', HOW, () => {
  let bind: BindFixture;
  let kms: RpcAcceptor;
  let silent: RpcAcceptor;
  let full: FullListener;
  let samba: SambaFixture;
  let mute: FakeDnsServer;
  let closed: number;

  beforeAll(async () => {
    [kms, silent, full, samba, mute, closed] = await Promise.all([
      startAcceptor('kms'),
      startAcceptor('silent'),
      startFullListener(),
      startSamba(),
      startFakeDns({ udp: () => [] }),
      freePort(),
    ]);
    const srv = (port: number, host = 'kms1') => `_vlmcs._tcp SRV 0 0 ${port} ${host}\n`;
    const local = 'kms1 A 127.0.0.1\n';
    bind = await startBind({
      'good.test': { records: srv(kms.port) + local },
      'missing.test': { records: local },
      'sub.parent.test': { records: '' },
      'parent.test': { records: srv(kms.port) + local },
      _tcp: { records: '_vlmcs SRV 0 0 1688 kms1.good.test.\n' },
      'addressless.test': { records: srv(1688, 'gone') },
      'alias.test': { records: `${srv(kms.port, 'alias')}alias CNAME kms1\n${local}` },
      'refused.test': { records: srv(closed) + local },
      // A TCP connection to a multicast address always fails: the system finds no route to it.
      'dual-refused.test': { records: `${srv(closed)}${local}kms1 AAAA ff0e::1\n` },
      'dual-good.test': { records: `${srv(kms.port)}${local}kms1 AAAA ff0e::1\n` },
      'no-route.test': { records: `${srv(kms.port)}kms1 AAAA ff0e::1\n` },
      'full.test': { records: srv(full.port) + local },
      'silent.test': { records: srv(silent.port) + local },
      'samba.test': { records: srv(samba.mapper.port) + local },
      'broken.test': { records: null },
      'denied.test': { records: '', options: 'allow-query { none; };' },
      'many.test': {
        records:
          Array.from({ length: 60 }, (_, n) => srv(kms.port, `kms${n + 1}`)).join('') +
          Array.from({ length: 60 }, (_, n) => `kms${n + 1} A 127.0.0.1\n`).join(''),
      },
    });
  });
  afterAll(async () => {
    await Promise.all([kms, silent, full, samba, mute, bind].map((fixture) => fixture.stop()));
  });

  const run = async (domain: string, servers: readonly DnsServer[] = [bind.server]) => {
    const options: DiagnoseOptions = { dnsServers: servers, domains: [domain] };
    return (await diagnose(createNetworkComputer(), options).result).diagnosis;
  };
  const statusOf = ({ checks }: Awaited<ReturnType<typeof run>>, id: string): string | undefined =>
    checks.find((check) => check.id === id)?.status;

  it.each<[string, VerdictCode]>([
    ['good.test', 'healthy'],
    ['sub.parent.test', 'srv-record-in-other-domain'],
    ['addressless.test', 'srv-target-unresolvable'],
    ['alias.test', 'healthy'],
    ['refused.test', 'kms-service-not-listening'],
    ['dual-refused.test', 'kms-service-not-listening'],
    ['dual-good.test', 'healthy'],
    ['no-route.test', 'kms-port-filtered'],
    ['full.test', 'kms-port-filtered'],
    ['samba.test', 'not-a-kms-host'],
    ['many.test', 'healthy'],
  ])('diagnoses %s as %s', async (domain, code) => {
    const started = performance.now();
    const { verdict } = await run(domain);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(verdict).toMatchObject({ code, certainty: 'certain', alsoFound: [] });
  });

  it('reports a silent peer as not-a-kms-host, but not with certainty', async () => {
    const { verdict } = await run('silent.test');
    expect(verdict).toMatchObject({ code: 'not-a-kms-host', certainty: 'likely', alsoFound: [] });
  });

  it('finds a record that exists only under the bare name', async () => {
    const { verdict } = await run('missing.test');
    expect(verdict).toMatchObject({ code: 'srv-record-bare-name', certainty: 'certain' });
  });

  it.each<[string, VerdictCode]>([
    ['broken.test', 'dns-server-failing'],
    ['denied.test', 'dns-server-failing'],
    ['missing.test', 'srv-record-missing'],
  ])('diagnoses %s as %s with a server that has no bare-name record', async (domain, code) => {
    const other = await startBind({
      'missing.test': { records: '' },
      'broken.test': { records: null },
      'denied.test': { records: '', options: 'allow-query { none; };' },
    });
    try {
      const { verdict } = await run(domain, [other.server]);
      expect(verdict).toMatchObject({ code, certainty: 'certain' });
    } finally {
      await other.stop();
    }
  });

  it('continues with a responding server if another one is down', async () => {
    const down = { address: '127.0.0.1', port: await freePort() };
    const diagnosis = await run('good.test', [down, bind.server]);
    expect(diagnosis.verdict.code).toBe('healthy');
    expect(statusOf(diagnosis, 'dns-server-answers')).toBe('warn');
  });

  it('stays within its time limits if one of two servers is silent', async () => {
    const started = performance.now();
    const { verdict } = await run('good.test', [mute.server, bind.server]);
    expect(verdict.code).toBe('healthy');
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('reports that no server responds if the only one is silent', async () => {
    const { verdict } = await run('good.test', [mute.server]);
    expect(verdict).toMatchObject({ code: 'dns-server-unreachable', certainty: 'certain' });
  });

  it('queries a server over IPv6', async () => {
    const { verdict } = await run('good.test', [bind.server6]);
    expect(verdict.code).toBe('healthy');
  });

  it('warns about an alias as SRV target, and reports needs-windows for checks that only Windows can answer', async () => {
    const diagnosis = await run('alias.test');
    expect(statusOf(diagnosis, 'srv-record-form')).toBe('warn');
    const licence = diagnosis.checks.find(({ id }) => id === 'licence-status');
    expect(licence).toMatchObject({ status: 'unknown', reason: 'needs-windows' });
  });
});
