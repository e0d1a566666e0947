import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../electron/app/arguments';

const FOLDER = resolve('/somewhere');
const installed = (...args: readonly string[]) => readArguments(['kms.exe', ...args], true, FOLDER);
const checkout = (...args: readonly string[]) =>
  readArguments(['electron', ...args], false, FOLDER);

const NOTHING = {
  scenario: null,
  fleet: null,
  language: null,
  dataDir: null,
  repair: null,
  selfTest: false,
};

describe('arguments of the installed app', () => {
  it('are accepted in any order, with paths resolved', () => {
    expect(installed()).toEqual(NOTHING);
    expect(
      installed('--lang', 'zh-TW', '--data-dir', resolve('/data'), '--scenario', 'sick.json'),
    ).toEqual({
      scenario: resolve(FOLDER, 'sick.json'),
      fleet: null,
      language: 'zh-TW',
      dataDir: resolve('/data'),
      repair: null,
      selfTest: false,
    });
  });

  it('can include --self-test only by itself', () => {
    expect(installed('--self-test')).toEqual({ ...NOTHING, selfTest: true });
    expect(installed('--self-test', '--lang', 'en')).toHaveProperty('refused');
    expect(installed('--lang', 'en', '--self-test')).toHaveProperty('refused');
  });

  it('can include a single --fleet path', () => {
    expect(installed('--fleet', 'lines')).toEqual({ ...NOTHING, fleet: resolve(FOLDER, 'lines') });
    expect(installed('--fleet', 'a', '--fleet', 'b')).toHaveProperty('refused');
  });

  it.each(['--scenario', '--fleet', '--data-dir'])(
    "can't have a Windows-style switch as the value of %s",
    (name) => {
      const given = ['kms.exe', name, '/remote-debugging-port=9222'];
      expect(readArguments(given, true, FOLDER, 'win32')).toHaveProperty('refused');
    },
  );

  it.each([
    ['--remote-debugging-port=9222'],
    ['--remote-debugging-port', '9222'],
    ['--remote-debugging-pipe'],
    ['--inspect'],
    ['--inspect-brk=0'],
    ['--no-sandbox'],
    ['--gpu-launcher=calc.exe'],
    ['--renderer-cmd-prefix=calc.exe'],
    ['--utility-cmd-prefix=calc.exe'],
    ['--load-extension=C:\\x'],
    ['--disable-web-security'],
    ['--js-flags=--allow-natives-syntax'],
    ['--user-data-dir=C:\\x'],
    ['--proxy-server=outside.example'],
    ['--host-rules=MAP * outside.example'],
    ['/remote-debugging-port=9222'],
    ['-remote-debugging-port=9222'],
    ['https://outside.example'],
    ['sick.json'],
    ['.'],
    [''],
    ['--'],
    ['--scenario'],
    ['--scenario', '--no-sandbox'],
    ['--scenario=sick.json'],
    ['--scenario', 'a.json', '--scenario', 'b.json'],
    ['--scenario', 'a\0.json'],
    ['--scenario', 'x'.repeat(5000)],
    ['--lang', 'de'],
    ['--lang', 'en', '--no-sandbox'],
    ['--data-dir', ''],
  ])('are refused: %s (%#)', (...args) => {
    expect(installed(...args)).toHaveProperty('refused');
  });

  it('can include --repair only with a valid token and by itself', () => {
    const token = 'a1'.repeat(32);
    expect(installed('--repair', token)).toEqual({ ...NOTHING, repair: token });
    for (const args of [
      ['--repair'],
      ['--repair', token.slice(2)],
      ['--repair', token.toUpperCase()],
      ['--repair', token, '--data-dir', 'x'],
      ['--data-dir', 'x', '--repair', token],
      ['--repair', token, '--no-sandbox'],
    ]) {
      expect(installed(...args), args.join(' ')).toHaveProperty('refused');
    }
  });

  it('are shortened and sanitized in the refusal', () => {
    const read = installed(`--\u001b[2J${'x'.repeat(500)}`);
    expect('refused' in read && read.refused).toMatch(/^[\x20-\x7e…]{1,120}$/u);
  });
});

describe('arguments of the checkout', () => {
  it('can include the app directory and the switches of test runners, but no other Chromium switches', () => {
    expect(checkout('.')).toEqual(NOTHING);
    expect(
      checkout('--inspect=0', '--remote-debugging-port=0', '--no-sandbox', '.', '--lang', 'en'),
    ).toEqual({ ...NOTHING, language: 'en' });
    expect(checkout('.', '--no-sandbox')).toHaveProperty('refused');
    expect(checkout('--load-extension=x', '.')).toHaveProperty('refused');
    expect(checkout('--remote-debugging-port=9222', '.')).toHaveProperty('refused');
    expect(checkout('.', 'other')).toHaveProperty('refused');
  });
});
