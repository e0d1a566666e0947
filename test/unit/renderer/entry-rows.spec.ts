import { describe, expect, it } from 'vitest';
import type { JournalEntryView } from '@shared/plan';
import {
  groupByDay,
  filterRows,
  groupByTreatment,
} from '../../../renderer/features/activity/entry-rows';

const entry = (id: string, more: Partial<JournalEntryView> = {}): JournalEntryView => ({
  ...{ entry: id, fix: 'assign-kms-host', title: 'Set the KMS host', target: 'pc' },
  ...{ at: '2026-03-02T12:00:00.000Z', state: 'verified', running: false, treatment: null },
  ...{ changes: [], undoable: true },
  ...more,
});
const change = (after: string) => ({
  ...{ kind: 'kms-assignment' as const, title: 'Assign', byHand: '', undoable: true },
  ...{ before: 'none', after },
});
const ids = (rows: ReturnType<typeof groupByTreatment>) =>
  rows.map((entries) => entries.map((one) => one.entry).join(' '));
const ANY = { text: '', state: null };

describe('activity rows', () => {
  const rows = groupByTreatment([
    entry('t2', { treatment: 't', state: 'failed' }),
    entry('t1', { treatment: 't', title: 'Sync the clock' }),
    entry('a1', { changes: [change('KMS1.contoso.com')] }),
    entry('u1', { treatment: 'u', running: true, state: 'open' }),
  ]);

  it('group the entries of a treatment', () => {
    expect(ids(rows)).toEqual(['t2 t1', 'a1', 'u1']);
  });

  it.each([
    [ANY, ['t2 t1', 'a1', 'u1']],
    [{ ...ANY, text: '  ' }, ['t2 t1', 'a1', 'u1']],
    [{ ...ANY, text: 'kms1.CONTOSO' }, ['a1']],
    [{ ...ANY, text: 'host set' }, ['t2 t1', 'a1', 'u1']],
    [{ ...ANY, text: 'clock' }, ['t2 t1']],
    [{ ...ANY, text: 'A1' }, ['a1']],
    [{ ...ANY, text: 'no such' }, []],
    [{ ...ANY, state: 'failed' }, ['t2 t1']],
    // The same entry must match both.
    [{ text: 'clock', state: 'failed' }, []],
    [{ ...ANY, state: 'running' }, ['u1']],
    [{ ...ANY, state: 'open' }, []],
  ] as const)('are filtered by %j', (filter, found) => {
    expect(ids(filterRows(rows, filter))).toEqual(found);
  });

  it('are listed under the local date of their newest entry', () => {
    const local = (day: number, hour: number) => new Date(2026, 2, day, hour, 30).toISOString();
    const days = groupByDay(
      groupByTreatment([
        entry('d', { at: local(2, 23) }),
        entry('c', { at: local(2, 0), treatment: 't' }),
        entry('b', { at: local(1, 23), treatment: 't' }),
        entry('a', { at: local(1, 22) }),
      ]),
    );
    expect(days.map(({ date, rows: own }) => [date.getDate(), ids(own)])).toEqual([
      [2, ['d', 'c b']],
      [1, ['a']],
    ]);
  });
});
