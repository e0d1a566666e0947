import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupTypedKey, maskProductKey, parseProductKey } from '@shared/product-key';
import { productKeyCharacters } from './product-key-arbitrary';

/** A well-formed key that was never issued and activates nothing. */
const MADE_UP = 'BCDFG-HJKMP-QRTVW-XY234-N6789';

describe('parseProductKey', () => {
  it.each([
    ['as printed', 'BCDFG-HJKMP-QRTVW-XY234-N6789'],
    ['without hyphens', 'BCDFGHJKMPQRTVWXY234N6789'],
    ['in lower case', 'bcdfg-hjkmp-qrtvw-xy234-n6789'],
    ['with en and em dashes', 'BCDFG–HJKMP—QRTVW–XY234—N6789'],
    ['with minus signs', 'BCDFG−HJKMP−QRTVW−XY234−N6789'],
    ['with non-breaking hyphens', 'BCDFG‑HJKMP‑QRTVW‑XY234‑N6789'],
    ['with box-drawing lines', 'BCDFG─HJKMP─QRTVW─XY234─N6789'],
    ['with spaces of all kinds', ' BCDFG HJKMP\u00a0QRTVW\u3000XY234\tN6789\r\n'],
    ['with invisible characters', '\ufeffBCDFG\u200bHJKMP\u00adQRTVWXY234N6789'],
    ['in full-width forms', 'ＢＣＤＦＧ－ＨＪＫＭＰ－ＱＲＴＶＷ－ＸＹ２３４－Ｎ６７８９'],
    ['in groups of another size', 'BCDF GHJK MPQR TVWX Y234 N678 9'],
  ])('accepts a key %s', (_how, text) => {
    expect(parseProductKey(text)).toEqual({ ok: true, key: MADE_UP, lastFive: 'N6789' });
  });

  it.each([
    ['', { code: 'empty' }],
    [' - – ', { code: 'empty' }],
    ['hello', { code: 'character', character: 'E', position: 2 }],
    ['BCDFG-HJKMP-QRTVW-XY234-N678O', { code: 'character', character: 'O', position: 25 }],
    ['BCDFG-HJKMP-QRTVW-XY204-N6789', { code: 'character', character: '0', position: 19 }],
    ['BCDFG_HJKMP', { code: 'character', character: '_', position: 6 }],
    ['BCDFG-HJKMP-🔑', { code: 'character', character: '🔑', position: 11 }],
    ['BCDFG-HJKMP-QRTVW-XY234-N678', { code: 'length', length: 24 }],
    ['BCDFG-HJKMP-QRTVW-XY234-N67899', { code: 'length', length: 26 }],
    ['BCDFG-HJKMP-QRTVW-XY234-66789', { code: 'n-count', count: 0 }],
    ['BCDFG-HJKMP-NRTVW-XY234-N6789', { code: 'n-count', count: 2 }],
  ])('rejects %j', (text, problem) => {
    expect(parseProductKey(text)).toEqual({ ok: false, problem });
  });

  it('parses every well-formed key in any letter case and grouping, with any dash', () => {
    const gap = fc.constantFrom('', '-', ' ', '–', '—', '‑', '−', '－', '\u00a0');
    fc.assert(
      fc.property(
        productKeyCharacters,
        fc.array(gap, { minLength: 25, maxLength: 25 }),
        fc.boolean(),
        (characters, gaps, lower) => {
          const spaced = characters
            .map((character, index) => character + (gaps[index] ?? ''))
            .join('');
          const read = parseProductKey(lower ? spaced.toLowerCase() : spaced);
          expect(read).toMatchObject({ ok: true, lastFive: characters.slice(-5).join('') });
          expect(read.ok && read.key.replaceAll('-', '')).toBe(characters.join(''));
        },
      ),
      { seed: 1688, numRuns: 500 },
    );
  });
});

describe('maskProductKey', () => {
  it('masks all but the last five characters', () => {
    expect(maskProductKey(MADE_UP)).toBe('XXXXX-XXXXX-XXXXX-XXXXX-N6789');
  });
});

describe('groupTypedKey', () => {
  it.each([
    ['bcdf', 4, 'BCDF', 4],
    ['BCDFGh', 6, 'BCDFG-H', 7],
    ['BCDFG-H', 5, 'BCDFG-H', 5],
    // A deleted hyphen is restored, with the caret before it.
    ['BCDFGH', 5, 'BCDFG-H', 5],
    ['BCDFG-HJKMP-', 12, 'BCDFG-HJKMP', 11],
    ['BxCDFG-HJKMP', 2, 'BXCDF-GHJKM-P', 2],
    [' bcdfg hjkmp qrtvw xy234 n6789 ', 31, MADE_UP, 29],
  ])('formats %j with the caret at %i as %j', (typed, at, text, caret) => {
    expect(groupTypedKey(typed, at)).toMatchObject({ text, caret });
  });

  it('counts only key characters', () => {
    expect(groupTypedKey('BCDFG-HJK', 0).length).toBe(8);
    expect(groupTypedKey('- ', 0).length).toBe(0);
  });
});
