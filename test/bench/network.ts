/** The whole command compared to the same work done manually, and to hosts that never answer. */
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { diagnose } from '@engine/run';
import { createNetworkComputer } from '../../electron/computer/network';
import { CONNECT_LIMIT_MS } from '../../electron/computer/network/limits';
import { findProgram } from '../../build/test-parts.mjs';
import { startFullListener } from '../support/full-listener';
import { figure, ratio, timed, type Figure } from './measure';
import { lateDns, lateKms, type Zone } from './peers';

const run = promisify(execFile);
const DOMAINS = ['contoso.test', 'emea.contoso.test', 'fabrikam.test'] as const;
const LATE_MS = 100;

/**
 * Compares the manual steps of the article to `kms-doctor diagnose`: two DNS servers, three candidate domains, four KMS
 * hosts, every answer 100 ms late. The manual steps, run sequentially, are a ping per server, nslookup of the record
 * for each domain at each server and of each host's addresses (without a type, as a user would: it queries IPv4 and
 * IPv6), and a connection per host. Typing time isn't included. Returns null without ping or nslookup.
 *
 * @param cli path of the built command
 */
export async function byHandOverDiagnose(
  cli: string,
  rounds: number,
): Promise<Awaited<ReturnType<typeof ratio>> | null> {
  const ping = findProgram('ping');
  const nslookup = findProgram('nslookup');
  if (ping === null || nslookup === null) return null;
  const hosts = await Promise.all([1, 2, 3, 4].map(() => lateKms(LATE_MS)));
  const targets = hosts.map(({ port }, index) => ({
    target: `kms${index + 1}.contoso.test`,
    port,
  }));
  const zone: Zone = { srv: { '_vlmcs._tcp.contoso.test': targets }, address: '127.0.0.1' };
  const servers = await Promise.all([lateDns(zone, LATE_MS), lateDns(zone, LATE_MS)]);
  const byHand = async (): Promise<void> => {
    for (const { server } of servers) await run(ping, ['-c', '1', server.address]);
    const ask = async (port: number, name: string, ...type: string[]): Promise<void> => {
      // nslookup exits with 1 if the record doesn't exist; that is an answer too.
      await run(nslookup, [`-port=${port}`, ...type, name, '127.0.0.1']).catch(() => undefined);
    };
    for (const domain of DOMAINS) {
      for (const { server } of servers)
        await ask(server.port, `_vlmcs._tcp.${domain}.`, '-type=SRV');
    }
    for (const { target } of targets) await ask(servers[0].server.port, `${target}.`);
    for (const { port } of targets) await connection(port);
  };
  // Exit code 1 means that a cause was found, not that the command failed.
  const command = (): Promise<unknown> =>
    run(process.execPath, [
      cli,
      'diagnose',
      '--target',
      'network',
      '--json',
      ...servers.flatMap(({ server }) => ['--dns', `${server.address}:${server.port}`]),
      ...DOMAINS.flatMap((domain) => ['--domain', domain]),
    ]).catch((error: unknown) => {
      if ((error as { readonly code?: unknown }).code !== 1) throw error;
    });
  try {
    return await ratio(byHand, command, rounds);
  } finally {
    await Promise.all([...hosts, ...servers].map((peer) => peer.stop()));
  }
}

/** Time to diagnose eight KMS hosts, of which seven never answer, divided by the connection timeout of one. */
export async function blackHolesOverOneTimeout(rounds: number): Promise<Figure> {
  const good = await lateKms(0);
  const holes = await Promise.all(Array.from({ length: 7 }, () => startFullListener()));
  const ports = [...holes.map(({ port }) => port), good.port];
  const zone: Zone = {
    srv: {
      '_vlmcs._tcp.contoso.test': ports.map((port) => ({ target: 'kms1.contoso.test', port })),
    },
    address: '127.0.0.1',
  };
  const dns = await lateDns(zone, 0);
  try {
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const ms = await timed(
        () =>
          diagnose(createNetworkComputer(), {
            dnsServers: [dns.server],
            domains: ['contoso.test'],
          }).result,
      );
      ratios.push(ms / CONNECT_LIMIT_MS);
    }
    return figure(ratios);
  } finally {
    await Promise.all([good, dns, ...holes].map((peer) => peer.stop()));
  }
}

function connection(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
