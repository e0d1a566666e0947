/** How close a diagnosis comes to its critical path, the slowest chain of dependent queries. */
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { delayed } from './delayed';
import { figure, timed, type Figure } from './measure';

const DELAYS = {
  system: 30,
  adapters: 30,
  dnsClientSettings: 30,
  registryValue: 30,
  isPlacedByProduct: 30,
  licensingService: 250,
  licensingProducts: 250,
  events: 250,
  service: 150,
  clockOffset: 250,
  vbscript: 100,
  firewallKmsRule: 150,
  outboundBlocked: 150,
  resolve: 100,
  dnsQuery: 100,
  ping: 100,
  connect: 100,
  answer: 100,
} as const;

/** DNS servers from the adapters, SRV record (which includes the host's address), TCP connection, KMS reply. */
const CHAIN = DELAYS.adapters + DELAYS.dnsQuery + DELAYS.connect + DELAYS.answer;

/** Wall time of a diagnosis divided by its critical path. */
export async function diagnoseOverCriticalPath(rounds: number): Promise<Figure> {
  const ratios: number[] = [];
  const run = (): Promise<unknown> => diagnose(delayed(pc(), DELAYS)).result;
  await run();
  for (let round = 0; round < rounds; round += 1) ratios.push((await timed(run)) / CHAIN);
  return figure(ratios);
}

function pc(): Computer {
  return createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
}
