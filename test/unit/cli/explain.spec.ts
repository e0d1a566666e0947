import { describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { LANGUAGES, translator } from '@shared/i18n';
import { runCli } from './run-cli';

interface Explanation {
  readonly code: string;
  readonly known: boolean;
  readonly symbol?: string | null;
  readonly causes?: readonly string[];
  readonly procedures?: readonly string[];
  readonly fixes?: readonly FixId[];
  readonly why?: Readonly<Partial<Record<FixId, string>>>;
}

describe('explain', () => {
  it.each([
    ['0xC004F074', '0xC004F074'],
    ['0xc004f074', '0xC004F074'],
    ['C004F074', '0xC004F074'],
    ['-1073418124', '0xC004F074'],
    ['3221549172', '0xC004F074'],
    ['Error: 0xC004F074 The Software Protection Service reported that', '0xC004F074'],
    ['Fehler: 0x8007232B Der DNS-Name ist nicht vorhanden.', '0x8007232B'],
    ['錯誤: 0xC004F038 軟體授權服務報告無法啟用電腦。', '0xC004F038'],
    [
      '<Data>hr=0x80070005</Data><Data>RuleId=31e71c49-8da7-4a2f-ad92-45d98a1c79ba</Data>',
      '0x80070005',
    ],
  ])('parses %s as %s', async (text, hex) => {
    const { code, stdout, stderr } = await runCli('explain', text, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Explanation;
    expect(found).toMatchObject({ code: hex, known: true });
    expect(found.causes?.length).toBeGreaterThan(0);
  });

  it('accepts a pasted line that is split into several arguments', async () => {
    const { code, stdout } = await runCli(
      'explain',
      'Error',
      'Code:',
      '0xC004F042',
      '--lang',
      'en',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0xC004F042 {2}SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH\n/);
    expect(stdout).toContain('kms-doctor fix assign-kms-host');
  });

  it.each([
    ['en', /^KMS Doctor doesn't know the code 0x12345678/],
    ['zh-TW', /0x12345678/],
  ])(
    'exits with 1 and a one-line message for the unknown code 0x12345678 (%s)',
    async (language, sentence) => {
      const plain = await runCli('explain', '0x12345678', '--lang', language);
      expect(plain).toMatchObject({ code: 1, stdout: '' });
      expect(plain.stderr.trim()).toMatch(sentence);
      expect(plain.stderr.trim().split('\n')).toHaveLength(1);
      const json = await runCli('explain', '0x12345678', '--json', '--lang', language);
      expect(json.code).toBe(1);
      expect(JSON.parse(json.stdout)).toEqual({ code: '0x12345678', known: false });
    },
  );

  it.each([
    // A missing digit, an extra digit, a wrong digit.
    ['0x8007267', '0x8007267', '0x8007267C'],
    ['0xC004CF038', '0xC004CF038', '0xC004F038'],
    ['0x803F701', '0x803F701', '0x803F7001'],
    ['0x80070000d', '0x80070000D', '0x8007000D'],
    ['C004F07', '0xC004F07', '0xC004F074'],
    ['Error code: 0x007232b.', '0x007232B', '0x8007232B'],
    ['0xC004F175', '0xC004F175', '0xC004F075'],
    // Of several near matches, the most common code.
    ['0xC004F076', '0xC004F076', '0xC004F074'],
    ['0x8007232F', '0x8007232F', '0x8007232B'],
    ['0xC004F03', '0xC004F03', '0xC004F038'],
  ])(
    "suggests the nearest code for the mistyped %s, but doesn't explain it",
    async (text, code, near) => {
      for (const language of ['en', 'zh-TW']) {
        const json = await runCli('explain', text, '--json', '--lang', language);
        expect(json.code).toBe(1);
        expect(JSON.parse(json.stdout)).toEqual({ code, known: false, nearest: near });
        const plain = await runCli('explain', text, '--lang', language);
        expect(plain).toMatchObject({ code: 1, stdout: '' });
        expect(plain.stderr.trim().split('\n')).toHaveLength(1);
        expect(plain.stderr).toContain(code);
        expect(plain.stderr).toContain(near);
        expect(/[\u4e00-\u9fff]/u.test(plain.stderr)).toBe(language === 'zh-TW');
      }
    },
  );

  it.each(['0x5', '0x00000007', '0xC004F0', '0x80072', '0xC004F074FF'])(
    'suggests nothing for %s',
    async (text) => {
      const { code, stdout } = await runCli('explain', text, '--json');
      expect(stdout).not.toContain('nearest');
      expect(code).toBe(stdout === '' ? 64 : 1);
    },
  );

  it.each(['hello', '', 'xyz 123', '--', '0x1234567', '123456789'])(
    'exits with 64 and a one-line message for "%s", which is not a code',
    async (text) => {
      const { code, stdout, stderr } = await runCli('explain', text);
      expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain('0xC004F074');
    },
  );

  it.each(LANGUAGES)('gives the reason for each fix (%s)', async (language) => {
    const t = translator(language);
    const json = await runCli('explain', '0x8007232B', '--json', '--lang', language);
    const { fixes = [], why = {} } = JSON.parse(json.stdout) as Explanation;
    expect(Object.keys(why)).toEqual(fixes);
    const { stdout } = await runCli('explain', '0x8007232B', '--lang', language);
    for (const fix of fixes) {
      expect(why[fix]).toBe(t(`fixes.${fix}.why`));
      const line = t('cli.text.fix', {
        title: t(`fixes.${fix}.title`),
        why: t(`fixes.${fix}.why`),
      });
      expect(stdout).toContain(`  ${line}\n    kms-doctor fix ${fix}`);
    }
  });

  it('uses the language set with --lang', async () => {
    const [en, zh] = await Promise.all([
      runCli('explain', '0xC004F038', '--lang', 'en'),
      runCli('explain', '0xC004F038', '--lang', 'zh-TW'),
    ]);
    expect(en.stdout).toContain('Likely causes');
    expect(zh.stdout).toMatch(/KMS 主機/);
    expect(zh.stdout).not.toContain('Likely causes');
  });

  it('prints no control or bidi characters from its input', async () => {
    const { stderr } = await runCli('explain', '\u001b[2Jhello\u202e');
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
