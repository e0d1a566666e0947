/** A verdict whose explanation is the table of error codes: the page has none of its words by itself. */
import { afterEach, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { isKey, texts } from './left-over';
import { openWindow, scenario, type Person } from './person';

let person: Person | undefined;
afterEach(() => person?.program.close());

it.each([
  ['en', 'zh-TW'],
  ['zh-TW', 'en'],
] as const)('is explained in %s, and after the switch in %s', async (first, then) => {
  person = await openWindow(scenario('activation-failed/rearmed'), { language: first });
  const { page, banner } = person;
  await person.verdict();
  await banner.getByText(translator(first)('errors.0xC004D302.remedy')).waitFor();
  expect((await texts(page)).filter(isKey)).toEqual([]);
  await page
    .getByRole('radio', { name: person.t(`window.language.${then}.name`) })
    .check({ force: true });
  await page.getByText(translator(then)('errors.0xC004D302.remedy')).waitFor();
  expect((await texts(page)).filter(isKey)).toEqual([]);
});

it('is explained where a verdict’s own words refer to them', async () => {
  person = await openWindow(scenario('not-a-kms-client/oem-at-home'));
  const { page, banner, t } = person;
  await person.verdict();
  await banner.getByText(t('errors.0xC004F211.remedy')).waitFor();
  expect((await texts(page)).filter(isKey)).toEqual([]);
});
