/** What the verdict does not rest on, so that only the evidence has it: pings, and DNS over TCP. */
import { evidenceOf, type Diagnosis } from '@shared/diagnosis';

/** Whether an address replied to a ping; null where it was not asked, or the ping could not be read. */
export function pingOf({ checks }: Diagnosis, address: string): boolean | null {
  const pings = evidenceOf(checks, 'ping', 'dns-server-ping');
  return pings.find((ping) => ping.address === address)?.replied ?? null;
}

/** How a DNS server answered the same question by UDP and by TCP. */
export interface TransportAnswers {
  /** As evidence writes it: without its port where that is 53. */
  readonly server: string;
  readonly byUdp: boolean;
  readonly byTcp: boolean;
}

/** The servers that were asked by both. */
export function tcpAnswers({ checks }: Diagnosis): TransportAnswers[] {
  const byUdp = evidenceOf(checks, 'dns', 'dns-server-answers');
  return evidenceOf(checks, 'dns', 'dns-server-tcp').map(({ server, outcome }) => ({
    server,
    byUdp: byUdp.some((udp) => udp.server === server && udp.outcome === 'answered'),
    byTcp: outcome === 'answered',
  }));
}
