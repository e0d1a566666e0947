/** Hosts with more addresses than a run probes: a saved case leads to the same verdict as the original PC. */
import { expect, it } from 'vitest';
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { toScenario, verifySnapshot } from '@engine/snapshot';
import type { ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

const HOSTS = 64;
const ADDRESSES = 30;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const addressOf = (host: number, index: number): string => `10.1.${host}.${index + 1}`;
const hostsAt = (behaviour: 'kms' | 'refused', ...addresses: readonly string[]) =>
  Object.fromEntries(addresses.map((address) => [address, { ports: { '1688': behaviour } }]));

const pcWith = (hosts: ScenarioFile['hosts']): Computer =>
  createScenarioComputer({
    schema: 'kms-doctor/scenario@1',
    dns: {
      servers: {
        '10.0.0.10': {
          records: [
            ...range(HOSTS).map((host) => ({
              name: '_vlmcs._tcp.contoso.com',
              type: 'SRV' as const,
              target: `kms${host}.contoso.com`,
            })),
            ...range(HOSTS).flatMap((host) =>
              range(ADDRESSES).map((index) => ({
                name: `kms${host}.contoso.com`,
                type: 'A' as const,
                address: addressOf(host, index),
              })),
            ),
          ],
        },
      },
    },
    hosts,
  });

/** Wraps a PC so that its DNS server answers sooner for one host than for the others. */
const soonerFor = (host: string, pc: Computer): Computer => ({
  ...pc,
  dnsQuery: async (server, name, ...rest) => {
    for (let turn = 0; name !== host && turn < 20; turn += 1) await new Promise(setImmediate);
    return pc.dnsQuery(server, name, ...rest);
  },
});

const EVERY = range(HOSTS).flatMap((host) => range(8).map((index) => addressOf(host, index)));

it.each([
  ['no address answers', 'kms-port-filtered', pcWith({})],
  [
    'the first address of the first host answers',
    'healthy',
    pcWith(hostsAt('kms', addressOf(0, 0))),
  ],
  [
    'the first address of the last host answers',
    'healthy',
    pcWith(hostsAt('kms', addressOf(63, 0))),
  ],
  [
    'only an unprobed address answers',
    'kms-port-filtered',
    pcWith(hostsAt('kms', addressOf(63, 29))),
  ],
  [
    'every probed address refuses',
    'kms-service-not-listening',
    pcWith(hostsAt('refused', ...EVERY)),
  ],
  [
    'the sixth address of the last host, which is known first, answers',
    'healthy',
    soonerFor('kms63.contoso.com', pcWith(hostsAt('kms', addressOf(63, 5)))),
  ],
])('reproduces the verdict in a saved case: %s', async (_, code, pc) => {
  const result = await diagnose(pc, { atOnce: true }).result;
  expect(result.diagnosis.verdict).toMatchObject({
    code,
    certainty: code === 'healthy' ? 'certain' : 'likely',
  });
  const saved = toScenario(result);
  expect(await verifySnapshot(saved, result.diagnosis, createScenarioComputer)).toBeNull();
});
