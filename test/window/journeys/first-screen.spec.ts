/**
 * The verdict and the first action fit on the first screen of a small window: 1000 × 700 pixels at
 * 200 %, from either display scaling or Windows' text size.
 */
import { expect, it } from 'vitest';
import { sample } from '../../support/sample';
import { type User, scenario, setTextSize, windows } from './user';

const open = windows();

/** Height of the bar that marks a simulated PC. A real PC doesn't have it. */
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

const end = async ({ banner }: User): Promise<number> => {
  const box = await banner.locator('[data-primary]').boundingBox();
  return box!.y + box!.height;
};

// Consecutive tests in the same language share a window.
const TRIED = [...sample(CASES, 3)].sort(([, one], [, other]) => one.localeCompare(other));

it.each(TRIED)(
  'the first screen shows the verdict and the first action for %s (%s)',
  async (name, language) => {
    const person = await open(scenario(name), { viewport: SMALL, language });
    const { page } = person;
    await page.setViewportSize(SMALL);
    await setTextSize(page, 100);
    await person.verdict();
    await expect.poll(() => end(person)).toBeLessThanOrEqual(SMALL.height);
    await page.setViewportSize({ width: SMALL.width * 2, height: SMALL.height * 2 });
    await setTextSize(page, 200);
    await expect.poll(() => end(person)).toBeLessThanOrEqual(SMALL.height * 2);
  },
);

it('the first screen shows a repair from its start', async () => {
  const person = await open(scenario('srv-record-in-other-domain/parent-domain'), {
    viewport: SMALL,
  });
  await person.verdict();
  await person.banner.locator('[data-primary]:enabled').click();
  const { dialog, page, t } = person;
  await dialog.locator('[data-primary]:enabled').waitFor();
  const title = dialog.getByRole('heading', { name: t('treatment.window.title'), exact: true });
  const shown = () =>
    title.evaluate((heading) => {
      const { top, bottom } = heading.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight && heading.closest('[role=dialog]') !== null;
    });
  await expect.poll(shown).toBe(true);
  // Focus stays in the dialog and can reach its button.
  expect(await dialog.evaluate((one) => one.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
});

it.each([
  ['frames, and icons without a frame', false],
  ['only frames, as with forced colors', true],
])('each row of buttons starts at the same edge: %s', async (_, forcedColors) => {
  const size = { width: 1000, height: 700 };
  const person = await open(scenario('srv-record-missing/name-misspelt'), {
    viewport: size,
    language: 'zh-TW',
    forcedColors,
  });
  await person.verdict();
  const buttons = person.banner.locator('div:has(> [data-quiet]) > button');
  const rows = await buttons.evaluateAll((all, areFramed) => {
    const starts = new Map<number, number>();
    for (const button of all) {
      const { left, top } = button.getBoundingClientRect();
      const icon = button.querySelector('svg')?.getBoundingClientRect().left ?? left;
      const edge = button.hasAttribute('data-quiet') && !areFramed ? icon : left;
      starts.set(top, Math.min(edge, starts.get(top) ?? Infinity));
    }
    return [...starts.values()];
  }, forcedColors);
  expect(rows.length).toBeGreaterThan(1);
  for (const edge of rows) expect(Math.abs(edge - rows[0]!)).toBeLessThan(2);
});
