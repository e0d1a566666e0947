import { beforeAll, expect, it } from 'vitest';
import { diagnose, type RunResult } from '@engine/run';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { renderReport, type TextFormat } from '../../../electron/services/report-service';
import { expectCpuTimeWithin } from '../../support/limits';
import { cpuMs } from '../../support/turns';

const HOSTS = 64;
const ADDRESSES = 63;

let result: RunResult;
beforeAll(async () => {
  const records = Array.from({ length: HOSTS }, (_, host) => {
    const name = `kms${host}.contoso.com`;
    return [
      { name: '_vlmcs._tcp.contoso.com', type: 'SRV' as const, target: name },
      ...Array.from({ length: ADDRESSES }, (__, address) => ({
        name,
        type: 'A' as const,
        address: `10.1.${host}.${address}`,
      })),
    ];
  }).flat();
  const computer = createScenarioComputer({
    schema: 'kms-doctor/scenario@1',
    dns: { servers: { '10.0.0.10': { records } } },
    hosts: {},
  });
  result = await diagnose(computer).result;
});

it.each<TextFormat>(['html', 'json', 'text', 'case', 'case-anonymous'])(
  'renders %s without a noticeable delay for a run with as many records as a file may have',
  async (format) => {
    const parts = { result, done: [], language: 'en', version: '1.0.0' } as const;
    // A page is rendered in two turns of the event loop: its facts line, then the rest.
    const limit = format === 'html' ? 400 : 200;
    const render = async (): Promise<void> => {
      expect((await renderReport(format, parts)).length).toBeGreaterThan(1000);
    };
    // Several tries, so that one-time compilation isn't measured.
    await expectCpuTimeWithin(await cpuMs(render, 6), limit);
  },
);
