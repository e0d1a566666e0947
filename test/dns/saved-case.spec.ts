import * as packet from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '@shared/diagnosis';
import { isLoopback } from '@shared/names';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { verifySnapshot, toScenario } from '@engine/snapshot';
import type { DnsServer } from '@engine/computer';
import { diagnose, type RunResult } from '@engine/run';
import { createNetworkComputer } from '../../electron/computer/network';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { named, startBind, type BindFixture } from '../support/bind';
import { answerTo, startFakeDns, type FakeDnsServer } from '../support/dns-server';
import { freePort } from '../support/free-port';
import { startFullListener, type FullListener } from '../support/full-listener';
import { startAcceptor, type RpcAcceptor } from '../support/rpc-acceptor';
import { sambaCanRun, startSamba, type SambaFixture } from '../support/samba';

function throughFile(file: ScenarioFile): ScenarioFile {
  const parsed = parseScenario(JSON.parse(JSON.stringify(file)));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const play = (file: ScenarioFile) => createScenarioComputer(throughFile(file));

/**
 * Returns the parts of a diagnosis that must survive saving: the verdict and the check statuses.
 */
const gist = ({ verdict, checks }: Diagnosis) => ({
  code: verdict.code,
  certainty: verdict.certainty,
  alsoFound: verdict.alsoFound,
  lights: checks.map(({ id, status }) => `${id}: ${status}`),
});

async function expectSameAgain(result: RunResult, names: readonly string[]): Promise<void> {
  for (const hideNames of [false, true]) {
    const file = toScenario(result, { hideNames });
    const again = await diagnose(play(file)).result;
    expect(gist(again.diagnosis)).toEqual(gist(result.diagnosis));
    expect(await verifySnapshot(file, result.diagnosis, play)).toBeNull();
    const text = JSON.stringify(file).toLowerCase();
    for (const name of names) {
      // Loopback is the same everywhere and identifies nothing, so it's never hidden.
      if (hideNames && !isLoopback(name)) expect(text).not.toContain(name);
      else expect(text).toContain(name);
    }
  }
}

/** Concurrent because most of the time goes into waiting for timeouts. */
const HOW = { skip: named === null || !sambaCanRun, concurrent: true };

describe('a case saved from a real network', HOW, () => {
  let bind: BindFixture;
  let without: BindFixture;
  let kms: RpcAcceptor;
  let silent: RpcAcceptor;
  let full: FullListener;
  let samba: SambaFixture;
  let mute: FakeDnsServer;
  let down: DnsServer;

  beforeAll(async () => {
    let closed: number;
    [kms, silent, full, samba, mute, closed] = await Promise.all([
      startAcceptor('kms'),
      startAcceptor('silent'),
      startFullListener(),
      startSamba(),
      startFakeDns({ udp: () => [] }),
      freePort(),
    ]);
    down = { address: '127.0.0.1', port: await freePort() };
    const srv = (port: number, host = 'kms1') => `_vlmcs._tcp SRV 0 0 ${port} ${host}\n`;
    const local = 'kms1 A 127.0.0.1\n';
    const hosts = Array.from({ length: 60 }, (_, index) => `kms${index + 1}`);
    [bind, without] = await Promise.all([
      startBind({
        'good.test': { records: srv(kms.port) + local },
        'missing.test': { records: local },
        'sub.parent.test': { records: '' },
        'parent.test': { records: srv(kms.port) + local },
        _tcp: { records: '_vlmcs SRV 0 0 1688 kms1.good.test.\n' },
        'addressless.test': { records: srv(1688, 'gone') },
        'alias.test': { records: `${srv(kms.port, 'alias')}alias CNAME kms1\n${local}` },
        'circle.test': { records: `${srv(kms.port, 'a')}a CNAME b\nb CNAME a\n` },
        'refused.test': { records: srv(closed) + local },
        'full.test': { records: srv(full.port) + local },
        'silent.test': { records: srv(silent.port) + local },
        'samba.test': { records: srv(samba.mapper.port) + local },
        'six.test': { records: `${srv(kms.port)}kms1 AAAA ::1\n` },
        'dual.test': { records: `${srv(closed)}${local}kms1 AAAA ff0e::1\n` },
        'two.test': {
          records: `${srv(closed)}${srv(kms.port, 'kms2')}${local}kms2 A 127.0.0.1\n`,
        },
        'many.test': {
          records:
            hosts.map((host) => srv(kms.port, host)).join('') +
            hosts.map((host) => `${host} A 127.0.0.1\n`).join(''),
        },
      }),
      startBind({
        'missing.test': { records: '' },
        'other.test': { records: srv(kms.port) + local },
        'broken.test': { records: null },
        'denied.test': { records: '', options: 'allow-query { none; };' },
      }),
    ]);
  });
  afterAll(async () => {
    const fixtures = [kms, silent, full, samba, mute, bind, without];
    await Promise.all(fixtures.map((fixture) => fixture.stop()));
  });

  const run = (domains: readonly string[], dnsServers: readonly DnsServer[]) =>
    diagnose(createNetworkComputer(), { dnsServers, domains }).result;

  it.each([
    'good.test',
    'missing.test',
    'sub.parent.test',
    'addressless.test',
    'alias.test',
    'circle.test',
    'refused.test',
    'full.test',
    'silent.test',
    'samba.test',
    'six.test',
    'dual.test',
    'two.test',
    'many.test',
  ])('reproduces the diagnosis of %s', async (domain) => {
    await expectSameAgain(await run([domain], [bind.server]), [domain, '127.0.0.1']);
  });

  it.each(['missing.test', 'broken.test', 'denied.test'])(
    'reproduces the diagnosis of %s with a server that has no bare-name record',
    async (domain) => {
      await expectSameAgain(await run([domain], [without.server]), [domain]);
    },
  );

  it.each([
    ['broken.test', 'missing.test'],
    ['broken.test', 'other.test'],
    ['denied.test', 'missing.test'],
  ])(
    'reproduces the diagnosis of %s, for which the server fails, together with %s',
    async (...domains) => {
      await expectSameAgain(await run(domains, [without.server]), domains);
    },
  );

  it('reproduces the diagnosis of two domains, one of them without a record', async () => {
    await expectSameAgain(await run(['missing.test', 'good.test'], [bind.server]), [
      'kms1.good.test',
    ]);
  });

  it('reproduces the diagnosis if one server is down, one is silent and one responds', async () => {
    await expectSameAgain(await run(['good.test'], [down, mute.server, bind.server]), [
      'good.test',
    ]);
  });

  it('reproduces the diagnosis if no server responds', async () => {
    await expectSameAgain(await run(['good.test'], [mute.server]), ['127.0.0.1']);
  });

  it('reproduces the diagnosis of a server queried over IPv6', async () => {
    await expectSameAgain(await run(['good.test'], [bind.server6]), ['good.test']);
  });

  it('reproduces the diagnosis of a UDP-only server and a TCP-only server', async () => {
    const says = (query: Buffer) =>
      answerTo(query, {
        flags: packet.AUTHORITATIVE_ANSWER,
        rcode: 3,
      });
    const byUdp = await startFakeDns({ udp: (query) => [says(query)] });
    const byTcp = await startFakeDns({
      udp: () => [],
      tcp: (socket, query) => {
        const answer = says(query);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.end(Buffer.concat([length, answer]));
      },
    });
    try {
      for (const [servers, light] of [
        [[byUdp.server], 'warn'],
        [[byTcp.server], 'pass'],
        [[byUdp.server, bind.server], 'warn'],
      ] as const) {
        const result = await run(['good.test'], servers);
        const tcp = result.diagnosis.checks.find(({ id }) => id === 'dns-server-tcp');
        expect(tcp?.status).toBe(light);
        await expectSameAgain(result, ['127.0.0.1']);
      }
    } finally {
      await Promise.all([byUdp.stop(), byTcp.stop()]);
    }
  });

  it.each([
    ['rejects every query as malformed', { rcode: 1, questions: [] }, 'FORMERR'],
    ['responds with an unusual code', { rcode: 9 }, 'NOTAUTH'],
    [
      'truncates its responses while TCP is blocked',
      { flags: packet.TRUNCATED_RESPONSE },
      'summaryCut',
    ],
  ])('reproduces the diagnosis of a server that %s', async (_, says, named) => {
    const odd = await startFakeDns({ udp: (query) => [answerTo(query, says)] });
    try {
      const result = await run(['good.test'], [odd.server]);
      const { verdict } = result.diagnosis;
      expect(verdict).toMatchObject({ code: 'dns-server-failing', certainty: 'likely' });
      expect(JSON.stringify(verdict.summary)).toContain(named);
      await expectSameAgain(result, ['127.0.0.1']);
    } finally {
      await odd.stop();
    }
  });

  it("keeps the servers' ports, and records that it came from the network", async () => {
    const file = toScenario(await run(['good.test'], [bind.server, bind.server6]));
    const { port } = bind.server;
    expect(file.of).toBe('network');
    expect(file.adapters?.flatMap(({ dnsServers = [] }) => dnsServers)).toEqual([
      `127.0.0.1:${port}`,
      `[::1]:${port}`,
    ]);
    expect(Object.keys(file.dns?.servers ?? {})).toEqual([`127.0.0.1:${port}`, `[::1]:${port}`]);
    // The bare-name record adds the default port to the ports in question. Nothing listens there.
    const ports = { 1688: 'refused', [kms.port]: 'kms' };
    expect(file.hosts?.['127.0.0.1']?.ports).toEqual(ports);
  });
});
