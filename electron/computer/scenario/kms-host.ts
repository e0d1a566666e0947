/** Simulated hosts and the outcome of connecting to their ports. */
import type { ConnectAnswer, RpcAnswer } from '@engine/computer';
import type { CompleteKmsService, CompleteScenario } from '@shared/scenario';
import { parseEndpoint } from '@shared/names';
import { entryAt, isOwnAddress, sameAddress } from './addresses';
import { ANSWER_MS, SILENCE_MS } from './dns';

/** Outcome of connecting to a KMS port. */
export interface SimulatedConnection {
  readonly connected: ConnectAnswer;
  /** Null if the connection failed. */
  readonly answered: RpcAnswer | null;
  /** The KMS service on the port; null if something else answers, or nothing does. */
  readonly kms: CompleteKmsService | null;
}

const failed = (outcome: 'refused' | 'filtered' | 'no-route'): SimulatedConnection => ({
  connected: { outcome, ms: outcome === 'filtered' ? SILENCE_MS : ANSWER_MS, detail: null },
  answered: null,
  kms: null,
});

/**
 * Connects to a KMS port and binds. An address that isn't listed doesn't respond, and neither does any other computer
 * while this PC's own firewall blocks outbound traffic.
 */
export function simulateConnection(
  scenario: CompleteScenario,
  address: string,
  port: number,
): SimulatedConnection {
  const host = entryAt(scenario.hosts, address)?.value;
  const dropped = scenario.computer.outboundBlocked && !isOwnAddress(scenario, address);
  if (host === undefined || dropped) return failed('filtered');
  const behaviour = host.ports[port] ?? 'refused';
  if (behaviour === 'refused' || behaviour === 'no-route' || behaviour === 'filtered') {
    return failed(behaviour);
  }
  const ms = behaviour === 'silent' ? SILENCE_MS : ANSWER_MS;
  return {
    connected: { outcome: 'open', ms: ANSWER_MS, detail: null },
    answered: { outcome: behaviour, ms, detail: null },
    kms: behaviour === 'kms' ? host.kms : null,
  };
}

/** Whether a host or DNS server at an address replies to a ping. */
export function answersPing({ hosts, dns }: CompleteScenario, address: string): boolean {
  if (entryAt(hosts, address)?.value.ping === true) return true;
  return Object.entries(dns.servers).some(
    ([key, server]) => server.ping && sameAddress(parseEndpoint(key)?.host ?? key, address),
  );
}
