/**
 * Typing a product key: grouped, validated, distinguished from a client setup key, and kept only in
 * its field.
 */
import { afterEach, expect, it } from 'vitest';
import { CLIENT_SETUP_KEYS } from '@shared/client-setup-keys';
import { type User, example, openWindow, TIMEOUT } from './user';

let person: User | undefined;
afterEach(() => person?.program.close());

/** Formatted like a key, but doesn't activate anything. */
const MADE_UP = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
const PUBLIC = CLIENT_SETUP_KEYS.find(({ edition }) => edition === 'Pro')!;

it('a product key is grouped and validated while typing, and a client setup key leads to the right fix', async () => {
  person = await openWindow(example('not-a-kms-client'), { reducedMotion: false });
  const { t, page, banner, dialog, program } = person;
  await person.verdict();
  const title = t('fixes.install-mak.title');
  const openMak = async () => {
    await person!.button(t('window.fix.open', { title }), page.locator('main')).first().click();
    return dialog.getByLabel(t('parameters.productKey.label'), { exact: true });
  };
  await banner.waitFor();
  await page.locator('[data-card="change-to-mak"] button[aria-expanded]').click();
  const key = await openMak();

  // While typing, missing characters aren't an error yet, but an invalid one is immediately.
  await key.pressSequentially('bcdfgh');
  expect(await key.inputValue()).toBe('BCDFG-H');
  await dialog.getByText(t('window.fix.key.count', { length: 6, total: 25 })).waitFor();
  expect(await dialog.getByRole('alert').count()).toBe(0);
  await key.pressSequentially('o');
  const wrong = t('keys.problem.character', { position: 7, character: 'O' });
  await dialog.getByText(wrong, { exact: true }).waitFor();
  await key.press('Backspace');
  await dialog.getByText(wrong, { exact: true }).waitFor({ state: 'detached' });
  await key.pressSequentially('-jkmp qrtvwxy234n6789');
  expect(await key.inputValue()).toBe(MADE_UP);
  await expect.poll(() => dialog.locator('[data-primary]').isEnabled(), TIMEOUT).toBe(true);

  // Hidden until the user shows it, and never in an attribute or title.
  expect(await key.getAttribute('type')).toBe('password');
  const traces = () =>
    page.evaluate((text) => {
      const bare = text.replaceAll('-', '');
      const html = document.documentElement.outerHTML + document.title;
      return [text, bare, text.slice(0, 11)].filter((each) => html.includes(each));
    }, MADE_UP);
  expect(await traces()).toEqual([]);
  await person.button(t('window.fix.key.show'), dialog).click();
  expect(await key.getAttribute('type')).toBe('text');
  expect(await traces()).toEqual([]);

  // Closing the dialog discards it.
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await openMak();
  expect(await key.inputValue()).toBe('');
  expect(await key.getAttribute('type')).toBe('password');

  await key.fill(PUBLIC.key);
  const edition = 'Pro (Windows 11 / Windows 10)';
  await dialog.getByText(t('keys.isClientSetupKey.mak', { edition })).waitFor(TIMEOUT);
  expect(await dialog.locator('[data-primary]').isEnabled()).toBe(false);
  const right = t('fixes.return-to-kms.title');
  await person.button(t('window.fix.open', { title: right }), dialog).click();
  await dialog.getByRole('heading', { level: 2, name: right, exact: true }).waitFor();
  await expect.poll(() => dialog.locator('[data-primary]').isEnabled(), TIMEOUT).toBe(true);
  expect(program.app.output()).not.toContain(MADE_UP);
});
