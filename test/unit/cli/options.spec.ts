import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXES } from '@shared/catalog';
import { LANGUAGES, translator } from '@shared/i18n';
import { fixOf } from '@engine/fixes';
import { fieldsOf } from '@engine/fixes/parameters';
import { COMMANDS, readCommandLine } from '../../../electron/cli/options';
import { runCli } from './run-cli';

let folder: string;
const file = (name: string) => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-options-'));
  const scenario = (content: object) =>
    JSON.stringify({ schema: 'kms-doctor/scenario@1', ...content });
  writeFileSync(file('good.json'), scenario({}));
  writeFileSync(file('type.json'), scenario({ computer: { build: 'eleven' } }));
  writeFileSync(file('key.json'), scenario({ dns: { server: {} } }));
  writeFileSync(file('text.json'), 'no JSON');
  writeFileSync(file('bytes.json'), Buffer.from([0xff, 0xfe, 0x00]));
  writeFileSync(file('schema.json'), '{"schema":"kms-doctor/scenario@2"}');
  writeFileSync(file('list.json'), '[]');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Invalid command lines and the text that the error must contain. `FOLDER` is replaced by a temporary folder. */
const WRONG: readonly (readonly [string, string])[] = [
  ['heal', 'diagnose, repair, fix, undo, journal, explain, list'],
  ['--json', 'diagnose, repair, fix, undo, journal, explain, list'],
  ['diagnose --save', '--save='],
  ['diagnose --json=yes', '--json'],
  ['diagnose --fast', '--fast'],
  ['diagnose --constructor', '--scenario'],
  ['diagnose --json --json', '--json'],
  ['diagnose extra', 'extra'],
  ['diagnose --dns', '--dns'],
  ['diagnose --dns=', '--dns'],
  ['diagnose --dns dns1.contoso.com', 'dns1.contoso.com'],
  ['diagnose --dns 10.0.0.300', '10.0.0.300'],
  ['diagnose --dns 10.0.0.10:0', '10.0.0.10:0'],
  ['diagnose --dns 10.0.0.10:65536', '10.0.0.10:65536'],
  ['diagnose --dns [::1', '[::1'],
  ['diagnose --dns [10.0.0.10]:53', '[10.0.0.10]:53'],
  ['diagnose --domain con_toso..com', 'con_toso..com'],
  ['diagnose --domain -contoso.com', '--domain'],
  ['diagnose --domain contoso.com/a', 'contoso.com/a'],
  ['diagnose --domain _vlmcs._tcp.contoso.com', 'contoso.com'],
  ['diagnose --dns fd00::10:5300', '[fd00::10]:5300'],
  ['diagnose --kms-host kms1.contoso.com:1688', 'kms1.contoso.com'],
  ['diagnose --kms-host kms1;calc', 'kms1;calc'],
  ['diagnose --timeout soon', 'soon'],
  ['diagnose --timeout 0', '600000'],
  ['diagnose --timeout 600001', '600000'],
  ['diagnose --target mars', 'mars'],
  ['diagnose --target network --scenario FOLDER/good.json', '--scenario'],
  ['diagnose --computer PC-1', '--computer'],
  ['diagnose --lang de', 'en, zh-TW'],
  ['diagnose --scenario FOLDER/none.json', 'ENOENT'],
  ['diagnose --scenario FOLDER/text.json', 'text.json'],
  ['diagnose --scenario FOLDER/bytes.json', 'bytes.json'],
  ['diagnose --scenario FOLDER/list.json', 'schema'],
  ['diagnose --scenario FOLDER/schema.json', 'kms-doctor/scenario@1'],
  ['diagnose --scenario FOLDER/type.json', 'computer.build'],
  ['diagnose --scenario FOLDER/key.json', 'dns.server'],
  ['diagnose --scenario FOLDER/good.json --hide-names', '--save'],
  ['diagnose --scenario FOLDER/good.json --save FOLDER/none/case.json', 'ENOENT'],
  ['diagnose --scenario FOLDER/good.json --save FOLDER', 'case.json'],
  ['explain', '0xC004F074'],
  ['list', 'procedures, checks, fixes, verdicts'],
  ['list cards', 'procedures, checks, fixes, verdicts'],
  ['list fixes fixes', 'fixes'],
  ['fix', 'list fixes'],
  ['fix assign-kms-host --param host', '--param'],
  ['fix assign-kms-host --save FOLDER/case.json', '--scenario'],
  ['undo --save FOLDER/case.json', '--scenario'],
  ['fix sync-clock --scenario FOLDER/good.json --save FOLDER/none/case.json', 'ENOENT'],
  ['fix sync-clock --scenario FOLDER/good.json --save FOLDER', 'case.json'],
  ['undo --scenario FOLDER/good.json --save FOLDER/none/case.json', 'ENOENT'],
  ['undo one two', 'two'],
  ['journal now', 'now'],
  ['fleet', 'report, script'],
  ['fleet list', 'report, script'],
  ['fleet run --computers list.txt', 'fleet script'],
  ['fleet report', 'fleet report reports'],
  ['fleet report FOLDER --for intune', '--html'],
  ['fleet report FOLDER --html FOLDER/none/fleet.html', 'ENOENT'],
  ['fleet report FOLDER --html FOLDER', 'fleet.html'],
  ['fleet script PC-1', 'PC-1'],
  ['fleet script --html FOLDER/fleet.html', '--for'],
  ['fleet script --for sms', 'intune, configmgr, gpo, ansible'],
];

describe.each(LANGUAGES)('usage errors (%s)', (language) => {
  it.each(WRONG)('name the problem on one line: %s', async (line, named) => {
    const words = line.split(' ').map((word) => word.replace('FOLDER', folder));
    const { code, stdout, stderr } = await runCli(
      ...words,
      ...(line.includes('--lang') ? [] : ['--lang', language]),
    );
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/\{\{|cli\.usage\./);
    if (language === 'zh-TW' && !line.includes('--lang')) expect(stderr).toMatch(/[\u4e00-\u9fff]/);
  });
});

it.each([
  ['diagnos', 'diagnose'],
  ['diagnose --jsn', '--json'],
  ['diagnose --tiemout 5', '--timeout'],
  ['fix flush-dns', 'flush-dns-cache'],
  ['fix Sync-Clok', 'sync-clock'],
  ['list verdict', 'verdicts'],
  ['fleet scirpt', 'script'],
])('suggests a correction for %s: %s', async (line, meant) => {
  const { stderr } = await runCli(...line.split(' '), '--lang', 'en');
  expect(stderr.trim()).toMatch(new RegExp(`Did you mean ${meant}\\?$`));
});

it('suggests no correction for an unknown word without a near match', async () => {
  const { stderr } = await runCli('heal', '--lang', 'en');
  expect(stderr).not.toContain('mean');
});

/** Options that are recognized but not supported yet. */
const NOT_YET = ['--computer'];

describe.each(LANGUAGES)('help (%s)', (language) => {
  it.each(COMMANDS)('lists every option of the %s command', async (command) => {
    const { stderr } = await runCli(command, '--no-such-option');
    const options = (stderr.match(/--[a-z-]+/g) ?? []).filter(
      (option) => option !== '--no-such-option' && !NOT_YET.includes(option),
    );
    expect(options).toContain('--lang');
    const { code, stdout } = await runCli(command, '--help', '--lang', language);
    expect(code).toBe(0);
    expect(stdout).toContain(`kms-doctor ${command}`);
    // The help for one command leaves out the others.
    const usages = stdout.match(/^ {2}kms-doctor \S+/gm) ?? [];
    expect(new Set(usages)).toEqual(new Set([`  kms-doctor ${command}`]));
    expect((await runCli('help', command, '--lang', language)).stdout).toBe(stdout);
    for (const option of options) expect(stdout).toMatch(new RegExp(`${option}(?![a-z-])`));
    expect(stdout).toContain(translator(language)(`cli.help.on.${command}`));
  });

  it('mentions product keys only for commands that accept one', async () => {
    const key = translator(language)('cli.help.key');
    const ofAll = await runCli('--help', '--lang', language);
    expect(ofAll.stdout).toContain(key);
    const withKey = await Promise.all(
      COMMANDS.map(async (command) =>
        (await runCli(command, '--help', '--lang', language)).stdout.includes(key) ? command : [],
      ),
    );
    expect(withKey.flat()).toEqual(['repair', 'fix']);
  });

  it.each(FIXES.map(({ id }) => id))('describes the fix %s and its parameters', async (fix) => {
    const t = translator(language);
    const { stdout } = await runCli('fix', fix, '--help', '--lang', language);
    expect(stdout).toContain(t(`fixes.${fix}.description`));
    const parameters = [...stdout.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name);
    expect(parameters).toEqual(fieldsOf(fixOf(fix).parameters).map(({ name }) => name));
    expect((await runCli('help', 'fix', fix, '--lang', language)).stdout).toBe(stdout);
  });
});

describe('command line', () => {
  it('parses and normalizes option values', () => {
    const line =
      'diagnose --dns 10.0.0.10 --dns [::1]:5300 --dns fd00::1 --domain Contoso.COM. --kms-host KMS1 --timeout 500 --json';
    expect(readCommandLine(line.split(' '))).toMatchObject({
      command: 'diagnose',
      json: true,
      dnsOverrides: {
        dnsServers: [
          { address: '10.0.0.10', port: 53 },
          { address: '::1', port: 5300 },
          { address: 'fd00::1', port: 53 },
        ],
        domains: ['contoso.com'],
      },
      expectedHosts: ['kms1'],
      timeoutMs: 500,
    });
  });

  it('accepts a negative number as an error code, but no other argument with a leading hyphen', () => {
    expect(readCommandLine(['explain', '-1073418124'])).toMatchObject({ code: '-1073418124' });
    expect(() => readCommandLine(['explain', '-x'])).toThrow();
  });

  it('never echoes a parameter without a name, which may be a product key', async () => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
    const { code, stderr } = await runCli('fix', 'install-mak', '--param', key);
    expect(code).toBe(64);
    expect(stderr).not.toContain('BCDFG');
  });

  it.each([
    'KEY',
    'fix KEY',
    'fix install-mak KEY',
    'fix install-mak --KEY',
    'fix install-mak --scenario KEY',
    'fix install-mak --param KEY=-',
    'undo one KEY',
    'explain KEY',
    'list KEY',
  ])('masks a misplaced product key: %s', async (line) => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
    const { code, stdout, stderr } = await runCli(...line.replace('KEY', key).split(' '));
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('N6789');
    expect(stderr).not.toContain('BCDFG');
  });

  it.each([
    'diagnose --kms-host KEY',
    'repair --kms-host KEY',
    'diagnose --domain contoso.com.KEY',
    'diagnose --dns KEY',
  ])('rejects a product key given as a host, domain, or server: %s', async (line) => {
    const key = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
    const { code, stderr } = await runCli(...line.replace('KEY', key).split(' '));
    expect(code).toBe(64);
    expect(stderr).toContain('--param productKey=-');
    expect(stderr).not.toContain('N6789');
  });
});
