import type { FleetProgressView } from '@shared/fleet-view';
import { describe, expect, it } from 'vitest';
import type { Fleet, FleetComputer } from '../../../electron/fleet/fleet';
import { createFleetService, type ReadFleet } from '../../../electron/services/fleet-service';
import { expectCpuTimeWithin } from '../../support/limits';
import { longestBlock } from '../../support/turns';

const MISSING = '0123456789ab';
const FILTERED = 'ba9876543210';
const nothing = { server: null, host: null, port: null, code: null, product: null };

const computer = (name: string): FleetComputer => ({
  name,
  at: '2026-11-28T09:00:00.000Z',
  code: 'srv-record-missing',
  certainty: 'certain',
  source: { file: `/in/${name}.json`, line: null },
  line: null,
});

/** Creates a fleet of `count` PCs without a record, two behind a firewall and one that's activated. */
function fleetOf(count: number): Fleet {
  const missing = Array.from({ length: count }, (_, index) => computer(`PC-${index}`));
  const filtered = [computer('LAB-1'), computer('LAB-2')];
  const group = { certain: 1, computers: [], cure: null };
  return {
    report: {
      schema: 'kms-doctor/fleet@1',
      computers: count + 3,
      healthy: 1,
      duplicates: 0,
      groups: [
        {
          ...group,
          id: MISSING,
          code: 'srv-record-missing',
          about: { ...nothing, domain: 'branch.contoso.com' },
          count,
          cure: {
            fix: 'create-srv-record',
            parameters: {},
            on: 'dns-server',
            heals: 1,
            mayHeal: count - 1,
            rehearsed: true,
          },
        },
        {
          ...group,
          id: FILTERED,
          code: 'kms-port-filtered',
          about: { ...nothing, domain: null, host: 'kms1.contoso.com', port: 1688 },
          count: 2,
        },
      ],
      sameClientId: [{ clientMachineId: 'id', count: 2, computers: ['LAB-2', 'GONE'] }],
      expiring: [],
      notReached: [
        { outcome: 'silent', count: 1, computers: ['AWAY'] },
        { outcome: 'new-one', count: 1, computers: ['AWAY-2'] },
      ],
      unreadable: [{ file: '/in/sub/a.json', line: 3, problem: 'It is no JSON.' }],
    },
    members: new Map([
      [MISSING, missing],
      [FILTERED, filtered],
    ]),
    healthy: [computer('OK-1')],
    ending: [{ ...computer('OK-1'), days: 7, endsAt: '2026-12-01T09:00:00.000Z' }],
  };
}

function service(read: ReadFleet) {
  const progress: FleetProgressView[] = [];
  return {
    progress,
    fleet: createFleetService({
      read,
      language: () => 'en',
      progress: (one) => progress.push(one),
    }),
  };
}
const IN = { paths: ['/in'], name: 'in' };

async function opened(count: number) {
  const { fleet } = service(() => Promise.resolve(fleetOf(count)));
  expect(await fleet.open(IN)).toBe('opened');
  return fleet;
}

describe('open fleet', () => {
  it('is grouped by cause and filtered', async () => {
    const fleet = await opened(5);
    const all = await fleet.view('');
    expect(all?.headline).toMatch(/^5 of 8 PCs share one cause: .*branch\.contoso\.com/);
    expect(all?.causes.map(({ id, found, count }) => [id, found, count])).toEqual([
      [MISSING, 5, 5],
      [FILTERED, 2, 2],
    ]);
    expect(all?.sections.map(({ id }) => id)).toEqual([
      'healthy-0',
      'ending-0',
      'same-client-id-0',
      'not-reached-0',
      'not-reached-1',
      'unreadable-0',
    ]);
    expect(all?.sections.map(({ about }) => about).slice(3, 5)).toEqual([
      'no response',
      'unknown reason (new-one)',
    ]);
    expect(all).toMatchObject({ computers: 8, healthy: 1, sick: 7, ending: 1, light: 'fail' });
    const some = await fleet.view('lab-2');
    expect(some?.causes.map(({ id, found, count }) => [id, found, count])).toEqual([
      [FILTERED, 1, 2],
    ]);
    // If the name of a cause matches, all of its PCs do.
    expect((await fleet.view('BRANCH.contoso'))?.causes[0]?.found).toBe(5);
  });

  it('returns rows in parts, each with its index in the entire list', async () => {
    const fleet = await opened(500);
    const rows = fleet.rows({ list: MISSING, filter: '49', from: 1, count: 2 });
    expect(rows.map(({ index, name }) => [index, name])).toEqual([
      [149, 'PC-149'],
      [249, 'PC-249'],
    ]);
    expect(fleet.computer(MISSING, 149)?.name).toBe('PC-149');
    expect(fleet.computer(MISSING, 9_999)).toBeNull();
    expect(fleet.rows({ list: 'ffffffffffff', filter: '', from: 0, count: 9 })).toEqual([]);
  });

  it('opens PCs that a report only names, and shows files by relative path and line', async () => {
    const fleet = await opened(1);
    const same = fleet.rows({ list: 'same-client-id-0', filter: '', from: 0, count: 9 });
    expect(same.map(({ name, opens }) => [name, opens])).toEqual([
      ['LAB-2', true],
      ['GONE', false],
    ]);
    const [problem] = fleet.rows({ list: 'unreadable-0', filter: '', from: 0, count: 9 });
    expect(problem).toMatchObject({ name: 'sub/a.json:3', problem: 'It is no JSON.' });
  });

  it('lists when an activation expires', async () => {
    const fleet = await opened(1);
    const rows = fleet.rows({ list: 'ending-0', filter: '', from: 0, count: 9 });
    expect(rows).toMatchObject([{ name: 'OK-1', endsAt: '2026-12-01T09:00:00.000Z', opens: true }]);
    expect(fleet.computer('ending-0', 0)?.name).toBe('OK-1');
  });

  it('escapes copied text that a spreadsheet or a terminal would interpret', async () => {
    const names = ["=cmd|'/c calc'!A1", '+1', '-1', '@SUM(1)', '＝1', 'PC\u001b[2J\r\n=1', 'PC-1'];
    const { fleet } = service(() =>
      Promise.resolve({
        ...fleetOf(1),
        members: new Map([[MISSING, names.map(computer)]]),
      }),
    );
    await fleet.open(IN);
    expect(fleet.text({ list: MISSING, filter: '', what: 'names' }).text.split('\r\n')).toEqual([
      "'=cmd|'/c calc'!A1",
      "'+1",
      "'-1",
      "'@SUM(1)",
      "'＝1",
      'PC\\x1b[2J\\x0d\\x0a=1',
      'PC-1',
      '',
    ]);
  });

  it('copies the filtered names, and the sentence about a cause', async () => {
    const fleet = await opened(3);
    expect(fleet.text({ list: MISSING, filter: 'pc-2', what: 'names' })).toEqual({
      text: 'PC-2\r\n',
      count: 1,
    });
    expect(fleet.text({ list: MISSING, filter: '', what: 'sentence' }).text).toBe(
      '3 of 6 PCs share one cause: no KMS record in branch.contoso.com; creating the record on the DNS server fixes 1, probably all of them (rehearsed).\r\n',
    );
    fleet.close();
    expect(await fleet.view('')).toBeNull();
    expect(fleet.text({ list: MISSING, filter: '', what: 'names' }).count).toBe(0);
  });

  it('is filtered without blocking the event loop, even with 50,000 PCs', async () => {
    const fleet = await opened(50_000);
    const [[view, found], longest] = await longestBlock(async () => [
      await fleet.view('999'),
      fleet.rows({ list: MISSING, filter: '999', from: 0, count: 100 }),
    ]);
    expect(view?.causes[0]?.found).toBe(95);
    expect(found).toHaveLength(95);
    await expectCpuTimeWithin(longest, 200);
  });
});

describe('reading a fleet', () => {
  it('stops immediately and keeps the fleet that was open before', async () => {
    let isFirst = true;
    const { fleet } = service((_paths, { signal }) => {
      if (isFirst) {
        isFirst = false;
        return Promise.resolve(fleetOf(1));
      }
      return new Promise((_done, failed) => {
        signal?.addEventListener('abort', () => failed(new Error('stopped')));
      });
    });
    await fleet.open(IN);
    expect(fleet.stop()).toBe(false);
    const reading = fleet.open(IN);
    expect(fleet.stop()).toBe(true);
    expect(await reading).toBe('stopped');
    expect((await fleet.view(''))?.computers).toBe(4);
  });

  it('reports progress at intervals, and an empty result', async () => {
    const empty = fleetOf(0);
    const report = { ...empty.report, computers: 0, unreadable: [] };
    const { fleet, progress } = service((_paths, { onProgress }) => {
      for (let done = 1; done <= 1_000; done += 1) {
        onProgress?.({ stage: 'reading', done, total: 1_000, found: done });
      }
      for (let again = 1; again <= 1_000; again += 1) {
        onProgress?.({ stage: 'reading', done: 1_000, total: 1_000, found: 1_000 });
      }
      return Promise.resolve({ ...empty, report });
    });
    expect(await fleet.open(IN)).toBe('empty');
    expect(fleet.fleet()).toBeNull();
    expect(progress[0]).toEqual({ stage: 'reading', done: 0, total: 0, found: 0, name: 'in' });
    expect(progress[1]).toEqual({ stage: 'reading', done: 1, total: 1_000, found: 1, name: 'in' });
    expect(progress.at(-1)).toMatchObject({ done: 1_000, total: 1_000 });
    expect(progress.length).toBeLessThan(20);
  });
});
