/** A healthy PC, and a window without a PC to diagnose. */
import { afterEach, expect, it } from 'vitest';
import { launch } from '../../../build/electron-stand-in/launch';
import { User, scenario, openWindow } from './user';

let person: User | undefined;
afterEach(() => person?.program.close());

it('a healthy PC is shown with the proof, with nothing to fix and nothing changed', async () => {
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

// Outside Windows, only the network can be diagnosed.
it.skipIf(process.platform === 'win32')(
  'a window without a PC waits for the user to press Diagnose',
  async () => {
    person = new User(await launch({ reducedMotion: true }));
    const { t, banner, page } = person;
    await expect
      .poll(() => banner.getByRole('heading', { level: 1 }).innerText())
      .toBe(t('window.banner.ready'));
    expect(await page.locator('[data-primary]').innerText()).toBe(t('window.banner.diagnose'));
    expect([...new Set(await person.lights())]).toEqual(['pending']);
  },
);
