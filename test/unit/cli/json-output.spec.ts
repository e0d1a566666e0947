/**
 * JSON on standard output, as read by Windows PowerShell 5.1 and remote management agents: they decode its bytes in
 * the console's code page, whatever that is.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SPP_KEY } from '@engine/registry-keys';
import { runCli } from './run-cli';

/** Characters that consoles interpret or don't show: controls, bidi, separators, lone surrogates, tags, fillers. */
const ODD =
  '\u202e\u009b\u007f\u0085\u001b\u2028\u2029\u2066\u061c\ud800\ufeff\u200b\u{e0041}\u3164\u0378\ue000';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-json-'));
  const scenario = {
    schema: 'kms-doctor/scenario@1',
    computer: { name: '電腦-042', os: `Windows 11 企業版${ODD}` },
    registry: {
      [SPP_KEY]: {
        KeyManagementServiceName: { type: 'REG_SZ', value: `kms1${ODD} é` },
      },
    },
  };
  writeFileSync(path.join(folder, 'pc.json'), JSON.stringify(scenario));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);
const onThePc = () => ['--scenario', file('pc.json'), '--data-dir', file('data')];
const changing = () => [...onThePc(), '--save', file('pc.json')];

const COMMANDS: readonly (readonly [string, () => readonly string[]])[] = [
  ['list', () => ['list', 'fixes']],
  ['explain', () => ['explain', '0xC004F074']],
  ['diagnose', () => ['diagnose', '--scenario', file('pc.json'), '--save', file('case.json')]],
  ['fix --dry-run', () => [...['fix', 'return-to-auto-discovery', '--dry-run'], ...onThePc()]],
  [
    'fix',
    () => [
      ...['fix', 'assign-kms-host', '--yes'],
      '--param',
      'host=kms1.contoso.com',
      ...changing(),
    ],
  ],
  ['journal', () => ['journal', '--data-dir', file('data')]],
  ['undo', () => ['undo', ...changing()]],
  ['repair --dry-run', () => ['repair', '--dry-run', ...onThePc()]],
  ['fleet report', () => ['fleet', 'report', file('pc.json'), file(`none${ODD}`)]],
];

it.each(COMMANDS)(
  'JSON output of %s is pure ASCII, and so independent of the code page',
  async (_, words) => {
    const { stdout, stderr } = await runCli(...words(), '--json', '--lang', 'zh-TW');
    expect(stdout, stderr).toMatch(/^\{\n[\n -~]*\}\n$/);
    const inAnotherCodePage = Buffer.from(stdout).toString('latin1');
    expect(JSON.stringify(JSON.parse(inAnotherCodePage))).toMatch(/[\u4e00-\u9fff]/);
  },
);

it('JSON output preserves control and invisible characters through escapes', async () => {
  const { stdout } = await runCli('diagnose', '--scenario', file('pc.json'), '--json');
  expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(`kms1${ODD} é`).slice(1, -1));
});

it.each(['line', 'nagios', 'prometheus', 'text'])(
  '--format %s prints no control or invisible characters',
  async (format) => {
    const words = ['diagnose', '--scenario', file('pc.json'), '--format', format];
    for (const language of ['en', 'zh-TW']) {
      const { stdout } = await runCli(...words, '--lang', language);
      expect(stdout).not.toBe('');
      // Escapes are plain text and therefore allowed.
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u3164\ufffd]/u);
    }
  },
);

it('a saved case is UTF-8 with control and invisible characters escaped', () => {
  const text = readFileSync(file('case.json'), 'utf8');
  expect(text).toContain('電腦-042');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u3164\ufffd]/u);
});
