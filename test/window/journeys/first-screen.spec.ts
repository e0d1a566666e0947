/**
 * What is wrong and what to do stand on the first screen of a small window: 1000 × 700 pixels at 200 %, be it the
 * screen's scale or Windows' text size.
 */
import { afterEach, expect, it } from 'vitest';
import { sample } from '../../support/sample';
import { openWindow, type Person, scenario, setTextSize } from './person';

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
  // The longest.
  'not-a-kms-client/oem-at-home',
  'clock-skew/renewal-rejected-behind-an-informational-reason',
].flatMap((name) => (['en', 'zh-TW'] as const).map((language) => [name, language] as const));

const end = async ({ banner }: Person): Promise<number> => {
  const box = await banner.locator('[data-primary]').boundingBox();
  return box!.y + box!.height;
};

it.each(sample(CASES, 3))('of %s (%s)', async (name, language) => {
  person = await openWindow(scenario(name), { viewport: SMALL, language });
  await person.verdict();
  expect(await end(person)).toBeLessThanOrEqual(SMALL.height);
  await person.page.setViewportSize({ width: SMALL.width * 2, height: SMALL.height * 2 });
  await setTextSize(person.page, 200);
  await expect.poll(() => end(person!)).toBeLessThanOrEqual(SMALL.height * 2);
});
