/** A fleet report contains what was planted in the fleet: causes, counts, and how many PCs a cure heals. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { FleetGroup } from '@shared/fleet';
import { readFleet } from '../../../electron/fleet/fleet';
import { plantFleet, type PlantedGroup } from '../../support/fleet';
import { FULL } from '../../support/sample';

const SEEDS = FULL ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1];
/** Test time is proportional to the number of PCs. The default is just enough for each world to have some. */
const SIZE = FULL ? undefined : { pcs: 200, worlds: 40 };

function placeOf({ domain, server, host, port }: FleetGroup['about']): string | null {
  return domain ?? server ?? (host !== null && port !== null ? `${host}:${port}` : host);
}

/** Makes groups comparable: sorted, and with names in lowercase, as Windows ignores their case. */
const inOrder = <T extends Pick<PlantedGroup, 'code' | 'place' | 'computers'>>(
  groups: readonly T[],
): T[] =>
  groups
    .map((group) => ({ ...group, computers: group.computers.map(lower).toSorted() }))
    .toSorted((one, other) =>
      `${one.code} ${one.place}`.localeCompare(`${other.code} ${other.place}`),
    );

const lower = (name: string): string => name.toLowerCase();

it.each(SEEDS)(
  'reports the fleet of seed %i as it was planted',
  { timeout: 300_000 },
  async (seed) => {
    const planted = await plantFleet(seed, SIZE);
    const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-fleet-'));
    try {
      for (const [name, text] of planted.files) {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      const { report } = await readFleet([folder], { language: 'en' });
      expect(report.unreadable).toEqual([]);
      expect(report.notReached).toEqual([]);
      expect(report).toMatchObject({
        computers: planted.computers,
        healthy: planted.healthy,
        duplicates: planted.duplicates,
        expiring: planted.expiring,
      });
      const found = inOrder(
        report.groups.map(({ about, ...group }) => ({ ...group, place: placeOf(about) })),
      );
      const expected = inOrder(planted.groups);
      expect(found.map(({ code, place, computers }) => ({ code, place, computers }))).toEqual(
        expected.map(({ code, place, computers }) => ({ code, place, computers })),
      );
      for (const { count, certain, computers } of found) {
        expect([count, certain]).toEqual([computers.length, computers.length]);
      }
      const cured = found.map(({ code, place, cure }, index) => {
        const known = expected[index]?.cures ?? {};
        // If no cure is named, no known cure may heal anything.
        const planted = cure === null ? Object.values(known).at(-1) : known[cure.fix];
        const group = `${code} ${place}: ${cure?.fix}`;
        const { heals = 0, mayHeal = 0 } = cure ?? {};
        return [
          { group, heals, mayHeal },
          { group, heals: 0, mayHeal: 0, ...planted },
        ] as const;
      });
      expect(cured.map(([said]) => said)).toEqual(cured.map(([, planted]) => planted));
      const ids = ({ sameClientId }: Pick<typeof report, 'sameClientId'>) =>
        sameClientId
          .map((same) => ({ ...same, computers: same.computers.toSorted() }))
          .toSorted((one, other) => one.clientMachineId.localeCompare(other.clientMachineId));
      expect(ids(report)).toEqual(ids(planted));
      const counts = report.groups.map(({ count }) => count);
      expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
