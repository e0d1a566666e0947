import assert from 'node:assert/strict';
import { after, beforeEach, describe } from 'node:test';
import { ChangeRefused } from '../../../electron/engine/computer';
import { PRIORITY } from '../../../electron/computer/windows/process-queue';
import { RegistryReader } from '../../../electron/computer/windows/registry-reader';
import { runSlmgr } from '../../../electron/computer/windows/slmgr';
import {
  at,
  attempt,
  emptyRegistry,
  exportedKey,
  failure,
  never,
  slmgrCalls,
  slmgrShall,
  startPc,
  test,
  tool,
} from './harness';

const pc = startPc('licensed');
const { computer } = pc;
after(() => {
  pc.end();
  slmgrShall();
});
beforeEach(() => {
  emptyRegistry();
  slmgrShall();
  slmgrCalls();
});

const text = async (name: 'KeyManagementServiceName' | 'KeyManagementServicePort') =>
  (await computer.registryValue(at(name), never))?.value ?? null;

describe('slmgr is called correctly', () => {
  const forms: [what: string, host: string, port: number | null, word: string][] = [
    ['for a name', 'kms1.contoso.test', null, 'kms1.contoso.test'],
    ['for a name and a port', 'kms1.contoso.test', 1690, 'kms1.contoso.test:1690'],
    ['for a NetBIOS name', 'KMS1', null, 'KMS1'],
    ['for an IPv4 address and a port', '10.0.0.20', 1688, '10.0.0.20:1688'],
    ['for an IPv6 address', '[fe80::1]', null, '[fe80::1]'],
    ['for an IPv6 address and a port', '[fe80::1]', 1688, '[fe80::1]:1688'],
    ['for a name in non-Latin characters', '\u540d\u7a31', null, '\u540d\u7a31'],
    ['for a name in non-Latin characters and a port', '\u540d\u7a31', 1690, '\u540d\u7a31:1690'],
  ];
  for (const [what, host, port, word] of forms) {
    test(what, async () => {
      assert.deepEqual(await computer.setKmsHost(host, port, never), { way: 'slmgr' });
      assert.deepEqual(slmgrCalls(), [`[-skms][${word}]`]);
      assert.equal(await text('KeyManagementServiceName'), host);
      assert.equal(await text('KeyManagementServicePort'), port === null ? null : String(port));
    });
  }

  test('for a port alone', async () => {
    const reader = new RegistryReader(pc.machine, PRIORITY.other);
    const context = { windowsHost: pc.machine, paths: pc.places, reader };
    await runSlmgr(context, ['-skms', ':1690'], never);
    assert.deepEqual(slmgrCalls(), ['[-skms][:1690]']);
    assert.equal(await text('KeyManagementServicePort'), '1690');
  });

  test('to set and clear a lookup domain', async () => {
    await computer.setLookupDomain('contoso.test', never);
    await computer.setLookupDomain(null, never);
    assert.deepEqual(slmgrCalls(), ['[-skms-domain][contoso.test]', '[-ckms-domain]']);
  });

  test('to return to automatic discovery', async () => {
    await computer.setKmsHost('kms1.contoso.test', 1690, never);
    slmgrCalls();
    assert.deepEqual(await computer.setKmsHost(null, null, never), { way: 'slmgr' });
    assert.deepEqual(slmgrCalls(), ['[-ckms]']);
    assert.equal(await text('KeyManagementServiceName'), null);
  });

  test('to turn DNS publishing off and on', async () => {
    await computer.setDnsPublishing(false, never);
    assert.equal((await computer.registryValue(at('DisableDnsPublishing'), never))?.value, 1);
    await computer.setDnsPublishing(true, never);
    assert.deepEqual(slmgrCalls(), ['[-cdns]', '[-sdns]']);
  });

  test('to restore the key byte for byte', async () => {
    const before = exportedKey();
    await computer.setKmsHost('kms1.contoso.test', 1690, never);
    assert.notEqual(exportedKey(), before);
    await computer.setKmsHost(null, null, never);
    assert.equal(exportedKey(), before);
  });
});

describe('slmgr never receives', () => {
  for (const [what, host] of [
    ['a second command', 'kms1 & calc'],
    ['a quotation mark', 'kms1" & calc & "'],
    ['a shell variable', '%PATH%'],
    ['a newline', 'kms1\r\ncalc'],
    ['an option', '-upk'],
    ['an option with a slash', '/upk'],
    ['an IPv6 address without brackets', 'fe80::1'],
    ['brackets around something else', '[kms1]'],
    ['an empty string', ''],
  ] as const) {
    test(what, async () => {
      const error = await failure(
        Promise.resolve().then(() => computer.setKmsHost(host, null, never)),
        ChangeRefused,
      );
      assert.equal(error.refusal, 'not-supported-here');
      assert.deepEqual(slmgrCalls(), []);
      assert.equal(await text('KeyManagementServiceName'), null);
    });
  }

  test('an invalid port', async () => {
    const error = await failure(
      Promise.resolve().then(() => computer.setKmsHost('kms1', 65_536, never)),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'not-supported-here');
  });

  test('a product key, which PowerShell receives on standard input', async () => {
    const key = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';
    assert.deepEqual(await computer.installProductKey(key, 'mak', never), { way: 'cim' });
    assert.deepEqual(slmgrCalls(), []);
    assert.ok(pc.powershellAsked().some((line) => line.includes(key)));
    assert.doesNotMatch(JSON.stringify(pc.powershellStarts()), /BBBBB/);
  });
});

describe('the result of slmgr', () => {
  test('is the HRESULT that it exits with', async () => {
    slmgrShall({ ExitCode: 0xc004f074 });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['tool-failed', 0xc004f074]);
    assert.deepEqual(slmgrCalls(), ['[-ato]']);
  });

  test("is access-denied if it's denied access", async () => {
    slmgrShall({ ExitCode: 0x80070005 });
    assert.equal(
      (await failure(computer.activate('windows', never), ChangeRefused)).refusal,
      'access-denied',
    );
  });

  test('includes its Chinese output unchanged', async () => {
    slmgrShall({ ExitCode: 0xc004f074 });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.match(
      error.said ?? '',
      /\u91d1\u9470\u7ba1\u7406\u670d\u52d9\u96fb\u8166\u540d\u7a31\u5df2\u6210\u529f\u8a2d\u5b9a\u3002/,
    );
  });

  test('has a product key masked', async () => {
    slmgrShall({ ExitCode: 0xc004f050, Say: 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG' });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.match(error.said ?? '', /XXXXX-XXXXX-XXXXX-XXXXX-NGGGG/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /BBBBB/);
  });

  test('is a failure if it exits with 0 and changes nothing', async () => {
    slmgrShall({ Idle: 1 });
    const error = await failure(
      computer.setKmsHost('kms1.contoso.test', null, never),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'not-done');
  });

  test('is a failure if it exits with 0 and changes nothing, even if only the registry can be read', async () => {
    slmgrShall({ Idle: 1 });
    const without = startPc('ending');
    for (const change of [
      () => without.computer.setKmsHost('kms1.contoso.test', null, never),
      () => without.computer.setLookupDomain('contoso.test', never),
    ]) {
      assert.equal((await failure(change(), ChangeRefused)).refusal, 'not-done');
    }
    without.end();
  });

  test('is a failure if it exits with 0 and the registry still disables publishing', async () => {
    // This happens on a PC that isn't an activated KMS host.
    await computer.setDnsPublishing(false, never);
    slmgrShall({ Idle: 1 });
    const error = await failure(computer.setDnsPublishing(true, never), ChangeRefused);
    assert.equal(error.refusal, 'not-done');
  });

  test('is a success only if Windows is licensed afterwards', async () => {
    assert.deepEqual(await computer.activate('windows', never), { way: 'slmgr' });
    const other = startPc('answering');
    const error = await failure(other.computer.activate('windows', never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['not-done', 0xc004f074]);
    other.end();
  });

  test("isn't awaited after the caller aborts", async () => {
    slmgrShall({ Hang: 1 });
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort(new Error('called off'));
    }, 2_000);
    await assert.rejects(computer.setLookupDomain('contoso.test', stop.signal), /called off/);
  });
});

describe('without VBScript', () => {
  const WSH = 'HKLM\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings';

  test('activation uses CIM if VBScript is disabled', async () => {
    tool('reg.exe', 'add', WSH, '/v', 'Enabled', '/t', 'REG_DWORD', '/d', '0', '/f');
    try {
      assert.equal(await computer.vbscript(never), false);
      assert.deepEqual(await computer.activate('windows', never), { way: 'cim' });
      assert.deepEqual(slmgrCalls(), []);
      assert.match(pc.powershellAsked().join('\n'), /"operation":"activate"/);
    } finally {
      attempt('reg.exe', 'delete', WSH, '/v', 'Enabled', '/f');
    }
  });

  test('the setting is also recognized as a string', async () => {
    tool('reg.exe', 'add', WSH, '/v', 'Enabled', '/t', 'REG_SZ', '/d', '0', '/f');
    assert.equal(await computer.vbscript(never), false);
    attempt('reg.exe', 'delete', WSH, '/v', 'Enabled', '/f');
    assert.equal(await computer.vbscript(never), true);
  });

  for (const [what, options] of [
    [
      'cscript.exe',
      { programs: { 'cscript.exe': { file: 'C:\\windows\\system32\\planted.exe' } } },
    ],
    ['slmgr.vbs', { slmgr: 'C:\\windows\\system32\\planted.vbs' }],
  ] as const) {
    test(`activation uses CIM if ${what} is missing`, async () => {
      const without = startPc('licensed', options);
      assert.deepEqual(await without.computer.activate('windows', never), { way: 'cim' });
      without.end();
    });
  }

  test('activation uses CIM if cscript.exe has no script engine', async () => {
    const without = startPc('licensed', {
      programs: {
        // How cscript exits if it has no engine for a script.
        'cscript.exe': { file: process.execPath, before: ['-e', 'process.exit(1)', '--'] },
      },
    });
    assert.deepEqual(await without.computer.activate('windows', never), { way: 'cim' });
    without.end();
  });

  test('activation is refused if PowerShell is missing too', async () => {
    const without = startPc('licensed', {
      slmgr: 'C:\\windows\\system32\\planted.vbs',
      programs: { 'powershell.exe': { file: 'C:\\windows\\system32\\planted.exe' } },
    });
    const error = await failure(without.computer.activate('windows', never), ChangeRefused);
    assert.equal(error.refusal, 'tool-missing');
    without.end();
  });
});
