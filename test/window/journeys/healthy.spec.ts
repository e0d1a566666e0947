/** A PC with nothing wrong, and a window that has no PC to diagnose by itself. */
import { afterEach, expect, it } from 'vitest';
import { launch } from '../../../build/electron-stand-in/launch';
import { Person, scenario, openWindow } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());

it('is said to be healthy, with the proof, nothing to fix and nothing done', async () => {
  person = await openWindow(scenario('healthy/default'));
  const { t, banner, activity, page } = person;
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

// Where there is no Windows, the network is what can be looked at.
it.skipIf(process.platform === 'win32')(
  'waits for somebody to press Diagnose where there is no PC to look at',
  async () => {
    person = new Person(await launch({ reducedMotion: true }));
    const { t, banner, page } = person;
    await expect
      .poll(() => banner.getByRole('heading', { level: 1 }).innerText())
      .toBe(t('window.banner.ready'));
    expect(await page.locator('[data-primary]').innerText()).toBe(t('window.banner.diagnose'));
    expect([...new Set(await person.lights())]).toEqual(['pending']);
  },
);
