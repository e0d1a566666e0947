import { expect, it, vi } from 'vitest';
import type { Computer } from '@engine/computer';
import type { FixService } from '../../../electron/services/fix-service';
import { factsSource, simulatedSource } from '../../../electron/services/sources';

it.each([
  ['facts', factsSource],
  ['scenario', simulatedSource],
] as const)('creates a computer and its fixes from %s', (target, make) => {
  const fixesFor = vi.fn((_computer: Computer, _known: unknown) => ({}) as FixService);
  const file = { schema: 'kms-doctor/scenario@1', computer: { name: 'PC-077' } } as const;
  const { computer, source } = make(file, 'a.json', fixesFor);
  expect([source.kind, computer.target]).toEqual([target, target]);
  expect(fixesFor.mock.calls[0]?.[0].target).toBe(target);
});

it.each([
  [{}, 'PC-042'],
  [{ computer: { name: 'PC-077' } }, 'PC-077'],
  [{ unread: { system: 'timed-out' } }, 'line 3'],
] as const)('returns the PC name for the facts line %j', (facts, name) => {
  const file = { schema: 'kms-doctor/scenario@1', ...facts } as const;
  const { source } = factsSource(file, 'line 3', () => ({}) as FixService);
  expect(source).toMatchObject({ kind: 'facts', computer: name });
});
