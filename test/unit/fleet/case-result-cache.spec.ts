/** A result that is shared with a similar case equals the result that the case gets by itself. */
import { expect, test, vi } from 'vitest';
import { completeScenario, type ScenarioFile } from '@shared/scenario';
import { CaseResultCache } from '../../../electron/fleet/case-result-cache';
import { judgeCase } from '../../../electron/fleet/judge';
import { EXPECTED, readCase } from '../../scenarios/cases';

const { signal } = new AbortController();
const judged = (file: ScenarioFile, alike = new CaseResultCache()) =>
  judgeCase(file, null, { alike, signal });

/** Returns the same PC with another name, ID, and address, diagnosed three hours later, as are its events. */
function twinOf(file: ScenarioFile): ScenarioFile {
  const later = (time: string): string =>
    new Date(Date.parse(time) + 3 * 60 * 60_000).toISOString();
  const { now, licensing, adapters } = completeScenario(file);
  const id = String(licensing.service['ClientMachineID'] ?? '');
  const text = JSON.stringify({
    ...file,
    now: later(now),
    computer: { ...file.computer, name: 'TWIN-4711' },
    adapters: adapters.map((adapter, index) => ({
      ...adapter,
      addresses: adapter.addresses.map((one) =>
        /^10\.\d+\.\d+\.\d+$/.test(one) ? `10.250.250.${index + 1}` : one,
      ),
    })),
    events: file.events?.map((event) => ({ ...event, time: later(event.time ?? now) })),
  });
  const other = '12345678-aaaa-bbbb-cccc-1234567890ab';
  return JSON.parse(id === '' ? text : text.replaceAll(id, other)) as ScenarioFile;
}

/** Returns the case with every property that its twin has. */
const named = (file: ScenarioFile): ScenarioFile => {
  const { now, adapters } = completeScenario(file);
  const written = JSON.parse(JSON.stringify(adapters)) as ScenarioFile['adapters'];
  return { ...file, now, adapters: written, computer: { name: 'PC-042', ...file.computer } };
};

const STEP = process.env['KMS_DOCTOR_FULL'] === '1' ? 1 : 5;
const CASES = Object.keys(EXPECTED).filter((_, index) => index % STEP === 0);

test('a case that is similar to another one gets the same result as by itself', async () => {
  let shared = 0;
  for (const name of CASES) {
    const file = named(readCase(name));
    const twin = twinOf(file);
    const alike = new CaseResultCache();
    await judged(file, alike);
    expect(await judged(twin, alike), name).toEqual(await judged(twin));
    if (await isShared(file, twin)) shared += 1;
  }
  // Otherwise the test proves nothing.
  expect(shared).toBeGreaterThan(CASES.length / 2);
});

/** Whether the result of one case is reused for the other. */
async function isShared(one: ScenarioFile, other: ScenarioFile): Promise<boolean> {
  const alike = new CaseResultCache();
  const work = vi.fn(() => Promise.resolve(true));
  await alike.once('judge', one, work);
  await alike.once('judge', other, work);
  return work.mock.calls.length === 1;
}

const PC: ScenarioFile = {
  schema: 'kms-doctor/scenario@1',
  now: '2026-11-22T09:00:00Z',
  computer: { name: 'PC-042' },
};
const server = (name: string): ScenarioFile['dns'] => ({
  servers: { '10.0.0.10': { records: [{ name, type: 'A', address: '10.0.0.20' }] } },
});
const event = (time: string): ScenarioFile['events'] => [{ id: 12288, time, data: [] }];
const own = (address: string): ScenarioFile['adapters'] => [{ addresses: [address] }];

test.each<[string, Partial<ScenarioFile>, Partial<ScenarioFile>]>([
  ['a PC name that occurs in a record', { dns: server('pc-042.contoso.com') }, {}],
  [
    'a PC name that occurs in a record with a numeric escape',
    { dns: server('\\112c-042.contoso.com') },
    {},
  ],
  ['different records', { dns: server('kms1.contoso.com') }, { dns: server('kms2.contoso.com') }],
  ["a PC address that is also a host's", { adapters: own('10.0.0.20'), dns: server('kms1') }, {}],
  ['a link-local address', { adapters: own('169.254.1.1') }, { adapters: own('10.0.0.9') }],
  [
    'events of different ages',
    { events: event('2026-11-22T04:00:00Z') },
    { events: event('2026-11-20T09:00:00Z') },
  ],
  ['an event close to an age limit', { events: event('2026-10-23T09:30:00Z') }, {}],
  ['an event in the future', { events: event('2026-11-23T09:00:00Z') }, {}],
  ['a one-letter PC name', { computer: { name: 'P' } }, {}],
])('no result is shared between cases with %s', async (_, one, other) => {
  const second = { ...PC, ...one, computer: { ...one.computer, name: 'PC-043' }, ...other };
  expect(await isShared({ ...PC, ...one }, second)).toBe(false);
});

test('a result that contains the computer name is not shared', async () => {
  const alike = new CaseResultCache();
  const other = { ...PC, computer: { name: 'PC-043' } };
  const nameOf = (file: ScenarioFile) =>
    alike.once('name', file, () => Promise.resolve({ host: file.computer?.name }));
  expect([await nameOf(PC), await nameOf(other)]).toEqual([{ host: 'PC-042' }, { host: 'PC-043' }]);
});
