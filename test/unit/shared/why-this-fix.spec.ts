/** The one-line reason for each fix: its effort, the rights that it needs, and whom it affects. */
import { describe, expect, it } from 'vitest';
import { FIX_IDS, FIXES, fixDefinition, leastInvasiveFirst } from '@shared/catalog';
import { LANGUAGES, translator } from '@shared/i18n';
import { fixOf } from '@engine/fixes';
import { fieldsOf, requiredParameters } from '@engine/fixes/parameters';

/** Maximum width of a line in columns. A Chinese character takes two. */
const LONGEST = 96;
const widthOf = (text: string): number =>
  text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0);

describe.each(LANGUAGES)('the reason in %s', (language) => {
  const t = translator(language);
  it.each(FIX_IDS)('has three parts on one line for %s', (fix) => {
    const why = t(`fixes.${fix}.why`);
    expect(why.split(' · ')).toHaveLength(3);
    expect(widthOf(why)).toBeLessThanOrEqual(LONGEST);
  });
});

it('the reason for a fix agrees with the input that the fix needs', () => {
  const t = translator('en');
  for (const fix of FIX_IDS) {
    if (!t(`fixes.${fix}.why`).startsWith('No input')) continue;
    expect(requiredParameters(fixOf(fix).parameters, true), fix).toEqual([]);
  }
  for (const fix of FIX_IDS.filter((id) =>
    fieldsOf(fixOf(id).parameters).some(({ kind }) => kind === 'secret'),
  )) {
    expect(t(`fixes.${fix}.why`), fix).toMatch(/^Needs a /);
  }
});

it('leastInvasiveFirst sorts fixes by risk and is stable', () => {
  expect(leastInvasiveFirst(['install-kms-host-key', 'install-mak', 'activate-now'])).toEqual([
    'activate-now',
    'install-mak',
    'install-kms-host-key',
  ]);
  const low = FIXES.filter(({ risk }) => risk === 'low').map(({ id }) => id);
  expect(leastInvasiveFirst(low)).toEqual(low);
  const risks = leastInvasiveFirst(FIX_IDS).map((id) => fixDefinition(id).risk);
  expect(risks).toEqual([...risks].sort((a, b) => 'lmh'.indexOf(a[0]!) - 'lmh'.indexOf(b[0]!)));
});
