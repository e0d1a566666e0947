/**
 * JSON on standard output, as Windows PowerShell 5.1 and agents of remote management read it: they take its bytes
 * for the console's code page, whatever that is.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SPP_KEY } from '@engine/registry-keys';
import { runCli } from './run-cli';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-json-'));
  const scenario = {
    schema: 'kms-doctor/scenario@1',
    computer: { name: '電腦-042', os: 'Windows 11 企業版' },
    registry: {
      [SPP_KEY]: {
        KeyManagementServiceName: { type: 'REG_SZ', value: 'kms1\u202e\u009b\u007f é' },
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
];

it.each(COMMANDS)('of %s is the same in every code page', async (_, words) => {
  const { stdout, stderr } = await runCli(...words(), '--json', '--lang', 'zh-TW');
  expect(stdout, stderr).toMatch(/^\{\n[\n -~]*\}\n$/);
  const inAnotherCodePage = Buffer.from(stdout).toString('latin1');
  expect(JSON.stringify(JSON.parse(inAnotherCodePage))).toMatch(/[\u4e00-\u9fff]/);
});

it('has the characters that a console would obey as escapes, and loses none', async () => {
  const { stdout } = await runCli('diagnose', '--scenario', file('pc.json'), '--json');
  expect(JSON.stringify(JSON.parse(stdout))).toContain('kms1\u202e');
});

it('leaves a file that is saved in UTF-8', () => {
  expect(readFileSync(file('case.json'), 'utf8')).toContain('電腦-042');
});
