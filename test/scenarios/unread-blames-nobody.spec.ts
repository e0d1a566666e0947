/**
 * A fact that cannot be read never gives a verdict that blames what the fact is about. Each fact of each kind of
 * scenario fails alone, in each way in which Windows or a network fails.
 */
import { expect, it } from 'vitest';
import { VERDICT_CODES, type VerdictCode } from '@shared/catalogue';
import type { ReasonCode, Verdict } from '@shared/diagnosis';
import { Unreadable, type Computer, type DnsServer } from '@engine/computer';
import type { RegistryLocation } from '@engine/registry-keys';
import { diagnose } from '@engine/run';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import { FULL, sample } from '../support/sample';
import { computerOf, EXPECTED, readCase } from './cases';

/** A fact that fails: a question of the port, or those of them that have an argument like this. */
interface Fact {
  readonly question: keyof Computer;
  readonly about?: (argument: unknown) => boolean;
  /** Codes that blame what the fact is about. */
  readonly blamed: readonly VerdictCode[];
  /** Codes that may come up beside those below the original, `likely`: they rest on something else that was read. */
  readonly besides?: readonly VerdictCode[];
}

const ASSIGNED: readonly VerdictCode[] = [
  'assigned-host-unresolvable',
  'assigned-host-unreachable',
  'assigned-host-not-kms',
];
const RECORDS: readonly VerdictCode[] = [
  'srv-record-missing',
  'srv-record-in-other-domain',
  'srv-record-bare-name',
];
const SERVERS: readonly VerdictCode[] = [
  'dns-server-not-configured',
  'dns-server-unreachable',
  'dns-server-failing',
];
const PORTS: readonly VerdictCode[] = [
  'kms-port-filtered',
  'kms-service-not-listening',
  'not-a-kms-host',
];
const OF_TARGETS: readonly VerdictCode[] = ['client-resolver-disagrees', 'srv-target-unresolvable'];
const PUBLISHING: readonly VerdictCode[] = ['dns-publishing-disabled', 'dns-publishing-refused'];
const LAST_ERROR: readonly VerdictCode[] = [
  'product-key-rejected',
  'kms-host-not-activated',
  'kms-host-cannot-activate-this-product',
  'kms-count-too-low',
  'access-denied',
  'activation-failed',
];
const LICENSING: VerdictCode = 'licensing-service-unavailable';

const registry = (name: string, blamed: readonly VerdictCode[]): Fact => ({
  question: 'registryValue',
  about: (location) => (location as RegistryLocation).name === name,
  blamed,
});

const FACTS: Readonly<Record<string, Fact>> = {
  system: { question: 'system', blamed: PUBLISHING },
  // Without them the Windows resolver is still asked, and what it denies is a finding.
  adapters: { question: 'adapters', blamed: SERVERS, besides: RECORDS },
  dnsClientSettings: { question: 'dnsClientSettings', blamed: RECORDS },
  licensingService: {
    question: 'licensingService',
    blamed: [LICENSING, 'duplicate-client-ids', 'kms-count-too-low'],
  },
  licensingProducts: {
    question: 'licensingProducts',
    blamed: [
      LICENSING,
      'no-product-key',
      'evaluation-edition',
      'not-a-kms-client',
      'activation-type-excludes-kms',
      'office-not-activated',
      ...LAST_ERROR,
    ],
    // Whether the way matters to this PC is not known then, and what is wrong on it is.
    besides: ['clock-skew', ...SERVERS, ...ASSIGNED, ...RECORDS, ...PORTS, ...OF_TARGETS],
  },
  officeProducts: { question: 'officeProducts', blamed: ['office-not-activated'] },
  activationType: registry('VLActivationType', ['activation-type-excludes-kms']),
  registry: { question: 'registryValue', blamed: [...PUBLISHING, ...ASSIGNED] },
  publishingValue: registry('DisableDnsPublishing', PUBLISHING),
  publishList: registry('DnsDomainPublishList', PUBLISHING),
  assignedName: registry('KeyManagementServiceName', ASSIGNED),
  assignedPort: registry('KeyManagementServicePort', ASSIGNED),
  lookupDomain: registry('KeyManagementServiceLookupDomain', RECORDS),
  sppsvc: { question: 'service', blamed: [LICENSING] },
  events: { question: 'events', blamed: ['clock-skew', 'duplicate-client-ids', ...LAST_ERROR] },
  clock: { question: 'clockOffset', blamed: ['clock-skew'] },
  vbscript: { question: 'vbscript', blamed: [LICENSING] },
  firewallRule: { question: 'firewallKmsRule', blamed: ['kms-firewall-closed'] },
  outboundBlocked: { question: 'outboundBlocked', blamed: PORTS },
  ping: { question: 'ping', blamed: ['dns-server-unreachable', ...PORTS] },
  dns: { question: 'dnsQuery', blamed: [...SERVERS, ...RECORDS, 'srv-target-unresolvable'] },
  resolver: {
    question: 'resolve',
    blamed: ['client-resolver-disagrees'],
    // It could have found what servers that are dead or fail do not.
    besides: ['dns-server-unreachable', 'dns-server-failing'],
  },
  ports: {
    question: 'probeKms',
    blamed: [...PORTS, 'assigned-host-unreachable', 'assigned-host-not-kms', 'kms-firewall-closed'],
  },
};

/** Why Windows or a network does not answer. */
const REASONS: readonly ReasonCode[] = [
  'tool-failed',
  'timed-out',
  'tool-missing',
  'access-denied',
  'needs-elevation',
  'garbled-answer',
  'no-answer',
  'no-ipv6',
  'service-disabled',
  'check-failed',
  'unsupported-query',
  'script-policy',
];

/** Scenarios of each verdict in which each fact fails. */
const SCENARIOS_A_CODE = FULL ? 2 : 1;

const verdictOf = async (computer: Computer): Promise<Verdict> =>
  (await diagnose(computer).result).diagnosis.verdict;

function without(computer: Computer, { question, about }: Fact, reason: ReasonCode): Computer {
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== question || typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (about?.(args[0]) === false) return Reflect.apply(member, target, args) as unknown;
        const failure = Promise.reject(new Unreadable(reason, 'powershell'));
        if (name !== 'probeKms') return failure;
        failure.catch(() => undefined);
        return { connected: failure, answered: failure };
      };
    },
  });
}

/** Each DNS server of a scenario as a fact of its own. */
function serversOf(name: string): [string, Fact][] {
  const servers = Object.keys(readCase(name).dns?.servers ?? {});
  return servers.length < 2
    ? []
    : servers.map((address): [string, Fact] => [
        `dns @${address}`,
        {
          question: 'dnsQuery',
          about: (server) => (server as DnsServer).address === address,
          blamed: [...SERVERS, 'srv-target-unresolvable'],
          // What the others deny was read.
          besides: [...RECORDS, 'domain-unknown-to-dns'],
        },
      ]);
}

/** What is wrong with a verdict that was given without a fact; null where nothing is. */
function objection(whole: Verdict, given: Verdict, fact: Fact, reason: ReasonCode): string | null {
  const { explains = [] }: VerdictRule = VERDICT_RULES[whole.code];
  const known: readonly VerdictCode[] = [whole.code, ...whole.alsoFound, ...explains];
  if (given.certainty === 'certain' && given.code !== whole.code) return 'certain of another cause';
  // This alone blames the service: its tool works, and what it asks for the licence does not answer.
  const isLicensing = fact.question === 'licensingProducts' || fact.question === 'licensingService';
  const isService = given.code === LICENSING && isLicensing && reason === 'tool-failed';
  if (known.includes(given.code) || isService) return null;
  if (fact.blamed.includes(given.code)) return 'blames what was not read';
  const isLower = VERDICT_CODES.indexOf(given.code) > VERDICT_CODES.indexOf(whole.code);
  return isLower || fact.besides?.includes(given.code) ? null : 'another cause';
}

it('blames nobody for a fact that cannot be read', { timeout: 240_000 }, async () => {
  const violations: string[] = [];
  let cells = 0;
  for (const [index, code] of VERDICT_CODES.entries()) {
    const names = Object.keys(EXPECTED).filter((name) => EXPECTED[name]?.code === code);
    // Those that differ most stand far apart in the alphabet.
    const step = Math.max(1, Math.floor(names.length / SCENARIOS_A_CODE));
    const chosen = names.filter((_, place) => place % step === 0).slice(0, SCENARIOS_A_CODE);
    for (const [place, name] of chosen.entries()) {
      const whole = await verdictOf(computerOf(name));
      const facts = [...Object.entries(FACTS), ...serversOf(name)];
      // By default every fourth one, which verdict after verdict take turns.
      await Promise.all(
        sample(facts, 8, index).map(async ([which, fact], turn) => {
          // The reasons take turns; licensing, the one fact whose reason counts, fails in all ways.
          const all = which.startsWith('licensing') && place === 0;
          const next = REASONS[(index + place + turn) % REASONS.length]!;
          for (const reason of all ? REASONS : [next]) {
            const given = await verdictOf(without(computerOf(name), fact, reason));
            const wrong = objection(whole, given, fact, reason);
            cells += 1;
            if (wrong === null) continue;
            violations.push(`${name} · ${which} · ${reason}: ${given.code}, ${wrong}`);
          }
        }),
      );
    }
  }
  expect(violations).toEqual([]);
  expect(cells).toBeGreaterThan(FULL ? 1_500 : 180);
});
