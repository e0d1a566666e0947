/** Deduplication of computers, and of the parts that they have in common. */
import { describe, expect, it } from 'vitest';
import {
  CommonParts,
  deduplicateComputers,
  type Computer,
} from '../../../electron/fleet/computers';

const computer = (own: Partial<Computer> = {}): Computer => ({
  name: 'PC-1',
  at: '2026-11-20T08:00:00.000Z',
  code: 'kms-port-filtered',
  certainty: 'certain',
  about: { domain: null, server: null, host: 'kms1', port: 1688, code: null, product: null },
  fixes: ['open-kms-firewall'],
  for: 'kms-host',
  clientMachineId: null,
  endsIn: null,
  notReached: null,
  source: { file: 'list.txt', line: 1 },
  packed: 'KMSD1 abc',
  met: [{ host: 'kms2', port: 1688, addresses: ['10.0.0.20'] }],
  worlds: ['contoso.com@10.0.0.10'],
  ...own,
});

describe('CommonParts', () => {
  it('shares equal parts without changing any computer', () => {
    const parts = new CommonParts();
    const all = [
      computer(),
      computer({ name: 'PC-2', source: { file: 'list.txt', line: 2 }, packed: 'KMSD1 def' }),
      computer({
        name: 'PC-3',
        source: { file: 'PC-3.json', line: null },
        packed: null,
        endsIn: 7,
      }),
      computer({ name: 'PC-4', worlds: [] }),
    ];
    const kept = all.map((one) => parts.of(structuredClone(one)));
    expect(kept).toEqual(all);
    const [first, second, third, other] = kept;
    expect(second?.about).toBe(first?.about);
    expect(second?.met).toBe(first?.met);
    expect(third?.fixes).toBe(first?.fixes);
    expect(other?.met).not.toBe(first?.met);
  });
});

describe('distinct', () => {
  it('tells thousands of computers with one name apart by ID, and keeps the newest facts of each', () => {
    const id = (index: number): string =>
      `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const all = Array.from({ length: 20_000 }, (_, index) =>
      computer({
        name: index % 2 === 0 ? 'PC' : 'pc',
        clientMachineId: id(index % 10_000),
        at: new Date(Date.UTC(2026, 10, 20) + index).toISOString(),
      }),
    );
    const found = deduplicateComputers(all);
    expect(found).toHaveLength(10_000);
    expect(found.every(({ at }) => at >= (all[10_000]?.at ?? ''))).toBe(true);
  });
});
