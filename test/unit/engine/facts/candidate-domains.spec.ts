import { expect, it } from 'vitest';
import { isHomeDomain } from '@engine/facts/candidate-domains';

it.each([
  'lan',
  'fritz.box',
  'fios-router.home',
  'attlocal.net',
  'hsd1.ca.comcast.net',
  'mshome.net',
])('recognizes %s as a home network domain', (domain) => {
  expect(isHomeDomain(domain)).toBe(true);
});

it.each([
  'contoso.com',
  'contoso.lan',
  'corp.contoso.local',
  'myhome',
  'notcomcast.net',
  'internal',
])("doesn't mistake %s for a home network domain", (domain) => {
  expect(isHomeDomain(domain)).toBe(false);
});
