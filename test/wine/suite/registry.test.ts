import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe } from 'node:test';
import { ChangeRefused, Unreadable } from '../../../electron/engine/computer';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  sppSubkey,
  type RegistryLocation,
  type RegistryValue,
} from '../../../electron/engine/registry-keys';
import { RegeditPackage } from '../../../electron/computer/windows/regedit-package';
import { PRIORITY } from '../../../electron/computer/windows/process-queue';
import { RegistryReader } from '../../../electron/computer/windows/registry-reader';
import {
  at,
  attempt,
  emptyRegistry,
  exportedKey,
  failure,
  never,
  removeFolder,
  setting,
  startPc,
  test,
  tool,
} from './harness';

const pc = startPc('answering');
const { computer } = pc;
after(() => {
  pc.end();
});
beforeEach(emptyRegistry);

const read = (name: RegistryLocation['name']) => computer.registryValue(at(name), never);
const write = (name: RegistryLocation['name'], value: RegistryValue | null) =>
  computer.setRegistryValue(at(name), value, never);

const list: RegistryValue = {
  type: 'REG_MULTI_SZ',
  value: ['contoso.test,10,5', 'corp.contoso.test', '\u540d\u7a31.test'],
};

describe('a registry value', () => {
  const values: Record<string, [RegistryLocation['name'], RegistryValue]> = {
    'REG_DWORD 0': ['DisableDnsPublishing', { type: 'REG_DWORD', value: 0 }],
    'the largest REG_DWORD': ['DisableDnsPublishing', { type: 'REG_DWORD', value: 0xffffffff }],
    REG_SZ: ['KeyManagementServiceName', { type: 'REG_SZ', value: 'kms1.contoso.test' }],
    'REG_SZ with brackets': ['KeyManagementServiceName', { type: 'REG_SZ', value: '[fe80::1]' }],
    'an empty REG_SZ': ['KeyManagementServiceName', { type: 'REG_SZ', value: '' }],
    'REG_SZ with non-Latin characters': [
      'KeyManagementServiceName',
      { type: 'REG_SZ', value: '\u540d\u7a31' },
    ],
    'REG_SZ that looks like an option': [
      'KeyManagementServiceName',
      { type: 'REG_SZ', value: '/f /reg:32' },
    ],
    'REG_SZ with a shell variable': [
      'KeyManagementServiceName',
      { type: 'REG_SZ', value: '%PATH% & calc' },
    ],
    'REG_MULTI_SZ with commas and non-Latin characters': ['DnsDomainPublishList', list],
    'REG_MULTI_SZ with one entry': [
      'DnsDomainPublishList',
      { type: 'REG_MULTI_SZ', value: ['contoso.test'] },
    ],
    'REG_MULTI_SZ with common separators': [
      'DnsDomainPublishList',
      { type: 'REG_MULTI_SZ', value: ['a|b', 'c;d'] },
    ],
  };
  for (const [what, [name, value]] of Object.entries(values)) {
    test(`is read back as it was written: ${what}`, async () => {
      const receipt = await write(name, value);
      assert.deepEqual(await read(name), value);
      assert.match(receipt.way, /^(?:reg\.exe|regedit)$/);
    });
  }

  test('is null after it was deleted', async () => {
    await write('DnsDomainPublishList', list);
    await write('DnsDomainPublishList', null);
    assert.equal(await read('DnsDomainPublishList'), null);
  });

  test('is null if it never existed', async () => {
    assert.equal(await read('DisableDnsPublishing'), null);
    assert.deepEqual((await write('DisableDnsPublishing', null)).way, 'reg.exe');
  });

  test("is null if its key doesn't exist", async () => {
    attempt('reg.exe', 'delete', LEGACY_SL_KEY, '/f');
    const location = { key: LEGACY_SL_KEY, name: 'DnsDomainPublishList' } as const;
    assert.equal(await computer.registryValue(location, never), null);
  });

  test('is read from the key of Windows Vista', async () => {
    tool(
      'reg.exe',
      'add',
      LEGACY_SL_KEY,
      '/v',
      'DisableDnsPublishing',
      '/t',
      'REG_DWORD',
      '/d',
      '1',
      '/f',
    );
    const location = { key: LEGACY_SL_KEY, name: 'DisableDnsPublishing' } as const;
    assert.deepEqual(await computer.registryValue(location, never), {
      type: 'REG_DWORD',
      value: 1,
    });
    tool('reg.exe', 'delete', LEGACY_SL_KEY, '/f');
  });

  test('is stored in the 64-bit registry', async () => {
    await write('KeyManagementServiceName', { type: 'REG_SZ', value: 'sixty-four' });
    const wow = SPP_KEY.replace('HKLM\\SOFTWARE', 'HKLM\\SOFTWARE\\Wow6432Node');
    attempt('reg.exe', 'delete', wow, '/f');
    const reader = new RegistryReader(pc.machine, PRIORITY.network);
    assert.equal(await reader.value(wow, 'KeyManagementServiceName', never), null);
    assert.notEqual(await read('KeyManagementServiceName'), null);
  });

  test('is rejected, not misread, if the code page lacks some of its characters', async () => {
    tool('reg.exe', 'add', SPP_KEY, '/v', 'KeyManagementServiceName', '/d', '\u0e01\u0e02', '/f');
    const error = await failure(read('KeyManagementServiceName'), Unreadable);
    assert.equal(error.reason, 'garbled-answer');
  });

  test('is read by the same process as others of its key', async () => {
    await write('KeyManagementServiceName', { type: 'REG_SZ', value: 'kms1' });
    let runs = 0;
    const counting = {
      ...pc.machine,
      run: (...given: Parameters<typeof pc.machine.run>) => {
        runs += 1;
        return pc.machine.run(...given);
      },
    };
    const reader = new RegistryReader(counting, PRIORITY.network);
    const names = ['KeyManagementServiceName', 'KeyManagementServicePort', 'DisableDnsPublishing'];
    const values = await Promise.all(names.map((name) => reader.values(SPP_KEY, [name], never)));
    assert.deepEqual(
      values.map((key, index) => key?.values.get(names[index]!.toLowerCase())?.value ?? null),
      ['kms1', null, null],
    );
    assert.equal(runs, 1);
  });
});

describe('settings of one application or product', () => {
  const id = '73111121-5638-40f6-bc11-f1d7b0d64300';
  const places = {
    'an application': [sppSubkey('windows'), sppSubkey('windows', id)],
    'a product': [sppSubkey('windows', id), sppSubkey('windows')],
    'an Office product': [sppSubkey('office', id), sppSubkey('windows', id)],
  };
  for (const [what, [key, beside]] of Object.entries(places)) {
    test(`are read from their own key in any letter case, and cleared only there: ${what}`, async () => {
      assert.ok(key && beside);
      const values = [
        ['KeyManagementServiceName', 'REG_SZ', 'kms9.contoso.test'],
        ['KeyManagementServicePort', 'REG_SZ', '1690'],
        ['VLActivationType', 'REG_DWORD', 1],
      ] as const;
      const windowsOwn = SPP_KEY + key.slice(SPP_KEY.length).toUpperCase();
      const others = () =>
        Promise.all(
          ([SPP_KEY, beside] as const).map((place) =>
            computer.registryValue({ key: place, name: 'KeyManagementServiceName' }, never),
          ),
        );
      for (const place of [windowsOwn, beside, SPP_KEY]) {
        for (const [name, type, data] of values) {
          tool('reg.exe', 'add', place, '/v', name, '/t', type, '/d', String(data), '/f');
        }
      }
      const before = await others();
      for (const [name, type, value] of values) {
        assert.deepEqual(await computer.registryValue({ key, name }, never), { type, value });
        await computer.setRegistryValue({ key, name }, null, never);
        assert.equal(await computer.registryValue({ key, name }, never), null);
      }
      assert.deepEqual(await others(), before);
    });
  }

  test('are null if they never existed', async () => {
    const key = sppSubkey('office', id)!;
    const location = { key, name: 'KeyManagementServiceName' } as const;
    assert.equal(await computer.registryValue(location, never), null);
    assert.equal((await computer.setRegistryValue(location, null, never)).way, 'reg.exe');
  });
});

describe('a change and its undo', () => {
  const cases: Record<string, [RegistryLocation['name'], RegistryValue | null, RegistryValue]> = {
    'a new REG_DWORD': ['DisableDnsPublishing', null, { type: 'REG_DWORD', value: 1 }],
    'a changed REG_DWORD': [
      'DisableDnsPublishing',
      { type: 'REG_DWORD', value: 2 },
      { type: 'REG_DWORD', value: 0 },
    ],
    'a new REG_SZ': ['KeyManagementServiceListeningPort', null, { type: 'REG_SZ', value: '1690' }],
    'a changed REG_SZ': [
      'KeyManagementServiceLookupDomain',
      { type: 'REG_SZ', value: 'contoso.test' },
      { type: 'REG_SZ', value: 'fabrikam.test' },
    ],
    'a new REG_MULTI_SZ': ['DnsDomainPublishList', null, list],
    'a changed REG_MULTI_SZ': [
      'DnsDomainPublishList',
      list,
      { type: 'REG_MULTI_SZ', value: ['fabrikam.test'] },
    ],
  };
  for (const [what, [name, before, after1]] of Object.entries(cases)) {
    test(`leave the key unchanged byte for byte: ${what}`, async () => {
      if (before !== null) await write(name, before);
      const export1 = exportedKey();
      const former = await read(name);
      assert.deepEqual(former, before);
      await write(name, after1);
      assert.notEqual(exportedKey(), export1);
      await write(name, former);
      assert.equal(exportedKey(), export1);
    });
  }
});

describe('a write is refused', () => {
  const refused = (location: unknown, value: RegistryValue | null) =>
    failure(
      Promise.resolve().then(() =>
        computer.setRegistryValue(location as RegistryLocation, value, never),
      ),
      ChangeRefused,
    );
  const dword: RegistryValue = { type: 'REG_DWORD', value: 1 };

  test("for a value that isn't on the list", async () => {
    const error = await refused({ key: SPP_KEY, name: 'BackupProductKeyDefault' }, dword);
    assert.equal(error.refusal, 'not-supported-here');
  });

  test("for a key that isn't on the list", async () => {
    const before = exportedKey('HKLM\\SOFTWARE\\KmsDoctorTest');
    const error = await refused(
      { key: 'HKLM\\SOFTWARE\\KmsDoctorTest', name: 'DisableDnsPublishing' },
      dword,
    );
    assert.equal(error.refusal, 'not-supported-here');
    assert.equal(exportedKey('HKLM\\SOFTWARE\\KmsDoctorTest'), before);
  });

  for (const [what, name, value] of [
    ['of the wrong type', 'DisableDnsPublishing', { type: 'REG_SZ', value: '1' }],
    ['with a newline', 'KeyManagementServiceName', { type: 'REG_SZ', value: 'a\nb' }],
    ['with a quotation mark', 'KeyManagementServiceName', { type: 'REG_SZ', value: 'a" /f "b' }],
    ['with an empty entry', 'DnsDomainPublishList', { type: 'REG_MULTI_SZ', value: ['a', ''] }],
    ['too large for its type', 'DisableDnsPublishing', { type: 'REG_DWORD', value: 2 ** 32 }],
    ['below zero', 'DisableDnsPublishing', { type: 'REG_DWORD', value: -1 }],
  ] as const) {
    test(`for a value ${what}`, async () => {
      const before = exportedKey();
      const error = await refused(at(name), value);
      assert.equal(error.refusal, 'not-supported-here');
      assert.equal(exportedKey(), before);
    });
  }

  test('if reg.exe is missing', async () => {
    const without = startPc('answering', {
      programs: { 'reg.exe': { file: 'C:\\windows\\system32\\planted.exe' } },
    });
    const error = await failure(
      without.computer.setRegistryValue(at('DisableDnsPublishing'), dword, never),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'tool-missing');
    without.end();
  });

  test('if reg.exe reports success without writing', async () => {
    const liar = startPc('answering', {
      programs: { 'reg.exe': { file: process.execPath, before: ['-e', '0', '--'] } },
    });
    const error = await failure(
      liar.computer.setRegistryValue(at('DisableDnsPublishing'), dword, never),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'not-done');
    liar.end();
  });
});

test("a write that can't be read back succeeds unverified", async () => {
  const mute = startPc('answering', {
    programs: {
      'reg.exe': {
        file: process.execPath,
        before: [
          '-e',
          'if (process.argv.includes("query")) process.stdout.write("x".repeat(2e6))',
          '--',
        ],
      },
    },
  });
  const value = { type: 'REG_MULTI_SZ', value: ['a.contoso.test'] } as const;
  assert.deepEqual(await mute.computer.setRegistryValue(at('DnsDomainPublishList'), value, never), {
    way: 'reg.exe',
  });
  mute.end();
});

describe('a broken reg.exe', () => {
  const reading = (code: string) => {
    const broken = startPc('answering', {
      programs: { 'reg.exe': { file: process.execPath, before: ['-e', code, '--'] } },
    });
    return failure(
      broken.computer.registryValue(at('DisableDnsPublishing'), never),
      Unreadable,
    ).finally(() => {
      broken.end();
    });
  };

  test('is reported as a timeout if it hangs', async () => {
    assert.equal((await reading('setInterval(() => {}, 1000)')).reason, 'timed-out');
  });

  test('is reported as garbled if it prints a megabyte', async () => {
    assert.equal((await reading('process.stdout.write("x".repeat(2e6))')).reason, 'garbled-answer');
  });
});

describe('the regedit package', () => {
  const scripts = join(setting.work, 'regedit-scripts');
  const original = join(dirname(createRequire(import.meta.url).resolve('regedit')), 'vbs');

  test('is tried out before it is used', async () => {
    const start = performance.now();
    const works = await new RegeditPackage(pc.places).works();
    // Wine's cscript can't run its scripts. Windows' can.
    assert.equal(works, process.env['WINEPREFIX'] === undefined);
    assert.ok(performance.now() - start < 20_000);
  });

  test("isn't used if one of its scripts was changed", async () => {
    cpSync(original, scripts, { recursive: true });
    writeFileSync(join(scripts, 'util.vbs'), 'WScript.Echo "evil"', { flag: 'a' });
    const changed = new RegeditPackage({ ...pc.places, regeditScripts: scripts });
    assert.equal(await changed.works(), false);
    removeFolder(scripts);
  });

  test("isn't used if its scripts are missing", async () => {
    const nowhere = join(setting.work, 'no-scripts');
    const missing = new RegeditPackage({ ...pc.places, regeditScripts: nowhere });
    assert.equal(await missing.works(), false);
  });
});
