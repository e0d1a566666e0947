import { LANGUAGES, translator } from '@shared/i18n';
import { expect, it } from 'vitest';
import queries from '../../data/searches.json';
import { search } from '../../../electron/services/search';

const t = translator('en');
const ids = (text: string) => search(text, t).hits.map(({ kind, id }) => `${kind} ${id}`);

it('explains an error code in any notation, anywhere in a text', () => {
  for (const text of [
    '0xC004F074',
    'c004f074',
    '-1073418124',
    '3221549172',
    'Error 0xC004F074 The software licensing service reported …',
  ]) {
    expect(ids(text), text).toEqual(['code 0xC004F074']);
  }
  const [hit] = search('0xC004F074', t).hits;
  expect(hit?.sections.map(({ heading }) => heading)).toEqual(['Likely causes', 'What to do']);
  expect(hit?.sections.every(({ lines }) => lines.length > 0)).toBe(true);
});

it('returns an unknown error code without an explanation', () => {
  const [hit] = search('0xC0DE0001', t).hits;
  expect(hit).toMatchObject({ kind: 'code', id: '0xC0DE0001', sections: [], fixes: [] });
});

it('suggests the intended error code for a mistyped one', () => {
  expect(ids('0xC004CF038')).toEqual(['code 0xC004CF038', 'code 0xC004F038']);
  expect(search('0xC004F175', t).hits[0]?.detail).toContain('0xC004F075');
  expect(ids('0x8007267')).toEqual(['code 0x8007267C']);
});

it('finds fixes, procedures and partial error codes, in either language', () => {
  expect(ids('assign')).toContain('fix assign-kms-host');
  expect(ids('assign')).toContain('procedure assign-kms-host');
  expect(ids('F074')).toContain('code 0xC004F074');
  expect(search('產品金鑰', translator('zh-TW')).total).toBeGreaterThan(0);
  expect(ids('zzzzqqqq')).toEqual([]);
  expect(ids('0x').length).toBeLessThanOrEqual(20);
});

it.each(queries)('ranks the expected result first for "$text"', ({ text, first }) => {
  for (const language of LANGUAGES) {
    expect(first, language).toContain(search(text, translator(language)).hits[0]?.id);
  }
});

it('ranks name matches above mentions, and returns the total number of hits', () => {
  const { hits, total } = search('kms', t);
  expect(hits.length).toBe(20);
  expect(total).toBeGreaterThan(20);
  // "Makes this PC …" starts with the letters of MAK, but means something else.
  expect(ids('mak').indexOf('fix install-kms-host-key')).not.toBe(0);
  expect(ids('0xC004F074 firewall')).toEqual(['code 0xC004F074']);
});

it('finds causes and remedies of error codes, and commands of procedures', () => {
  expect(ids('resolve-dnsname')).toContain('procedure check-dns-configuration');
  expect(ids('firewall')).toContain('code 0xC004F074');
});

it('suggests the most common actions for an empty query', () => {
  expect(ids('').slice(0, 2)).toEqual(['action repair', 'fix activate-now']);
  expect(ids('   ')).toEqual(ids(''));
});

it('links a verdict to the card of its procedure', () => {
  const office = search('Office', t).hits.find(({ id }) => id === 'office-not-activated');
  expect(office).toMatchObject({ kind: 'verdict', procedure: 'change-to-mak' });
  expect(office?.detail).toContain(t('procedures.change-to-mak.title'));
});
