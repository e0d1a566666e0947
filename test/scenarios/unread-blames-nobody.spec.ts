/**
 * A fact that can't be read never leads to a verdict that blames its subject. Each fact of each
 * kind of scenario fails alone, in every way in which Windows or a network fails.
 */
import { expect, it } from 'vitest';
import { VERDICT_CODES, type VerdictCode } from '@shared/catalog';
import type { ReasonCode, Verdict } from '@shared/diagnosis';
import { Unreadable, type Computer, type DnsServer } from '@engine/computer';
import type { RegistryLocation } from '@engine/registry-keys';
import { diagnose } from '@engine/run';
import type { VerdictRule } from '@engine/verdict/rule';
import { VERDICT_RULES } from '@engine/verdict/verdict';
import { FULL, sample } from '../support/sample';
import { computerOf, EXPECTED, readCase } from './cases';

/** A fact that fails: a question of the port, optionally restricted to matching arguments. */
interface Fact {
  readonly question: keyof Computer;
  readonly about?: (argument: unknown) => boolean;
  /** Verdicts that blame the fact's subject. */
  readonly blamed: readonly VerdictCode[];
  /**
   * Verdicts, in addition to those below the original, that may be `likely` because they're based
   * on other facts that were read.
   */
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
  // Without adapters, the Windows resolver is still queried, and its negative answers are findings.
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
    // It's unknown whether this PC needs the route, but problems on the route are known.
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
    // It could have found records that dead or failing servers don't return.
    besides: ['dns-server-unreachable', 'dns-server-failing'],
  },
  ports: {
    question: 'probeKms',
    blamed: [...PORTS, 'assigned-host-unreachable', 'assigned-host-not-kms', 'kms-firewall-closed'],
  },
};

/** Reasons why Windows or a network doesn't answer. */
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

/** Number of scenarios per verdict in which each fact fails. */
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

/** Returns each DNS server of a scenario as a separate fact. */
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
          // Negative answers of the other servers were read.
          besides: [...RECORDS, 'domain-unknown-to-dns'],
        },
      ]);
}

/** Returns the problem with a verdict that was reached without a fact, or null if there is none. */
function objection(whole: Verdict, given: Verdict, fact: Fact, reason: ReasonCode): string | null {
  const { explains = [] }: VerdictRule = VERDICT_RULES[whole.code];
  const known: readonly VerdictCode[] = [whole.code, ...whole.alsoFound, ...explains];
  if (given.certainty === 'certain' && given.code !== whole.code) return 'certain of another cause';
  // Only this failure blames the service: its tool works, but the licensing query gets no answer.
  const isLicensing = fact.question === 'licensingProducts' || fact.question === 'licensingService';
  const isService = given.code === LICENSING && isLicensing && reason === 'tool-failed';
  if (known.includes(given.code) || isService) return null;
  if (fact.blamed.includes(given.code)) return 'blames what was not read';
  const isLower = VERDICT_CODES.indexOf(given.code) > VERDICT_CODES.indexOf(whole.code);
  return isLower || fact.besides?.includes(given.code) ? null : 'another cause';
}

it("no verdict blames the subject of a fact that can't be read", { timeout: 240_000 }, async () => {
  const violations: string[] = [];
  let cells = 0;
  for (const [index, code] of VERDICT_CODES.entries()) {
    const names = Object.keys(EXPECTED).filter((name) => EXPECTED[name]?.code === code);
    // Scenarios that are far apart in alphabetical order differ the most.
    const step = Math.max(1, Math.floor(names.length / SCENARIOS_A_CODE));
    const chosen = names.filter((_, place) => place % step === 0).slice(0, SCENARIOS_A_CODE);
    for (const [place, name] of chosen.entries()) {
      const whole = await verdictOf(computerOf(name));
      const facts = [...Object.entries(FACTS), ...serversOf(name)];
      // By default, every eighth fact. The offset changes with each verdict.
      await Promise.all(
        sample(facts, 8, index).map(async ([which, fact], turn) => {
          // Reasons rotate. Licensing fails in all ways because it's the only fact whose reason
          // matters.
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
