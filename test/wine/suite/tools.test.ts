/**
 * Output of Windows' tools from real PCs, replayed by fakes through the same code path as the real
 * tools.
 */
import assert from 'node:assert/strict';
import { after, describe } from 'node:test';
import { ping } from '../../../electron/computer/network/ping';
import { PRIORITY } from '../../../electron/computer/windows/process-queue';
import { RegistryReader } from '../../../electron/computer/windows/registry-reader';
import { ChangeRefused, Unreadable } from '../../../electron/engine/computer';
import { failure, never, standIn, startPc, test, type Pc, type ToolAnswer } from './harness';
import { consoleBytes, recordedPings, recordedRun } from '../../support/recorded-tools';

const base64 = (text: string, language = 'zh-TW') =>
  consoleBytes(text, language).toString('base64');

const pcs: Pc[] = [];
after(() => {
  for (const pc of pcs) pc.end();
});

/** Creates a PC with a fake for one of its tools. */
function pcWith(
  tool: 'reg.exe' | 'ipconfig.exe' | 'w32tm.exe',
  answers: readonly ToolAnswer[],
  real: string | null = null,
  mode: Parameters<typeof startPc>[0] = 'answering',
) {
  const { program, calls } = standIn(answers, real);
  const pc = startPc(mode, { programs: { [tool]: program } });
  pcs.push(pc);
  return { ...pc, calls, reader: new RegistryReader(pc.machine, PRIORITY.network) };
}

/** Retries after a timeout, because a fake starts slowly on a busy machine. */
async function patiently<T>(ask: () => Promise<T>, tries = 4): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isLate = error instanceof Unreadable && error.reason === 'timed-out';
    if (!isLate || tries === 1) throw error;
    return patiently(ask, tries - 1);
  }
}

describe('ping.exe', () => {
  test('gets a reply from this PC on this Windows', async () => {
    assert.equal((await ping('127.0.0.1', never)).replied, true);
  });

  const ended = recordedPings().filter(({ exitCode }) => exitCode !== null);
  for (const { language, what, exitCode, bytes, asked, replied } of ended) {
    test(`exiting with ${exitCode} means ${replied ? 'a' : 'no'} reply: ${language}, ${what}`, async () => {
      const { program } = standIn([
        { asked: '-n 1', exitCode: exitCode ?? 0, stdout: bytes.toString('base64') },
      ]);
      assert.equal((await patiently(() => ping(asked, never, [program]))).replied, replied);
    });
  }

  test('is reported as garbled if it exits with 0 and prints nothing', async () => {
    const { program } = standIn([{ asked: '-n 1', exitCode: 0 }]);
    const error = await failure(
      patiently(() => ping('10.0.0.1', never, [program])),
      Unreadable,
    );
    assert.equal(error.reason, 'garbled-answer');
  });
});

describe('reg.exe exiting with 1', () => {
  const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces';
  const PARENT = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
  const missing = (language: string) => {
    const run = recordedRun('reg query of a missing key', language);
    return { exitCode: 1, stderr: consoleBytes(run.stderr, language).toString('base64') };
  };
  const nothingFound = base64(
    '\n\u641c\u5c0b\u7d50\u675f: \u627e\u5230 0 \u500b\u76f8\u7b26\u9805\u76ee\u3002\n',
  );
  const found = base64(`\n${PARENT.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\\Interfaces\n\n`);

  test('after a partial answer returns that part', async () => {
    const half = recordedRun('as reg query /s prints them');
    const { reader } = pcWith('reg.exe', [
      {
        ...{ asked: `query ${KEY} /s`, exitCode: 1, stdout: base64(half.text) },
        stderr: base64('\u932f\u8aa4: \u5b58\u53d6\u88ab\u62d2\u3002\n'),
      },
    ]);
    const [key] = await reader.tree(KEY, ['DhcpNameServer'], never);
    assert.equal(key?.values.get('dhcpnameserver')?.value, '192.0.2.10 192.0.2.39');
  });

  for (const language of ['en', 'de', 'ja', 'zh-TW', 'fr']) {
    test(`for a missing key means that there is no key (${language})`, async () => {
      const { reader } = pcWith('reg.exe', [
        { asked: `query ${KEY}`, ...missing(language) },
        { asked: `query ${PARENT} /f Interfaces`, exitCode: 1, stdout: nothingFound },
      ]);
      assert.deepEqual(await reader.tree(KEY, ['Domain'], never), []);
    });
  }

  for (const [how, read] of Object.entries({
    'a tree': (reader: RegistryReader) => reader.tree(KEY, ['Domain'], never),
    'a key': (reader: RegistryReader) => reader.values(KEY, ['Domain'], never),
    'a value': (reader: RegistryReader) => reader.value(KEY, 'Domain', never),
  })) {
    test(`for an existing key means that access to ${how} is denied`, async () => {
      const { reader } = pcWith('reg.exe', [
        { asked: `query ${KEY}`, ...missing('de') },
        { asked: `query ${PARENT} /f Interfaces`, exitCode: 0, stdout: found },
      ]);
      const error = await failure(read(reader), Unreadable);
      assert.deepEqual([error.reason, error.said], ['access-denied', KEY]);
    });
  }

  test('for an existing key that can be read means that the value is missing', async () => {
    const { reader } = pcWith('reg.exe', [
      { asked: `query ${KEY} /v`, ...missing('fr') },
      { asked: `query ${KEY} /ve`, exitCode: 0, stdout: base64('\nx\n    (x)    REG_SZ    (x)\n') },
      { asked: `query ${PARENT} /f Interfaces`, exitCode: 0, stdout: found },
    ]);
    assert.equal(await reader.value(KEY, 'Domain', never), null);
  });

  test("for a parent that can't be searched means that access is denied", async () => {
    const { reader } = pcWith('reg.exe', [
      { asked: `query ${KEY}`, ...missing('en') },
      { asked: `query ${PARENT} /f Interfaces`, ...missing('en') },
      {
        ...{ asked: 'query HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip /f Parameters' },
        ...{ exitCode: 0, stdout: base64('HKEY_LOCAL_MACHINE\\x\\Parameters\n') },
      },
    ]);
    const error = await failure(reader.tree(KEY, ['Domain'], never), Unreadable);
    assert.deepEqual([error.reason, error.said], ['access-denied', PARENT]);
  });

  test('or any other nonzero code is a failure, whatever it printed', async () => {
    const { reader } = pcWith('reg.exe', [
      { asked: `query ${KEY}`, exitCode: 0xc0000142, stdout: found },
    ]);
    const error = await failure(reader.values(KEY, ['Domain'], never), Unreadable);
    assert.equal(error.reason, 'tool-failed');
  });
});

describe('ipconfig.exe', () => {
  const failed = recordedRun('with Dnscache stopped');

  test("isn't run if PowerShell has flushed the cache and verified it", async () => {
    const pc = pcWith('ipconfig.exe', []);
    assert.deepEqual(await pc.computer.flushDnsCache(never), { way: 'powershell' });
    assert.deepEqual(pc.calls(), []);
  });

  test("isn't trusted if it exits with 0, because only its service's state counts", async () => {
    const answer = { asked: '/flushdns', exitCode: 0, stdout: base64(failed.text, 'en') };
    const pc = pcWith('ipconfig.exe', [answer], null, 'ending');
    const error = await failure(pc.computer.flushDnsCache(never), Unreadable);
    assert.equal(error.tool, 'ipconfig.exe');
  });

  test('has failed if it exits with 1', async () => {
    const pc = pcWith('ipconfig.exe', [{ asked: '/flushdns', exitCode: 1 }], null, 'ending');
    const error = await failure(pc.computer.flushDnsCache(never), ChangeRefused);
    assert.equal(error.refusal, 'tool-failed');
  });
});

describe('w32tm.exe', () => {
  test('reports no error code if it exits with a number of its own', async () => {
    const pc = pcWith('w32tm.exe', [
      { asked: '/resync', exitCode: 1, stdout: base64('no time data', 'en') },
    ]);
    const error = await failure(pc.computer.syncClock(never), ChangeRefused);
    assert.deepEqual(
      [error.refusal, error.code, error.said],
      ['tool-failed', null, 'w32tm.exe exit 1'],
    );
  });

  test('reports an HRESULT that it exits with', async () => {
    const pc = pcWith('w32tm.exe', [{ asked: '/resync', exitCode: 0x800705b4 }]);
    const error = await failure(pc.computer.syncClock(never), ChangeRefused);
    assert.deepEqual([error.refusal, error.code], ['tool-failed', 0x800705b4]);
  });
});

describe('the suffix search list', () => {
  const SEARCH_LIST = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
  const set = (list: string) => ['add', SEARCH_LIST, '/v', 'SearchList', '/d', list, '/f'];

  test('is cleared in the registry if PowerShell leaves it unchanged', async () => {
    const pc = pcWith('reg.exe', [], 'reg.exe');
    await pc.machine.run('reg.exe', set('contoso.test'), { signal: never, limitMs: 20_000 });
    assert.deepEqual((await pc.computer.dnsClientSettings(never)).suffixSearchList, [
      'contoso.test',
    ]);
    assert.deepEqual(await pc.computer.setSuffixSearchList([], never), { way: 'reg.exe' });
    assert.deepEqual((await pc.computer.dnsClientSettings(never)).suffixSearchList, []);
  });

  test("isn't set if the registry doesn't show it, whatever PowerShell reports", async () => {
    const pc = pcWith('reg.exe', [], 'reg.exe');
    const error = await failure(pc.computer.setSuffixSearchList(['a.test'], never), ChangeRefused);
    assert.equal(error.refusal, 'not-done');
  });
});
