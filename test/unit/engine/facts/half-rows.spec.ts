/** CIM rows with missing columns: a verdict that depends on one is only likely. */
import { expect, it } from 'vitest';
import type { CimRow, Computer } from '@engine/computer';
import { createScenarioComputer } from '../../../../electron/computer/scenario';
import { readCase } from '../../../scenarios/cases';
import { verdictFor } from '../../../support/judged';

/** Creates the PC of a scenario with altered CIM rows. */
function withRows(name: string, alter: (row: CimRow) => CimRow): Computer {
  const computer = createScenarioComputer(readCase(name));
  return {
    ...computer,
    licensingService: async (...asked) => alter(await computer.licensingService(...asked)),
    licensingProducts: async (...asked) => (await computer.licensingProducts(...asked)).map(alter),
  };
}

const without =
  (...columns: readonly string[]) =>
  (row: CimRow): CimRow => ({
    ...row,
    ...Object.fromEntries(columns.filter((name) => name in row).map((name) => [name, null])),
  });

const PORT = 'KeyManagementServiceListeningPort';

it.each<[string, string, (row: CimRow) => CimRow, string]>([
  [
    'the listening port of a KMS host',
    'healthy/kms-host-record-of-another-port',
    without(PORT),
    'healthy likely',
  ],
  [
    'any indication of the key channel',
    'srv-record-missing/remembered-host',
    (row) => ({
      ...without('ProductKeyChannel')(row),
      ...('Description' in row && { Description: 'Windows' }),
    }),
    'srv-record-missing likely',
  ],
])('rates the verdict as likely if rows lack %s', async (_, name, alter, verdict) => {
  const { code, certainty } = await verdictFor(withRows(name, alter));
  expect(`${code} ${certainty}`).toBe(verdict);
});

it("doesn't blame the firewall of a KMS host that is still waiting for an address", async () => {
  const computer = createScenarioComputer(readCase('healthy/kms-host-record-of-another-port'));
  const waiting = await verdictFor({
    ...computer,
    adapters: async (...asked) =>
      (await computer.adapters(...asked)).map((adapter) => ({
        ...adapter,
        addresses: ['0.0.0.0'],
      })),
  });
  expect(waiting.code).not.toBe('kms-firewall-closed');
});
