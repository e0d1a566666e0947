/**
 * Replays what `diagnose --record` kept of a PC, on any machine. Each folder of raw answers below
 * test/recorded/ becomes a test. Its facts.json contains the expected facts.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Computer, Unreadable } from '../../electron/engine/computer';
import { createWindowsComputer } from '../../electron/computer/windows';
import { replayed } from '../support/replayed';
import { never, SCRIPTS, startPc } from './support/engine';

const RECORDINGS = join(import.meta.dirname, '../recorded');
const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-recorded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Returns all facts of a PC that need no network, or the reason why one can't be read. */
async function factsOf(computer: Computer): Promise<Record<string, unknown>> {
  const asked: Record<string, () => Promise<unknown>> = {
    // The first missing program ends this query. Its other answers arrive, and are recorded, during
    // the remaining queries.
    vbscript: () => computer.vbscript(never),
    system: () => computer.system(never),
    adapters: () => computer.adapters(never),
    dnsClientSettings: () => computer.dnsClientSettings(never),
    licensingService: () => computer.licensingService(never),
    licensingProducts: () => computer.licensingProducts(never),
    sppsvc: () => computer.service('sppsvc', never),
    events: () => computer.events(never),
    firewallKmsRule: () => computer.firewallKmsRule(never),
    outboundBlocked: () => computer.outboundBlocked(1688, never),
  };
  const facts: Record<string, unknown> = {};
  for (const [name, ask] of Object.entries(asked)) {
    facts[name] = await ask().catch((error: unknown) => {
      if (error instanceof Unreadable) return { unreadable: error.reason };
      throw error;
    });
  }
  return facts;
}

const told = (from: string): Promise<Record<string, unknown>> =>
  factsOf(createWindowsComputer({ windowsHost: replayed(from), scripts: SCRIPTS }));

it('a recording of a PC gives the same facts as the PC', async () => {
  const pc = startPc();
  pc.scene();
  const facts = await factsOf(
    createWindowsComputer({ windowsHost: pc.machine, scripts: SCRIPTS, record: folder }),
  );
  pc.end();
  expect(facts['licensingProducts']).toMatchObject([{ LicenseStatus: 1 }]);
  expect(await told(folder)).toEqual({
    ...(JSON.parse(JSON.stringify(facts)) as typeof facts),
    // A recording must not identify the PC.
    system: { ...(facts['system'] as object), id: '00000000-0000-4000-8000-000000000000' },
  });
});

const recordings = existsSync(RECORDINGS) ? readdirSync(RECORDINGS) : [];

it.each(recordings)('the recording %s gives its recorded facts', async (name) => {
  const path = join(RECORDINGS, name);
  const facts = JSON.stringify(await told(join(path, 'answers')), null, 2);
  await expect(`${facts}\n`).toMatchFileSnapshot(join(path, 'facts.json'));
});
