/** What a PC leaves open, in each place where it was once taken for a known answer: nothing is certain of it. */
import { describe, expect, it } from 'vitest';
import { parseScenario, type ScenarioFile } from '@shared/scenario';
import { Unreadable, type CimRow, type Computer, type DnsServer } from '@engine/computer';
import { diagnose, type RunResult } from '@engine/run';
import { toScenario, verifySnapshot } from '@engine/snapshot';
import { createScenarioComputer } from '../../../electron/computer/scenario';
import { ALL_PCS } from '../../scenarios/sick';

/** The PC of a case. */
function pcOf(name: string): Computer {
  const file = ALL_PCS.get(name);
  if (file === undefined) throw new Error(name);
  return createScenarioComputer(file);
}

const run = (computer: Computer): Promise<RunResult> => diagnose(computer, { atOnce: true }).result;

const unread = (): Promise<never> => Promise.reject(new Unreadable('tool-failed', 'powershell'));

/** Answers to questions for one name, of one server where that is named, are not had. */
const withoutAnswer =
  (name: string, server?: string, only?: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    dnsQuery: (at: DnsServer, asked, type, ...rest) =>
      asked === name && (server ?? at.address) === at.address && (only ?? type) === type
        ? unread()
        : pc.dnsQuery(at, asked, type, ...rest),
  });

/** What the system's resolver is asked for names like this is not had. */
const withoutResolver =
  (name: RegExp, only?: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    resolve: (asked, type, signal) =>
      name.test(asked) && (only ?? type) === type ? unread() : pc.resolve(asked, type, signal),
  });

/** Rows of Windows without one of their columns. */
const withoutColumn =
  (...names: readonly string[]) =>
  (pc: Computer): Computer => ({
    ...pc,
    licensingProducts: async (signal) =>
      (await pc.licensingProducts(signal)).map((row) =>
        names.reduce<CimRow>((rest, name) => ({ ...rest, [name]: null }), row),
      ),
  });

/** Columns of the licence without which it is still known whether Windows is activated. */
const NOT_NEEDED: readonly (readonly string[])[] = [
  ['LicenseStatusReason'],
  ['Description', 'ProductKeyChannel'],
  ['Description', 'ProductKeyChannel', 'LicenseStatusReason'],
];

/** The service's row without one of its columns. */
const withoutServiceColumn =
  (name: string) =>
  (pc: Computer): Computer => ({
    ...pc,
    licensingService: async (signal) => ({ ...(await pc.licensingService(signal)), [name]: null }),
  });

/** What becomes of a bind at one address is not had. */
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

/** How Windows looks names up is not had. */
const withoutDnsClient = (pc: Computer): Computer => ({ ...pc, dnsClientSettings: unread });

/** The same, where no DNS server is heard. */
const withoutServers = (pc: Computer): Computer => ({
  ...pc,
  dnsQuery: () => Promise.resolve({ outcome: 'silent', ms: 1, detail: null }),
});

/** What computers say in a word that this version does not know. */
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
  ['a row without its key', 'healthy/default', withoutColumn('PartialProductKey')],
  ['a row that is nobody’s', 'healthy/default', withoutColumn('ApplicationID')],
  [
    'a row without its channel',
    'srv-record-missing/licensed',
    withoutColumn('Description', 'ProductKeyChannel'),
  ],
  [
    'a row without its last error',
    'product-key-rejected/mak-blocked',
    withoutColumn('LicenseStatusReason'),
  ],
  ['a server in other words', 'healthy/default', inOtherWords('dnsQuery', 'dropped')],
  ['a server in a word of every object', 'healthy/default', inOtherWords('dnsQuery', '__proto__')],
  ['a connection in other words', 'healthy/default', inOtherWords('connected', 'reset')],
  ['a bind in other words', 'healthy/default', inOtherWords('answered', 'kms-v7')],
  [
    'one of two servers on the one domain',
    'dns-servers-disagree/public-server-first',
    withoutAnswer('_vlmcs._tcp.contoso.com', '10.0.0.10'),
  ],
  [
    'the address of the one host that answers',
    'activation-pending/one-unresolvable-one-kms',
    withoutAnswer('kms1.contoso.com'),
  ],
  [
    'an address that the resolver alone has',
    'field/only-the-resolver-knows',
    withoutResolver(/^kms1/, 'A'),
  ],
  [
    'what the resolver alone finds',
    'healthy/only-the-resolver-answers',
    withoutResolver(/^_vlmcs/),
  ],
  [
    'an address that the resolver has otherwise',
    'client-resolver-disagrees/stale-address',
    withoutAnswer('kms1.contoso.com'),
  ],
  [
    'the bind at the one address that answers',
    'activation-pending/second-address-good',
    withoutBind('10.0.0.20'),
  ],
  [
    'what one server says of a host’s addresses',
    'kms-service-not-listening/refused-beside-no-route',
    withoutAnswer('kms1.contoso.com', '10.0.0.10', 'A'),
  ],
  [
    'every record of its domains',
    'domain-unknown-to-dns/assigned-name-unknown-too',
    (pc) =>
      withoutAnswer('_vlmcs._tcp')(
        withoutAnswer('_vlmcs._tcp.contoso.com')(withoutAnswer('_vlmcs._tcp.home')(pc)),
      ),
  ],
  [
    'how many computers asked it',
    'kms-count-too-low/kms-host-none',
    withoutServiceColumn('KeyManagementServiceCurrentCount'),
  ],
  [
    'which row is an add-on',
    'not-a-kms-client/oem-beside-a-licensed-add-on',
    withoutColumn('LicenseIsAddon'),
  ],
  [
    'how it may activate',
    'activation-type-excludes-kms/and-record-missing',
    withoutColumn('VLActivationTypeEnabled'),
  ],
  ['how it was activated', 'healthy/token', withoutColumn('VLActivationType')],
  ['which product it is', 'field/assigned-for-the-sku', withoutColumn('ID')],
  [
    'the domains of its resolver, and hears no server',
    'field/only-the-resolver-knows',
    (pc) => withoutDnsClient(withoutServers(pc)),
  ],
  [
    'every server that knows of its own record',
    'dns-publishing-disabled/another-hosts-record-stands-there',
    withoutServers,
  ],
  [
    'the controllers of its domain',
    'field/laptop-at-home',
    withoutAnswer('_ldap._tcp.dc._msdcs.contoso.com'),
  ],
];

describe('a PC that leaves open', () => {
  it.each(CASES)('%s (%s) is certain of nothing else', async (_, name, less) => {
    const pc = pcOf(name);
    const whole = (await run(pc)).diagnosis.verdict;
    const { code, certainty } = (await run(less(pc))).diagnosis.verdict;
    expect(whole.certainty).toBe('certain');
    expect(certainty === 'certain' ? code : whole.code).toBe(whole.code);
    expect(certainty).toBe('likely');
  });

  it.each(NOT_NEEDED)('%s … is still known to be activated', async (...columns) => {
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

  it.each(NOT_NEEDED)('%s … is certain of what does not rest on it', async (...columns) => {
    const pc = withoutColumn(...columns)(pcOf('licensing-service-unavailable/disabled'));
    expect((await run(pc)).diagnosis.verdict).toMatchObject({
      code: 'licensing-service-unavailable',
      certainty: 'certain',
    });
  });

  it('what kind of key it has is not said to be none of KMS', async () => {
    const pc = withoutColumn('Description', 'ProductKeyChannel')(pcOf('healthy/default'));
    const { verdict, checks } = (await run(pc)).diagnosis;
    expect(verdict.summary.key).toBe('verdicts.healthy.summaryKeyUnread');
    const light = (wanted: string) => checks.find(({ id }) => id === wanted)?.status;
    for (const check of ['product-key-channel', 'activation-type', 'kms-host-activated'])
      expect(light(check), check).toBe('unknown');
    expect(light('licence-status')).toBe('pass');
    expect(light('kms-service-answers')).toBe('pass');
  });

  it('what two columns say differently of its key is not sure', async () => {
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

  it('what hosts of later domains answer is not sure that Windows gets to none', async () => {
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

it('says that a lookup domain is none, not that the PC has no domain', async () => {
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

it('saves a case of a network with records whose names no file can hold', async () => {
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
