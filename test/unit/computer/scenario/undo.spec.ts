import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangeReceipt, type ComputerChanges } from '@engine/computer';
import { SPP_KEY } from '@engine/registry-keys';
import { CLIENT_SETUP_KEYS } from '@shared/client-setup-keys';
import type { ScenarioComputer } from '../../../../electron/computer/scenario';
import { KMS_HOST, UNLICENSED, pc, reopened, scenarioFile, signal, type Scenario } from './pc';

const MADE_UP = 'BCDFG-HJKMP-QRTVW-XY234-N6789';
const FORMER_KEY = CLIENT_SETUP_KEYS.find(({ key }) => key.endsWith('2YT43'))?.key ?? '';

/** A change as the executor makes it: it reads the previous state and can restore it. */
interface Reversible {
  readonly name: string;
  readonly make: (computer: ScenarioComputer) => Promise<ChangeReceipt>;
  /** Reads the previous state; the returned function makes the inverse change, possibly in another process. */
  readonly before: (
    computer: ScenarioComputer,
  ) => Promise<(computer: ComputerChanges) => Promise<unknown>>;
}

const kmsHost = (host: string | null, port: number | null): Reversible => ({
  name: `kms host ${host}:${port}`,
  make: (computer) => computer.setKmsHost(host, port, signal),
  before: async (computer) => {
    const row = await computer.licensingService(signal);
    const machine = String(row.KeyManagementServiceMachine ?? '') || null;
    const formerPort = Number(row.KeyManagementServicePort ?? 0) || null;
    return (later) => later.setKmsHost(machine, machine === null ? null : formerPort, signal);
  },
});

const lookupDomain = (domain: string | null): Reversible => ({
  name: `lookup domain ${domain}`,
  make: (computer) => computer.setLookupDomain(domain, signal),
  before: async (computer) => {
    const row = await computer.licensingService(signal);
    const former = String(row.KeyManagementServiceLookupDomain ?? '') || null;
    return (later) => later.setLookupDomain(former, signal);
  },
});

const publishing = (enabled: boolean): Reversible => ({
  name: `publishing ${enabled}`,
  make: (computer) => computer.setDnsPublishing(enabled, signal),
  before: async (computer) => {
    const row = await computer.licensingService(signal);
    const value = await computer.registryValue(
      { key: SPP_KEY, name: 'DisableDnsPublishing' },
      signal,
    );
    const former = row.KeyManagementServiceDnsPublishing !== false && !value?.value;
    return (later) => later.setDnsPublishing(former, signal);
  },
});

const registry = (value: readonly string[] | null): Reversible => {
  const location = { key: SPP_KEY, name: 'DnsDomainPublishList' } as const;
  return {
    name: `registry ${JSON.stringify(value)}`,
    make: (computer) =>
      computer.setRegistryValue(location, value && { type: 'REG_MULTI_SZ', value }, signal),
    before: async (computer) => {
      const former = await computer.registryValue(location, signal);
      return (later) => later.setRegistryValue(location, former, signal);
    },
  };
};

const serviceStart = (start: 'automatic' | 'disabled'): Reversible => ({
  name: `start ${start}`,
  make: (computer) => computer.setServiceStart('Dnscache', start, signal),
  before: async (computer) => {
    const former = (await computer.service('Dnscache', signal))?.start ?? 'automatic';
    return (later) => later.setServiceStart('Dnscache', former, signal);
  },
});

const firewall = (enabled: boolean): Reversible => ({
  name: `firewall ${enabled}`,
  make: (computer) => computer.setKmsFirewallRules({ 'SPPSVC-In-TCP': enabled }, signal),
  before: async (computer) => {
    const former = (await computer.firewallKmsRule(signal)) === true;
    return (later) => later.setKmsFirewallRules({ 'SPPSVC-In-TCP': former }, signal);
  },
});

const suffixes = (list: readonly string[]): Reversible => ({
  name: `suffixes ${list.join()}`,
  make: (computer) => computer.setSuffixSearchList(list, signal),
  before: async (computer) => {
    const former = (await computer.dnsClientSettings(signal)).suffixSearchList;
    return (later) => later.setSuffixSearchList(former, signal);
  },
});

const record = (domain: string): Reversible => {
  const spec = {
    zone: domain,
    name: `_vlmcs._tcp.${domain}`,
    target: 'new.contoso.com',
    port: 1688,
    priority: 0,
    weight: 0,
    ttl: 3600,
  };
  const how = { method: 'windows-dns', server: null } as const;
  return {
    name: `record in ${domain}`,
    make: (computer) => computer.addSrvRecord(spec, how, signal),
    before: async (computer) => {
      const there = await computer.resolve(spec.name, 'SRV', signal);
      const known = there.records.some(
        (found) => 'target' in found && found.target === spec.target,
      );
      return (later) => (known ? Promise.resolve() : later.removeSrvRecord(spec, how, signal));
    },
  };
};

const dnsServers = (servers: readonly string[] | null): Reversible => ({
  name: `DNS servers ${JSON.stringify(servers)}`,
  make: (computer) => computer.setDnsServers('Ethernet', servers, signal),
  before: async (computer) => {
    const [former] = await computer.adapters(signal);
    const typed = former?.dnsServersFrom === 'static' ? former.dnsServers : null;
    return (later) => later.setDnsServers('Ethernet', typed, signal);
  },
});

const CHANGES: readonly Reversible[] = [
  kmsHost('kms9.contoso.com', 2500),
  kmsHost('[fd00::20]', null),
  kmsHost(null, null),
  lookupDomain('fabrikam.com'),
  lookupDomain(null),
  publishing(true),
  publishing(false),
  registry(['a.contoso.com,10,100', 'b.contoso.com']),
  registry(null),
  serviceStart('disabled'),
  serviceStart('automatic'),
  firewall(true),
  firewall(false),
  suffixes([]),
  suffixes(['contoso.com', 'fabrikam.com']),
  record('contoso.com'),
  record('fabrikam.com'),
  dnsServers(['10.0.0.10', '10.0.0.11']),
  dnsServers(null),
];

const otherCase = SPP_KEY.toUpperCase();

/** Detailed and nearly empty files. All have a firewall rule, since Windows can't create it. */
const FILES: readonly Scenario[] = [
  { computer: { firewallKmsRule: false } },
  { ...KMS_HOST, services: { DNSCACHE: { start: 'manual' }, sppsvc: {} } },
  {
    computer: { firewallKmsRule: true, dnsSuffixSearchList: [] },
    licensing: {},
    registry: {},
    dns: {},
  },
  {
    computer: { firewallKmsRule: false },
    licensing: {
      service: {
        KeyManagementServiceMachine: null,
        KeyManagementServicePort: 1688,
        KeyManagementServiceDnsPublishing: false,
      },
    },
    registry: { [otherCase]: {} },
    dns: { servers: { '10.0.0.10': {} }, resolverCache: null },
  },
  {
    computer: { firewallKmsRule: true },
    registry: {
      [otherCase]: {
        KeyManagementServiceName: { type: 'REG_SZ', value: 'old.contoso.com' },
        KeyManagementServicePort: { type: 'REG_SZ', value: '1688' },
        keymanagementservicelookupdomain: { type: 'REG_EXPAND_SZ', value: 'old.contoso.com' },
        DisableDnsPublishing: { type: 'REG_DWORD', value: 7 },
        dnsdomainpublishlist: { type: 'REG_SZ', value: 'one.contoso.com' },
      },
    },
    services: { Dnscache: {}, sppsvc: {} },
    dns: {
      servers: {
        '10.0.0.10': {
          records: [
            { name: '_VLMCS._tcp.contoso.com.', type: 'SRV', target: 'New.contoso.com' },
            { name: 'fabrikam.com', type: 'A', address: '10.0.0.1' },
          ],
        },
      },
    },
  },
];

/** Makes the changes in sequence, each in a separate process, then undoes them in reverse order. */
async function applyAndUndo(file: Scenario, changes: readonly Reversible[]) {
  let computer = pc(file);
  const journal: { memory: string; undo: (computer: ComputerChanges) => Promise<unknown> }[] = [];
  for (const change of changes) {
    const undo = await change.before(computer);
    journal.push({ memory: JSON.stringify(computer.captureState()), undo });
    await change.make(computer);
    computer = reopened(computer);
  }
  const changed = computer.document();
  for (const { memory, undo } of journal.reverse()) {
    await undo(computer.forUndo(JSON.parse(memory)));
    computer = reopened(computer);
  }
  return { changed, document: computer.document() };
}

describe('undone change', () => {
  for (const [index, file] of FILES.entries()) {
    it.each(CHANGES)(`restores file ${index}: $name`, async (change) => {
      const { document } = await applyAndUndo(file, [change]);
      expect(document).toEqual(scenarioFile(file));
    });
  }

  it('restores every file, whatever the other changes', async () => {
    let changedSomething = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FILES),
        fc.array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 8 }),
        async (file, changes) => {
          const { changed, document } = await applyAndUndo(file, changes);
          if (JSON.stringify(changed) !== JSON.stringify(scenarioFile(file))) changedSomething += 1;
          expect(document).toEqual(scenarioFile(file));
        },
      ),
      { seed: 1688, numRuns: 300 },
    );
    expect(changedSomething).toBeGreaterThan(200);
  }, 20_000);

  it('preserves other settings that changed in between', async () => {
    const computer = pc({ computer: { firewallKmsRule: true } });
    const memory = computer.captureState();
    await computer.setKmsHost('kms9', null, signal);
    await computer.setLookupDomain('fabrikam.com', signal);
    await computer.forUndo(memory).setKmsHost(null, null, signal);
    expect(computer.document().licensing).toEqual({
      service: { KeyManagementServiceLookupDomain: 'fabrikam.com' },
    });
  });

  it('preserves other settings of the same product that changed in between', async () => {
    const row = { ID: 'ab-1', PartialProductKey: '2YT43', LicenseStatus: 5 };
    const former = { KeyManagementServiceMachine: 'old' };
    const computer = pc({ licensing: { products: [{ ...row, ...former }] } });
    const memory = computer.captureState();
    await computer.setKmsHost(null, null, signal, 'ab-1');
    await computer.setLookupDomain('fabrikam.com', signal, 'ab-1');
    await computer.forUndo(memory).setKmsHost('old', null, signal, 'ab-1');
    expect(computer.document().licensing?.products?.[0]).toMatchObject({
      ...former,
      KeyManagementServiceLookupDomain: 'fabrikam.com',
    });
  });

  it('has no effect if it was never made', async () => {
    const computer = pc({ registry: {} });
    const memory = computer.captureState();
    for (const undo of [
      (changes: ComputerChanges) => changes.setKmsHost(null, null, signal),
      (changes: ComputerChanges) => changes.setDnsPublishing(true, signal),
      (changes: ComputerChanges) => changes.setSuffixSearchList(['contoso.com'], signal),
    ]) {
      await undo(computer.forUndo(memory));
    }
    expect(computer.document()).toEqual(scenarioFile({ registry: {} }));
  });

  it('is applied like any other change if the remembered state is unusable', async () => {
    for (const memory of [undefined, null, 'x', { computer: 1 }, {}]) {
      const computer = pc({});
      await computer.setKmsHost('kms9', null, signal);
      await computer.forUndo(memory).setKmsHost('kms8', 2500, signal);
      expect(await computer.licensingService(signal)).toMatchObject({
        KeyManagementServiceMachine: 'kms8',
        KeyManagementServicePort: 2500,
      });
    }
  });

  it("doesn't restore the remembered value if another one is requested", async () => {
    const computer = pc({ licensing: { service: { KeyManagementServiceMachine: 'old' } } });
    const memory = computer.captureState();
    await computer.setKmsHost('kms9', null, signal);
    await computer.forUndo(memory).setKmsHost('wanted', null, signal);
    expect((await computer.licensingService(signal)).KeyManagementServiceMachine).toBe('wanted');
  });
});

describe('undone product key', () => {
  const unlicensed: Scenario = {
    licensing: {
      products: [
        { Name: 'Office', ApplicationID: 'x' },
        { ...UNLICENSED, Extra: 1 },
      ],
    },
  };

  it('restores the previous row with its error if the previous key is public', async () => {
    let computer = pc(unlicensed);
    const memory = computer.captureState();
    await computer.installProductKey(MADE_UP, 'mak', signal);
    await computer.activate('windows', signal);
    const journal = JSON.stringify(memory);
    expect(journal).not.toContain('HJKMP');
    computer = reopened(computer);
    await computer.forUndo(JSON.parse(journal)).installProductKey(FORMER_KEY, 'kms-client', signal);
    expect(computer.document()).toEqual(scenarioFile(unlicensed));
  });

  it("doesn't restore the license, so Windows must be activated again", async () => {
    const licensed: Scenario = {
      licensing: { products: [{ ...UNLICENSED, LicenseStatus: 1, LicenseStatusReason: 0 }] },
    };
    const computer = pc(licensed);
    const memory = computer.captureState();
    await computer.installProductKey(MADE_UP, 'mak', signal);
    await computer.forUndo(memory).installProductKey(FORMER_KEY, 'kms-client', signal);
    expect(computer.document().licensing?.products?.[0]).toMatchObject({
      PartialProductKey: '2YT43',
      LicenseStatus: 0,
    });
  });

  it("isn't confused with another key", async () => {
    const computer = pc(unlicensed);
    const memory = computer.captureState();
    await computer.installProductKey(MADE_UP, 'mak', signal);
    const other = CLIENT_SETUP_KEYS.find(({ editionIds }) => editionIds.includes('Education'));
    await computer.forUndo(memory).installProductKey(other?.key ?? '', 'kms-client', signal);
    expect(computer.document().licensing?.products?.[1]).toMatchObject({
      LicenseFamily: 'Education',
      LicenseStatusReason: 0,
    });
  });
});
