/** Results that don't affect the verdict and are therefore only in the evidence: pings, and DNS over TCP. */
import { evidenceOf, type Diagnosis } from '@shared/diagnosis';

/** Whether an address replied to a ping; null if it wasn't pinged or the result couldn't be read. */
export function pingOf({ checks }: Diagnosis, address: string): boolean | null {
  const pings = evidenceOf(checks, 'ping', 'dns-server-ping');
  return pings.find((ping) => ping.address === address)?.replied ?? null;
}

/**
 * Returns the servers that were queried over TCP, as written in the evidence (without the port if it's 53), and whether
 * they answered the same query over UDP and over TCP.
 */
export function tcpAnswers({ checks }: Diagnosis) {
  const byUdp = evidenceOf(checks, 'dns', 'dns-server-answers');
  return evidenceOf(checks, 'dns', 'dns-server-tcp').map(({ server, outcome }) => ({
    server,
    byUdp: byUdp.some((udp) => udp.server === server && udp.outcome === 'answered'),
    byTcp: outcome === 'answered',
  }));
}
