import assert from 'node:assert/strict';
import { networkInterfaces, hostname } from 'node:os';
import { after, before, describe } from 'node:test';
import { systemLocale } from '../../../shared/system-locale';
import { createWindowsComputer } from '../../../electron/computer/windows';
import { systemLanguage } from '../../../electron/cli/system-language';
import { attempt, never, standIn, startPc, test, tool } from './harness';

const pc = startPc('answering');
const { computer } = pc;
after(() => {
  pc.end();
});

const TCPIP = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
const INTERFACE = `${TCPIP}\\Interfaces\\{11111111-2222-3333-4444-555555555555}`;
const POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient';
const NETLOGON = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon';
const STATE = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine';

const set = (key: string, name: string, value: string, type = 'REG_SZ') => {
  tool('reg.exe', 'add', key, '/v', name, '/t', type, '/d', value, '/f');
};

/**
 * Returns the language that a command uses without an option or the usual environment variables.
 */
async function languageOfCommand(): Promise<string> {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  delete process.env['LC_ALL'];
  delete process.env['LC_MESSAGES'];
  delete process.env['LANG'];
  try {
    return await systemLanguage();
  } finally {
    Object.assign(process.env, {
      ...(LC_ALL !== undefined && { LC_ALL }),
      ...(LC_MESSAGES !== undefined && { LC_MESSAGES }),
      ...(LANG !== undefined && { LANG }),
    });
  }
}

describe('the identity of this PC', () => {
  test('includes its name, its build and the ID from the registry', async () => {
    const system = await computer.system(never);
    assert.equal(system.name, hostname());
    assert.ok(system.build !== null && system.build >= 10_240);
    assert.match(system.id, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(pc.powershellStarts().length, 0);
  });

  test('is elevated if it can read a key that only administrators can', async () => {
    assert.equal((await computer.system(never)).elevated, true);
    assert.deepEqual(pc.powershellAsked(), []);
  });

  test('has an unknown elevation if the query takes too long, without delaying others', async () => {
    const TOOK_MS = 12_000;
    const { program } = standIn([{ asked: 'query HKU', exitCode: 0, afterMs: TOOK_MS }]);
    const held = startPc('ending', { programs: { 'reg.exe': program } });
    const asked = createWindowsComputer({
      windowsHost: {
        ...held.machine,
        host: () => pc.machine.host(),
        query: (...given) => held.machine.query(...given),
        run: (tool, args, patience) =>
          (args[1] === 'HKU\\S-1-5-19' ? held : pc).machine.run(tool, args, patience),
      },
    });
    const start = performance.now();
    const system = asked.system(never);
    const others = asked.dnsClientSettings(never).then(() => 'others');
    assert.equal(await Promise.race([others, system.then(() => 'system')]), 'others');
    assert.equal((await system).elevated, null);
    assert.ok(performance.now() - start < TOOK_MS);
    held.end();
  });

  test("includes from the registry whether it's a server", async () => {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
    set(key, 'InstallationType', 'Server Core');
    assert.equal((await computer.system(never)).server, true);
    set(key, 'InstallationType', 'Client');
    assert.equal((await computer.system(never)).server, false);
    attempt('reg.exe', 'delete', key, '/v', 'InstallationType', '/f');
  });

  test('includes the language that the user selected', async () => {
    const key = 'HKCU\\Control Panel\\Desktop';
    set(key, 'PreferredUILanguages', 'zh-TW', 'REG_MULTI_SZ');
    assert.equal((await computer.system(never)).uiLanguage, 'zh-TW');
    attempt('reg.exe', 'delete', key, '/v', 'PreferredUILanguages', '/f');
  });

  test('includes the language that Windows selected if the user selected none', async () => {
    const key = 'HKCU\\Control Panel\\Desktop\\MuiCached';
    set(key, 'MachinePreferredUILanguages', 'de-DE', 'REG_MULTI_SZ');
    assert.equal((await computer.system(never)).uiLanguage, 'de-DE');
    assert.equal(await languageOfCommand(), 'de-DE');
    attempt('reg.exe', 'delete', key, '/f');
  });

  test('includes the only installed language', async () => {
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\MUI\\UILanguages';
    set(`${key}\\fr-FR`, 'LCID', '1036', 'REG_DWORD');
    assert.equal((await computer.system(never)).uiLanguage, 'fr-FR');
    set(`${key}\\ja-JP`, 'LCID', '1041', 'REG_DWORD');
    assert.equal(await languageOfCommand(), systemLocale());
    attempt('reg.exe', 'delete', key, '/f');
  });
});

describe('the KMS hosts of the machine policy', () => {
  const key = 'HKLM\\SOFTWARE\\Policies\\KMS Doctor';
  const hosts = async () => computer.policyKmsHosts?.(never);

  after(() => {
    attempt('reg.exe', 'delete', key, '/f');
  });

  test("are empty without the policy, or if it isn't a list", async () => {
    assert.deepEqual(await hosts(), []);
    set(key, 'KmsHosts', 'kms1.contoso.test');
    assert.deepEqual(await hosts(), []);
  });

  test('are read from the list, one per entry', async () => {
    set(key, 'KmsHosts', 'kms1.contoso.test\\0kms2.contoso.test:1690', 'REG_MULTI_SZ');
    assert.deepEqual(await hosts(), ['kms1.contoso.test', 'kms2.contoso.test:1690']);
  });
});

describe('the network settings of this PC', () => {
  const [own] = Object.entries(networkInterfaces()).filter(([, found = []]) =>
    found.some(({ internal, family }) => !internal && family === 'IPv4'),
  );
  const address = own?.[1]?.find(({ family }) => family === 'IPv4')?.address ?? '';

  before(() => {
    set(INTERFACE, 'DhcpIPAddress', address);
    set(INTERFACE, 'DhcpDefaultGateway', '10.0.0.1', 'REG_MULTI_SZ');
    set(INTERFACE, 'DhcpDomain', 'lan.contoso.test');
    set(INTERFACE, 'DhcpNameServer', '10.0.0.10 10.0.0.11');
  });
  after(() => {
    attempt('reg.exe', 'delete', INTERFACE, '/f');
    attempt('reg.exe', 'delete', POLICY, '/f');
    attempt('reg.exe', 'delete', STATE, '/f');
    set(NETLOGON, 'Start', '3', 'REG_DWORD');
    attempt('reg.exe', 'delete', TCPIP, '/v', 'SearchList', '/f');
    set(TCPIP, 'Domain', '');
  });

  test(
    "combine Node's adapters with their registry settings",
    { skip: address === '' },
    async () => {
      const adapters = await computer.adapters(never);
      const mine = adapters.find(({ name }) => name === own?.[0]);
      assert.ok(mine !== undefined && mine.addresses.includes(address));
      assert.deepEqual(mine.gateways, ['10.0.0.1']);
      assert.equal(mine.connectionSuffix, 'lan.contoso.test');
      assert.ok(adapters.every(({ up }) => up));
    },
  );

  test('prefer static settings over those from DHCP', { skip: address === '' }, async () => {
    set(INTERFACE, 'Domain', 'typed.contoso.test');
    set(INTERFACE, 'DefaultGateway', '10.0.0.2', 'REG_MULTI_SZ');
    const mine = (await computer.adapters(never)).find(({ name }) => name === own?.[0]);
    assert.equal(mine?.connectionSuffix, 'typed.contoso.test');
    assert.deepEqual(mine.gateways, ['10.0.0.2']);
  });

  test('include the primary suffix and the suffix search list', async () => {
    set(TCPIP, 'Domain', 'contoso.test');
    set(TCPIP, 'SearchList', 'contoso.test,corp.contoso.test');
    assert.deepEqual(await computer.dnsClientSettings(never), {
      adDomain: null,
      primaryDnsSuffix: 'contoso.test',
      suffixSearchList: ['contoso.test', 'corp.contoso.test'],
    });
  });

  test('prefer group policy over local settings', async () => {
    set(POLICY, 'SearchList', 'policy.test');
    const { suffixSearchList } = await computer.dnsClientSettings(never);
    assert.deepEqual(suffixSearchList, ['policy.test']);
    attempt('reg.exe', 'delete', POLICY, '/f');
  });

  test('include a domain if Netlogon starts automatically', async () => {
    set(NETLOGON, 'Start', '2', 'REG_DWORD');
    assert.equal((await computer.dnsClientSettings(never)).adDomain, 'contoso.test');
    set(STATE, 'Distinguished-Name', 'CN=PC,OU=Office,DC=ad,DC=contoso,DC=test');
    assert.equal((await computer.dnsClientSettings(never)).adDomain, 'ad.contoso.test');
    set(NETLOGON, 'Start', '3', 'REG_DWORD');
    assert.equal((await computer.dnsClientSettings(never)).adDomain, null);
  });

  test('are read without PowerShell', () => {
    assert.deepEqual(pc.powershellStarts(), []);
  });
});
