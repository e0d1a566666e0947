/** Simulated PCs for the tests, and helpers that summarize their results. */
import { expect } from 'vitest';
import { ChangeRefused, Unreadable } from '@engine/computer';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import {
  createScenarioComputer,
  type ScenarioComputer,
  type ScenarioOptions,
} from '../../../../electron/computer/scenario';

/** A scenario as tests write it, without the schema name. */
export type Scenario = Omit<ScenarioFile, 'schema'>;

/** A signal that's never aborted. */
export const signal = new AbortController().signal;

/** Returns a scenario file, validated by the app's parser. */
export function scenarioFile(scenario: Scenario): ScenarioFile {
  const result = parseScenario({ schema: 'kms-doctor/scenario@1', ...scenario });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** Creates a simulated PC. */
export function pc(scenario: Scenario = {}, options: ScenarioOptions = {}): ScenarioComputer {
  return createScenarioComputer(scenarioFile(scenario), options);
}

/** Returns the same PC as another process would open it: only the serialized document carries over. */
export function reopened(computer: ScenarioComputer): ScenarioComputer {
  const file = JSON.parse(JSON.stringify(computer.document())) as unknown;
  return pc(file as ScenarioFile);
}

/** Returns why a change was refused, with the error code if there is one; fails if it wasn't refused. */
export async function refusalOf(change: Promise<unknown>): Promise<string> {
  const error = await change.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChangeRefused);
  const { refusal, code } = error as ChangeRefused;
  return code === null ? refusal : `${refusal} 0x${code.toString(16).toUpperCase()}`;
}

/** Returns why a fact is unreadable; fails if it can be read. */
export async function reasonOf(fact: Promise<unknown>): Promise<string> {
  const error = await fact.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Unreadable);
  return (error as Unreadable).reason;
}

/** Returns the product row with a key. */
export async function licenseRow(computer: ScenarioComputer) {
  const [row] = await computer.licensingProducts(signal);
  if (row === undefined) throw new Error('no row has a key');
  return row;
}

/** Product row of an unlicensed KMS client. */
export const UNLICENSED = {
  Name: 'Windows(R), Enterprise edition',
  Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
  LicenseFamily: 'Enterprise',
  PartialProductKey: '2YT43',
  LicenseStatus: 5,
  LicenseStatusReason: 0xc004f074,
  GracePeriodRemaining: 0,
};

/** A licensed KMS host at 10.0.0.42. */
export const KMS_HOST: Scenario = {
  computer: {
    name: 'KMS1',
    os: 'Windows Server 2022 Standard',
    server: true,
    firewallKmsRule: true,
  },
  licensing: {
    products: [
      {
        ...UNLICENSED,
        Description: 'Windows Server(R), VOLUME_KMS_WS22 channel',
        LicenseFamily: 'ServerStandard',
        PartialProductKey: 'ABCDE',
        LicenseStatus: 1,
        LicenseStatusReason: 0,
      },
    ],
    service: { KeyManagementServiceCurrentCount: 40 },
  },
  dns: { servers: { '10.0.0.10': { records: [] } } },
  hosts: { '10.0.0.42': { ports: { '1688': 'kms' } } },
};
