/** A diagnosis that is stopped on its way. */
import { afterAll, afterEach, expect, it } from 'vitest';
import { closeChromium } from '../../../build/electron-stand-in/launch';
import { type Person, scenario, openWindow } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());
afterAll(closeChromium);

/** Longer than the rest of the diagnosis would take. */
const LATER_MS = 1_500;

it('ends at once, claims nothing, and can be made anew', async () => {
  person = await openWindow(scenario('healthy/default'));
  const { t, page, banner } = person;
  await person.reads(t('verdicts.healthy.title'));
  const headline = () => banner.getByRole('heading', { level: 1 }).innerText();
  // Pressed in the very picture in which it appears: no hand is quick enough for a simulated PC.
  await page.evaluate((stop) => {
    const observer = new MutationObserver(() => {
      const button = [...document.querySelectorAll('button')].find(
        ({ textContent }) => textContent === stop,
      );
      if (button === undefined) return;
      observer.disconnect();
      button.click();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  }, t('window.banner.stop'));
  await person.diagnose();
  await expect.poll(headline).toBe(t('window.banner.stopped'));
  expect(await person.lights()).toContain('cancelled');
  // What is still under way has nothing more to say.
  await page.waitForTimeout(LATER_MS);
  expect(await headline()).toBe(t('window.banner.stopped'));
  expect(await person.lights()).toContain('cancelled');
  await person.diagnose();
  await person.reads(t('verdicts.healthy.title'));
  expect(await person.lights()).not.toContain('cancelled');
});
