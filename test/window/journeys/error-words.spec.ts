/** Verdicts explained by the table of error codes, whose texts aren't part of the page itself. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Language, translator } from '@shared/i18n';
import { isKey, texts } from './untranslated-key';
import { scenario, windows } from './user';

const open = windows();

it('a verdict that refers to the error table is explained', async () => {
  const person = await open(scenario('not-a-kms-client/oem-at-home'));
  const { page, banner, t } = person;
  await person.verdict();
  await banner.getByText(t('errors.0xC004F211.remedy')).waitFor();
  expect((await texts(page)).filter(isKey)).toEqual([]);
});

it('an unknown error code is separated from its label', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-'));
  const file = join(folder, 'unknown-code.json');
  const rearmed = readFileSync(scenario('activation-failed/rearmed'), 'utf8');
  writeFileSync(file, rearmed.replace(`3221541634`, `3221551103`));
  const person = await open(file);
  await person.verdict();
  rmSync(folder, { recursive: true });
  const said = `${person.t('window.banner.lastError')} 0xC004F7FF`;
  expect(await person.banner.getByRole('listitem').allInnerTexts()).toContain(said);
});

it("an error code isn't explained again if the verdict explains it", async () => {
  const person = await open(scenario('clock-skew/clock-of-the-host'));
  await person.verdict();
  const code = person.banner.getByRole('button', { name: '0xC004F06C', exact: true });
  await code.waitFor();
  const facts = await person.banner.getByRole('listitem').allInnerTexts();
  expect(facts).toContain(`${person.t('window.banner.lastError')} 0xC004F06C`);
});

it("an explanation isn't repeated next to the verdict if another code hides it", async () => {
  const person = await open(scenario('kms-count-too-low/only-the-event-says-so'));
  await person.verdict();
  expect(await person.banner.getByRole('complementary').count()).toBe(0);
});

it('an error code is explained in the newly selected language', async () => {
  const person = await open(scenario('activation-failed/rearmed'));
  const { page } = person;
  await person.verdict();
  const isExplained = async (language: Language): Promise<void> => {
    const remedy = translator(language)('errors.0xC004D302.remedy');
    await page.getByText(remedy, { exact: true }).waitFor();
    expect((await texts(page)).filter(isKey)).toEqual([]);
  };
  await isExplained('en');
  for (const language of ['zh-TW', 'en'] as const) {
    const name = person.t(`window.language.${language}.name`);
    await page.getByRole('radio', { name }).check({ force: true });
    await isExplained(language);
  }
});
