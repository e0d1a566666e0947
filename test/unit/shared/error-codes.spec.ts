import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import { FIX_IDS, PROCEDURE_IDS, VERDICT_CODES } from '@shared/catalog';
import { ERROR_CODES, explainError, findErrorCode, formatErrorCode } from '@shared/error-codes';
import { errorWords } from '@shared/error-codes/words';
import en from '@shared/locales/en.json';
import zhTW from '@shared/locales/zh-TW.json';
import { redact } from '@shared/redaction';
import { CLIENT, licensed, unread } from '../engine/facts/fact-snapshots';

/** Codes that the table must contain. */
const NAMED = `
  0xC004F074 0xC004F038 0xC004F039 0xC004F041 0xC004F042 0xC004F050 0xC004F051 0xC004F069 0xC004F06C 0xC004F06B
  0xC004F035 0xC004F014 0xC004F015 0xC004F009 0xC004F00F 0xC004F025 0xC004F02C 0xC004F064 0xC004F065 0xC004C001
  0xC004C003 0xC004C008 0xC004C020 0xC004C021 0xC004C060 0xC004B100 0xC004E015 0x8007232A 0x8007232B 0x8007251D
  0x8007007B 0x80092328 0x8007267C 0x80072338 0x80072EE7 0x80072EE2 0x800706BA 0x80070005 0x80070490 0x8004FE21
  0x80090011 0xC0020017 0x8007139F 0xC004F034 0xC004F056 0xC004F200 0x00000000 0x87E10BC6 0x8004FE33 0x800704CF
  0xC0000022 0xC0EA000A 0xC0020036 0x80070216 0x80080005 0x80070241 0x803FA065 0x803FA066 0x803FA067 0xC004B002
  0xC004B007 0x80041023 0x8007054B 0x80070190 0x8007232C 0x80072330 0x80072331 0x80072332 0x80072AFA 0x80072AFC
  0x80072746 0xC004F07E 0xC004F07F 0x8004E108 0x8004E026 0xC004F055 0xC004F022 0xC004FE00 0xC004D401 0x4004FC04
  0x4004FC05 0xC004C014 0xC0000272 0x803FA071`
  .trim()
  .split(/\s+/);

/** Codes that determine a verdict by themselves (docs/report.md#verdicts). */
const DECIDING: Readonly<Record<string, readonly string[]>> = {
  'product-key-rejected':
    '0xC004F050 0xC004F051 0xC004F069 0xC004C001 0xC004C003 0xC004C008 0xC004C020 0xC004C021 0xC004C060 0xC004B100'.split(
      ' ',
    ),
  'clock-skew': ['0xC004F06C'],
  'kms-host-not-activated': ['0xC004F041'],
  'kms-host-cannot-activate-this-product': ['0xC004F042', '0xC004F015', '0xC004F06B'],
  'kms-count-too-low': ['0xC004F038'],
  'access-denied': ['0x80070005', '0xC004F025'],
};

describe('ERROR_CODES', () => {
  it('contains every required code, at least 70 codes, and no duplicates', () => {
    const hexes = ERROR_CODES.map(({ hex }) => hex);
    expect(hexes).toEqual(expect.arrayContaining(NAMED));
    expect(hexes.length).toBeGreaterThanOrEqual(70);
    expect(new Set(hexes).size).toBe(hexes.length);
  });

  it.each(ERROR_CODES)('has a valid row for $hex', (code) => {
    expect(code.hex).toBe(formatErrorCode(code.code));
    expect(code.symbol ?? 'A').toMatch(/^[A-Z][A-Z0-9_]*$/);
    for (const id of code.procedures) expect(PROCEDURE_IDS).toContain(id);
    for (const id of code.fixes) expect(FIX_IDS).toContain(id);
    const page = new URL(code.page);
    expect(page.protocol).toBe('https:');
    expect(page.hostname).toBe('learn.microsoft.com');
  });

  it('marks exactly the codes that determine a verdict by themselves', () => {
    for (const verdict of VERDICT_CODES) {
      const marked = ERROR_CODES.filter((code) => code.verdict === verdict);
      expect(marked.map(({ hex }) => hex).sort()).toEqual([...(DECIDING[verdict] ?? [])].sort());
    }
  });

  it('lists, for a code that determines a verdict, every fix that the verdict offers a client', () => {
    for (const error of ERROR_CODES.filter(({ verdict }) => verdict !== null)) {
      const client = { reason: error.code, partialProductKey: 'ABCDE' };
      const given = computeVerdict(assess(licensed({ ...CLIENT, clock: unread() }, client)));
      expect(given.code).toBe(error.verdict);
      expect(error.fixes, error.hex).toEqual(expect.arrayContaining([...given.fixes]));
    }
  });
});

describe('fixes for an error code', () => {
  const fixesOf = (hex: string) => explainError(Number(hex))?.fixes;

  it('start with the client setup key if Windows looked for a digital license', () => {
    for (const hex of ['0x87E10BC6', '0xC0EA000A', '0x803F7001', '0x803FA066']) {
      expect(fixesOf(hex)?.[0], hex).toBe('return-to-kms');
    }
  });

  it('include no product key for an expired evaluation edition, which accepts none', () => {
    expect(fixesOf('0xC004FC07')).toEqual(['sync-clock', 'activate-now']);
  });

  it('return a PC that is set as its own KMS host to automatic discovery', () => {
    expect(fixesOf('0x8007000D')).toEqual(['return-to-auto-discovery', 'assign-kms-host']);
  });

  it('include the lookup domain for a PC without a DNS suffix', () => {
    expect(fixesOf('0x8007007B')).toContain('set-lookup-domain');
  });
});

describe('error code texts', () => {
  const read = (words: object, key: string): unknown =>
    key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], words);

  it.each(ERROR_CODES)('exist in both languages: $hex', (code) => {
    const { meaning, causes, remedy } = errorWords(code);
    expect(causes.length).toBeGreaterThan(0);
    for (const key of [meaning, ...causes, remedy]) {
      const english = read(en, key);
      const chinese = read(zhTW, key);
      expect(english).toMatch(/^[A-Z].*\.$/s);
      expect(chinese).toMatch(/[\u4e00-\u9fff].*。$/su);
      // No placeholders, and no half-width punctuation after a Chinese character.
      expect(`${String(english)}${String(chinese)}`).not.toContain('{{');
      expect(chinese).not.toMatch(/[\u4e00-\u9fff][,;?!]/u);
      expect(english).not.toMatch(/!|\byour?\b/i);
      expect(redact(String(english))).toBe(english);
    }
  });

  it.each(ERROR_CODES)('have a remedy for $hex that can be read on its own', ({ hex }) => {
    expect(en.errors[hex].remedy).not.toMatch(/\b(?:such|that) (?:tools?|programs?|key|port)\b/);
    expect(zhTW.errors[hex].remedy).not.toMatch(/[此這]類|該機碼|該連接埠/u);
  });

  it('exist for exactly the codes in the table', () => {
    expect(Object.keys(en.errors).sort()).toEqual(ERROR_CODES.map(({ hex }) => hex).sort());
  });
});

describe('explainError', () => {
  it('accepts signed and unsigned numbers', () => {
    expect(explainError(0xc004f074)?.hex).toBe('0xC004F074');
    expect(explainError(-1073418124)?.hex).toBe('0xC004F074');
    expect(explainError(0x12345678)).toBeUndefined();
  });
});

describe('formatErrorCode', () => {
  it.each([
    [0, '0x00000000'],
    [5, '0x00000005'],
    [0xc004f074, '0xC004F074'],
    [-1073418124, '0xC004F074'],
    [-1, '0xFFFFFFFF'],
  ])('formats %d as %s', (code, hex) => {
    expect(formatErrorCode(code)).toBe(hex);
  });
});

describe('findErrorCode for a bare code', () => {
  it.each([
    ['0xC004F074', '0xC004F074'],
    ['0xc004f074', '0xC004F074'],
    ['0XC004F074', '0xC004F074'],
    ['C004F074', '0xC004F074'],
    ['c004f074', '0xC004F074'],
    ['-1073418124', '0xC004F074'],
    ['−1073418124', '0xC004F074'],
    ['3221549172', '0xC004F074'],
    ['(0xC004F074)', '0xC004F074'],
    ['"0xC004F074".', '0xC004F074'],
    ['（０ｘＣ００４Ｆ０７４）', '0xC004F074'],
    ['  0xC004F074\r\n', '0xC004F074'],
    ['\u200e0xC004F074\u200f', '0xC004F074'],
    ['0×C004F074', '0xC004F074'],
    ['OxC004F074', '0xC004F074'],
    ['0xFFFFFFFFC004F074', '0xC004F074'],
    ['80072338', '0x80072338'],
    ['-2147015893', '0x8007232B'],
    ['0x8007232b', '0x8007232B'],
    ['0x12345678', '0x12345678'],
    ['DEADBEEF', '0xDEADBEEF'],
    ['-1073741819', '0xC0000005'],
    ['0x5', '0x00000005'],
    ['0x00000000', '0x00000000'],
    ['0', '0x00000000'],
    ['0x4004F00C', '0x4004F00C'],
    ['1074065420', '0x4004F00C'],
  ])('parses %j as %s', (text, hex) => {
    expect(findErrorCode(text)).toEqual({ code: Number(hex), hex });
  });

  it.each([
    '',
    ' ',
    'hello',
    '1688',
    '12288',
    '12345678',
    '20261122',
    '26100.4652',
    '1234567890',
    '9999999999',
    '-1',
    '0x',
    '0xC004F0741',
    'C004F07',
    '0xC004F07',
    '0x8007267',
    '0x80070000d',
    '0x12345',
    '2YT43',
    'kms1.contoso.com:1688',
    '55c92734-d682-4d71-983e-d6ec3f16059f',
    '2026-11-22T09:00:00Z',
    '+886 2 12345678',
    '--json',
  ])('finds no code in %j', (text) => {
    expect(findErrorCode(text)).toBeNull();
  });
});

describe('findErrorCode for pasted text', () => {
  const xml12288 = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>
    <Provider Name="Microsoft-Windows-Security-SPP" Guid="{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}" EventSourceName="Software Protection Platform Service"/>
    <EventID Qualifiers="16384">12288</EventID><Version>0</Version><Level>4</Level><Keywords>0x80000000000000</Keywords>
    <TimeCreated SystemTime="2026-11-22T08:00:00.0000000Z"/><EventRecordID>80070005</EventRecordID>
    <Channel>Application</Channel><Computer>PC-042.contoso.com</Computer></System>
    <EventData><Data>0xC004F06C, 0x00000000, kms1.contoso.com:1688, 36f27b39-da3d-4b6e-9ea5-8c4b7c8f1f0e, 2026/11/22 08:00, 0, 5, 0, 73111121-5638-40f6-bc11-f1d7b0d64300, 25</Data></EventData></Event>`;

  it.each([
    ['Error: 0xC004F074 The KMS could not be asked. See the Application log.', '0xC004F074'],
    ['Error code: 0x8007232B. (a DNS name is missing)', '0x8007232B'],
    ['Run "slui.exe 0x2a 0x8007007B" to show what the error means.', '0x8007007B'],
    ['We can’t activate Windows on this device. Error code: (0xC004F038)', '0xC004F038'],
    [
      'Fehler: 0xC004F038 Die Anzahl, die der Schlüsselverwaltungsdienst meldet, reicht nicht.',
      '0xC004F038',
    ],
    [
      'Führen Sie auf einem Computer "slui.exe 0x2a 0x80070005" aus, um den Text anzuzeigen.',
      '0x80070005',
    ],
    ['Fehlercode0xC004F069: Produkt-SKU fehlt', '0xC004F069'],
    ['錯誤: 0xC004F074 產品無法啟用，無法連絡金鑰管理服務 (KMS)。', '0xC004F074'],
    ['錯誤碼：０ｘ８００７２３２Ｂ（ＤＮＳ名稱不存在）', '0x8007232B'],
    ['在電腦上執行「slui.exe 0x2a 0xC004F041」以顯示錯誤文字。', '0xC004F041'],
    ['エラー: 0xC004F06C 要求のタイムスタンプが無効です。', '0xC004F06C'],
    ['Erreur : C004F042 le service ne peut pas être utilisé', '0xC004F042'],
    ['Активация не выполнена, код ошибки 0x8007267C', '0x8007267C'],
    [
      'License Activation (slui.exe) failed with the following error code: hr=0x800706BA',
      '0x800706BA',
    ],
    [
      'Activation failed. The Software Protection Service gave Error code: 0xC0020017',
      '0xC0020017',
    ],
    [xml12288, '0xC004F06C'],
    [
      '<Data Name="hr">0x8007251D</Data><Data>RuleId=502ff3ba-669a-4674-bbb1-601f34a3b968;Action=AutoActivate</Data>',
      '0x8007251D',
    ],
    ['LicenseStatus=5 LicenseStatusReason=3221549172 GracePeriodRemaining=0', '0xC004F074'],
    ['cscript.exe ended with exit code -2147015893', '0x8007232B'],
    ['Publishing to DNS in the domain “a.contoso.com” failed. Info: 0x80072338', '0x80072338'],
    [
      '12290: 0xC004F042,5,PC-042,36f27b39-da3d-4b6e-9ea5-8c4b7c8f1f0e,2026/11/22 08:00,0,2,41520',
      '0xC004F042',
    ],
    ['HRESULT 0x00000000 then 0xC004F056', '0xC004F056'],
    ['first 0x12345678, then 0xC004F050', '0xC004F050'],
    ['first 0x12345678, then 0x87654321', '0x12345678'],
    ['first 0x00000000, then 0x12345678', '0x12345678'],
    ['record 80070005: 0x12345678', '0x12345678'],
    ['record 80070005', '0x80070005'],
    ['status 0x00000000, host kms1.contoso.com:1688', '0x00000000'],
    ['wuauclt crashed with -1073741819', '0xC0000005'],
    ['Exception from HRESULT: 0x80041010, 於 26100.4652', '0x80041010'],
    [
      'Installed on 20261122, build 26100, port 1688, event 12288, then error 80072EE7.',
      '0x80072EE7',
    ],
  ])('finds the code in %j', (text, hex) => {
    expect(findErrorCode(text)?.hex).toBe(hex);
  });

  it.each([
    'Event 12288 at 2026-11-22 08:00:00 on PC-042, record 36294, port 1688, build 26100.4652',
    'Activation ID: c0040005-d682-4d71-983e-d6ec3f16059f, CMID {8007232B-0000-4d71-983e-d6ec3f16059f}',
    '<Keywords>0x8080000000000000</Keywords><EventRecordID>36294</EventRecordID>',
    'commit deadbeef, checksum 0badcafe, phone 0800123456',
    'size 3221225472x2, serial XC004F074X',
    // A ten-digit number that isn't a known code could be anything.
    'bytes read: 3221549056',
  ])('finds no code in %j', (text) => {
    expect(findErrorCode(text)).toBeNull();
  });

  it('finds every known code in any notation and context', () => {
    const surroundings = fc.constantFrom<(code: string) => string>(
      (code) => code,
      (code) => `Error: ${code} Activation failed.`,
      (code) => `錯誤碼：${code}。`,
      (code) => `port 1688, ${code}, 36f27b39-da3d-4b6e-9ea5-8c4b7c8f1f0e`,
      (code) => `<Data>${code}</Data>`,
    );
    const spellings = fc.constantFrom<(code: number) => string>(
      formatErrorCode,
      (code) => formatErrorCode(code).toLowerCase(),
      (code) => formatErrorCode(code).slice(2),
      (code) => String(code),
      (code) => String(code | 0),
    );
    const known = fc.constantFrom(...ERROR_CODES.filter(({ code }) => code !== 0));
    fc.assert(
      fc.property(known, spellings, surroundings, ({ code, hex }, spell, surround) => {
        expect(findErrorCode(surround(spell(code)))).toEqual({ code, hex });
      }),
      { seed: 1688, numRuns: 3000 },
    );
  });

  it.each(['0x', ' ', 'f', '0xC004F07', '-', '12345678 ', '36f27b39-da3d-'])(
    'parses a megabyte of %j in linear time',
    (unit) => {
      const text = unit.repeat(Math.ceil(1_048_576 / unit.length));
      const start = performance.now();
      findErrorCode(text);
      expect(performance.now() - start).toBeLessThan(2000);
    },
  );
});
