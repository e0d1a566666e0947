/** What the verdict does not rest on, so that only the evidence has it: pings, and DNS over TCP. */
import type { CheckId } from '@shared/catalogue';
import type { Diagnosis, Evidence } from '@shared/diagnosis';

/** Whether an address replied to a ping; null where it was not asked, or the ping could not be read. */
export function pingOf(diagnosis: Diagnosis, address: string): boolean | null {
  const ping = evidenceOf(diagnosis, 'dns-server-ping').find(
    ({ kind, data }) => kind === 'ping' && data['address'] === address,
  );
  const replied = ping?.data['replied'];
  return typeof replied === 'boolean' ? replied : null;
}

/** How a DNS server answered the same question by UDP and by TCP. */
export interface TransportAnswers {
  /** As evidence writes it: without its port where that is 53. */
  readonly server: string;
  readonly byUdp: boolean;
  readonly byTcp: boolean;
}

/** The servers that were asked by both. */
export function tcpAnswers(diagnosis: Diagnosis): TransportAnswers[] {
  const byUdp = evidenceOf(diagnosis, 'dns-server-answers').filter(({ kind }) => kind === 'dns');
  return evidenceOf(diagnosis, 'dns-server-tcp').flatMap(({ data }) => {
    const { server, outcome } = data;
    if (typeof server !== 'string') return [];
    const udp = byUdp.filter((one) => one.data['server'] === server);
    return [
      {
        server,
        byUdp: udp.some((one) => one.data['outcome'] === 'answered'),
        byTcp: outcome === 'answered',
      },
    ];
  });
}

function evidenceOf({ checks }: Diagnosis, id: CheckId): readonly Evidence[] {
  return checks.find((check) => check.id === id)?.evidence ?? [];
}
