/** Hosts with more addresses than a run tries: a saved case gets the verdict of the PC that it was made of. */
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

/** Its server answers for one host sooner than for all others. */
const soonerFor = (host: string, pc: Computer): Computer => ({
  ...pc,
  dnsQuery: async (server, name, ...rest) => {
    for (let turn = 0; name !== host && turn < 20; turn += 1) await new Promise(setImmediate);
    return pc.dnsQuery(server, name, ...rest);
  },
});

const EVERY = range(HOSTS).flatMap((host) => range(8).map((index) => addressOf(host, index)));

it.each([
  ['none', 'kms-port-filtered', pcWith({})],
  ['the first of the first', 'healthy', pcWith(hostsAt('kms', addressOf(0, 0)))],
  ['the first of the last', 'healthy', pcWith(hostsAt('kms', addressOf(63, 0)))],
  ['one that is not tried', 'kms-port-filtered', pcWith(hostsAt('kms', addressOf(63, 29)))],
  ['none, and all refuse', 'kms-service-not-listening', pcWith(hostsAt('refused', ...EVERY))],
  [
    'the sixth of the last, which is known first',
    'healthy',
    soonerFor('kms63.contoso.com', pcWith(hostsAt('kms', addressOf(63, 5)))),
  ],
])('%s answers', async (_, code, pc) => {
  const result = await diagnose(pc, { atOnce: true }).result;
  expect(result.diagnosis.verdict).toMatchObject({
    code,
    certainty: code === 'healthy' ? 'certain' : 'likely',
  });
  const saved = toScenario(result);
  expect(await verifySnapshot(saved, result.diagnosis, createScenarioComputer)).toBeNull();
});
