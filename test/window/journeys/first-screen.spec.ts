/** What is wrong and what to do stand on the first screen of a small window: 1000 × 700 pixels at 200 %. */
import { afterEach, expect, it } from 'vitest';
import { sample } from '../../support/sample';
import { openWindow, type Person, scenario } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());

/** A real PC has no bar that says it is simulated. */
const SIMULATED = 30;
const SMALL = { width: 500, height: 350 + SIMULATED };

const CASES = [
  'srv-record-in-other-domain/parent-domain',
  'access-denied/e-accessdenied',
  'activation-type-excludes-kms/directory-alone',
  'evaluation-edition/server',
  'no-dns-suffix/workgroup',
].flatMap((name) => (['en', 'zh-TW'] as const).map((language) => [name, language] as const));

it.each(sample(CASES, 3))('of %s (%s)', async (name, language) => {
  person = await openWindow(scenario(name), { viewport: SMALL, language });
  await person.verdict();
  const box = await person.banner.locator('[data-primary]').boundingBox();
  expect(box!.y + box!.height).toBeLessThanOrEqual(SMALL.height);
});
