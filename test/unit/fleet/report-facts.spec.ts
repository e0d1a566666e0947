/** A report is accepted or rejected according to its schema, even on the fast path. */
import { expect, test } from 'vitest';
import { diagnose } from '@engine/run';
import { fleetReportSchema, readReportFacts } from '../../../electron/fleet/report-facts';
import { jsonReport } from '../../../electron/report/json';
import { computerOf } from '../../scenarios/cases';
import { seeded } from '../../support/random';

const ROUNDS = process.env['KMS_DOCTOR_FULL'] === '1' ? 20_000 : 1_000;
const ODD: readonly unknown[] = [null, 'text', 7, true, [], {}, [null], [[]], { checks: [] }];

test('the fast path accepts and rejects the same reports as the schema, with the same error path', async () => {
  const { diagnosis } = await diagnose(computerOf('healthy/default')).result;
  const text = JSON.stringify(jsonReport(diagnosis, 'en', '1.0.0'));
  const random = seeded(7);
  let taken = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const json = JSON.parse(text) as Record<string, unknown>;
    spoil(json, random.chance(0.7) ? ['procedures'] : [], random);
    const parsed = fleetReportSchema.safeParse(json);
    const read = readReportFacts(json);
    const isRead = !('invalid' in read);
    expect(isRead, JSON.stringify(json)).toBe(parsed.success);
    if ('invalid' in read)
      expect(read.invalid).toBe((parsed.error?.issues[0]?.path ?? []).join('.'));
    taken += Number(isRead);
  }
  expect(taken).toBeGreaterThan(ROUNDS / 20);
  expect(taken).toBeLessThan(ROUNDS - ROUNDS / 20);
});

/** Replaces a random value below a path with an odd one, or removes it. */
function spoil(
  json: Record<string, unknown>,
  path: readonly string[],
  random: ReturnType<typeof seeded>,
): void {
  let [at, name]: [Record<string, unknown>, string] = [
    json,
    path[0] ?? random.pick(Object.keys(json)),
  ];
  for (let depth = 0; depth < 7 && random.chance(0.8); depth += 1) {
    const below = at[name];
    if (typeof below !== 'object' || below === null) break;
    const names = Object.keys(below);
    if (names.length === 0) break;
    [at, name] = [below as Record<string, unknown>, random.pick(names)];
  }
  if (random.chance(0.2) && !Array.isArray(at)) Reflect.deleteProperty(at, name);
  else at[name] = random.pick(ODD);
}
