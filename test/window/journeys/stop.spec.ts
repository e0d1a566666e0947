/** Stopping a diagnosis. */
import type { Locator } from 'playwright';
import { afterEach, expect, it } from 'vitest';
import { type User, scenario, openWindow } from './user';
import { stopImmediately } from './screens';

let person: User | undefined;
afterEach(() => person?.program.close());

/** Longer than the rest of the diagnosis would take. */
const LATER_MS = 1_500;

it('a stopped diagnosis ends immediately, gives no verdict, and offers to diagnose again', async () => {
  person = await openWindow(scenario('healthy/default'));
  const { t, page, banner } = person;
  await person.reads(t('verdicts.healthy.title'));
  const title = banner.getByRole('heading', { level: 1 });
  const headline = () => title.innerText();
  const hasFocus = (element: Locator) =>
    element.evaluate((each) => each === document.activeElement);
  await stopImmediately(person);
  await expect.poll(headline).toBe(t('window.banner.stopped'));
  expect(await person.lights()).toContain('cancelled');
  // Focus moves to the new headline instead of being lost with the button.
  await expect.poll(() => hasFocus(title)).toBe(true);
  // Queries that are still running no longer change anything.
  await page.waitForTimeout(LATER_MS);
  expect(await headline()).toBe(t('window.banner.stopped'));
  expect(await person.lights()).toContain('cancelled');
  const primary = page.locator('[data-primary]');
  expect(await primary.count()).toBe(1);
  expect(await primary.innerText()).toBe(t('window.banner.again'));
  await primary.press('Enter');
  await person.reads(t('verdicts.healthy.title'));
  await expect.poll(() => hasFocus(title)).toBe(true);
  expect(await person.lights()).not.toContain('cancelled');
});
