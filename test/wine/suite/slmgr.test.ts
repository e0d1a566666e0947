import assert from 'node:assert/strict';
import { after, beforeEach, describe } from 'node:test';
import { ChangeRefused } from '../../../electron/engine/computer';
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

describe('slmgr gets one argument', () => {
  const forms: [what: string, host: string, port: number | null, word: string][] = [
    ['for a name', 'kms1.contoso.test', null, 'kms1.contoso.test'],
    ['for a name and a port', 'kms1.contoso.test', 1690, 'kms1.contoso.test:1690'],
    ['for a NetBIOS name', 'KMS1', null, 'KMS1'],
    ['for an IPv4 address and a port', '10.0.0.20', 1688, '10.0.0.20:1688'],
    ['for an IPv6 address', '[fe80::1]', null, '[fe80::1]'],
    ['for an IPv6 address and a port', '[fe80::1]', 1688, '[fe80::1]:1688'],
    ['for a name in letters of another script', '\u540d\u7a31', null, '\u540d\u7a31'],
    ['for such a name and a port', '\u540d\u7a31', 1690, '\u540d\u7a31:1690'],
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
    await runSlmgr(pc.machine, pc.places, ['-skms', ':1690'], never);
    assert.deepEqual(slmgrCalls(), ['[-skms][:1690]']);
    assert.equal(await text('KeyManagementServicePort'), '1690');
  });

  test('for a lookup domain, and none to forget it', async () => {
    await computer.setLookupDomain('contoso.test', never);
    await computer.setLookupDomain(null, never);
    assert.deepEqual(slmgrCalls(), ['[-skms-domain][contoso.test]', '[-ckms-domain]']);
  });

  test('never, to go back to finding a host by itself', async () => {
    await computer.setKmsHost('kms1.contoso.test', 1690, never);
    slmgrCalls();
    assert.deepEqual(await computer.setKmsHost(null, null, never), { way: 'slmgr' });
    assert.deepEqual(slmgrCalls(), ['[-ckms]']);
    assert.equal(await text('KeyManagementServiceName'), null);
  });

  test('never, to publish or not', async () => {
    await computer.setDnsPublishing(false, never);
    assert.equal((await computer.registryValue(at('DisableDnsPublishing'), never))?.value, 1);
    await computer.setDnsPublishing(true, never);
    assert.deepEqual(slmgrCalls(), ['[-cdns]', '[-sdns]']);
  });

  test('and its way back leaves the key byte for byte as it was', async () => {
    const before = exportedKey();
    await computer.setKmsHost('kms1.contoso.test', 1690, never);
    assert.notEqual(exportedKey(), before);
    await computer.setKmsHost(null, null, never);
    assert.equal(exportedKey(), before);
  });
});

describe('slmgr never sees', () => {
  for (const [what, host] of [
    ['a second command', 'kms1 & calc'],
    ['a quotation mark', 'kms1" & calc & "'],
    ['a variable of the shell', '%PATH%'],
    ['a newline', 'kms1\r\ncalc'],
    ['an option', '-upk'],
    ['an option with a slash', '/upk'],
    ['an IPv6 address without brackets', 'fe80::1'],
    ['brackets around something else', '[kms1]'],
    ['nothing at all', ''],
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

  test('a port that is none', async () => {
    const error = await failure(
      Promise.resolve().then(() => computer.setKmsHost('kms1', 65_536, never)),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'not-supported-here');
  });

  test('a product key: it goes to PowerShell, over its standard input', async () => {
    const key = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG';
    assert.deepEqual(await computer.installProductKey(key, 'mak', never), { way: 'cim' });
    assert.deepEqual(slmgrCalls(), []);
    assert.ok(pc.powershellAsked().some((line) => line.includes(key)));
    assert.doesNotMatch(JSON.stringify(pc.powershellStarts()), /BBBBB/);
  });
});

describe('how slmgr ends', () => {
  test('an HRESULT comes back as that', async () => {
    slmgrShall({ ExitCode: 0xc004f074 });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['tool-failed', 0xc004f074]);
    assert.deepEqual(slmgrCalls(), ['[-ato]']);
  });

  test('a denied access is one', async () => {
    slmgrShall({ ExitCode: 0x80070005 });
    assert.equal(
      (await failure(computer.activate('windows', never), ChangeRefused)).refusal,
      'access-denied',
    );
  });

  test('its words in Chinese are kept as it said them', async () => {
    slmgrShall({ ExitCode: 0xc004f074 });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.match(
      error.said ?? '',
      /\u91d1\u9470\u7ba1\u7406\u670d\u52d9\u96fb\u8166\u540d\u7a31\u5df2\u6210\u529f\u8a2d\u5b9a\u3002/,
    );
  });

  test('a product key in its words is masked', async () => {
    slmgrShall({ ExitCode: 0xc004f050, Say: 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG' });
    const error = await failure(computer.activate('windows', never), ChangeRefused);
    assert.match(error.said ?? '', /XXXXX-XXXXX-XXXXX-XXXXX-NGGGG/);
    assert.doesNotMatch(JSON.stringify(error) + error.message, /BBBBB/);
  });

  test('exit code 0 with nothing done is not done', async () => {
    slmgrShall({ Idle: 1 });
    const error = await failure(
      computer.setKmsHost('kms1.contoso.test', null, never),
      ChangeRefused,
    );
    assert.equal(error.refusal, 'not-done');
  });

  test('exit code 0 with nothing done is not done, also where the registry alone can be read', async () => {
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

  test('exit code 0 for publishing is not done where the registry still forbids it', async () => {
    // So it is on a PC that is no activated KMS host.
    await computer.setDnsPublishing(false, never);
    slmgrShall({ Idle: 1 });
    const error = await failure(computer.setDnsPublishing(true, never), ChangeRefused);
    assert.equal(error.refusal, 'not-done');
  });

  test('exit code 0 counts as activated when Windows is licensed', async () => {
    assert.deepEqual(await computer.activate('windows', never), { way: 'slmgr' });
    const other = startPc('answering');
    const error = await failure(other.computer.activate('windows', never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['not-done', 0xc004f074]);
    other.end();
  });

  test('it is ended with the person who calls it off', async () => {
    slmgrShall({ Hang: 1 });
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort(new Error('called off'));
    }, 2_000);
    await assert.rejects(computer.setLookupDomain('contoso.test', stop.signal), /called off/);
  });
});

describe('where VBScript cannot run', () => {
  const WSH = 'HKLM\\SOFTWARE\\Microsoft\\Windows Script Host\\Settings';

  test('switched off, the methods of CIM are called instead', async () => {
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

  test('as a text as well', async () => {
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
    test(`${what} missing, too`, async () => {
      const without = startPc('licensed', options);
      assert.deepEqual(await without.computer.activate('windows', never), { way: 'cim' });
      without.end();
    });
  }

  test('a cscript.exe that has no engine, too', async () => {
    const without = startPc('licensed', {
      programs: {
        // What cscript does with a script that it has no engine for.
        'cscript.exe': { file: process.execPath, before: ['-e', 'process.exit(1)', '--'] },
      },
    });
    assert.deepEqual(await without.computer.activate('windows', never), { way: 'cim' });
    without.end();
  });

  test('without PowerShell either, it is refused', async () => {
    const without = startPc('licensed', {
      slmgr: 'C:\\windows\\system32\\planted.vbs',
      programs: { 'powershell.exe': { file: 'C:\\windows\\system32\\planted.exe' } },
    });
    const error = await failure(without.computer.activate('windows', never), ChangeRefused);
    assert.equal(error.refusal, 'tool-missing');
    without.end();
  });
});
