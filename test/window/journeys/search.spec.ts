/** The search, used without the mouse. */
import { afterEach, expect, it } from 'vitest';
import { keyboard, type User, scenario, openWindow, TIMEOUT } from './user';
import { sample } from '../../support/sample';

/** By default, the language that has no spaces between words. */
const TRIED = sample(['en', 'zh-TW'] as const, 2, 1);

let person: User | undefined;
afterEach(() => person?.program.close());

it.each(TRIED)('the search leads from a word to an action, in %s', async (language) => {
  person = await openWindow(scenario('srv-record-missing/code-of-another-key'), {
    hands: keyboard,
    language,
  });
  const { page, t, dialog } = person;
  await person.verdict();
  const first = dialog.locator('[data-hit]').first();
  const find = async (text: string, title: string) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.insertText(text);
    await expect.poll(() => first.innerText(), TIMEOUT).toContain(title);
  };

  await page.keyboard.press('Control+k');
  await expect
    .poll(() => first.innerText(), TIMEOUT)
    .toContain(t('app.search.actions.repair.title'));
  await page.keyboard.press('Escape');

  // Both languages are understood at the same time.
  await find('vpn', t('window.verdictNames.domain-unknown-to-dns'));
  await page.keyboard.press('Enter');
  await expect.poll(() => first.getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('ArrowDown');
  expect(await first.evaluate((hit) => hit === document.activeElement)).toBe(true);
  await page.keyboard.press('ArrowDown');
  const second = dialog.locator('[data-hit]').nth(1);
  expect(await second.evaluate((hit) => hit === document.activeElement)).toBe(true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.press('Escape');

  await find('slmgr /skms', t('fixes.assign-kms-host.title'));
  await page.keyboard.press('Enter');
  await dialog.getByRole('heading', { name: t('fixes.assign-kms-host.title') }).waitFor(TIMEOUT);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  // A question with a typo.
  await find('how do i change the langauge', t('app.search.actions.settings.title'));
  await page.keyboard.press('Enter');
  await dialog
    .getByRole('heading', { name: t('window.settings.title'), exact: true })
    .waitFor(TIMEOUT);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await find('undo', t('app.search.actions.undo.title'));
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toBe(t('window.activity.title'));
});

it('a hit that has the focus may disappear when the hits for the typed text arrive', async () => {
  person = await openWindow(scenario('srv-record-missing/code-of-another-key'), {
    hands: keyboard,
  });
  const { page, t, dialog } = person;
  await person.verdict();
  await page.keyboard.press('Control+k');
  const suggested = dialog.getByRole('button', { name: t('app.search.actions.repair.title') });
  await suggested.waitFor(TIMEOUT);
  // Holds back the request, which follows a pause in typing.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.keyboard.insertText('firewall');
  await page.keyboard.press('ArrowDown');
  expect(await suggested.evaluate((hit) => hit === document.activeElement)).toBe(true);
  await page.clock.resume();
  await suggested.waitFor({ state: 'detached', ...TIMEOUT });
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached', ...TIMEOUT });
});
