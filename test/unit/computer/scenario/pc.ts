/** Simulated PCs of the tests, and the answers of their ports in short. */
import { expect } from 'vitest';
import { ChangeRefused, Unreadable } from '@engine/computer';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import {
  createScenarioComputer,
  type ScenarioComputer,
  type ScenarioOptions,
} from '../../../../electron/computer/scenario';

/** What a test writes of a scenario: everything but the name of the format. */
export type Scenario = Omit<ScenarioFile, 'schema'>;

/** Never aborted. */
export const signal = new AbortController().signal;

/** A scenario file, checked as the program checks it. */
export function scenarioFile(scenario: Scenario): ScenarioFile {
  const result = parseScenario({ schema: 'kms-doctor/scenario@1', ...scenario });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** A simulated PC. */
export function pc(scenario: Scenario = {}, options: ScenarioOptions = {}): ScenarioComputer {
  return createScenarioComputer(scenarioFile(scenario), options);
}

/** The same PC in another process: only the document, as a file carries it, goes over. */
export function reopened(computer: ScenarioComputer): ScenarioComputer {
  const file = JSON.parse(JSON.stringify(computer.document())) as unknown;
  return pc(file as ScenarioFile);
}

/** The code with which a change is refused; fails where it is not. */
export async function codeOf(change: Promise<unknown>): Promise<string> {
  const error = await change.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ChangeRefused);
  const { refusal, code } = error as ChangeRefused;
  return code === null ? refusal : `${refusal} 0x${code.toString(16).toUpperCase()}`;
}

/** Why a fact cannot be read; fails where it can. */
export async function reasonOf(fact: Promise<unknown>): Promise<string> {
  const error = await fact.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Unreadable);
  return (error as Unreadable).reason;
}

/** The one product row with a key. */
export async function licence(computer: ScenarioComputer) {
  const [row] = await computer.licensingProducts(signal);
  if (row === undefined) throw new Error('no row has a key');
  return row;
}

/** A KMS client that is not licensed. */
export const UNLICENSED = {
  Name: 'Windows(R), Enterprise edition',
  Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
  LicenseFamily: 'Enterprise',
  PartialProductKey: '2YT43',
  LicenseStatus: 5,
  LicenseStatusReason: 0xc004f074,
  GracePeriodRemaining: 0,
};

/** A KMS host that is licensed, at 10.0.0.42. */
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
