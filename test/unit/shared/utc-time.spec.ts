import { describe, expect, it } from 'vitest';
import { translator } from '@shared/i18n';
import { clockDifference } from '@shared/utc-time';

describe('clockDifference', () => {
  it.each([
    [300, '5 h 0 min', '5 小時 0 分鐘'],
    [-299.6, '5 h 0 min', '5 小時 0 分鐘'],
    [2_879, '47 h 59 min', '47 小時 59 分鐘'],
    [-2_880, '2 days', '2 天'],
    [5_800_000, '4027 days', '4027 天'],
  ])('formats %d minutes in readable units', (minutes, english, chinese) => {
    const params = { ...clockDifference(minutes), source: 'dc1' };
    expect(translator('en')('explain.clockAhead', params)).toContain(`${english} ahead`);
    expect(translator('zh-TW')('explain.clockAhead', params)).toContain(chinese);
  });
});
