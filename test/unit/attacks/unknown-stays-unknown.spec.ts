/** Facts that are unread, each of which was once mistaken for a known value. Nothing based on them is certain. */
import { describe, expect, it } from 'vitest';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { Unreadable, type CimRow, type Computer, type DnsServer } from '@engine/computer';
import { diagnose, type RunResult } from '@engine/run';
import { toScenario, verifySnapshot } from '@engine/snapshot';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { ALL_PCS } from '../../scenarios/sick';

/** Creates the PC of a case. */
function pcOf(name: string): Computer {
  const file = ALL_PCS.get(name);
  if (file === undefined) throw new Error(name);
  return createScenarioComputer(file);
}

const run = (computer: Computer): Promise<RunResult> => diagnose(computer, { atOnce: true }).result;

const unread = (): Promise<never> => Promise.reject(new Unreadable('tool-failed', 'powershell'));

/** Makes queries for a name unreadable, optionally at one server or of one type only. */
const withoutAnswer =
  (name: string, server?: string, only?: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    dnsQuery: (at: DnsServer, asked, type, ...rest) =>
      asked === name && (server ?? at.address) === at.address && (only ?? type) === type
        ? unread()
        : pc.dnsQuery(at, asked, type, ...rest),
  });

/** Makes lookups of matching names by the system resolver unreadable, optionally of one type only. */
const withoutResolver =
  (name: RegExp, only?: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    resolve: (asked, type, signal) =>
      name.test(asked) && (only ?? type) === type ? unread() : pc.resolve(asked, type, signal),
  });

/** Sets columns of the product rows to null. */
const withoutColumn =
  (...names: readonly string[]) =>
  (pc: Computer): Computer => ({
    ...pc,
    licensingProducts: async (signal) =>
      (await pc.licensingProducts(signal)).map((row) =>
        names.reduce<CimRow>((rest, name) => ({ ...rest, [name]: null }), row),
      ),
  });

/** License columns that aren't needed to know whether Windows is activated. */
const NOT_NEEDED: readonly (readonly string[])[] = [
  ['LicenseStatusReason'],
  ['Description', 'ProductKeyChannel'],
  ['Description', 'ProductKeyChannel', 'LicenseStatusReason'],
];

/** Sets a column of the service row to null. */
const withoutServiceColumn =
  (name: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    licensingService: async (signal) => ({ ...(await pc.licensingService(signal)), [name]: null }),
  });

/** Makes the result of a bind at one address unreadable. */
const withoutBind =
  (address: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    probeKms: (at, signal) => {
      const probe = pc.probeKms(at, signal);
      if (at.host !== address) return probe;
      const answered = unread();
      answered.catch(() => undefined);
      return { ...probe, answered };
    },
  });

/** Makes the DNS client settings unreadable. */
const withoutDnsClient = (pc: Computer): Computer => ({ ...pc, dnsClientSettings: unread });

/** Makes all DNS servers silent. */
const withoutServers = (pc: Computer): Computer => ({
  ...pc,
  dnsQuery: () => Promise.resolve({ outcome: 'silent', ms: 1, detail: null }),
});

/** Replaces the outcome of a query, connection or bind with a word that this version doesn't know. */
const inOtherWords =
  (question: 'dnsQuery' | 'connected' | 'answered', outcome: string) =>
  (pc: Computer): Computer => {
    const said = <T>(answer: Promise<T>): Promise<T> =>
      answer.then((one) => one && { ...one, outcome });
    return {
      ...pc,
      ...(question === 'dnsQuery' && {
        dnsQuery: (...asked: Parameters<Computer['dnsQuery']>) => said(pc.dnsQuery(...asked)),
      }),
      probeKms: (...asked) => {
        const probe = pc.probeKms(...asked);
        if (question === 'dnsQuery') return probe;
        return { ...probe, [question]: said<object | null>(probe[question]) };
      },
    };
  };

const CASES: readonly (readonly [string, string, (pc: Computer) => Computer])[] = [
  ['the partial key of a product row', 'healthy/default', withoutColumn('PartialProductKey')],
  ['the application of a product row', 'healthy/default', withoutColumn('ApplicationID')],
  [
    'the channel of a product row',
    'srv-record-missing/licensed',
    withoutColumn('Description', 'ProductKeyChannel'),
  ],
  [
    'the last error of a product row',
    'product-key-rejected/mak-blocked',
    withoutColumn('LicenseStatusReason'),
  ],
  ['a known outcome of DNS queries', 'healthy/default', inOtherWords('dnsQuery', 'dropped')],
  [
    'an outcome of DNS queries other than an Object.prototype property',
    'healthy/default',
    inOtherWords('dnsQuery', '__proto__'),
  ],
  ['a known outcome of the connection', 'healthy/default', inOtherWords('connected', 'reset')],
  ['a known outcome of the bind', 'healthy/default', inOtherWords('answered', 'kms-v7')],
  [
    'the response of one of two servers for the only domain',
    'dns-servers-disagree/public-server-first',
    withoutAnswer('_vlmcs._tcp.contoso.com', '10.0.0.10'),
  ],
  [
    'the address of the only host that responds',
    'activation-pending/one-unresolvable-one-kms',
    withoutAnswer('kms1.contoso.com'),
  ],
  [
    'an address that only the resolver has',
    'field/only-the-resolver-knows',
    withoutResolver(/^kms1/, 'A'),
  ],
  [
    'a record that only the resolver finds',
    'healthy/only-the-resolver-answers',
    withoutResolver(/^_vlmcs/),
  ],
  [
    'an address that differs at the resolver',
    'client-resolver-disagrees/stale-address',
    withoutAnswer('kms1.contoso.com'),
  ],
  [
    'the bind at the only address that responds',
    'activation-pending/second-address-good',
    withoutBind('10.0.0.20'),
  ],
  [
    "one server's response for the addresses of a host",
    'kms-service-not-listening/refused-beside-no-route',
    withoutAnswer('kms1.contoso.com', '10.0.0.10', 'A'),
  ],
  [
    'the records of all its domains',
    'domain-unknown-to-dns/assigned-name-unknown-too',
    (pc) =>
      withoutAnswer('_vlmcs._tcp')(
        withoutAnswer('_vlmcs._tcp.contoso.com')(withoutAnswer('_vlmcs._tcp.home')(pc)),
      ),
  ],
  [
    'the count of the KMS host',
    'kms-count-too-low/kms-host-none',
    withoutServiceColumn('KeyManagementServiceCurrentCount'),
  ],
  [
    'the add-on column',
    'not-a-kms-client/oem-beside-a-licensed-add-on',
    withoutColumn('LicenseIsAddon'),
  ],
  [
    'the allowed activation types',
    'activation-type-excludes-kms/and-record-missing',
    withoutColumn('VLActivationTypeEnabled'),
  ],
  ['the activation type', 'healthy/token', withoutColumn('VLActivationType')],
  ['the product ID', 'field/assigned-for-the-sku', withoutColumn('ID')],
  [
    'the DNS client settings and any DNS server',
    'field/only-the-resolver-knows',
    (pc) => withoutDnsClient(withoutServers(pc)),
  ],
  [
    'any DNS server for its own record',
    'dns-publishing-disabled/another-hosts-record-stands-there',
    withoutServers,
  ],
  [
    'the controllers of its domain in DNS',
    'field/laptop-at-home',
    withoutAnswer('_ldap._tcp.dc._msdcs.contoso.com'),
  ],
];

describe('a PC with unread facts', () => {
  it.each(CASES)('has only a likely verdict without %s (%s)', async (_, name, less) => {
    const pc = pcOf(name);
    const whole = (await run(pc)).diagnosis.verdict;
    const { code, certainty } = (await run(less(pc))).diagnosis.verdict;
    expect(whole.certainty).toBe('certain');
    expect(certainty === 'certain' ? code : whole.code).toBe(whole.code);
    expect(certainty).toBe('likely');
  });

  it.each(NOT_NEEDED)('is still known to be activated without %s … (%#)', async (...columns) => {
    const pc = withoutColumn(...columns)(pcOf('healthy/default'));
    const result = await run(pc);
    expect(result.diagnosis.verdict).toMatchObject({ code: 'healthy', certainty: 'likely' });
    expect(result.diagnosis.activation).toMatchObject({
      licenseStatus: 1,
      ...(columns.includes('Description') && { channel: null }),
      ...(columns.includes('LicenseStatusReason') && { lastError: null }),
    });
    const saved = toScenario(result);
    expect(await verifySnapshot(saved, result.diagnosis, createScenarioComputer)).toBeNull();
  });

  it.each(NOT_NEEDED)(
    "keeps a certain verdict that doesn't depend on %s … (%#)",
    async (...columns) => {
      const pc = withoutColumn(...columns)(pcOf('licensing-service-unavailable/disabled'));
      expect((await run(pc)).diagnosis.verdict).toMatchObject({
        code: 'licensing-service-unavailable',
        certainty: 'certain',
      });
    },
  );

  it('is not reported to lack a KMS key if the key channel is unread', async () => {
    const pc = withoutColumn('Description', 'ProductKeyChannel')(pcOf('healthy/default'));
    const { verdict, checks } = (await run(pc)).diagnosis;
    expect(verdict.summary.key).toBe('verdicts.healthy.summaryKeyUnread');
    const light = (wanted: string) => checks.find(({ id }) => id === wanted)?.status;
    for (const check of ['product-key-channel', 'activation-type', 'kms-host-activated'])
      expect(light(check), check).toBe('unknown');
    expect(light('licence-status')).toBe('pass');
    expect(light('kms-service-answers')).toBe('pass');
  });

  it('has only a likely verdict if two columns contradict each other about its key', async () => {
    const pc = pcOf('not-a-kms-client/retail-key-in-grace');
    const twofold: Computer = {
      ...pc,
      licensingProducts: async (signal) =>
        (await pc.licensingProducts(signal)).map((row) => ({
          ...row,
          ProductKeyChannel: 'Volume:GVLK',
        })),
    };
    expect((await run(pc)).diagnosis.verdict.certainty).toBe('certain');
    expect((await run(twofold)).diagnosis.verdict.certainty).toBe('likely');
  });

  it('has only a likely verdict if the probe of a host in a later domain is unread', async () => {
    const pc = pcOf('kms-service-not-listening/second-candidate-good');
    const { targets, laterTargets } = (await run(pc)).snapshot;
    expect([targets.length, laterTargets.length]).toEqual([1, 1]);
    const later = laterTargets[0]?.probes[0]?.address;
    const without: Computer = {
      ...pc,
      probeKms: (endpoint, signal) => {
        if (endpoint.host !== later) return pc.probeKms(endpoint, signal);
        const none = unread();
        none.catch(() => undefined);
        return { connected: none, answered: none };
      },
    };
    expect((await run(without)).diagnosis.verdict).toMatchObject({
      code: 'kms-service-not-listening',
      certainty: 'likely',
    });
  });
});

it('reports an invalid lookup domain instead of a missing domain', async () => {
  const file: ScenarioFile = {
    schema: 'kms-doctor/scenario@1',
    licensing: { service: { KeyManagementServiceLookupDomain: 'two words' } },
  };
  const { verdict } = (await run(createScenarioComputer(file))).diagnosis;
  expect(verdict).toMatchObject({
    code: 'no-dns-suffix',
    summary: {
      key: 'verdicts.no-dns-suffix.summaryLookupDomain',
      params: { lookupDomain: 'two words' },
    },
    message: null,
  });
  expect(verdict.fixes[0]).toBe('return-to-auto-discovery');
});

it("saves a valid case even if records have names that a file can't hold", async () => {
  const pc = createScenarioComputer({ schema: 'kms-doctor/scenario@1' });
  const odd: Computer = {
    ...pc,
    dnsQuery: async (...asked) => {
      const answer = await pc.dnsQuery(...asked);
      if (answer.outcome !== 'answered') return answer;
      const named = answer.answers.map((record) => ({ ...record, name: 'a b\u001B' }));
      return { ...answer, answers: [...answer.answers, ...named] };
    },
  };
  const file = toScenario(await run(odd));
  expect(parseScenario(JSON.parse(JSON.stringify(file))).ok).toBe(true);
});
