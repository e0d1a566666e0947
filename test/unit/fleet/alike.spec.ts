/** What was worked out of one case is what any case that is like it comes to by itself. */
import { expect, test, vi } from 'vitest';
import { completeScenario, type ScenarioFile } from '@shared/scenario';
import { Alike } from '../../../electron/fleet/alike';
import { judgeCase } from '../../../electron/fleet/judge';
import { EXPECTED, readCase } from '../../scenarios/cases';

const { signal } = new AbortController();
const judged = (file: ScenarioFile, alike = new Alike()) =>
  judgeCase(file, null, { alike, signal });

/** The same PC under another name, with another ID and address, looked at three hours later with its log. */
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

/** The case with all that its twin has. */
const named = (file: ScenarioFile): ScenarioFile => {
  const { now, adapters } = completeScenario(file);
  const written = JSON.parse(JSON.stringify(adapters)) as ScenarioFile['adapters'];
  return { ...file, now, adapters: written, computer: { name: 'PC-042', ...file.computer } };
};

const STEP = process.env['KMS_DOCTOR_FULL'] === '1' ? 1 : 5;
const CASES = Object.keys(EXPECTED).filter((_, index) => index % STEP === 0);

test('a case that is like another one gets what it would get alone', async () => {
  let shared = 0;
  for (const name of CASES) {
    const file = named(readCase(name));
    const twin = twinOf(file);
    const alike = new Alike();
    await judged(file, alike);
    expect(await judged(twin, alike), name).toEqual(await judged(twin));
    if (await isShared(file, twin)) shared += 1;
  }
  // Otherwise nothing was shown.
  expect(shared).toBeGreaterThan(CASES.length / 2);
});

/** Whether the one stands for the other. */
async function isShared(one: ScenarioFile, other: ScenarioFile): Promise<boolean> {
  const alike = new Alike();
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
  ['a name that a record has', { dns: server('pc-042.contoso.com') }, {}],
  ['a name that a record spells in numbers', { dns: server('\\112c-042.contoso.com') }, {}],
  ['another record', { dns: server('kms1.contoso.com') }, { dns: server('kms2.contoso.com') }],
  ['an own address that a host has', { adapters: own('10.0.0.20'), dns: server('kms1') }, {}],
  ['an address of no network', { adapters: own('169.254.1.1') }, { adapters: own('10.0.0.9') }],
  [
    'an event of another age',
    { events: event('2026-11-22T04:00:00Z') },
    { events: event('2026-11-20T09:00:00Z') },
  ],
  ['an event that is about to be old', { events: event('2026-10-23T09:30:00Z') }, {}],
  ['an event of the future', { events: event('2026-11-23T09:00:00Z') }, {}],
  ['a name of one letter', { computer: { name: 'P' } }, {}],
])('nothing is shared over %s', async (_, one, other) => {
  const second = { ...PC, ...one, computer: { ...one.computer, name: 'PC-043' }, ...other };
  expect(await isShared({ ...PC, ...one }, second)).toBe(false);
});

test('a result that names its computer is not given to another one', async () => {
  const alike = new Alike();
  const other = { ...PC, computer: { name: 'PC-043' } };
  const nameOf = (file: ScenarioFile) =>
    alike.once('name', file, () => Promise.resolve({ host: file.computer?.name }));
  expect([await nameOf(PC), await nameOf(other)]).toEqual([{ host: 'PC-042' }, { host: 'PC-043' }]);
});
