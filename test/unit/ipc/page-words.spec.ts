import { expect, it } from 'vitest';
import en from '@shared/locales/en.json';
import { ERROR_CODES } from '@shared/error-codes';
import { diagnose } from '@engine/run';
import { PAGE_SECTIONS, missingTranslations } from '../../../electron/ipc/page-words';
import * as english from '../../../renderer/locales/en';
import * as chinese from '../../../renderer/locales/zh-TW';
import { computerOf } from '../../scenarios/cases';

it('knows which sections the page has', () => {
  expect(Object.keys(english).sort()).toEqual([...PAGE_SECTIONS].sort());
  expect(Object.keys(chinese).sort()).toEqual([...PAGE_SECTIONS].sort());
});

it('sends texts of a verdict that the page lacks, in both languages', async () => {
  const { diagnosis } = await diagnose(computerOf('activation-failed/rearmed')).result;
  const { key } = diagnosis.verdict.summary;
  expect(key).toBe('errors.0xC004D302.remedy');
  const words = missingTranslations([{ type: 'run-finished', diagnosis }]);
  expect(words?.en).toEqual({ [key]: en.errors['0xC004D302'].remedy });
  expect(words?.['zh-TW'][key]).toMatch(/\p{sc=Han}/u);
});

it('finds message keys at any depth, and sends no texts that the page has', () => {
  for (const { hex } of ERROR_CODES) {
    const key = `errors.${hex}.meaning`;
    const words = missingTranslations({
      verdict: { notes: [{ key }] },
      message: { lines: ['', { key }] },
    });
    expect(Object.keys(words?.en ?? {}), hex).toEqual([key]);
  }
  expect(missingTranslations([{ message: { key: 'reasons.timed-out' } }, null])).toBeNull();
  expect(missingTranslations({ data: { key: 'HKLM\\SOFTWARE' } })).toBeNull();
});

it('sends every plural form', () => {
  const words = missingTranslations({ key: 'fleet.cli.computers' });
  expect(Object.keys(words?.en ?? {})).toEqual([
    'fleet.cli.computers_one',
    'fleet.cli.computers_other',
  ]);
});

it('sends texts that a message refers to', () => {
  const words = missingTranslations({
    key: 'verdicts.remedyOfThatError',
    params: { error: '0xC004F211' },
  });
  expect(words?.en).toEqual({
    'errors.0xC004F211.meaning': en.errors['0xC004F211'].meaning,
    'errors.0xC004F211.remedy': en.errors['0xC004F211'].remedy,
  });
});
