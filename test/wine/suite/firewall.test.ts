/**
 * Tests firewall rules in a real registry. On Windows itself nothing is written, and only its own
 * rules are read.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe } from 'node:test';
import {
  ChangeRefused,
  KMS_FIREWALL_RULES,
  Unreadable,
  type Computer,
} from '../../../electron/engine/computer';
import { SPP_KEY } from '../../../electron/engine/registry-keys';
import { createWindowsComputer } from '../../../electron/computer/windows';
import { LOCAL_KEY, MDM_KEY, POLICY_KEY } from '../../../electron/computer/windows/firewall';
import { parseRule } from '../../../shared/firewall-rules';
import { RegistryReader } from '../../../electron/computer/windows/registry-reader';
import { PRIORITY } from '../../../electron/computer/windows/process-queue';
import { Facts } from '../../../electron/engine/facts/facts';
import { diagnose } from '../../../electron/engine/run';
import { Journal } from '../../../electron/engine/journal/journal';
import { planFix } from '../../../electron/engine/fixes';
import { applyFix } from '../../../electron/engine/fixes/apply';
import { undo } from '../../../electron/engine/changes/undo';
import recorded from '../../data/recorded/firewall-rules.json';
import {
  attempt,
  emptyRegistry,
  exportedKey,
  failure,
  never,
  removeFolder,
  replaceKey,
  setting,
  startPc,
  test,
  type Pc,
} from './harness';

const isWine = process.env['WINEPREFIX'] !== undefined;

const LOCAL_RULES = `${LOCAL_KEY}\\FirewallRules`;
const POLICY_RULES = `${POLICY_KEY}\\FirewallRules`;
const MDM_RULES = `${MDM_KEY}\\FirewallRules`;
const [SERVER, DOMAIN] = KMS_FIREWALL_RULES;

type Values = Readonly<Record<string, string | number>>;

/** Replaces registry keys, each with one program run. Backslashes are doubled in .reg files. */
function put(keys: Readonly<Record<string, Values>>): void {
  for (const [key, values] of Object.entries(keys)) {
    const escaped = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\\', '\\\\') : value,
    ]);
    replaceKey(key, Object.fromEntries(escaped) as Values);
  }
}

const textOf = (what: string): string => {
  const { text } = recorded.find((entry) => entry.what.startsWith(what)) ?? {};
  assert.ok(text !== undefined, what);
  return text;
};
const on = (rule: string): string => rule.replace('Active=FALSE', 'Active=TRUE');

/** The two rules of a KMS client, turned off. */
const CLIENT = {
  [SERVER]: textOf('SPPSVC-In-TCP, local'),
  [DOMAIN]: textOf('SPPSVC-In-TCP-NoScope'),
};

const pc = startPc('answering');
const elsewhere = startPc('public');
const silent = startPc('hanging');
after(() => {
  for (const each of [pc, elsewhere, silent]) each.end();
});

const blockedBy = (port = 1688, of: Computer = pc.computer) => of.outboundBlocked(port, never);
const outbound = async (port?: number, of?: Computer) => (await blockedBy(port, of)) !== null;
const inbound = (of: Computer = pc.computer) => of.firewallKmsRule(never);

function emptyFirewall(): void {
  for (const key of [LOCAL_KEY, POLICY_KEY]) attempt('reg.exe', 'delete', key, '/f');
}

describe('the rules of this Windows', { skip: isWine }, () => {
  test('are all rules', async () => {
    const reader = new RegistryReader(pc.machine, PRIORITY.other);
    const key = await reader.values(LOCAL_RULES, 'all', never);
    const texts = [...(key?.values.values() ?? [])].map(({ value }) => String(value));
    assert.ok(texts.length > 100, `${texts.length} rules`);
    assert.deepEqual(
      texts.filter((text) => parseRule(text) === null),
      [],
    );
  });

  test('give a result', async () => {
    assert.ok([null, 'this-pc', 'group-policy'].includes(await blockedBy()));
    assert.equal(typeof (await pc.computer.kmsFirewallRules(never))[SERVER], 'boolean');
  });
});

describe('firewall rules in the registry', { skip: !isWine }, () => {
  beforeEach(() => {
    emptyFirewall();
    emptyRegistry();
  });

  test("that were recorded are read back unchanged and don't block KMS, in every store", async () => {
    const texts = recorded.flatMap(({ text }) => (text?.includes('|') === true ? [text] : []));
    const values = Object.fromEntries(texts.map((text, index) => [`{${index}}`, text]));
    put({ [LOCAL_RULES]: values, [POLICY_RULES]: values, [MDM_RULES]: values });
    const reader = new RegistryReader(pc.machine, PRIORITY.other);
    for (const key of [LOCAL_RULES, POLICY_RULES, MDM_RULES]) {
      const found = await reader.values(key, 'all', never);
      const read = [...(found?.values ?? [])].map(([name, { value }]) => [name, value]);
      assert.deepEqual(Object.fromEntries(read), values);
    }
    assert.equal(await outbound(), false);
    assert.equal(await inbound(), null);
  });

  test("have no effect if they don't exist", async () => {
    assert.equal(await outbound(), false);
    assert.equal(await inbound(), null);
    assert.deepEqual(await pc.computer.kmsFirewallRules(never), {});
  });

  const block = (version: string, rest = '') =>
    `${version}|Action=Block|Active=TRUE|Dir=Out|${rest}Name=\u5c01\u9396 %1 "KMS"|`.replaceAll(
      '"',
      "'",
    );
  const cases: Record<string, [key: string, rule: string, blocked: boolean]> = {
    'a port, v2.10': [LOCAL_RULES, block('v2.10', 'Protocol=6|RPort=1688|'), true],
    'several ports, v2.26': [
      LOCAL_RULES,
      block('v2.26', 'Protocol=6|RPort=80|RPort=1688|RPort=443|'),
      true,
    ],
    'a range of ports, v2.30, by policy': [
      POLICY_RULES,
      block('v2.30', 'Protocol=6|RPort2_10=0-52|RPort2_10=444-1700|'),
      true,
    ],
    'a port, v2.33, by device management': [
      MDM_RULES,
      block('v2.33', 'Protocol=6|Profile=Domain|Profile=Private|RPort=1688|'),
      true,
    ],
    'other ports, by policy': [
      POLICY_RULES,
      block('v2.30', 'Protocol=6|RPort2_10=1-1687|RPort=1689|'),
      false,
    ],
    'the activation program': [
      LOCAL_RULES,
      block('v2.33', 'App=%SystemRoot%\\system32\\sppextcomobj.exe|'),
      true,
    ],
    'the activation program with doubled backslashes': [
      LOCAL_RULES,
      block('v2.31', 'App=C:\\\\Windows\\\\System32\\\\SppExtComObj.exe|'),
      true,
    ],
    'another program': [LOCAL_RULES, block('v2.26', 'App=C:\\Windows\\explorer.exe|'), false],
    'the licensing service': [LOCAL_RULES, block('v2.26', 'Protocol=6|Svc=sppsvc|'), true],
    'another service': [LOCAL_RULES, block('v2.10', 'Protocol=6|Svc=wuauserv|'), false],
    'a package': [POLICY_RULES, block('v2.30', 'AppPkgId=S-1-15-2-1861897761|'), false],
    'another network': [LOCAL_RULES, block('v2.33', 'Profile=Public|'), false],
    'traffic without a rule version': [LOCAL_RULES, block('All'), false],
  };
  for (const [what, [key, rule, blocked]] of Object.entries(cases)) {
    test(`that block ${what} ${blocked ? 'block' : 'leave'} the KMS port`, async () => {
      put({ [LOCAL_RULES]: CLIENT, [key]: { ...CLIENT, '{A}': rule } });
      assert.equal(await outbound(), blocked);
    });
  }

  test('apply to the requested port', async () => {
    put({ [LOCAL_RULES]: { a: block('v2.33', 'Protocol=6|RPort=1690|') } });
    assert.deepEqual(await Promise.all([outbound(1690), outbound(1688)]), [true, false]);
  });

  test('of this PC are ignored if a policy excludes them', async () => {
    const keys = { [LOCAL_RULES]: { a: block('v2.33') } };
    put({ ...keys, [`${POLICY_KEY}\\DomainProfile`]: { AllowLocalPolicyMerge: 0 } });
    assert.equal(await outbound(), false);
    assert.equal(await outbound(1688, elsewhere.computer), true);
  });

  test('are ignored if the firewall is off, according to the setting that takes precedence', async () => {
    const profiles = ['DomainProfile', 'StandardProfile', 'PublicProfile'];
    const off = (root: string, value: number) =>
      Object.fromEntries(profiles.map((name) => [`${root}\\${name}`, { EnableFirewall: value }]));
    put({ [LOCAL_RULES]: { a: block('v2.33') }, ...off(LOCAL_KEY, 0) });
    assert.equal(await outbound(), false);
    put(off(MDM_KEY, 1));
    assert.equal(await outbound(), true);
    put({
      [`${POLICY_KEY}\\DomainProfile`]: { EnableFirewall: 0 },
      // This also applies to public networks unless they have a key of their own.
      [`${POLICY_KEY}\\StandardProfile`]: { EnableFirewall: 0 },
    });
    assert.equal(await outbound(), false);
    put({ [`${POLICY_KEY}\\PrivateProfile`]: { EnableFirewall: 1 } });
    assert.equal(await outbound(1688, elsewhere.computer), true);
  });

  test('must allow KMS if outbound connections are blocked by default', async () => {
    put({ [`${LOCAL_KEY}\\DomainProfile`]: { DefaultOutboundAction: 1 } });
    assert.equal(await blockedBy(), 'this-pc');
    put({ [`${POLICY_KEY}\\DomainProfile`]: { DefaultOutboundAction: 1 } });
    assert.equal(await blockedBy(), 'group-policy');
    put({ [MDM_RULES]: { a: block('v2.33', 'Svc=sppsvc|').replace('Block', 'Allow') } });
    assert.equal(await outbound(), false);
  });

  const inboundCases: Record<string, [rules: Values, here: boolean, elsewhere: boolean]> = {
    'are off': [CLIENT, false, false],
    'are on': [{ [SERVER]: on(CLIENT[SERVER]), [DOMAIN]: on(CLIENT[DOMAIN]) }, true, true],
    'are on for domains': [{ ...CLIENT, [DOMAIN]: on(CLIENT[DOMAIN]) }, true, false],
    'are on except for domains': [{ ...CLIENT, [SERVER]: on(CLIENT[SERVER]) }, false, true],
    "exist together with an administrator's own": [
      { ...CLIENT, '{A}': 'v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1688|Name=KMS|' },
      ...([true, true] as const),
    ],
  };
  for (const [what, [rules, here, there]] of Object.entries(inboundCases)) {
    test(`for KMS clients that ${what} are evaluated by network category`, async () => {
      put({ [LOCAL_RULES]: rules });
      assert.deepEqual(await Promise.all([inbound(), inbound(elsewhere.computer)]), [here, there]);
    });
  }

  test('for KMS clients must match the port that this host listens on', async () => {
    put({ [LOCAL_RULES]: { [SERVER]: on(CLIENT[SERVER]), [DOMAIN]: on(CLIENT[DOMAIN]) } });
    replaceKey(SPP_KEY, { KeyManagementServiceListeningPort: '1690' });
    assert.equal(await inbound(), false);
  });

  test('are read even if they exceed a megabyte', async () => {
    const filler = block('v2.33', `Protocol=6|RPort=443|Desc=${'x'.repeat(700)}|`);
    const many = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [`{${index}}`, filler]),
    );
    put({ [LOCAL_RULES]: { ...many, z: block('v2.33', 'Protocol=6|RPort=1688|') } });
    assert.equal(await outbound(), true);
  });

  test('are read without the IPsec keys that policies store next to them', async () => {
    put({
      [POLICY_RULES]: CLIENT,
      [`${POLICY_KEY}\\Phase1AuthenticationSets\\{A}\\0000`]: { SHKey: 'secret' },
    });
    const record = mkdtempSync(join(tmpdir(), 'kms-firewall-record-'));
    await outbound(1688, createWindowsComputer({ windowsHost: pc.machine, record }));
    const texts = readdirSync(record).map((name) => readFileSync(join(record, name), 'utf8'));
    removeFolder(record);
    assert.match(texts.join('\n'), /SPPSVC-In-TCP/);
    assert.doesNotMatch(texts.join('\n'), /SHKey|secret/);
  });

  test('are unread, not missing, if access is denied', async () => {
    put({ [LOCAL_RULES]: CLIENT, [POLICY_RULES]: CLIENT });
    const found = POLICY_KEY.replace('HKLM', 'HKEY_LOCAL_MACHINE');
    // Wine's reg.exe never denies access to a key, and it can't search for one.
    const refuses = `
      const [verb, key, ...rest] = process.argv.slice(1);
      if (key === ${JSON.stringify(POLICY_KEY)}) process.exit(1);
      if (rest.includes('/f')) {
        console.log(${JSON.stringify(found)});
        process.exit(0);
      }
      const { spawnSync } = require('node:child_process');
      const real = spawnSync('C:\\\\windows\\\\system32\\\\reg.exe', [verb, key, ...rest]);
      process.stdout.write(real.stdout);
      process.exitCode = real.status;`;
    const denied = startPc('answering', {
      programs: { 'reg.exe': { file: process.execPath, before: ['-e', refuses, '--'] } },
    });
    const error = await failure(outbound(1688, denied.computer), Unreadable);
    denied.end();
    assert.deepEqual([error.reason, error.said], ['access-denied', POLICY_KEY]);
  });

  test('need no PowerShell if every network has the same result', async () => {
    put({ [LOCAL_RULES]: { ...CLIENT, a: block('v2.33', 'Protocol=6|RPort=1688|') } });
    assert.equal(await outbound(1688, silent.computer), true);
    assert.equal(await inbound(silent.computer), false);
    assert.deepEqual(silent.powershellStarts(), []);
  });

  test("don't wait long for a silent PowerShell", async () => {
    put({ [LOCAL_RULES]: { a: block('v2.33', 'Profile=Public|') } });
    const start = performance.now();
    const error = await failure(outbound(1688, silent.computer), Unreadable);
    assert.equal(error.reason, 'timed-out');
    assert.ok(performance.now() - start < 15_000);
  });
});

describe('switching the rules for KMS clients', { skip: !isWine }, () => {
  const host = startPc('kms-host');
  const folder = mkdtempSync(join(tmpdir(), 'kms-firewall-'));
  beforeEach(() => {
    emptyFirewall();
    emptyRegistry();
  });
  after(() => {
    host.end();
    removeFolder(folder);
  });

  const factOptions = {
    dnsServers: [{ address: '127.0.0.1', port: setting.dnsPort }],
    domains: ['contoso.test'],
  };

  /** Applies the fix, undoes it, and returns the rules in between. */
  async function thereAndBack({ computer }: Pc, name: string) {
    const context = {
      computer,
      journal: new Journal(join(folder, name)),
      signal: never,
      factOptions,
    };
    const { snapshot } = await diagnose(computer, factOptions).result;
    const facts = new Facts(computer, factOptions, never);
    const planned = await planFix('open-kms-firewall', {}, snapshot, facts);
    assert.ok(planned.ok, JSON.stringify(planned));
    const applied = await applyFix(planned, context);
    assert.ok(applied.outcome === 'ended', JSON.stringify(applied));
    assert.ok(['applied', 'verified'].includes(applied.result), JSON.stringify(applied.failure));
    const between = await computer.kmsFirewallRules(never);
    const undone = await undo(null, context);
    assert.equal(undone.outcome, 'undone', JSON.stringify(undone));
    return between;
  }

  test('switches the only rule on a server, and back byte for byte', async () => {
    put({
      [LOCAL_RULES]: { [SERVER]: CLIENT[SERVER].replace('Profile=Private|Profile=Public|', '') },
    });
    const before = exportedKey(LOCAL_RULES);
    assert.deepEqual(await thereAndBack(host, 'server'), { [SERVER]: true });
    assert.equal(exportedKey(LOCAL_RULES), before);
  });

  test('switches both rules on a client, and each back to its previous state', async () => {
    put({ [LOCAL_RULES]: { ...CLIENT, [SERVER]: on(CLIENT[SERVER]) } });
    const before = exportedKey(LOCAL_RULES);
    assert.deepEqual(await thereAndBack(host, 'client'), { [SERVER]: true, [DOMAIN]: true });
    assert.equal(exportedKey(LOCAL_RULES), before);
  });

  test("fails if the registry doesn't show the change, whatever the cmdlet reports", async () => {
    put({ [LOCAL_RULES]: CLIENT });
    const liar = startPc('licensed');
    const error = await failure(
      liar.computer.setKmsFirewallRules({ [SERVER]: true, [DOMAIN]: true }, never),
      ChangeRefused,
    );
    liar.end();
    assert.deepEqual([error.refusal, error.said], ['not-done', `${SERVER}, ${DOMAIN}`]);
  });
});
