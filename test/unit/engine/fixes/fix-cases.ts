/** Scenarios in which each fix is the right one, with the expected verdict afterward. */
import type { FixId, VerdictCode } from '@shared/catalog';
import { SPP_KEY } from '@engine/registry-keys';
import { licensing } from './fixtures';
import { readCase } from '../../../scenarios/cases';
import { FAKE_KEY, type OneWay, type Params } from './fix-harness';

/** A fix on a simulated PC. */
export interface FixCase {
  readonly fix: FixId;
  /** A case in test/scenarios. */
  readonly scenario: string;
  readonly params: Params;
  /** Parts of the scenario that are replaced. */
  readonly but?: Readonly<Record<string, unknown>>;
  readonly stdin?: string;
  readonly after: VerdictCode;
  /** Effects that can't be undone: the loss of an unknown previous key, or a successful activation. */
  readonly oneWay?: readonly OneWay[];
}

const record = { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns' };
/** Records of the domain's DNS server. */
const RECORDS = [
  { name: '_vlmcs._tcp.contoso.com', type: 'SRV', port: 1688, target: 'kms1.contoso.com' },
  { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' },
];
const confirmationId = Array.from({ length: 8 }, (_, group) => `${group}12345`).join('-');

export const FIX_CASES: readonly FixCase[] = [
  {
    fix: 'install-mak',
    scenario: 'not-a-kms-client/retail-key-in-grace',
    params: { productKey: '-' },
    stdin: FAKE_KEY,
    after: 'healthy',
    oneWay: ['key', 'activation'],
  },
  {
    fix: 'install-mak',
    scenario: 'kms-count-too-low/client-was-told',
    params: { productKey: '-' },
    stdin: FAKE_KEY,
    after: 'healthy',
    oneWay: ['activation'],
  },
  {
    fix: 'return-to-kms',
    scenario: 'not-a-kms-client/oem-key',
    params: {},
    after: 'activation-pending',
    oneWay: ['key'],
  },
  {
    // The installed key and the new one end in the same five characters.
    fix: 'return-to-kms',
    scenario: 'product-key-rejected/oem-key-that-ends-like-the-public-one',
    params: {},
    after: 'activation-pending',
    oneWay: ['key'],
  },
  {
    fix: 'return-to-kms',
    scenario: 'product-key-rejected/client-key-of-another-edition',
    params: {},
    // The public key of Professional, installed on Enterprise.
    but: licensing({ PartialProductKey: 'T83GX', LicenseStatusReason: 0xc004f069 }),
    after: 'srv-record-missing',
  },
  {
    fix: 'install-kms-host-key',
    scenario: 'kms-host-not-activated/kms-host',
    params: { productKey: '-', confirm: 'kms1' },
    stdin: FAKE_KEY,
    after: 'healthy',
    oneWay: ['key', 'activation'],
  },
  {
    fix: 'open-kms-firewall',
    scenario: 'kms-firewall-closed/rule-off',
    params: {},
    after: 'healthy',
  },
  {
    fix: 'set-dns-publishing',
    scenario: 'dns-publishing-disabled/switched-off',
    params: { enabled: 'true' },
    after: 'healthy',
  },
  {
    fix: 'set-dns-publishing',
    scenario: 'dns-publishing-disabled/switched-off-in-the-registry',
    params: { enabled: 'true' },
    after: 'healthy',
  },
  {
    fix: 'test-routing',
    scenario: 'kms-port-filtered/filtered',
    params: { host: 'kms1.contoso.com' },
    after: 'kms-port-filtered',
  },
  {
    fix: 'test-routing',
    scenario: 'srv-record-missing/record-missing',
    params: { host: 'kms1.contoso.com', port: '1688' },
    after: 'srv-record-missing',
    oneWay: ['activation'],
  },
  {
    fix: 'test-routing',
    scenario: 'assigned-host-unreachable/refused',
    params: { host: 'kms2.contoso.com' },
    after: 'assigned-host-unreachable',
  },
  {
    fix: 'flush-dns-cache',
    scenario: 'client-resolver-disagrees/stale-target',
    params: {},
    after: 'activation-pending',
    oneWay: ['cache'],
  },
  {
    fix: 'add-dns-suffix',
    scenario: 'srv-record-in-other-domain/parent-domain',
    params: { domain: 'contoso.com' },
    after: 'activation-pending',
  },
  {
    fix: 'create-srv-record',
    scenario: 'srv-record-missing/record-missing',
    params: record,
    after: 'activation-pending',
  },
  {
    fix: 'create-srv-record',
    scenario: 'srv-record-missing/record-missing',
    params: { ...record, method: 'dynamic-update' },
    but: {
      dns: { servers: { '10.0.0.10': { dynamicUpdates: 'any', records: RECORDS.slice(1) } } },
    },
    after: 'activation-pending',
  },
  {
    fix: 'assign-kms-host',
    scenario: 'srv-record-missing/record-missing',
    params: { host: 'KMS1.contoso.com.' },
    after: 'activation-pending',
  },
  {
    fix: 'return-to-auto-discovery',
    scenario: 'assigned-host-unreachable/old-address',
    params: {},
    // A custom port must be restored, too.
    but: licensing(
      { LicenseStatusReason: 0xc004f074, GracePeriodRemaining: 0 },
      { KeyManagementServiceMachine: 'old-kms.contoso.com', KeyManagementServicePort: 1700 },
    ),
    after: 'activation-pending',
  },
  {
    fix: 'return-to-auto-discovery',
    scenario: 'srv-record-in-other-domain/hidden-by-lookup-domain',
    params: {},
    after: 'activation-pending',
  },
  {
    fix: 'set-lookup-domain',
    scenario: 'srv-record-in-other-domain/parent-domain',
    params: { domain: 'contoso.com' },
    after: 'activation-pending',
  },
  {
    fix: 'set-publish-list',
    scenario: 'healthy/kms-host',
    params: { domains: ['contoso.com', 'B.contoso.com,0,10', 'b.contoso.com,1,10'] },
    after: 'healthy',
  },
  {
    fix: 'restart-licensing-service',
    scenario: 'licensing-service-unavailable/disabled',
    params: {},
    after: 'healthy',
  },
  {
    fix: 'restart-licensing-service',
    scenario: 'dns-publishing-refused/no-event',
    params: {},
    after: 'healthy',
  },
  {
    fix: 'activate-now',
    scenario: 'activation-pending/just-activate',
    params: {},
    after: 'healthy',
    oneWay: ['activation'],
  },
  {
    fix: 'allow-kms-activation',
    scenario: 'activation-pending/just-activate',
    params: {},
    but: {
      registry: { [SPP_KEY]: { VLActivationType: { type: 'REG_DWORD', value: 1 } } },
    },
    after: 'activation-pending',
  },
  {
    fix: 'set-dns-servers',
    scenario: 'srv-record-missing/record-missing',
    params: { servers: ['10.0.0.11'] },
    but: {
      adapters: [
        {
          name: 'Ethernet',
          addresses: ['10.0.0.42'],
          gateways: ['10.0.0.1'],
          dnsServers: ['10.0.0.10'],
          dnsServersFrom: 'static',
        },
      ],
      dns: { servers: { '10.0.0.10': {}, '10.0.0.11': { records: RECORDS } } },
    },
    after: 'activation-pending',
  },
  {
    fix: 'activate-by-phone',
    scenario: 'not-a-kms-client/mak-never-activated',
    params: { confirmationId },
    after: 'healthy',
    oneWay: ['activation'],
  },
  {
    fix: 'sync-clock',
    scenario: 'clock-skew/five-hours-fast',
    params: {},
    after: 'activation-pending',
    oneWay: ['clock'],
  },
];

/** Returns the scenario of a case. */
export function scenarioOf({ scenario, but }: FixCase): object {
  return { ...readCase(scenario), ...but };
}

/** Returns the name of a case. */
export const nameOf = ({ fix, scenario }: FixCase): string => `${fix} on ${scenario}`;
