import { expect, it } from 'vitest';
import { languageFor } from '@shared/language';

it.each([
  ['zh', 'zh-TW'],
  ['zh-Hant-HK', 'zh-TW'],
  ['zh_TW.UTF-8', 'zh-TW'],
  ['ZH_CN', 'zh-TW'],
  ['zha', 'en'],
  ['de_DE.UTF-8', 'en'],
  ['C', 'en'],
  ['', 'en'],
])('languageFor maps "%s" to %s', (tag, language) => {
  expect(languageFor(tag)).toBe(language);
});
