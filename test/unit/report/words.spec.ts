import { describe, expect, it } from 'vitest';
import { translator, type Language } from '@shared/i18n';
import { verdictSummary } from '../../../electron/report/words';
import { diagnosisOf } from './diagnoses';

async function summary(daysLeft: number | null, language: Language): Promise<string> {
  const { verdict } = await diagnosisOf('srv-record-missing/licensed');
  return verdictSummary({ ...verdict, daysLeft }, translator(language));
}

describe('verdictSummary', () => {
  it.each([
    [12, 'en', /\. Windows stays activated for 12 more days\.$/],
    [1, 'en', /\. Windows stays activated for 1 more day\.$/],
    [12, 'zh-TW', /。Windows 的啟用狀態還可維持 12 天。$/],
    [1, 'zh-TW', /。Windows 的啟用狀態還可維持 1 天。$/],
  ] as const)('ends with the number of days left: %d, %s', async (days, language, end) => {
    expect(await summary(days, language)).toMatch(end);
  });

  it('omits the number of days left if the license does not expire', async () => {
    expect(await summary(null, 'en')).not.toContain('more day');
  });
});
