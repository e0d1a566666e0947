import { expect, it } from 'vitest';
import type { ChangeView } from '@shared/plan';
import { primaryChange } from '../../../renderer/features/activity/primary-change';

const change = (before: string, after: string): ChangeView => ({
  ...{ kind: 'kms-assignment', title: 'Set the KMS host', byHand: '', undoable: true },
  before,
  after,
});

it('shows the first change of an entry unless the entry itself reverts it', () => {
  const there = change('none', 'kms1');
  expect(primaryChange({ changes: [there, change('kms1', 'kms2')] })).toBe(there);
  expect(primaryChange({ changes: [there, change('kms1', 'none')] })).toBeNull();
  expect(primaryChange({ changes: [change('none', 'none')] })).not.toBeNull();
  expect(primaryChange({ changes: [] })).toBeNull();
});
