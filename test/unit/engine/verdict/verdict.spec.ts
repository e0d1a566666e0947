import { describe, expect, it } from 'vitest';
import type { ScenarioFile, ScenarioPort } from '@shared/scenario';
import { RUN_LIMITS } from '@engine/facts/limits';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../../../electron/computer/scenario';

/** Diagnoses a domain with one host more than are probed. All have the same port state, or no address. */
async function verdictOn(port: ScenarioPort | 'no address') {
  const hosts = Array.from({ length: RUN_LIMITS.targets + 1 }, (_, index) => ({
    name: `kms${index}.contoso.com`,
    address: `10.1.0.${index}`,
  }));
  const scenario: ScenarioFile = {
    schema: 'kms-doctor/scenario@1',
    dns: {
      servers: {
        '10.0.0.10': {
          records: hosts.flatMap(({ name, address }) => [
            { name: '_vlmcs._tcp.contoso.com', type: 'SRV' as const, target: name },
            ...(port === 'no address' ? [] : [{ name, type: 'A' as const, address }]),
          ]),
        },
      },
    },
    hosts:
      port === 'no address'
        ? {}
        : Object.fromEntries(hosts.map(({ address }) => [address, { ports: { 1688: port } }])),
  };
  const { code, certainty } = (await diagnose(createScenarioComputer(scenario)).result).diagnosis
    .verdict;
  return { code, certainty };
}

describe('the verdict on more hosts than are probed', () => {
  it.each([
    ['filtered', 'kms-port-filtered'],
    ['refused', 'kms-service-not-listening'],
    ['other-rpc', 'not-a-kms-host'],
    ['no address', 'srv-target-unresolvable'],
  ] as const)('is likely if every probed host has the same state: %s', async (port, code) => {
    expect(await verdictOn(port)).toEqual({ code, certainty: 'likely' });
  });

  it('is certain if one of the probed hosts works', async () => {
    expect(await verdictOn('kms')).toEqual({ code: 'healthy', certainty: 'certain' });
  });
});
