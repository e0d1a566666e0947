import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactDeep } from '@shared/redaction';
import { productKeyCharacters } from './product-key-arbitrary';
import { expectCpuTimeWithin } from '../../support/limits';
import { cpuMs } from '../../support/turns';

const KEY = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
const MASKED = 'XXXXX-XXXXX-XXXXX-XXXXX-N6789';
const bare = (text: string) =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');

describe('redact', () => {
  it.each([
    ['slmgr output in English', `Installed product key ${KEY} successfully.`],
    ['slmgr output in German', `Der Product Key "${KEY}" wurde erfolgreich installiert.`],
    ['slmgr output in Chinese', `已順利安裝產品金鑰${KEY}。`],
    ['a command line', `cscript //nologo slmgr.vbs -ipk ${KEY}`],
    ['an assignment', `productKey=${KEY};edition=Enterprise`],
    ['lower case', `key ${KEY.toLowerCase()} typed`],
    ['text without separators', `KeyMGMT${KEY}FTW`],
    ['text after a word of five key characters', `22222 ${KEY}`],
    ['a form without hyphens', `key ${KEY.replaceAll('-', '')} typed`],
    ['a form with en dashes', `key ${KEY.replaceAll('-', '–')} typed`],
    ['a form with spaces around hyphens', `key ${KEY.replaceAll('-', ' - ')} typed`],
    ['the format of Windows 7, without an N', `key ${KEY.replace('N', '3')} typed`],
  ])('masks a key in %s', (_where, text) => {
    const out = redact(text);
    const key = text.includes('36789') ? KEY.replace('N', '3') : KEY;
    expect(bare(out)).not.toContain(bare(key));
    expect(out).toContain(MASKED.slice(0, 24));
    expect(out).toContain(key.slice(-5));
    expect(out).not.toMatch(/XY234/i);
  });

  it('keeps the text around a key', () => {
    expect(redact(`a ${KEY}, b ${KEY.toLowerCase()} c`)).toBe(`a ${MASKED}, b ${MASKED} c`);
    expect(redact(`${KEY}\r\n${KEY}`)).toBe(`${MASKED}\r\n${MASKED}`);
  });

  it('leaves other text unchanged', () => {
    const texts = [
      '',
      'Windows(R), Enterprise edition: VOLUME_KMSCLIENT channel, 2YT43',
      '55c92734-d682-4d71-983e-d6ec3f16059f',
      '03612-03311-000-000000-03-1033-26100.0000-3262026',
      // An installation ID consists of digits only and must be kept: the user reads it out on the phone.
      '2346789 7643289 9876432 4632879 8837462 2346789 7643289 9876432 4632879',
      '0xC004F074, 0x00000000, kms1.contoso.com:1688, 36f27b39-da3d-4b6e-9ea5-8c4b7c8f1f0e',
      'XXXXX-XXXXX-XXXXX-XXXXX-N6789',
    ];
    for (const text of texts) expect(redact(text)).toBe(text);
  });

  it('does not mask text after a masked key', () => {
    const once = redact(`${KEY} 4 days`);
    expect(once).toBe(`${MASKED} 4 days`);
    expect(redact(once)).toBe(once);
  });

  it('keeps JSON valid', () => {
    for (const key of [KEY, KEY.replaceAll('-', '')]) {
      const json = JSON.stringify({ output: `line\n${key}\n\t${key}`, list: [key] });
      const read = JSON.parse(redact(json)) as unknown;
      expect(read).toEqual({ output: `line\n${MASKED}\n\t${MASKED}`, list: [MASKED] });
    }
  });

  it('masks every key, whatever its grouping, letter case, width, and context', () => {
    const gap = fc.constantFrom('', '', '', '-', ' ', '–', '—', '−', '\u00a0', ' - ', '\u200b');
    const around = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('', ' ', 'key ', 'B', '"', '\\n', '\\', 'KMS-', '22222 ', '2222-', '\ud83d'),
    );
    fc.assert(
      fc.property(
        productKeyCharacters,
        fc.array(gap, { minLength: 24, maxLength: 24 }),
        fc.constantFrom<(text: string) => string>(
          (text) => text,
          (text) => text.toLowerCase(),
          (text) =>
            text.replaceAll(/[A-Z0-9]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
        ),
        around,
        around,
        (characters, gaps, write, before, after) => {
          const key = characters
            .map((character, index) => character + (gaps[index] ?? ''))
            .join('');
          expect(bare(redact(`${before}${write(key)}${after}`))).not.toContain(characters.join(''));
        },
      ),
      { seed: 1688, numRuns: 3000 },
    );
  });

  it('leaves at most the last five characters of a key in groups of five', () => {
    fc.assert(
      fc.property(
        productKeyCharacters,
        fc.constantFrom('-', ' ', '–', ' - '),
        fc.constantFrom('', 'key ', 'x', '22222 ', 'BCDFG HJKMP ', '\\n'),
        fc.constantFrom('', ' was installed', ' 22222', '.'),
        (characters, gap, before, after) => {
          const groups = [0, 5, 10, 15].map((start) => characters.slice(start, start + 5).join(''));
          fc.pre(groups.every((group) => group !== '22222'));
          const key = [...groups, characters.slice(20).join('')].join(gap);
          const out = redact(`${before}${key}${after}`);
          for (const group of groups) expect(out.replace(before.trim(), '')).not.toContain(group);
        },
      ),
      { seed: 1688, numRuns: 1000 },
    );
  });

  it.each([
    ['plain text', 'The KMS host kms1.contoso.com answered on port 1688. '],
    ['key characters only', 'B'],
    ['groups of five', 'BCDFG-'],
    ['groups that never form a key', 'BCDFG-HJKMP-QRTVW-XY234-N678    '],
    ['escapes', '\\nB'],
    ['separators only', '-'],
  ])('processes a megabyte of %s in linear time', async (_what, unit) => {
    const text = unit.repeat(Math.ceil(1_048_576 / unit.length));
    await expectCpuTimeWithin(await cpuMs(() => redact(text)), 1_000);
  });
});

describe('redactDeep', () => {
  it('redacts every string, including property names, and nothing else', () => {
    const value = {
      a: [KEY, { b: `x ${KEY}`, n: 1, t: true, z: null, u: undefined }],
      [KEY]: 'name',
    };
    expect(redactDeep(value)).toEqual({
      a: [MASKED, { b: `x ${MASKED}`, n: 1, t: true, z: null, u: undefined }],
      [MASKED]: 'name',
    });
    expect(value.a[0]).toBe(KEY);
  });

  it('copies only values that contain a key', () => {
    const clean = { list: ['no key', 1, null], deep: { u: undefined } };
    expect(redactDeep(clean)).toBe(clean);
    const both = redactDeep({ clean, secret: { list: [KEY] } });
    expect(both).toEqual({ clean, secret: { list: [MASKED] } });
    expect(both.clean).toBe(clean);
  });
});
