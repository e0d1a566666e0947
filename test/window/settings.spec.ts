/** Settings that are changed with the keyboard alone and restored at the next start. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keyboard, openWindow, type User, scenario, setTextSize, TIMEOUT } from './journeys/user';

let dataDir: string;
let person: User | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
});
afterEach(async () => {
  await person?.program.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const isDark = (from: User) =>
  from.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);

it('the theme and automatic diagnosis are restored at the next start', async () => {
  person = await openWindow(scenario('healthy/default'), { hands: keyboard, dataDir });
  const { t, page, dialog } = person;
  await person.verdict();
  await keyboard.press(person.button(t('window.settings.title')));
  await dialog.getByRole('heading', { name: t('window.settings.title') }).waitFor(TIMEOUT);
  // Within a group of choices, the arrow keys move the selection.
  await dialog.getByRole('radio', { name: t('window.settings.themes.system') }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => isDark(person as User), TIMEOUT).toBe(true);
  await dialog.getByRole('switch').focus();
  await page.keyboard.press('Space');
  await expect.poll(() => dialog.getByRole('switch').isChecked()).toBe(false);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const opener = person.button(t('window.settings.title'));
  const isFocused = () => opener.evaluate((button) => button === document.activeElement);
  await expect.poll(isFocused, TIMEOUT).toBe(true);
  await person.program.close();

  person = await openWindow(scenario('healthy/default'), { dataDir });
  await person.verdict();
  await expect.poll(() => isDark(person as User), TIMEOUT).toBe(true);
  await person.button(t('window.settings.title')).click();
  expect(await person.dialog.getByRole('switch').isChecked()).toBe(false);
  await person.dialog.getByText(/^KMS Doctor \d+\.\d+\.\d+$/).waitFor(TIMEOUT);
});

it('the window opens at its last position', async () => {
  const window = { x: 40, y: 30, width: 1000, height: 700, maximized: false };
  mkdirSync(join(dataDir, 'profile'));
  writeFileSync(join(dataDir, 'profile', 'settings.json'), JSON.stringify({ window }));
  person = await openWindow(scenario('healthy/default'), { dataDir });
  const settings = await person.program.app.standIn?.happen.settings();
  expect(settings?.windows[0]?.options).toMatchObject({ x: 40, y: 30, width: 1000, height: 700 });
});

it("the window's text grows with Windows' text size", async () => {
  person = await openWindow(scenario('srv-record-missing/count-low-before'), { dataDir });
  await person.verdict();
  const { page, t } = person;
  const sizes = () =>
    page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'main h1, main h2, main p, main button, header [class*="_pc_"]',
        ),
      ]
        .filter((one) => one.textContent !== '' && one.getClientRects().length > 0)
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    );
  // Recommendations appear shortly after the verdict.
  await expect.poll(() => page.locator('main [aria-busy="true"]').count(), TIMEOUT).toBe(0);
  const before = await sizes();
  await setTextSize(page, 200);
  await person.button(t('window.title.diagnose')).waitFor(TIMEOUT);
  await expect.poll(sizes, TIMEOUT).toEqual(before.map((size) => size * 2));
  const isWider = () =>
    page.evaluate(() => {
      const main = document.querySelector('main');
      return main === null || main.scrollWidth > main.clientWidth;
    });
  expect(await isWider()).toBe(false);
});
