/** PCs that differ from their rehearsal, from the start or later: the treatment ends as soon as that shows. */
import { describe, expect, it } from 'vitest';
import type { FixId, VerdictCode } from '@shared/catalog';
import type { Assumption, StepResult, TreatmentResult } from '@shared/treatment';
import { ChangeRefused, Unreadable, type Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import type { TreatmentEvent } from '@engine/treatment/carry-out';
import { comparable, type OneWay } from '../fixes/fix-harness';
import { rehearse, TreatedPc, type Edit, type Steps } from './treated-pc';

interface Departure {
  readonly scenario: string;
  /** Changes to both the PC and its copy. */
  readonly both?: Edit;
  readonly steps: Steps;
  /** Changes to the PC from the start that can't be read. */
  readonly truth?: Edit;
  /** Changes to the PC once an event matches. */
  readonly meanwhile?: readonly [when: (event: TreatmentEvent) => boolean, edit: Edit];
  readonly wrap?: (computer: Computer) => Computer;
  readonly ends: {
    readonly result: TreatmentResult;
    /** Name of the reason; null if the treatment was completed. */
    readonly why: string | null;
    /** Result and verdict of each step that was started. */
    readonly steps: readonly (readonly [StepResult, VerdictCode | null])[];
    /** A dependency that the rehearsal announced. */
    readonly announced?: Assumption;
    /** Fixes that are planned next; none if omitted. */
    readonly next?: readonly FixId[];
  };
  readonly oneWay?: readonly OneWay[];
}

const MISSING = 'srv-record-missing/record-missing';
const PARENT = 'srv-record-in-other-domain/parent-domain';
const NO_RECORD_SEEN = 'client-resolver-disagrees/resolver-knows-nothing';
const PUBLISHING_OFF = 'dns-publishing-disabled/switched-off';

const WAY_ROUND: Steps = [['assign-kms-host', { host: 'kms1.contoso.com' }], ['activate-now']];
const LOOK_THERE: Steps = [['set-lookup-domain', { domain: 'contoso.com' }], ['activate-now']];
const CREATE: Steps = [
  [
    'create-srv-record',
    { domain: 'contoso.com', host: 'kms1.contoso.com', method: 'windows-dns', server: '10.0.0.10' },
  ],
  ['activate-now'],
];
const FLUSH: Steps = [['flush-dns-cache'], ['activate-now']];
const PUBLISH: Steps = [['set-dns-publishing', { enabled: 'true' }]];

/** The KMS host of the default network with different properties. */
const host = (over: object): Edit => {
  const kms = { currentCount: 40, activated: true, canActivate: true, clockSkewMinutes: 0 };
  return {
    hosts: { '10.0.0.20': { ping: true, ports: { 1688: 'kms' }, kms: { ...kms, ...over } } },
  };
};
const hostIsGone: Edit = { hosts: {} };
const dnsIsDead: Edit = {
  dns: { servers: { '10.0.0.10': { ping: false, answers: false, records: [] } } },
};
const A_RECORD = { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' };
const SRV_RECORD = {
  name: '_vlmcs._tcp.contoso.com',
  type: 'SRV',
  port: 1688,
  target: 'kms1.contoso.com',
};
const recordIsThere = { dns: { servers: { '10.0.0.10': { records: [SRV_RECORD, A_RECORD] } } } };
const licensed = {
  licensing: {
    products: {
      0: {
        LicenseStatus: 1,
        LicenseStatusReason: 0,
        GracePeriodRemaining: 250_000,
      },
    },
  },
};

const started =
  (index: number) =>
  (event: TreatmentEvent): boolean =>
    event.type === 'step-started' && event.index === index;
const looksAgain = (event: TreatmentEvent): boolean =>
  event.type === 'fix' && event.event.type === 're-checking';

const but =
  (over: (computer: Computer) => Partial<Computer>) =>
  (computer: Computer): Computer =>
    new Proxy(computer, {
      get: (target, name): unknown =>
        (Reflect.get({ ...over(target) }, name) as unknown) ?? Reflect.get(target, name),
    });
const refuses = (method: keyof Computer, error: ChangeRefused) =>
  but(() => ({ [method]: () => Promise.reject(error) }));

/** Changes to the settings of the licensing service. */
const service = (over: object): Edit => ({ licensing: { service: over } });

const DEPARTURES: Readonly<Record<string, Departure>> = {
  'the host count is too low': {
    scenario: MISSING,
    steps: WAY_ROUND,
    truth: host({ currentCount: 3 }),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [
        ['applied', 'activation-pending'],
        ['rolled-back', 'kms-count-too-low'],
      ],
      announced: 'host-count',
    },
  },
  "the host isn't activated": {
    scenario: MISSING,
    steps: WAY_ROUND,
    truth: host({ activated: false }),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [
        ['applied', 'activation-pending'],
        ['rolled-back', 'kms-host-not-activated'],
      ],
      announced: 'host-activated',
    },
  },
  "the host doesn't serve this product": {
    scenario: MISSING,
    steps: WAY_ROUND,
    truth: host({ canActivate: false }),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [
        ['applied', 'activation-pending'],
        ['rolled-back', 'kms-host-cannot-activate-this-product'],
      ],
      announced: 'product-served',
    },
  },
  "the host's clock is wrong": {
    scenario: MISSING,
    steps: WAY_ROUND,
    truth: host({ clockSkewMinutes: 600 }),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [
        ['applied', 'activation-pending'],
        ['rolled-back', 'clock-skew'],
      ],
      announced: 'host-clock',
    },
  },
  'the host disappears before the first step': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [started(0), hostIsGone],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'assigned-host-unreachable']],
    },
  },
  'the host disappears between two steps': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [started(1), hostIsGone],
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [
        ['applied', 'activation-pending'],
        ['rolled-back', 'assigned-host-unreachable'],
      ],
    },
  },
  "the host's name disappears from DNS": {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [looksAgain, { dns: { servers: { '10.0.0.10': { records: [] } } } }],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'assigned-host-unresolvable']],
    },
  },
  'someone else assigns the same host': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [started(0), service({ KeyManagementServiceMachine: 'kms1.contoso.com' })],
    ends: {
      next: ['activate-now'],
      result: 'departed',
      why: 'refused',
      steps: [['refused', null]],
    },
  },
  'a policy removes the assigned host': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [
      looksAgain,
      service({ KeyManagementServiceMachine: '', KeyManagementServicePort: 0 }),
    ],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'srv-record-missing']],
    },
  },
  'the rights for a step are missing': {
    scenario: MISSING,
    steps: WAY_ROUND,
    wrap: refuses('setKmsHost', new ChangeRefused('access-denied', 0x80070005)),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [['rolled-back', 'srv-record-missing']],
    },
  },
  "a setting can't be read back": {
    scenario: MISSING,
    steps: WAY_ROUND,
    wrap: (computer) => {
      let isSet = false;
      return but((pc) => ({
        setKmsHost: (...args) => {
          isSet = true;
          return pc.setKmsHost(...args);
        },
        licensingService: (signal) =>
          isSet ? Promise.reject(new Unreadable('timed-out')) : pc.licensingService(signal),
        registryValue: (location, signal) =>
          isSet ? Promise.reject(new Unreadable('timed-out')) : pc.registryValue(location, signal),
      }))(computer);
    },
    ends: { result: 'departed', why: 'departed', steps: [['unverified', 'srv-record-missing']] },
  },
  'the DNS server becomes unreachable': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [looksAgain, dnsIsDead],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'dns-server-unreachable']],
    },
  },
  'PowerShell becomes unavailable': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [looksAgain, { faults: { powershell: 'denied' } }],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'cannot-diagnose']],
    },
  },
  'the record disappears from the parent domain': {
    scenario: PARENT,
    steps: LOOK_THERE,
    meanwhile: [started(0), { dns: { servers: { '10.0.0.10': { records: [A_RECORD] } } } }],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'srv-record-missing']],
    },
  },
  'the record in the parent domain leads to an unreachable host': {
    scenario: PARENT,
    steps: LOOK_THERE,
    meanwhile: [looksAgain, hostIsGone],
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'kms-port-filtered']],
    },
  },
  'someone else sets the lookup domain': {
    scenario: PARENT,
    steps: LOOK_THERE,
    meanwhile: [started(0), service({ KeyManagementServiceLookupDomain: 'contoso.com' })],
    ends: {
      next: ['activate-now'],
      result: 'departed',
      why: 'refused',
      steps: [['refused', null]],
    },
  },
  'a policy sets the DNS suffixes': {
    scenario: PARENT,
    steps: [['add-dns-suffix', { domain: 'contoso.com' }], ['activate-now']],
    wrap: but(() => ({ dnsPolicies: () => Promise.resolve(['suffix-search-list']) })),
    ends: {
      next: ['set-lookup-domain', 'activate-now'],
      result: 'departed',
      why: 'refused',
      steps: [['refused', null]],
    },
  },
  'the zone refuses the record': {
    scenario: MISSING,
    steps: CREATE,
    wrap: refuses('addSrvRecord', new ChangeRefused('dns-refused')),
    ends: {
      result: 'failed',
      why: 'failed',
      steps: [['rolled-back', 'srv-record-missing']],
      announced: 'rights',
    },
  },
  "the preferred DNS server doesn't have the record yet": {
    scenario: MISSING,
    both: {
      adapters: [
        {
          name: 'Ethernet',
          up: true,
          addresses: ['10.0.0.42'],
          gateways: ['10.0.0.1'],
          dnsServers: ['10.0.0.11', '10.0.0.10'],
          connectionSuffix: 'contoso.com',
        },
      ],
      dns: { servers: { '10.0.0.11': { ping: true, answers: false, records: [] } } },
    },
    steps: CREATE,
    meanwhile: [
      started(0),
      { dns: { servers: { '10.0.0.11': { ping: true, answers: true, records: [A_RECORD] } } } },
    ],
    ends: {
      result: 'better',
      why: 'notYet',
      steps: [['applied', 'dns-servers-disagree']],
      announced: 'dns-replication',
    },
  },
  'Windows keeps its negative DNS cache entry': {
    scenario: NO_RECORD_SEEN,
    steps: FLUSH,
    wrap: but(() => ({ flushDnsCache: () => Promise.resolve({ way: 'simulated' }) })),
    ends: {
      result: 'unchanged',
      why: 'notYet',
      steps: [['applied', 'client-resolver-disagrees']],
      announced: 'resolver-cache',
    },
  },
  'the DNS cache hid an unreachable host': {
    scenario: NO_RECORD_SEEN,
    steps: FLUSH,
    meanwhile: [looksAgain, hostIsGone],
    ends: { result: 'departed', why: 'departed', steps: [['applied', 'kms-port-filtered']] },
    oneWay: ['cache'],
  },
  'the record belongs to another host': {
    scenario: PUBLISHING_OFF,
    steps: PUBLISH,
    truth: {
      dns: {
        servers: {
          '10.0.0.10': { records: [A_RECORD, { ...SRV_RECORD, target: 'kms2.contoso.com' }] },
        },
      },
    },
    ends: {
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'dns-publishing-refused']],
      announced: 'rights',
    },
  },
  "the service doesn't restart": {
    scenario: PUBLISHING_OFF,
    steps: PUBLISH,
    wrap: refuses('restartService', new ChangeRefused('not-done', 0x8007041d)),
    ends: {
      next: ['set-dns-publishing'],
      result: 'failed',
      why: 'failed',
      steps: [['rolled-back', 'dns-publishing-disabled']],
    },
  },
  'a policy closes the firewall again': {
    scenario: 'kms-firewall-closed/rule-off',
    steps: [['open-kms-firewall']],
    meanwhile: [looksAgain, { computer: { firewallKmsRule: false } }],
    ends: {
      next: ['open-kms-firewall'],
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'kms-firewall-closed']],
    },
  },
  'only Active Directory is allowed again': {
    scenario: 'activation-type-excludes-kms/directory-alone',
    steps: [['allow-kms-activation'], ['activate-now']],
    meanwhile: [looksAgain, { licensing: { products: { 0: { VLActivationTypeEnabled: 1 } } } }],
    ends: {
      next: ['allow-kms-activation', 'activate-now'],
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'activation-type-excludes-kms']],
    },
  },
  'the key is rejected': {
    scenario: 'not-a-kms-client/oem-key',
    steps: [['return-to-kms'], ['activate-now']],
    wrap: refuses('installProductKey', new ChangeRefused('not-done', 0xc004f069)),
    ends: {
      next: ['return-to-kms', 'activate-now'],
      result: 'failed',
      why: 'failed',
      steps: [['rolled-back', 'not-a-kms-client']],
    },
  },
  'the host becomes unreachable while the key is installed': {
    scenario: 'not-a-kms-client/oem-key',
    steps: [['return-to-kms'], ['activate-now']],
    meanwhile: [looksAgain, hostIsGone],
    ends: { result: 'departed', why: 'departed', steps: [['applied', 'kms-port-filtered']] },
    oneWay: ['key'],
  },
  "the clock can't be set": {
    scenario: 'clock-skew/five-hours-fast',
    steps: [['sync-clock'], ['activate-now']],
    wrap: refuses('syncClock', new ChangeRefused('tool-failed')),
    ends: {
      next: ['sync-clock', 'activate-now'],
      result: 'failed',
      why: 'failed',
      steps: [['rolled-back', 'clock-skew']],
    },
  },
  'the clock is immediately wrong again': {
    scenario: 'clock-skew/five-hours-fast',
    steps: [['sync-clock'], ['activate-now']],
    meanwhile: [looksAgain, { computer: { clockSkewMinutes: 300 } }],
    ends: {
      next: ['sync-clock', 'activate-now'],
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'clock-skew']],
    },
    oneWay: ['clock'],
  },
  'the licensing service is disabled again': {
    scenario: 'licensing-service-unavailable/disabled',
    steps: [['restart-licensing-service']],
    meanwhile: [looksAgain, { services: { sppsvc: { state: 'stopped', start: 'disabled' } } }],
    ends: {
      next: ['restart-licensing-service'],
      result: 'departed',
      why: 'departed',
      steps: [['applied', 'licensing-service-unavailable']],
    },
  },
  'the running service reveals another fault': {
    scenario: 'licensing-service-unavailable/disabled-and-record-missing',
    steps: [['restart-licensing-service']],
    ends: {
      next: ['assign-kms-host'],
      result: 'better',
      why: 'readNow',
      steps: [['applied', 'srv-record-missing']],
      announced: 'licence-unread',
    },
  },
  'someone else activates Windows': {
    scenario: MISSING,
    steps: WAY_ROUND,
    meanwhile: [looksAgain, { ...licensed, ...recordIsThere }],
    ends: { result: 'healthy', why: 'healthy', steps: [['verified', 'healthy']] },
  },
};

describe('a treatment that departs from its rehearsal', () => {
  let count = 0;
  for (const [name, one] of Object.entries(DEPARTURES)) {
    it(`ends if ${name}`, async () => {
      count += 1;
      const pc = new TreatedPc(one.scenario, one.both);
      const treatment = await rehearse(pc.document, one.steps);
      if (one.truth) pc.becomes(one.truth);
      const [when, edit] = one.meanwhile ?? [];
      let isDue = when !== undefined;
      const found = await diagnose(one.wrap?.(pc.computer) ?? pc.computer).result;
      const ended = await pc.carryOut(treatment, {
        found,
        ...(one.wrap && { wrap: one.wrap }),
        onEvent: (event) => {
          if (!isDue || when?.(event) !== true) return;
          isDue = false;
          pc.becomes(edit ?? {});
        },
      });
      const why = ended.why?.key.replace('treatment.why.', '') ?? null;
      const isRest = ended.steps.length < treatment.steps.length;
      if (why?.endsWith('Last')) expect(isRest, 'steps were left to be skipped').toBe(false);
      if (['failed', 'refused', 'departed'].includes(why ?? '')) expect(isRest).toBe(true);
      expect({
        result: ended.result,
        why: why?.replace(/Last$/, '') ?? null,
        steps: ended.steps.map(({ result, found: code }) => [result, code]),
      }).toEqual({ result: one.ends.result, why: one.ends.why, steps: one.ends.steps });
      expect(ended.next?.steps.map(({ fix }) => fix) ?? []).toEqual(one.ends.next ?? []);
      if (one.ends.announced !== undefined) {
        const last = treatment.steps[ended.steps.length - 1];
        expect(last?.then.restsOn).toContain(one.ends.announced);
      }
      // The journal contains exactly what was done.
      const entries = (await pc.journal.entries()).map((entry) => entry.details()).reverse();
      expect(entries.map((entry) => entry?.entry)).toEqual(
        ended.steps.flatMap(({ entry }) => entry ?? []),
      );
      expect(entries.every((entry) => entry?.treatment === ended.treatment)).toBe(true);
      expect(entries.every((entry) => entry?.state !== 'open')).toBe(true);
      if (ended.treatment === null) {
        expect(pc.document).toEqual(pc.untreated);
        return;
      }
      await pc.undo(ended.treatment);
      const left = one.oneWay ?? [];
      expect(comparable(pc.document, left)).toEqual(comparable(pc.untreated, left));
    });
  }

  it('is covered by at least thirty cases', () => {
    console.log(`${count} PCs that were otherwise than rehearsed`);
    expect(count).toBeGreaterThanOrEqual(30);
  });
});
