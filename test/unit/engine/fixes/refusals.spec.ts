/** When a fix is refused, and that no verdict offers a refused one. */
import { translateMessage, translator } from '@shared/i18n';
import { describe, expect, it } from 'vitest';
import type { FixId } from '@shared/catalog';
import { assess } from '@engine/verdict/assessment';
import { computeVerdict } from '@engine/verdict/verdict';
import { fixOf, planFix, refusalOf } from '@engine/fixes';
import type { FactSnapshot } from '@engine/facts/fact-snapshot';
import { SPP_KEY } from '@engine/registry-keys';
import { WINDOWS_APPLICATION_ID } from '@shared/kms';
import { EXPECTED } from '../../../scenarios/cases';
import { read } from '../facts/fact-snapshots';
import { licensing, pc } from './fixtures';

const KMS_HOST = 'healthy/kms-host';
const CLIENT_KEY = 'keys.unavailable';
const CONTOSO = { name: '_vlmcs._tcp.contoso.com', type: 'SRV', target: 'kms1.contoso.com' };

/** Returns how planning a fix ends: the reason of the refusal, `asks` for parameters, `planned` or `handed over`. */
async function answer(
  fix: FixId,
  raw: Readonly<Record<string, unknown>>,
  scenario: string | object,
  over: Partial<FactSnapshot> = {},
): Promise<string> {
  const { facts, snapshot } = await pc(scenario, over);
  const result = await planFix(fix, raw, snapshot, facts);
  if (result.ok) return result.plan.handover === null ? 'planned' : 'handed over';
  const { problem, messages } = result.refusal;
  return problem === 'parameters' ? 'asks' : (messages[0]?.message[0]?.key ?? '');
}

const notHere = (name: string): string => `fixes.notHere.${name}`;

describe('the fixes offered by a verdict', () => {
  it.each(Object.keys(EXPECTED))(
    'can be planned with the suggested parameters: %s',
    async (name) => {
      const { facts, snapshot } = await pc(name);
      const view = assess(snapshot);
      const { fixes } = computeVerdict(view);
      for (const fix of fixes) {
        const planned = await planFix(fix, fixOf(fix).initial?.(view) ?? {}, snapshot, facts);
        const refused =
          planned.ok || planned.refusal.problem === 'parameters' ? null : planned.refusal;
        // The previous state must be readable to be restored. A verdict can't know whether it is.
        const why = refused?.messages[0]?.message[0]?.key ?? null;
        expect([null, 'fixes.notHere.unread'], `${fix}: ${why ?? ''}`).toContain(why);
      }
    },
  );

  it('exclude refused ones, and the summary has the reason if none is left', async () => {
    const { snapshot } = await pc('no-product-key/no-key-installed', { sppsvc: read(null) });
    const { code, fixes, summary, notes } = computeVerdict(assess(snapshot));
    expect([code, fixes, notes]).toEqual(['licensing-service-unavailable', [], undefined]);
    const t = translator('en');
    expect(translateMessage(t, summary)).toBe(t('fixes.notHere.noLicensingService'));
  });
});

describe('planFix', () => {
  const server = { name: 'SRV-1', os: 'Windows Server 2022', server: true };

  it('refuses return-to-kms without a public key, with that key installed, and on an evaluation', async () => {
    const refused = (product: object, computer?: object) =>
      answer('return-to-kms', {}, { ...licensing(product), ...(computer && { computer }) });
    expect(await refused({})).toBe(notHere('clientKeyInstalled'));
    expect(await refused({ LicenseFamily: 'Core', PartialProductKey: 'AAAAA' })).toContain(
      CLIENT_KEY,
    );
    const evaluation = 'Windows(R) Operating System, TIMEBASED_EVAL channel';
    expect(await refused({ Description: evaluation, PartialProductKey: 'AAAAA' })).toBe(
      'keys.unavailable.evaluation',
    );
    expect(await refused({ PartialProductKey: 'AAAAA' })).toBe('planned');
    const retail = 'Windows(R) Operating System, RETAIL channel';
    expect(await refused({ Description: retail }), 'another key that ends so').toBe('planned');
  });

  it("hands over a fix for a KMS host unless it's possible on this PC", async () => {
    for (const [fix, raw] of [
      ['install-kms-host-key', {}],
      ['set-publish-list', { domains: ['contoso.com'] }],
      ['set-dns-publishing', { enabled: true }],
      ['open-kms-firewall', {}],
    ] as const) {
      expect(await answer(fix, raw, {}), fix).toBe('handed over');
    }
    const home = licensing({ LicenseFamily: 'Core', PartialProductKey: 'AAAAA' });
    const key = { productKey: 'BCDFG-HJKMP-QRTVW-XY234-N6789', confirm: 'PC-042' };
    expect(await answer('install-kms-host-key', key, home)).toBe('handed over');
    expect(await answer('install-kms-host-key', key, licensing({}))).toBe('planned');
    const onServer = (LicenseFamily: string) =>
      answer(
        'install-kms-host-key',
        { ...key, confirm: server.name },
        { ...licensing({ LicenseFamily }), computer: server },
      );
    expect(await onServer('ServerStandard')).toBe('planned');
    expect(await onServer('ServerTurbineCor')).toBe('handed over');
  });

  it('refuses open-kms-firewall on a KMS host whose rule is enabled', async () => {
    const rule = (on: boolean) => ({ firewallRule: read(on) });
    expect(await answer('open-kms-firewall', {}, KMS_HOST, rule(true))).toBe(
      notHere('firewallRuleOn'),
    );
    expect(await answer('open-kms-firewall', {}, 'clock-skew/kms-host-behind-its-firewall')).toBe(
      'planned',
    );
  });

  it("refuses restart-licensing-service if the service doesn't exist", async () => {
    const gone = { sppsvc: read(null) };
    expect(await answer('restart-licensing-service', {}, {}, gone)).toBe(
      notHere('noLicensingService'),
    );
    expect(await answer('restart-licensing-service', {}, {})).toBe('planned');
  });

  it('refuses create-srv-record if the server already has that record', async () => {
    const record = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns' };
    for (const method of ['windows-dns', 'dynamic-update', 'text']) {
      const again = { ...record, method, priority: 5, weight: 5 };
      expect(await answer('create-srv-record', again, {}), method).toBe(notHere('recordStands'));
    }
    expect(await answer('create-srv-record', { ...record, port: 1700 }, {})).toBe('planned');
    const silent = { dns: { servers: { '10.0.0.10': { answers: false } } } };
    const text = { ...record, method: 'text' };
    expect(await answer('create-srv-record', text, silent)).toBe('handed over');
  });

  it('refuses assign-kms-host for the host that is already assigned', async () => {
    const assigned = licensing({}, { KeyManagementServiceMachine: 'kms1.contoso.com' });
    const host = { host: 'kms1.contoso.com' };
    expect(await answer('assign-kms-host', host, assigned)).toBe(notHere('assignedAlready'));
    expect(await answer('assign-kms-host', { ...host, port: 1700 }, assigned)).toBe('planned');
  });

  it('refuses return-to-auto-discovery if nothing is set anywhere', async () => {
    expect(await answer('return-to-auto-discovery', {}, {})).toBe(notHere('automaticAlready'));
    const key = `${SPP_KEY}\\${WINDOWS_APPLICATION_ID}`;
    const host = { type: 'REG_SZ', value: 'kms9.contoso.com' };
    for (const scenario of [
      licensing({}, { KeyManagementServiceLookupDomain: 'contoso.com' }),
      licensing({ KeyManagementServiceMachine: 'kms9.contoso.com' }),
      { registry: { [key]: { KeyManagementServiceName: host } } },
    ]) {
      expect(await answer('return-to-auto-discovery', {}, scenario)).toBe('planned');
    }
  });

  it('refuses test-routing if no host is known', async () => {
    const nowhere = 'srv-record-missing/record-missing';
    expect(await answer('test-routing', {}, nowhere)).toBe(notHere('noHostToTest'));
    expect(await answer('test-routing', { host: 'kms1.contoso.com' }, nowhere)).toBe('planned');
    const { snapshot } = await pc({});
    expect(refusalOf('test-routing', assess(snapshot))).toBeNull();
  });

  it('refuses names and servers that are already set or controlled by a policy', async () => {
    const dns = (...servers: string[]) => ({
      adapters: [{ name: 'LAN', dnsServers: servers, dnsServersFrom: 'static' }],
      dns: {
        servers: { '10.0.0.10': { records: [CONTOSO] }, '1.1.1.1': { hostsAdDomain: false } },
      },
    });
    const lookup = licensing({}, { KeyManagementServiceLookupDomain: 'contoso.com' });
    const domain = { domain: 'contoso.com' };
    expect(await answer('add-dns-suffix', domain, {})).toBe(notHere('suffixListed'));
    expect(await answer('set-lookup-domain', domain, lookup)).toBe(notHere('lookupDomainSame'));
    const same = { servers: ['10.0.0.10'] };
    expect(await answer('set-dns-servers', same, dns('10.0.0.10'))).toBe(notHere('dnsServersSame'));
    expect(await answer('set-dns-servers', same, dns('1.1.1.1'))).toBe('planned');
    expect(await answer('set-dns-servers', {}, dns('1.1.1.1'))).toBe('asks');
    expect(await answer('set-dns-servers', { servers: ['1.1.1.1'] }, dns('10.0.0.10'))).toBe(
      'asks',
    );
    const policies = { dnsPolicies: read(['suffix-search-list', 'dns-servers'] as const) };
    const other = { domain: 'fabrikam.com' };
    expect(await answer('add-dns-suffix', other, {}, policies)).toBe(notHere('policySets'));
    expect(await answer('set-dns-servers', same, dns('1.1.1.1'), policies)).toBe(
      notHere('policySets'),
    );
    expect(await answer('add-dns-suffix', other, {})).toBe('planned');
  });

  it('refuses allow-kms-activation if every activation type is allowed', async () => {
    expect(await answer('allow-kms-activation', {}, {})).toBe(notHere('activationTypeOpen'));
    const limited = licensing({ VLActivationTypeEnabled: 1 });
    expect(await answer('allow-kms-activation', {}, limited)).toBe('planned');
  });

  it.each(['flush-dns-cache', 'activate-now', 'sync-clock'] as const)(
    'never refuses %s',
    async (fix) => {
      expect(await answer(fix, {}, {})).toBe('planned');
      expect(await answer(fix, {}, 'no-product-key/no-key-installed')).toBe('planned');
    },
  );
});
