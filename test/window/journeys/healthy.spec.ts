/** A PC with nothing wrong. */
import { afterAll, afterEach, expect, it } from 'vitest';
import { closeChromium } from '../../../build/electron-stand-in/launch';
import { type Person, scenario, openWindow } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());
afterAll(closeChromium);

it('is said to be healthy, with the proof, nothing to fix and nothing done', async () => {
  person = await openWindow(scenario('healthy/default'));
  const { t, banner, activity, page } = person;
  expect(await banner.getByRole('heading', { level: 1 }).innerText()).toBe(
    t('window.banner.ready'),
  );
  expect(await page.locator('[data-primary]').innerText()).toBe(t('window.title.diagnose'));
  await person.diagnose();
  await person.reads(t('verdicts.healthy.title'));
  const lights = await person.lights();
  expect(lights).toHaveLength(9);
  expect(lights.filter((light) => light !== 'pass' && light !== 'not-applicable')).toEqual([]);
  await banner.getByRole('complementary', { name: t('window.proof.title') }).waitFor();
  expect(await page.locator('[data-primary]').count()).toBe(0);
  expect(await activity.getByRole('listitem').innerText()).toBe(t('window.activity.empty'));
  expect(await person.program.dialogs.shown()).toEqual([]);
  expect(person.program.app.escapes()).toEqual([]);
});
