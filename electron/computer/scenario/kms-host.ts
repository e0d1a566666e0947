/** Simulated hosts: what a connection to one of their ports meets. */
import type { ConnectAnswer, RpcAnswer } from '@engine/computer';
import type { CompleteKmsService, CompleteScenario } from '@shared/scenario';
import { parseEndpoint } from '@shared/names';
import { entryAt, isOwnAddress, sameAddress } from './addresses';
import { ANSWER_MS, SILENCE_MS } from './dns';

/** What a connection to a KMS port meets. */
export interface SimulatedConnection {
  readonly connected: ConnectAnswer;
  /** Null where nothing connected. */
  readonly answered: RpcAnswer | null;
  /** The KMS service behind it; null where something else answers, or nothing. */
  readonly kms: CompleteKmsService | null;
}

const nobody = (outcome: 'refused' | 'filtered' | 'no-route', ms: number): SimulatedConnection => ({
  connected: { outcome, ms, detail: null },
  answered: null,
  kms: null,
});

/**
 * Connects to a KMS port and binds. An address that is not listed answers nothing at all, and neither does any
 * other computer while this PC's own firewall drops what goes out.
 */
export function simulateConnection(
  scenario: CompleteScenario,
  address: string,
  port: number,
): SimulatedConnection {
  const host = entryAt(scenario.hosts, address)?.value;
  const dropped = scenario.computer.outboundBlocked && !isOwnAddress(scenario, address);
  if (host === undefined || dropped) return nobody('filtered', SILENCE_MS);
  const behaviour = host.ports[port] ?? 'refused';
  if (behaviour === 'refused') return nobody('refused', ANSWER_MS);
  if (behaviour === 'no-route') return nobody('no-route', ANSWER_MS);
  if (behaviour === 'filtered') return nobody('filtered', SILENCE_MS);
  const ms = behaviour === 'silent' ? SILENCE_MS : ANSWER_MS;
  return {
    connected: { outcome: 'open', ms: ANSWER_MS, detail: null },
    answered: { outcome: behaviour, ms, detail: null },
    kms: behaviour === 'kms' ? host.kms : null,
  };
}

/** Whether anybody answers a ping at an address, as host or as DNS server. */
export function answersPing({ hosts, dns }: CompleteScenario, address: string): boolean {
  if (entryAt(hosts, address)?.value.ping === true) return true;
  return Object.entries(dns.servers).some(
    ([key, server]) => server.ping && sameAddress(parseEndpoint(key)?.host ?? key, address),
  );
}
