/** Plans and refusals of each fix for given facts and parameters. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { APPLICATION_IDS } from '@shared/kms';
import type { Message } from '@shared/message';
import { clientSetupKeyFor } from '@shared/client-setup-keys';
import { translateMessage, translator } from '@shared/i18n';
import { lastFiveOf } from '@shared/product-key';
import { Facts } from '@engine/facts/facts';
import { Unreadable } from '@engine/computer';
import { fixOf, planFix, type PlanResult } from '@engine/fixes';
import { domainWithRecord, ownFullName, ownPort, suggestedHosts } from '@engine/fixes/suggest';
import { viewPlan } from '@engine/fixes/views';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { assess } from '@engine/verdict/assessment';
import { readCase } from '../../../scenarios/cases';
import { answer, inDomains, lookup, read, srv, target, unread } from '../facts/fact-snapshots';
import { computerOf, keyFile, licensing, FAKE_KEY, pc, type Pc } from './fixtures';

const t = translator('en');

/** Returns the keys of messages and verifies that each translation is complete. */
const keys = (messages: readonly Message[]): string[] =>
  messages.map((message) => {
    expect(translateMessage(t, message)).toMatch(/^(?!.*(\{\{|undefined)).*\S$/s);
    return message.key;
  });

/** Summarizes a plan or refusal. */
function brief(result: PlanResult) {
  if (!result.ok) {
    const { problem, messages } = result.refusal;
    return {
      problem,
      fields: messages.map(({ field }) => field),
      says: messages.flatMap(({ message }) => keys(message)),
    };
  }
  const { changes, warnings, handover } = result.plan;
  return { changes, warnings: keys(warnings), handover: handover?.for ?? null };
}

async function plan(
  fix: FixId,
  raw: Readonly<Record<string, unknown>>,
  scenario: string | object | Pc = {},
) {
  const { facts, snapshot } =
    typeof scenario === 'object' && 'facts' in scenario ? scenario : await pc(scenario);
  return brief(await planFix(fix, raw, snapshot, facts));
}

const notHere = (...says: string[]) => ({ problem: 'not-here', fields: [null], says });
const wrong = (field: string, ...says: string[]) => ({
  problem: 'parameters',
  fields: [field],
  says,
});

async function initial(fix: FixId, scenario: string | object | Pc) {
  const { snapshot } =
    typeof scenario === 'object' && 'facts' in scenario ? scenario : await pc(scenario);
  return fixOf(fix).initial?.(assess(snapshot));
}

const KMS_HOST = 'healthy/kms-host';
/** A client whose KMS host refuses the port: the service that must run is the one of the host. */
const SILENT_HOST = 'kms-service-not-listening/ipv6-target';
const NO_KEY = 'no-product-key/no-key-installed';
const MISSING = 'srv-record-missing/record-missing';
const ELSEWHERE = 'srv-record-in-other-domain/parent-domain';
const NETWORK = 'healthy/seen-from-the-network';

describe('any fix', () => {
  it('is refused on the network if it needs Windows', async () => {
    expect(await plan('flush-dns-cache', {}, NETWORK)).toEqual(
      notHere('fixes.notHere.needsWindows'),
    );
    expect(await plan('open-kms-firewall', {}, NETWORK)).toMatchObject({ handover: 'kms-host' });
  });

  it('is refused with every invalid parameter', async () => {
    expect(await plan('assign-kms-host', { host: '', port: '0' })).toEqual({
      problem: 'parameters',
      fields: ['host', 'port'],
      says: ['parameters.problems.required', 'parameters.problems.port'],
    });
  });

  it('is refused without suggestions if there are none', async () => {
    const { facts, snapshot } = await pc(NO_KEY, { sppsvc: read(null) });
    const suggestions = async (fix: FixId, raw: Readonly<Record<string, unknown>>) => {
      const result = await planFix(fix, raw, snapshot, facts);
      return result.ok ? null : result.refusal.messages.map((message) => message.suggestions);
    };
    expect(await suggestions('restart-licensing-service', {})).toEqual([[]]);
    expect(await suggestions('install-kms-host-key', { confirm: 'PC-042' })).toEqual([[]]);
  });

  it("is refused if the previous state can't be read", async () => {
    const broken = { faults: { powershell: 'denied', registry: 'denied' } };
    expect(await plan('assign-kms-host', { host: 'kms1.contoso.com' }, broken)).toEqual(
      notHere('fixes.notHere.unread', 'reasons.access-denied'),
    );
  });

  it("is planned without the previous state if that can't be restored anyway", async () => {
    const broken = { faults: { powershell: 'denied', registry: 'denied' } };
    const confirmationId = '123456'.repeat(8);
    for (const [fix, raw] of [
      ['activate-now', {}],
      ['activate-by-phone', { confirmationId }],
      ['flush-dns-cache', {}],
      ['sync-clock', {}],
    ] as const) {
      expect(await plan(fix, raw, broken), fix).toMatchObject({ changes: [{}] });
    }
    const { facts, snapshot } = await pc(broken);
    const planned = await planFix('activate-now', {}, snapshot, facts);
    const view = planned.ok ? viewPlan(planned.plan, translator('en')) : null;
    expect(view?.changes).toMatchObject([{ before: 'Unknown', undoable: false }]);
  });

  it('propagates an unexpected error', async () => {
    const { facts, snapshot } = await pc({});
    Object.assign(facts, {
      dnsClient: () => Promise.reject(new TypeError('out of the blue')),
    });
    await expect(planFix('add-dns-suffix', { domain: 'a.com' }, snapshot, facts)).rejects.toThrow(
      'out of the blue',
    );
  });

  it('has a digest that depends on the parameters and facts but not on time', async () => {
    const digest = async (host: string, scenario: object = {}): Promise<string> => {
      const { facts, snapshot } = await pc(scenario);
      const result = await planFix('assign-kms-host', { host }, snapshot, facts);
      return result.ok ? result.plan.digest : 'refused';
    };
    const first = await digest('kms1.contoso.com');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest('kms1.contoso.com')).toBe(first);
    expect(await digest('kms2.contoso.com')).not.toBe(first);
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms3' });
    expect(await digest('kms1.contoso.com', assigned)).not.toBe(first);

    const activation = async (product: object): Promise<string> => {
      const { facts, snapshot } = await pc(licensing(product));
      const result = await planFix('activate-now', {}, snapshot, facts);
      return result.ok ? result.plan.digest : 'refused';
    };
    const one = await activation({ LicenseStatus: 2, GracePeriodRemaining: 10 });
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(await activation({ LicenseStatus: 5, GracePeriodRemaining: 0 })).toBe(one);
  });
});

describe('activate-now', () => {
  it('makes one attempt', async () => {
    expect(await plan('activate-now', {})).toEqual({
      changes: [{ kind: 'activation' }],
      warnings: [],
      handover: null,
    });
  });

  it('is never refused, since Windows itself reports a missing key', async () => {
    expect(await plan('activate-now', {}, NO_KEY)).toMatchObject({
      changes: [{ kind: 'activation' }],
    });
  });

  it('activates Office by its own licenses, if it has any', async () => {
    expect(await plan('activate-now', { product: 'office' })).toEqual(
      wrong('product', 'parameters.problems.noOfficeKey'),
    );
    const office = {
      ...licensing({}).licensing.products[0],
      ApplicationID: APPLICATION_IDS.office,
      ID: 'AAAAAAAA-1111-2222-3333-444444444444',
      LicenseStatus: 5,
    };
    const both = await pc({
      licensing: { products: [...licensing({}).licensing.products, office] },
    });
    const planned = await planFix('activate-now', { product: 'office' }, both.snapshot, both.facts);
    expect(planned.ok && planned.plan).toMatchObject({
      changes: [{ kind: 'activation', office: ['aaaaaaaa-1111-2222-3333-444444444444'] }],
      before: [{ status: 5 }],
    });
  });

  it("suggests Office if only Office isn't activated", async () => {
    const start = (scenario: string) => initial('activate-now', scenario);
    expect(await start('office-not-activated/refused')).toEqual({ product: 'office' });
    expect(await start('activation-pending/just-activate')).toEqual({});
  });

  it("is handed over if the KMS host isn't activated", async () => {
    const told = (name: string) => plan('activate-now', {}, name);
    expect(await told('kms-host-not-activated/client-was-told')).toMatchObject({
      handover: 'kms-host',
    });
    expect(await told('kms-host-not-activated/kms-host')).toMatchObject({ handover: null });
    const itself = licensing({
      Description: 'Windows(R) Operating System, VOLUME_KMS_WS19 channel',
      LicenseStatusReason: 0xc004f041,
    });
    expect(await plan('activate-now', {}, itself)).toMatchObject({ handover: null });
    expect(await told('kms-count-too-low/client-was-told')).toMatchObject({ handover: null });
  });
});

describe('activate-by-phone', () => {
  const confirmationId = Array.from({ length: 8 }, (_, group) => `${group}12345`).join('');

  it('confirms the installation ID of this PC', async () => {
    const { facts, snapshot } = await pc({});
    const known = await facts.computer.installationId(new AbortController().signal);
    expect(known).toMatch(/^\d{63}$/);
    const result = await planFix('activate-by-phone', { confirmationId }, snapshot, facts);
    expect(brief(result)).toEqual({
      changes: [{ kind: 'phone-activation', installationId: known, confirmationId }],
      warnings: [],
      handover: null,
    });
  });

  it('is planned even if Windows provides no installation ID', async () => {
    expect(await plan('activate-by-phone', { confirmationId }, NO_KEY)).toMatchObject({
      changes: [{ kind: 'phone-activation', installationId: '', confirmationId }],
    });
  });
});

describe('add-dns-suffix', () => {
  const suffixes = async (computer: object, domain = 'fabrikam.com') => {
    const result = await plan('add-dns-suffix', { domain }, { computer });
    return 'changes' in result ? result.changes : result.says;
  };

  it('appends to the list, or to the suffixes that Windows would use without one', async () => {
    const list = (...all: string[]) => [{ kind: 'suffix-search-list', suffixes: all }];
    expect(await suffixes({ dnsSuffixSearchList: ['b.com', 'a.com'] })).toEqual(
      list('b.com', 'a.com', 'fabrikam.com'),
    );
    expect(
      await suffixes({ dnsSuffixSearchList: [], primaryDnsSuffix: 'corp.contoso.com' }),
    ).toEqual(list('corp.contoso.com', 'contoso.com', 'fabrikam.com'));
    expect(await suffixes({ dnsSuffixSearchList: [] })).toEqual(
      list('contoso.com', 'fabrikam.com'),
    );
    expect(await suffixes({ dnsSuffixSearchList: [] }, 'contoso.com')).toEqual(list('contoso.com'));
    const workgroup = { dnsSuffixSearchList: [], domain: null, primaryDnsSuffix: null };
    expect(await suffixes(workgroup)).toEqual(list('fabrikam.com'));
  });

  it('is refused for a suffix that is already listed', async () => {
    expect(await suffixes({ dnsSuffixSearchList: ['Fabrikam.COM.'] })).toEqual([
      'fixes.notHere.suffixListed',
    ]);
  });

  it("is refused for a list that couldn't be restored", async () => {
    const { facts, snapshot } = await pc({});
    Object.assign(facts, {
      dnsClient: async () => ({
        adDomain: 'contoso.com',
        primaryDnsSuffix: null,
        suffixSearchList: ['contoso.com', 'x\u2019; calc; \u2018'],
      }),
    });
    expect(await plan('add-dns-suffix', { domain: 'a.com' }, { facts, snapshot })).toEqual(
      notHere('fixes.notHere.suffixUnfit'),
    );
  });

  it("warns if the suffix won't help", async () => {
    const computer = { dnsSuffixSearchList: [] };
    expect(await plan('add-dns-suffix', { domain: 'contoso.com' }, { computer })).toMatchObject({
      warnings: [],
    });
    expect(await plan('add-dns-suffix', { domain: 'a.com' }, { computer })).toMatchObject({
      warnings: ['fixes.warnings.noRecord'],
    });
    const lookup = licensing({}, { KeyManagementServiceLookupDomain: 'b.com' });
    expect(
      await plan('add-dns-suffix', { domain: 'contoso.com' }, { computer, ...lookup }),
    ).toMatchObject({ warnings: ['fixes.warnings.lookupDomainWins'] });
  });

  it('warns if no DNS server can be queried or answers', async () => {
    const dead = { dns: { servers: { '10.0.0.10': { answers: false } } } };
    expect(await plan('add-dns-suffix', { domain: 'a.com' }, dead)).toMatchObject({
      warnings: ['fixes.warnings.noRecord'],
    });
    const params = { record: '_vlmcs._tcp.a.com' };
    expect(translateMessage(t, { key: 'fixes.warnings.noRecord', params })).toBe(
      "The record _vlmcs._tcp.a.com wasn't found on this PC's DNS servers.",
    );
    const unknown = await pc({});
    Object.assign(unknown.facts, { servers: () => Promise.reject(new Error('unread')) });
    expect(await plan('add-dns-suffix', { domain: 'a.com' }, unknown)).toMatchObject({
      warnings: ['fixes.warnings.noRecord'],
    });
  });

  it('ignores records in an error response', async () => {
    const failing = await pc(MISSING);
    failing.facts.query = () => Promise.resolve(answer([srv('kms1.contoso.com')], 'SERVFAIL'));
    expect(await plan('add-dns-suffix', { domain: 'a.com' }, failing)).toMatchObject({
      warnings: ['fixes.warnings.noRecord'],
    });
    const record = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'text' };
    expect(await plan('create-srv-record', record, failing)).toMatchObject({
      handover: 'dns-server',
    });
  });

  it('suggests the domain that has the record', async () => {
    expect(await initial('add-dns-suffix', ELSEWHERE)).toEqual({ domain: 'contoso.com' });
    expect(await initial('add-dns-suffix', MISSING)).toEqual({ domain: '' });
  });
});

describe('set-lookup-domain', () => {
  it("sets the domain, clears the one of a product, and warns if it won't help", async () => {
    expect(await plan('set-lookup-domain', { domain: 'contoso.com' })).toEqual({
      changes: [{ kind: 'lookup-domain', domain: 'contoso.com' }],
      warnings: [],
      handover: null,
    });
    const ofProduct = licensing({ KeyManagementServiceLookupDomain: 'old.example' });
    expect(await plan('set-lookup-domain', { domain: 'contoso.com' }, ofProduct)).toMatchObject({
      changes: [
        { kind: 'lookup-domain', domain: 'contoso.com' },
        { kind: 'lookup-domain', domain: null, productId: '2YT43' },
      ],
    });
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms1.contoso.com' });
    expect(await plan('set-lookup-domain', { domain: 'a.com' }, assigned)).toMatchObject({
      warnings: ['fixes.warnings.noRecord', 'fixes.warnings.assignmentWins'],
    });
  });

  it('is refused for the domain that is already set', async () => {
    const set = licensing({}, { KeyManagementServiceLookupDomain: 'Contoso.com' });
    expect(await plan('set-lookup-domain', { domain: 'contoso.com' }, set)).toEqual(
      notHere('fixes.notHere.lookupDomainSame'),
    );
  });

  it('suggests the domain that has the record', async () => {
    expect(await initial('set-lookup-domain', ELSEWHERE)).toEqual({ domain: 'contoso.com' });
    expect(await initial('set-lookup-domain', MISSING)).toEqual({ domain: '' });
  });
});

describe('assign-kms-host', () => {
  const HOSTS = {
    '10.0.0.20': { ports: { 1688: 'kms', 1689: 'refused', 1690: 'filtered', 1691: 'not-rpc' } },
  };

  it.each([
    ['kms1.contoso.com:1688', []],
    ['KMS1:1688', []],
    ['10.0.0.20:1688', []],
    ['kms1.contoso.com:1689', ['fixes.warnings.refused']],
    ['kms1.contoso.com:1690', ['fixes.warnings.noAnswer']],
    ['kms1.contoso.com:1691', ['fixes.warnings.notKms']],
    ['10.0.0.99:1688', ['fixes.warnings.noAnswer']],
    ['nobody.contoso.com:1688', ['fixes.warnings.unresolved']],
  ])('checks %s beforehand', async (host, warnings) => {
    const result = await plan('assign-kms-host', { host }, { hosts: HOSTS });
    expect(result).toMatchObject({ warnings, handover: null });
  });

  it('assigns the host in the format that Windows stores', async () => {
    const changes = async (host: string) => {
      const result = await plan('assign-kms-host', { host });
      return 'changes' in result ? result.changes : result;
    };
    expect(await changes('KMS1.contoso.com.')).toEqual([
      { kind: 'kms-assignment', host: 'kms1.contoso.com', port: 1688 },
    ]);
    expect(await changes('[2001:db8::1]:1700')).toEqual([
      { kind: 'kms-assignment', host: '[2001:db8::1]', port: 1700 },
    ]);
  });

  it('is refused for the host that is already assigned, and warns on a KMS host', async () => {
    const assigned = licensing({}, { KeyManagementServiceMachine: 'KMS1.contoso.com' });
    expect(await plan('assign-kms-host', { host: 'kms1.contoso.com' }, assigned)).toEqual(
      notHere('fixes.notHere.assignedAlready'),
    );
    expect(await plan('assign-kms-host', { host: 'kms1.contoso.com' }, KMS_HOST)).toMatchObject({
      warnings: ['fixes.warnings.isKmsHost'],
    });
  });

  it('clears narrower settings, which would take precedence', async () => {
    const host = { host: 'kms1.contoso.com' };
    const assigned = { kind: 'kms-assignment', host: 'kms1.contoso.com', port: 1688 };
    const changes = async (scenario: object) => {
      const result = await plan('assign-kms-host', host, scenario);
      return 'changes' in result ? result.changes : result;
    };
    const ofProduct = licensing({ KeyManagementServiceMachine: 'old.contoso.com' });
    expect(await changes(ofProduct)).toEqual([
      assigned,
      { kind: 'kms-assignment', host: null, port: null, productId: '2YT43' },
    ]);
    const key = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform\55c92734-d682-4d71-983e-d6ec3f16059f`;
    const name = 'KeyManagementServiceName';
    const inRegistry = { registry: { [key]: { [name]: { type: 'REG_SZ', value: 'old' } } } };
    expect(await changes(inRegistry)).toEqual([
      assigned,
      { kind: 'registry-value', location: { key, name }, value: null },
    ]);
    const hidden = licensing(
      { KeyManagementServiceMachine: 'old.contoso.com' },
      { KeyManagementServiceMachine: 'kms1.contoso.com' },
    );
    expect(await changes(hidden)).toEqual([
      { kind: 'kms-assignment', host: null, port: null, productId: '2YT43' },
    ]);
    const already = licensing({ KeyManagementServiceMachine: 'kms1.contoso.com' });
    expect(await plan('assign-kms-host', host, already)).toEqual(
      notHere('fixes.notHere.assignedAlready'),
    );
  });

  it("suggests a host that hasn't refused this PC", async () => {
    const suggested = await initial(
      'assign-kms-host',
      'kms-host-cannot-activate-this-product/second-host-accepts',
    );
    expect(suggested).toEqual({ host: 'kms2.contoso.com', port: 1688 });
  });

  it('uses the resolver if no DNS server answers, unless DNS servers were specified', async () => {
    const cached = {
      dns: {
        servers: { '10.0.0.10': { answers: false } },
        resolverCache: [{ name: 'kms5.contoso.com', type: 'A', address: '10.0.0.20' }],
      },
    };
    const host = { host: 'kms5.contoso.com' };
    expect(await plan('assign-kms-host', host, cached)).toMatchObject({ warnings: [] });
    const facts = new Facts(
      computerOf(cached),
      { dnsServers: [{ address: '10.0.0.10', port: 53 }] },
      new AbortController().signal,
    );
    const named = { facts, snapshot: await facts.snapshot() };
    expect(await plan('assign-kms-host', host, named)).toMatchObject({
      warnings: ['fixes.warnings.unresolved'],
    });
    const published = {
      dns: {
        servers: {
          '10.0.0.10': { records: [{ name: 'kms5.contoso.com', type: 'A', address: '10.0.0.20' }] },
        },
      },
    };
    const only = new Facts(
      computerOf(published),
      { dnsServers: [{ address: '10.0.0.10', port: 53 }] },
      new AbortController().signal,
    );
    expect(
      await plan('assign-kms-host', host, { facts: only, snapshot: await only.snapshot() }),
    ).toMatchObject({ warnings: [] });
  });

  it("warns if the host can't be probed", async () => {
    const { facts, snapshot } = await pc({});
    facts.probeKms = () => ({
      connected: Promise.reject(new Error('no socket')),
      answered: Promise.reject(new Error('no socket')),
    });
    expect(await plan('assign-kms-host', { host: '10.0.0.99' }, { facts, snapshot })).toMatchObject(
      { warnings: ['fixes.warnings.noAnswer'] },
    );
  });

  it("doesn't query invalid names", async () => {
    const { facts, snapshot } = await pc({});
    const asked: string[] = [];
    const query = facts.query.bind(facts);
    facts.query = (server, name, type) => {
      asked.push(name);
      return query(server, name, type);
    };
    const suffixes = ['contoso.com', '-no suffix-'];
    await plan(
      'assign-kms-host',
      { host: 'kms5' },
      { facts, snapshot: inDomains(snapshot, { suffixes }) },
    );
    expect(new Set(asked)).toEqual(new Set(['kms5.contoso.com', 'kms5']));
  });

  it('warns that the host is unresolved if the DNS servers are unknown', async () => {
    const { facts, snapshot } = await pc({});
    Object.assign(facts, { servers: () => Promise.reject(new Error('unread')) });
    facts.resolve = () => Promise.reject(new Error('unread'));
    const host = { host: 'kms1.contoso.com' };
    const unseen = { facts, snapshot: { ...snapshot, targets: [] } };
    expect(await plan('assign-kms-host', host, unseen)).toMatchObject({
      warnings: ['fixes.warnings.unresolved'],
    });
  });

  it('reuses the results of the diagnosis for the host', async () => {
    const { facts, snapshot } = await pc({});
    const seen = { ...target('refused', 'kms1.contoso.com') };
    const known = { facts, snapshot: { ...snapshot, targets: [seen] } };
    const says = (host: string) => plan('assign-kms-host', { host }, known);
    expect(await says('kms1.contoso.com')).toMatchObject({ warnings: ['fixes.warnings.refused'] });
    expect(await says('10.0.0.20')).toMatchObject({ warnings: [] });
    const byHand = { ...snapshot, targets: [], assignedTarget: seen };
    expect(
      await plan('assign-kms-host', { host: 'KMS1.contoso.com.' }, { facts, snapshot: byHand }),
    ).toMatchObject({ warnings: ['fixes.warnings.refused'] });
  });

  it('probes up to four addresses of a host, each once', async () => {
    const { facts, snapshot } = await pc({
      dns: {
        servers: {
          '10.0.0.10': {
            records: [21, 22, 23, 24, 25, 21].map((last) => ({
              name: 'many.contoso.com',
              type: 'A',
              address: `10.0.0.${last}`,
            })),
          },
        },
      },
    });
    const tried: string[] = [];
    const reach = facts.probeKms.bind(facts);
    facts.probeKms = (address, port) => {
      tried.push(address);
      return reach(address, port);
    };
    await plan('assign-kms-host', { host: 'many.contoso.com' }, { facts, snapshot });
    expect(tried).toEqual(['10.0.0.21', '10.0.0.22', '10.0.0.23', '10.0.0.24']);
  });

  it('suggests the best host other than the assigned one', async () => {
    expect(await initial('assign-kms-host', {})).toEqual({ host: 'kms1.contoso.com', port: 1688 });
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms1.contoso.com' });
    expect(await initial('assign-kms-host', assigned)).toEqual({});
    const inQuestion = [target('kms', 'kms1.contoso.com'), target('kms', 'kms2.contoso.com')];
    const two = await pc(assigned, { hostsInQuestion: inQuestion });
    expect(await initial('assign-kms-host', two)).toMatchObject({ host: 'kms2.contoso.com' });
  });
});

describe('suggested hosts', () => {
  const best = (scenario: string | object | Pc) => initial('assign-kms-host', scenario);

  it('have answered as a KMS service in this run', async () => {
    expect(await best({})).toEqual({ host: 'kms1.contoso.com', port: 1688 });
    expect(await best(ELSEWHERE)).toEqual({ host: 'kms1.contoso.com', port: 1688 });
    expect(await best('srv-record-bare-name/only-the-bare-name')).toEqual({
      host: 'kms1.contoso.com',
      port: 1688,
    });
    expect(await best(SILENT_HOST)).toEqual({});
    expect(await best('srv-target-unresolvable/alias-loop')).toEqual({});
    expect(await best(MISSING)).toEqual({});
  });

  it('come from candidate domains, from other domains, and from the hosts in question', async () => {
    const { snapshot } = await pc(licensing({}));
    const view = assess({
      ...snapshot,
      targets: [target('refused', 'dead.contoso.com'), target('kms', 'first.contoso.com')],
      laterTargets: [target('kms', 'later.contoso.com')],
      hostsInQuestion: [
        target('kms', 'cached.contoso.com'),
        target('kms', 'kms8.fabrikam.com'),
        target('refused', 'expected.contoso.com'),
        target('kms', '$(calc)'),
      ],
    });
    const record = {
      type: 'SRV' as const,
      name: '_vlmcs._tcp.fabrikam.com',
      ttl: 60,
      priority: 0,
      weight: 0,
      port: 1688,
      target: 'KMS8.fabrikam.com',
    };
    const elsewhere = (presence: 'found' | 'absent') => ({
      ...view.candidates[0]!,
      role: 'other' as const,
      presence,
      records: [record],
    });
    const names = (presence: 'found' | 'absent') =>
      suggestedHosts({ ...view, others: [elsewhere(presence)], unqualified: null }).map(
        ({ host }) => host,
      );
    expect(names('found')).toEqual([
      'first.contoso.com',
      'later.contoso.com',
      'kms8.fabrikam.com',
      'cached.contoso.com',
    ]);
    expect(names('absent')).toEqual([
      'first.contoso.com',
      'later.contoso.com',
      'cached.contoso.com',
      'kms8.fabrikam.com',
    ]);
    expect(domainWithRecord({ ...view, others: [elsewhere('absent')] })).toBeNull();
  });

  it('use the standard port if their record names a wrong one', async () => {
    const wrongPort = { ...target('refused', 'kms1.contoso.com'), port: 1700 };
    const found = { ...wrongPort, standardPort: target('kms', 'kms1.contoso.com').probes };
    expect(await best(await pc(licensing({}), { targets: [found] }))).toEqual({
      host: 'kms1.contoso.com',
      port: 1688,
    });
  });

  it('include a KMS host itself if its name and domain are known', async () => {
    const { snapshot } = await pc(KMS_HOST);
    const named = (over: Partial<FactSnapshot>) => ownFullName(assess({ ...snapshot, ...over }));
    const client = (primaryDnsSuffix: string | null, adDomain: string | null) => ({
      dnsClient: read({ primaryDnsSuffix, adDomain, suffixSearchList: [] }),
    });
    expect(named(client('b.com', 'a.com'))).toBe('kms1.b.com');
    expect(named(client(null, 'a.com'))).toBe('kms1.a.com');
    expect(named(client(null, null))).toBeNull();
    expect(named(client('no suffix', null))).toBeNull();
    expect(named({ dnsClient: unread() })).toBeNull();
    expect(named({ system: unread() })).toBeNull();
  });

  it('use the configured port if it is valid', async () => {
    const { snapshot } = await pc(KMS_HOST);
    const port = (value: number) =>
      ownPort(assess({ ...snapshot, service: read({ KeyManagementServiceListeningPort: value }) }));
    expect([0, 1, 65_535, 65_536].map(port)).toEqual([1688, 1, 65_535, 1688]);
    expect(ownPort(assess({ ...snapshot, service: unread() }))).toBe(1688);
  });
});

describe('return-to-auto-discovery', () => {
  it('clears only what is set', async () => {
    const both = licensing(
      {},
      { KeyManagementServiceMachine: 'kms1', KeyManagementServiceLookupDomain: 'a.com' },
    );
    const result = (scenario: object) => plan('return-to-auto-discovery', {}, scenario);
    const host = { kind: 'kms-assignment', host: null, port: null };
    const domain = { kind: 'lookup-domain', domain: null };
    expect(await result(both)).toMatchObject({ changes: [host, domain] });
    expect(await result(licensing({}, { KeyManagementServiceMachine: 'kms1' }))).toEqual({
      changes: [host],
      warnings: [],
      handover: null,
    });
    expect(await result({})).toEqual(notHere('fixes.notHere.automaticAlready'));
  });

  it('warns if there is nothing to discover', async () => {
    const empty = { dns: { servers: { '10.0.0.10': { records: [] } } } };
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms1' });
    expect(await plan('return-to-auto-discovery', {}, { ...empty, ...assigned })).toMatchObject({
      warnings: ['fixes.warnings.nothingToDiscover'],
    });
    const second = {
      computer: { dnsSuffixSearchList: ['empty.contoso.com', 'contoso.com'] },
      ...assigned,
    };
    expect(await plan('return-to-auto-discovery', {}, second)).toMatchObject({ warnings: [] });
    const hiding = licensing({}, { KeyManagementServiceLookupDomain: 'a.com' });
    expect(await plan('return-to-auto-discovery', {}, { ...empty, ...hiding })).toMatchObject({
      warnings: [],
    });
  });
});

describe('create-srv-record', () => {
  const RAW = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns' };
  const RECORD = {
    zone: 'contoso.com',
    name: '_vlmcs._tcp.contoso.com',
    target: 'kms1.contoso.com',
    port: 1688,
    priority: 0,
    weight: 0,
    ttl: 3600,
  };
  const CONFIGURED = { address: '10.0.0.10', port: 53 };

  it('adds the record at the configured server and reads it back there', async () => {
    expect(await plan('create-srv-record', RAW, MISSING)).toEqual({
      changes: [
        {
          kind: 'dns-record',
          action: 'add',
          record: RECORD,
          how: { method: 'windows-dns', server: null },
          readAt: [CONFIGURED],
        },
      ],
      warnings: [],
      handover: null,
    });
  });

  it('adds the record at the specified server', async () => {
    const { facts, snapshot } = await pc({
      dns: { servers: { '10.0.0.10': { records: [] }, '10.0.0.11': { records: [] } } },
    });
    const known = { facts, snapshot };
    const server = { address: '10.0.0.11', port: 53 };
    expect(await plan('create-srv-record', { ...RAW, server: '10.0.0.11' }, known)).toMatchObject({
      changes: [{ how: { method: 'windows-dns', server }, readAt: [server] }],
      warnings: ['fixes.warnings.unresolved'],
    });
    const update = { ...RAW, method: 'dynamic-update' };
    expect(
      await plan('create-srv-record', { ...update, server: '10.0.0.11' }, known),
    ).toMatchObject({
      changes: [{ how: { method: 'dynamic-update', server, tsigKeyFile: null } }],
    });
    const tsigKeyFile = keyFile();
    expect(await plan('create-srv-record', { ...update, tsigKeyFile }, known)).toMatchObject({
      changes: [
        {
          how: { method: 'dynamic-update', server: CONFIGURED, tsigKeyFile },
          readAt: [CONFIGURED],
        },
      ],
    });
  });

  it("is refused while the key file has no valid key or can't be read", async () => {
    const known = await pc(MISSING);
    const signed = (tsigKeyFile: string) =>
      plan('create-srv-record', { ...RAW, method: 'dynamic-update', tsigKeyFile }, known);
    const file = keyFile();
    const key = readFileSync(file, 'utf8');
    writeFileSync(file, key + key);
    expect(await signed(file)).toEqual(
      wrong('tsigKeyFile', 'parameters.problems.keyFileWithoutKey'),
    );
    writeFileSync(file, key);
    expect(await signed(file)).toMatchObject({ changes: [{ kind: 'dns-record' }] });
    rmSync(file);
    expect(await signed(file)).toEqual(
      wrong('tsigKeyFile', 'parameters.problems.keyFileUnreadable'),
    );
  });

  it('is refused if the record already exists', async () => {
    expect(await plan('create-srv-record', RAW, {})).toEqual(notHere('fixes.notHere.recordStands'));
  });

  it('hands over a text for the DNS server', async () => {
    const text = async (raw: object, scenario: string | object = MISSING) => {
      const { facts, snapshot } = await pc(scenario);
      const result = await planFix(
        'create-srv-record',
        { ...RAW, method: 'text', ...raw },
        snapshot,
        facts,
      );
      if (!result.ok) throw new Error('refused');
      expect(result.plan.changes).toEqual([]);
      expect(result.plan.handover?.for).toBe('dns-server');
      return JSON.stringify(result.plan.handover);
    };
    expect(await text({})).toContain('10.0.0.10');
    expect(await text({ server: '10.0.0.11' })).not.toContain('10.0.0.10');
    expect(await text({ server: '10.0.0.11' })).toContain('10.0.0.11');
    expect(await text({ tsigKeyFile: '/etc/kms.key' })).toContain('/etc/kms.key');
    const none = 'dns-server-not-configured/no-dns-server';
    expect(await text({}, none)).toContain('<DNS_server>');
    expect(await plan('create-srv-record', { ...RAW, method: 'text' }, none)).toMatchObject({
      warnings: ['fixes.warnings.unresolved'],
    });
  });

  it('requires the DNS tools of Windows for windows-dns, and a server for any update', async () => {
    const { facts, snapshot } = await pc(NETWORK);
    const result = await planFix('create-srv-record', RAW, snapshot, facts);
    expect(brief(result)).toEqual(wrong('method', 'parameters.problems.methodNeedsWindows'));
    expect(!result.ok && result.refusal.messages[0]?.suggestions).toEqual([
      'dynamic-update',
      'text',
    ]);
    const bare = await pc(MISSING, { dnsTools: read(false) });
    expect(await plan('create-srv-record', RAW, bare)).toEqual(
      wrong('method', 'parameters.problems.methodNeedsTools'),
    );
    const unasked = await pc(MISSING, { dnsTools: unread() });
    expect(await plan('create-srv-record', RAW, unasked)).toMatchObject({ changes: [{}] });
    const none = 'dns-server-not-configured/no-dns-server';
    for (const method of ['windows-dns', 'dynamic-update']) {
      expect(await plan('create-srv-record', { ...RAW, method }, none)).toEqual(
        wrong('server', 'parameters.problems.noServer'),
      );
    }
  });

  it('sends a dynamic update to the configured server on the network', async () => {
    const { facts, snapshot } = await pc(NETWORK);
    const update = { ...RAW, method: 'dynamic-update', port: 1700 };
    expect(await plan('create-srv-record', update, { facts, snapshot })).toMatchObject({
      changes: [{ how: { method: 'dynamic-update', server: CONFIGURED } }],
    });
    const unknown = { facts, snapshot: { ...snapshot, servers: unread() } };
    expect(await plan('create-srv-record', update, unknown)).toEqual(
      wrong('server', 'parameters.problems.noServer'),
    );
  });

  it('suggests a likely domain, host, method and server', async () => {
    const start = (scenario: string | object | Pc) => initial('create-srv-record', scenario);
    const here = { domain: 'contoso.com', method: 'windows-dns', server: '10.0.0.10' };
    expect(await start(MISSING)).toEqual(here);
    const hosts = ['10.0.0.7', 'kmshost', 'kms8.contoso.com'];
    const hostsInQuestion = hosts.map((host) => target('kms', host));
    expect(await start(await pc(MISSING, { hostsInQuestion }))).toEqual({
      ...here,
      host: 'kms8.contoso.com',
      port: 1688,
    });
    for (const without of [{ dnsTools: read(false) }, { dnsTools: unread() }]) {
      expect(await start(await pc(MISSING, without))).toMatchObject({ method: 'text' });
    }
    expect(await start(await pc(MISSING, { servers: read([]) }))).toMatchObject({ method: 'text' });
    expect(await start(NETWORK)).toMatchObject({ method: 'text', server: '10.0.0.10' });
    expect(await start('no-dns-suffix/no-domain-at-all')).toMatchObject({ domain: '' });
    const alone = await pc(NETWORK, { servers: read([]) });
    expect(await initial('create-srv-record', alone)).not.toHaveProperty('server');
    const blind = await pc(NETWORK, { servers: unread() });
    expect(await initial('create-srv-record', blind)).not.toHaveProperty('server');
    const { facts, snapshot } = await pc(MISSING);
    const domains = { candidates: ['a.com', 'b.com'], publish: ['c.com'] };
    for (const [is, domain] of [
      [['unread', 'absent'], 'b.com'],
      [['unread', 'unread'], 'a.com'],
    ] as const) {
      const lookups = is.map((one, index) =>
        lookup('candidate', domains.candidates[index] ?? null, one),
      );
      const client = { facts, snapshot: { ...inDomains(snapshot, domains), lookups } };
      expect(await initial('create-srv-record', client)).toMatchObject({ domain });
    }
  });

  it('suggests a KMS host itself and the domain that lacks its record', async () => {
    const start = (scenario: string | object) => initial('create-srv-record', scenario);
    expect(await start('dns-publishing-refused/listed-domain-lacks-it')).toMatchObject({
      host: 'kms1.contoso.com',
      port: 1688,
      domain: expect.stringMatching(/^[a-z]\.contoso\.com$/) as string,
    });
    expect(await start(KMS_HOST)).toMatchObject({
      host: 'kms1.contoso.com',
      domain: 'contoso.com',
    });
    expect(await start('healthy/kms-host-own-port')).toMatchObject({ port: 2500 });
    const unnamed = await pc(KMS_HOST, { targets: [], lookups: [] });
    expect(await initial('create-srv-record', unnamed)).toMatchObject({
      host: 'kms1.contoso.com',
    });
    const nameless = await pc(KMS_HOST, { system: unread(), targets: [] });
    expect(await initial('create-srv-record', nameless)).not.toHaveProperty('host');
  });
});

describe('publishing on a KMS host', () => {
  const LACKING = 'dns-publishing-disabled/switched-off';
  const restart = { kind: 'service-restart', service: 'sppsvc', appliesSettings: true };

  it('is enabled or disabled only if needed, with a restart', async () => {
    const set = (enabled: boolean, scenario: string | object) =>
      plan('set-dns-publishing', { enabled }, scenario);
    expect(await set(true, LACKING)).toMatchObject({
      changes: [{ kind: 'dns-publishing', enabled: true }, restart],
    });
    expect(await set(false, KMS_HOST)).toMatchObject({
      changes: [{ kind: 'dns-publishing', enabled: false }, restart],
    });
    expect(await set(true, KMS_HOST)).toEqual(notHere('fixes.notHere.publishingOn'));
    expect(await set(false, LACKING)).toEqual(notHere('fixes.notHere.publishingOff'));
  });

  it('is enabled by resetting the registry value that blocks it', async () => {
    const result = await plan(
      'set-dns-publishing',
      { enabled: true },
      'dns-publishing-disabled/switched-off-in-the-registry',
    );
    expect('changes' in result && result.changes).toContainEqual({
      kind: 'registry-value',
      location: {
        key: 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform',
        name: 'DisableDnsPublishing',
      },
      value: { type: 'REG_DWORD', value: 0 },
    });
  });

  it('is handed over on another PC, like the other fixes for a KMS host', async () => {
    const text = async (fix: FixId, raw: object) => {
      const { facts, snapshot } = await pc(SILENT_HOST);
      const result = await planFix(fix, { ...raw }, snapshot, facts);
      if (!result.ok) throw new Error('refused');
      expect(result.plan.changes).toEqual([]);
      return JSON.stringify(result.plan.handover);
    };
    expect(await text('set-dns-publishing', { enabled: true })).toContain('-sdns');
    expect(await text('set-dns-publishing', { enabled: false })).toContain('-cdns');
    expect(await text('set-publish-list', { domains: ['a.com,1,2'] })).toContain('a.com,1,2');
    expect(await text('restart-licensing-service', {})).toContain('Restart-Service');
    expect(await text('open-kms-firewall', {})).toContain('Set-NetFirewallRule');
    expect(await text('install-kms-host-key', {})).toContain('-ipk');
  });

  it('is suggested in the opposite state', async () => {
    expect(await initial('set-dns-publishing', LACKING)).toEqual({ enabled: true });
    expect(await initial('set-dns-publishing', KMS_HOST)).toEqual({ enabled: false });
  });

  it('takes a publish list, with a restart', async () => {
    const list = (domains: string[], scenario: string | object = KMS_HOST) =>
      plan('set-publish-list', { domains }, scenario);
    const value = (entries: string[] | null) => ({
      kind: 'registry-value',
      location: {
        key: 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform',
        name: 'DnsDomainPublishList',
      },
      value: entries === null ? null : { type: 'REG_MULTI_SZ', value: entries },
    });
    expect(await list(['contoso.com', 'a.com,1,2'])).toEqual({
      changes: [value(['contoso.com', 'a.com,1,2']), restart],
      warnings: [],
      handover: null,
    });
    expect(await list(['a.com'])).toMatchObject({ warnings: ['fixes.warnings.homeDomain'] });
    expect(await list([])).toEqual(notHere('fixes.notHere.publishListSame'));
    const listed = 'dns-publishing-disabled/listed-domain-lacks-it';
    expect(await list([], listed)).toMatchObject({
      changes: [value(null), restart],
      warnings: ['fixes.warnings.publishingOff'],
    });
  });

  it('has no warning about its own domain if it has none', async () => {
    const { facts, snapshot } = await pc(KMS_HOST);
    const homeless = { facts, snapshot: inDomains(snapshot, { publish: [] }) };
    expect(await plan('set-publish-list', { domains: ['a.com'] }, homeless)).toMatchObject({
      warnings: [],
    });
  });

  it('is suggested with the current list, or with its own domain', async () => {
    const start = async (scenario: string) => initial('set-publish-list', scenario);
    expect(await start(KMS_HOST)).toEqual({ domains: ['contoso.com'] });
    expect(await start('dns-publishing-disabled/listed-domain-lacks-it')).toEqual({
      domains: ['a.contoso.com', 'b.contoso.com,10,100'],
    });
    const { facts, snapshot } = await pc('dns-publishing-disabled/listed-domain-lacks-it');
    const text = read({ type: 'REG_SZ' as const, value: 'a.contoso.com' });
    expect(
      await initial('set-publish-list', {
        facts,
        snapshot: {
          ...inDomains(snapshot, { publish: ['contoso.com', 'a.contoso.com'] }),
          publishList: text,
        },
      }),
    ).toEqual({ domains: ['contoso.com'] });
  });
});

describe('open-kms-firewall', () => {
  it('enables the rule if it is disabled', async () => {
    expect(await plan('open-kms-firewall', {}, 'kms-firewall-closed/rule-off')).toEqual({
      changes: [{ kind: 'firewall-rule', enabled: true }],
      warnings: [],
      handover: null,
    });
    expect(await plan('open-kms-firewall', {}, KMS_HOST)).toEqual(
      notHere('fixes.notHere.firewallRuleOn'),
    );
    const scenario = readCase(KMS_HOST);
    const without = { ...scenario, computer: { ...scenario.computer, firewallKmsRule: null } };
    expect(await plan('open-kms-firewall', {}, without)).toEqual(
      notHere('fixes.notHere.noFirewallRule'),
    );
  });
});

describe('restart-licensing-service', () => {
  const restart = { kind: 'service-restart', service: 'sppsvc', appliesSettings: false };
  const result = (scenario: string | object | Pc) =>
    plan('restart-licensing-service', {}, scenario);

  it('restarts the service if it is in question, and restores its start type', async () => {
    expect(await result('licensing-service-unavailable/disabled')).toEqual({
      changes: [{ kind: 'service-start', service: 'sppsvc', start: 'automatic-delayed' }, restart],
      warnings: [],
      handover: null,
    });
    expect(await result(KMS_HOST)).toMatchObject({ changes: [restart], handover: null });
    const { facts, snapshot } = await pc({});
    const licence = { ok: false, reason: 'tool-failed', tool: null, said: null } as const;
    expect(await result({ facts, snapshot: { ...snapshot, licence } })).toMatchObject({
      changes: [restart],
    });
  });

  it('restarts the service of this PC if it is in question, whatever the path shows', async () => {
    const on = async (scenario: string | object, over: Partial<FactSnapshot>) =>
      result(await pc(scenario, over));
    const silent = { targets: [target('refused')] };
    expect(await on(KMS_HOST, silent)).toMatchObject({ changes: [restart], handover: null });
    expect(await on({}, { ...silent, licence: unread() })).toMatchObject({ changes: [restart] });
    // Nothing on this PC can be queried.
    expect(await on({}, { ...silent, licence: unread(), sppsvc: unread() })).toMatchObject({
      ...{ changes: [], handover: 'kms-host' },
    });
    expect(await on('licensing-service-unavailable/disabled', silent)).toMatchObject({
      changes: [{ kind: 'service-start' }, restart],
    });
    expect(await result(MISSING)).toMatchObject({ changes: [restart], handover: null });
    expect(await on({}, silent)).toMatchObject({ changes: [], handover: 'kms-host' });
    const assigned = await pc('assigned-host-unreachable/refused', { targets: [] });
    expect(await result(assigned)).toMatchObject({ changes: [], handover: 'kms-host' });
  });

  it('is handed over if the service of the KMS host is in question', async () => {
    expect(await result(SILENT_HOST)).toEqual({ changes: [], warnings: [], handover: 'kms-host' });
    expect(await result({})).toMatchObject({ changes: [restart], handover: null });
    expect(await result(NETWORK)).toMatchObject({ changes: [], handover: 'kms-host' });
  });

  it("is refused if the service doesn't exist", async () => {
    expect(await result('licensing-service-unavailable/service-not-installed')).toEqual(
      notHere('fixes.notHere.noLicensingService'),
    );
    expect(await result(await pc(NETWORK, { sppsvc: read(null) }))).toMatchObject({
      handover: 'kms-host',
    });
  });
});

describe('product key fixes', () => {
  const productKey = FAKE_KEY;
  const mak = { kind: 'product-key', partialProductKey: 'N6789', purpose: 'mak' };

  it('install-mak installs the key and activates Windows', async () => {
    const { facts, snapshot } = await pc({});
    const result = await planFix('install-mak', { productKey }, snapshot, facts);
    expect(brief(result)).toEqual({
      changes: [mak, { kind: 'activation' }],
      warnings: [],
      handover: null,
    });
    expect(result.ok && result.secrets.productKey).toBe(
      productKey.replaceAll('-', '').replace(/(.{5})(?!$)/g, '$1-'),
    );
    expect(JSON.stringify(result.ok && result.plan)).not.toContain('BCDFG');
    expect(await plan('install-mak', { productKey, activate: false })).toMatchObject({
      changes: [mak],
    });
  });

  it('install-mak only activates if the key is already installed, and warns on a KMS host', async () => {
    expect(await plan('install-mak', { productKey }, NO_KEY)).toMatchObject({
      changes: [mak, { kind: 'activation' }],
      warnings: [],
    });
    const there = licensing({ PartialProductKey: 'N6789' });
    for (const activate of [true, false]) {
      expect(await plan('install-mak', { productKey, activate }, there)).toMatchObject({
        changes: [{ kind: 'activation' }],
        warnings: ['fixes.warnings.keyInstalled'],
      });
    }
    expect(await plan('install-mak', { productKey }, KMS_HOST)).toMatchObject({
      warnings: ['fixes.warnings.endsKmsHost'],
    });
  });

  it('return-to-kms installs the public key of the edition', async () => {
    expect(await plan('return-to-kms', {}, 'not-a-kms-client/oem-key')).toMatchObject({
      changes: [{ kind: 'product-key', purpose: 'kms-client' }],
      warnings: ['keys.reminder'],
    });
    expect(await plan('return-to-kms', {}, licensing({}))).toEqual(
      notHere('fixes.notHere.clientKeyInstalled'),
    );
    expect(
      await plan('return-to-kms', {}, licensing({ PartialProductKey: 'AAAAA', LicenseStatus: 1 })),
    ).toMatchObject({
      warnings: ['keys.reminder', 'fixes.warnings.endsLicence'],
    });
    expect(await plan('return-to-kms', {}, KMS_HOST)).toMatchObject({
      changes: [{ kind: 'product-key', purpose: 'kms-client' }],
      warnings: ['keys.reminder', 'fixes.warnings.endsKmsHost', 'fixes.warnings.endsLicence'],
    });
  });

  it('return-to-kms explains why an edition has no key, and names the nearest one', async () => {
    const home = licensing({ LicenseFamily: 'Core' });
    const result = await plan(
      'return-to-kms',
      {},
      { ...home, computer: { os: 'Windows 11 Home' } },
    );
    expect(result).toMatchObject({ problem: 'not-here' });
    expect('says' in result && result.says).toEqual([
      expect.stringMatching(/^keys\.unavailable\./),
      'keys.nearest',
    ]);
    expect(await plan('return-to-kms', {}, await pc(NO_KEY, { system: unread() }))).toEqual(
      notHere('keys.unavailable.edition-unknown'),
    );
  });

  it('return-to-kms distinguishes servers from clients', async () => {
    const server = { os: 'Windows Server 2022 Datacenter', build: 20348, server: true };
    const answer = await plan('return-to-kms', {}, { ...licensing({}), computer: server });
    const key = clientSetupKeyFor({ ...server, licenseFamily: 'ServerDatacenter' });
    expect(key.ok && answer).toMatchObject({
      changes: [{ partialProductKey: key.ok && lastFiveOf(key.row.key) }],
    });
    expect(await plan('return-to-kms', {}, NO_KEY)).toMatchObject({
      changes: [{ purpose: 'kms-client' }],
      warnings: ['keys.reminder'],
    });
    const other = licensing({ PartialProductKey: 'AAAAA' });
    expect(await plan('return-to-kms', {}, await pc(other, { system: unread() }))).toMatchObject({
      changes: [{ partialProductKey: '2YT43' }],
    });
    const evaluation = licensing({
      Description: 'Windows(R) Operating System, TIMEBASED_EVAL channel',
      PartialProductKey: 'AAAAA',
    });
    expect(await plan('return-to-kms', {}, evaluation)).toEqual(
      notHere('keys.unavailable.evaluation'),
    );
  });

  it('install-kms-host-key requires the key and the name of this PC', async () => {
    const raw = { productKey, confirm: 'Kms1' };
    const key = { kind: 'product-key', partialProductKey: 'N6789', purpose: 'kms-host' };
    const install = (given: object, scenario: string | object = KMS_HOST) =>
      plan('install-kms-host-key', { ...given }, scenario);
    expect(await install(raw)).toEqual({
      changes: [key, { kind: 'activation' }],
      warnings: [],
      handover: null,
    });
    expect(await install({ ...raw, activate: false })).toMatchObject({ changes: [key] });
    expect(await install({ confirm: 'kms1' })).toEqual(wrong('productKey', 'keys.problem.empty'));
    expect(await install({})).toEqual(wrong('productKey', 'keys.problem.empty'));
    expect(await install({ productKey })).toEqual(wrong('confirm', 'parameters.problems.confirm'));
    expect(await install({ ...raw, confirm: 'kms2' })).toEqual(
      wrong('confirm', 'parameters.problems.confirmWrong'),
    );
    expect(await install({ confirm: 'PC-042' }, {})).toEqual(
      wrong('productKey', 'keys.problem.empty'),
    );
    expect(await install({ productKey }, {})).toEqual(
      wrong('confirm', 'parameters.problems.confirm'),
    );
    expect(await install({}, {})).toEqual({ changes: [], warnings: [], handover: 'kms-host' });
    expect(await install({ productKey, confirm: 'pc-042' }, {})).toMatchObject({
      warnings: ['fixes.warnings.becomesKmsHost'],
    });
    const { facts, snapshot } = await pc(KMS_HOST);
    const nameless = { facts: (await pc(KMS_HOST)).facts, snapshot };
    Object.assign(nameless.facts, {
      system: () => Promise.reject(new Unreadable('timed-out', 'powershell')),
    });
    expect(await plan('install-kms-host-key', raw, nameless)).toEqual(
      notHere('fixes.notHere.unread', 'reasons.timed-out'),
    );
    const result = await planFix('install-kms-host-key', raw, snapshot, facts);
    expect(result.ok && result.secrets.productKey).toBe(productKey);
  });
});

describe('fixes without parameters', () => {
  it('consist of one change each', async () => {
    expect(await plan('flush-dns-cache', {})).toMatchObject({
      changes: [{ kind: 'dns-cache-flush' }],
    });
    expect(await plan('sync-clock', {})).toMatchObject({ changes: [{ kind: 'clock-sync' }] });
  });
});
