/** Facts from the network: DNS servers, the resolver, and the services at the KMS port. */
import { KMS_PORT } from '@shared/kms';
import { decodeEvent, fieldOf } from '@shared/events';
import {
  formatEndpoint,
  isHostName,
  isIPv6,
  isUnspecified,
  parseEndpoint,
  type Endpoint,
} from '@shared/names';
import {
  OUTCOMES,
  Unreadable,
  type Adapter,
  type Computer,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsServer,
  type KeyFileProblem,
  type PingAnswer,
  type RecordType,
  type ResolverAnswer,
  type RpcAnswer,
} from '../computer';
import { msSince } from '../deadline';
import { candidateDomains, defaultDomains } from './candidate-domains';
import { toResult, type Domains, type Probe } from './fact-snapshot';
import { Gate } from './gate';
import { candidateOf, type KmsCandidate } from './kms-candidates';
import { RUN_LIMITS, type Limits } from './limits';
import { numberOf } from './placed-settings';
import { WindowsFacts } from './windows-facts';

/** Options set by the user on the command line or in the window. */
export interface FactOptions {
  /** Replaces the configured DNS servers; the system's resolver is then not queried. */
  readonly dnsServers?: readonly DnsServer[];
  /** Replaces the candidate domains. */
  readonly domains?: readonly string[];
  readonly limits?: Limits;
  /** The computer has all answers available, like a simulated one, so its queries have no time limit. */
  readonly atOnce?: boolean;
  /** Hosts expected in DNS (`--kms-host`), canonical; if empty, those of the machine policy. */
  readonly expectedHosts?: readonly string[];
  /** Hosts that this program's changes made work before, from the journal; a promise never rejects. */
  readonly journalHosts?: readonly Endpoint[] | Promise<readonly Endpoint[]>;
}

/** Result of a connection to a KMS port, and of the bind on it. */
export interface KmsReach {
  readonly connected: Promise<ConnectAnswer>;
  readonly answered: Promise<RpcAnswer | null>;
}

const serverKey = ({ address, port }: DnsServer): string => `${address}#${port}`;

/** The facts of the network. */
export class NetworkFacts extends WindowsFacts {
  private readonly queries = new Gate(RUN_LIMITS.openQueries);
  private readonly resolutions = new Gate(RUN_LIMITS.openQueries, 4);
  private readonly connections = new Gate(RUN_LIMITS.openProbes);
  private readonly probes = new Map<string, KmsReach>();
  /** Number of probes that are for additional addresses of a host. */
  private further = 0;

  constructor(
    computer: Computer,
    private readonly options: FactOptions,
    signal: AbortSignal,
  ) {
    super(computer, signal, options.limits, options.atOnce);
  }

  /** The DNS servers to query. */
  servers(): Promise<readonly DnsServer[]> {
    return this.once('servers', async () =>
      (await this.configuredServers()).slice(0, RUN_LIMITS.servers),
    );
  }

  /** All DNS servers: those given by the user, or else those of adapters that are up. */
  configuredServers(): Promise<readonly DnsServer[]> {
    return this.once('configuredServers', async () => {
      if (this.options.dnsServers !== undefined) return this.options.dnsServers;
      const adapters = await this.adapters();
      const addresses = adapters
        .filter(({ up }) => up)
        .flatMap(({ dnsServers }) => dnsServers)
        .filter((address) => !isPlaceholder(address));
      return [...new Set(addresses)].map(toServer);
    });
  }

  /** The problem with a TSIG key file. Not memoized, since the user may replace the file. */
  keyFileFault(path: string): Promise<KeyFileProblem | null> {
    return this.bounded(this.limits.provider, () => this.computer.keyFileFault(path));
  }

  /** Whether the system's resolver is queried in this run. */
  get resolverTakesPart(): boolean {
    return this.options.dnsServers === undefined && this.computer.asksResolver !== false;
  }

  /** The domains in which records are looked up if no lookup domain is set. */
  async likelyDomains(): Promise<readonly string[]> {
    if (this.options.domains !== undefined) return [];
    const [client, adapters] = await Promise.all([
      toResult(this.dnsClient()),
      toResult(this.adapters()),
    ]);
    return defaultDomains(client, adapters).slice(0, RUN_LIMITS.domains);
  }

  /** The domains in which records are looked up. */
  domains(): Promise<Domains> {
    return this.once('domains', async () => {
      const [client, adapters, lookup, assigned, publishList] = await Promise.all([
        toResult(this.dnsClient()),
        toResult(this.adapters()),
        toResult(this.lookupDomain()),
        toResult(this.assignment()),
        toResult(this.registry('DnsDomainPublishList')),
      ]);
      return candidateDomains({
        client,
        adapters,
        lookup,
        assigned,
        publishList,
        named: this.options.domains,
        isNetwork: this.computer.diagnosedAs === 'network',
      });
    });
  }

  /** The assigned host with the names under which Windows looks it up; null if none is assigned. */
  assignedCandidate(): Promise<KmsCandidate | null> {
    return this.once('assignedCandidate', async () => {
      const assignment = await this.assignment();
      if (assignment === null) return null;
      const { host, port, isAddress: literal } = assignment;
      if (literal) return { host, port, names: [] };
      const { suffixes } = await this.domains();
      const names = host.includes('.')
        ? [host]
        : [...suffixes.map((suffix) => `${host}.${suffix}`), host];
      return { host, port, names: names.filter(isHostName) };
    });
  }

  /**
   * The expected hosts, `host` or `host:port`: as given for the run, or else those of the case or the machine policy.
   */
  expectedHosts(): Promise<readonly string[]> {
    return this.once('expectedHosts', async () => {
      const known = [this.options.expectedHosts, this.computer.expectedHosts];
      const named = known.find((hosts) => hosts !== undefined && hosts.length > 0);
      if (named !== undefined) return named;
      const policy = await toResult(
        this.provider('policyKmsHosts', async (signal) => this.computer.policyKmsHosts?.(signal)),
      );
      const written = policy.ok ? (policy.value ?? []) : [];
      return written
        .slice(0, RUN_LIMITS.inQuestion)
        .flatMap((text) => candidateOf(text.trim()))
        .map(({ host, port }) => (port === KMS_PORT ? host : formatEndpoint(host, port)));
    });
  }

  /** The host that Windows found last and contacts first, if its rows name one (docs/windows-facts.md). */
  cachedHosts(): Promise<readonly KmsCandidate[]> {
    return this.once('cachedHosts', async () => {
      const [service, licence] = await Promise.all([
        toResult(this.service()),
        toResult(this.licence()),
      ]);
      const rows = [licence.ok ? licence.value?.row : null, service.ok ? service.value : null];
      return rows.flatMap((row) => {
        const name = row?.['DiscoveredKeyManagementServiceMachineName'];
        const port = row?.['DiscoveredKeyManagementServiceMachinePort'];
        return typeof name === 'string' && name.trim() !== ''
          ? candidateOf(name, typeof port === 'number' && port > 0 ? port : KMS_PORT)
          : [];
      });
    });
  }

  /** Hosts that answered this PC in the past: from its events, newest first, then from the journal. */
  previousHosts(): Promise<readonly KmsCandidate[]> {
    return this.once('previousHosts', async () => {
      const events = await toResult(this.events());
      const answered = (events.ok ? events.value : [])
        .flatMap((event) => (event.id === 12288 ? (decodeEvent(event) ?? []) : []))
        .filter(({ code }) => code === 0)
        .sort((one, other) => Date.parse(other.time) - Date.parse(one.time))
        .flatMap((event) => candidateOf(fieldOf(event, 'host') ?? ''));
      const known = (await this.options.journalHosts) ?? [];
      const journal = known.flatMap(({ host, port }) => candidateOf(host, port));
      return [...answered, ...journal];
    });
  }

  ping(address: string): Promise<PingAnswer> {
    return this.once(`ping ${address}`, () =>
      this.bounded(this.limits.probe, (signal) => this.computer.ping(address, signal)),
    );
  }

  /** Sends one query to one server. A server that doesn't answer within the limit is silent. */
  query(
    server: DnsServer,
    name: string,
    type: RecordType,
    transport: 'udp' | 'tcp' = 'udp',
  ): Promise<DnsAnswer> {
    return this.once(`dns ${serverKey(server)} ${name} ${type} ${transport}`, () =>
      this.queries.run(() =>
        this.bounded(
          this.limits.probe,
          async (signal) => {
            const answer = await this.computer.dnsQuery(server, name, type, transport, signal);
            return shortened(known(answer, OUTCOMES.dns), type);
          },
          (ms): DnsAnswer => ({ outcome: 'silent', ms, detail: null }),
        ),
      ),
    );
  }

  /** Resolves a name with the system's resolver. */
  resolve(name: string, type: RecordType): Promise<ResolverAnswer> {
    return this.once(`resolve ${name} ${type}`, () =>
      this.resolutions.run(() =>
        this.bounded(this.limits.provider, async (signal) => {
          const answer = await this.computer.resolve(name, type, signal);
          return { ...answer, records: answer.records.slice(0, RUN_LIMITS.records[type]) };
        }),
      ),
    );
  }

  /** Resolves a host's addresses of both families with the system's resolver. */
  resolveAddresses(
    host: string,
  ): Promise<{ readonly a: ResolverAnswer; readonly aaaa: ResolverAnswer }> {
    return this.once(`resolve ${host}`, async () => {
      const [a, aaaa] = await Promise.all([this.resolve(host, 'A'), this.resolve(host, 'AAAA')]);
      return { a, aaaa };
    });
  }

  /**
   * Opens one connection to one KMS port and sends a bind.
   *
   * @param kept number of the run's connections to reserve for other hosts; 0 for the first address of a host, which
   *   goes to the front of the queue
   */
  probeKms(address: string, port: number, kept = 0): KmsReach {
    if (isUnspecified(address)) return NOWHERE;
    const key = `kms ${address}#${port}`;
    const known = this.probes.get(key);
    if (known !== undefined) return known;
    const isFull =
      this.probes.size >= RUN_LIMITS.probes ||
      (kept > 0 && this.further >= RUN_LIMITS.probes - kept);
    if (isFull || this.computer.isLeftOut?.(address, port) === true) return LEFT_OUT;
    if (kept > 0) this.further += 1;
    let begin: (reach: KmsReach) => void;
    const begun = new Promise<KmsReach>((resolve) => (begin = resolve));
    void this.connections.run(async () => {
      const reach = this.startProbe(address, port);
      begin(reach);
      await Promise.allSettled([reach.connected, reach.answered]);
    }, kept === 0);
    const reach = {
      connected: begun.then(({ connected }) => connected),
      answered: begun.then(({ answered }) => answered),
    };
    reach.connected.catch(() => undefined);
    reach.answered.catch(() => undefined);
    this.probes.set(key, reach);
    return reach;
  }

  async settleProbe(address: string, port: number, kept = 0): Promise<Probe> {
    const reach = this.probeKms(address, port, kept);
    const [connected, answered] = await Promise.all([
      toResult(reach.connected),
      toResult(reach.answered),
    ]);
    return { address, port, connected, answered };
  }

  /** On a KMS host: its own addresses, probed at the port it should listen on. */
  ownPort(): Promise<readonly Probe[]> {
    return this.once('ownPort', async () => {
      if (!(await this.isKmsHost())) return [];
      const [service, adapters] = await Promise.all([toResult(this.service()), this.adapters()]);
      const row = service.ok ? service.value : {};
      // Windows sets this column to the default port if none is configured.
      if (row['KeyManagementServiceListeningPort'] === null) {
        throw new Unreadable('garbled-answer', 'SoftwareLicensingService');
      }
      const port = numberOf(row, 'KeyManagementServiceListeningPort') || KMS_PORT;
      return Promise.all(
        givenAddresses(adapters).map((address) => this.settleProbe(address, port)),
      );
    });
  }

  private startProbe(address: string, port: number): KmsReach {
    const started = performance.now();
    const both = this.atOnce ? null : new AbortController();
    const signal = both === null ? this.signal : AbortSignal.any([this.signal, both.signal]);
    let probe: ReturnType<Computer['probeKms']>;
    try {
      probe = this.computer.probeKms({ host: address, port }, signal);
    } catch (error) {
      const failed = Promise.reject(error instanceof Error ? error : new Error(String(error)));
      failed.catch(() => undefined);
      probe = { connected: failed, answered: failed };
    }
    const connected = this.bounded(
      this.limits.probe,
      async () => known(await probe.connected, OUTCOMES.connection),
      (ms): ConnectAnswer => ({ outcome: 'filtered', ms, detail: null }),
    );
    const answered = connected.then(({ outcome }) =>
      outcome === 'open'
        ? this.bounded(
            this.limits.probe,
            async () => known(await probe.answered, OUTCOMES.bind),
            (): RpcAnswer => ({
              outcome: 'silent',
              ms: msSince(started),
              detail: null,
            }),
          )
        : null,
    );
    const reach = { connected, answered };
    // Avoid unhandled rejections, which would end the process, and close whatever is still open.
    void Promise.allSettled([connected, answered]).then(() => {
      both?.abort();
    });
    probe.connected.catch(() => undefined);
    probe.answered.catch(() => undefined);
    return reach;
  }
}

/** 0.0.0.0 and :: aren't addresses of any computer, but some systems treat them as their own. */
const NOWHERE: KmsReach = {
  connected: Promise.resolve({ outcome: 'no-route', ms: 0, detail: null }),
  answered: Promise.resolve(null),
};

/** Result for a probe beyond the run's connection limit. */
const LEFT_OUT = leftOut();

function leftOut(): KmsReach {
  const connected = Promise.reject(new Unreadable('left-out'));
  connected.catch(() => undefined);
  return { connected, answered: connected };
}

/** Returns an answer whose outcome is in the list. @throws Unreadable if the outcome is unknown */
function known<T extends { readonly outcome: string } | null>(
  answer: T,
  outcomes: readonly string[],
): T {
  if (answer === null || outcomes.includes(answer.outcome)) return answer;
  throw new Unreadable('garbled-answer');
}

/** Limits the number of records in an answer. */
function shortened(answer: DnsAnswer, type: RecordType): DnsAnswer {
  if (answer.outcome !== 'answered') return answer;
  return {
    ...answer,
    answers: answer.answers.slice(0, RUN_LIMITS.records[type]),
    additionals: answer.additionals.slice(0, RUN_LIMITS.records[type]),
  };
}

/** Parses an adapter's DNS server, `address` or `address:port`. */
function toServer(text: string): DnsServer {
  const endpoint = parseEndpoint(text);
  return { address: endpoint?.host ?? text, port: endpoint?.port ?? 53 };
}

/** Whether an address is one of the site-local ones that Windows lists if IPv6 has no DNS server (RFC 3879). */
function isPlaceholder(address: string): boolean {
  return /^fec0:0:0:ffff::[123]$/i.test(address);
}

/** Returns the addresses of adapters that are up, without self-assigned ones. */
export const givenAddresses = (adapters: readonly Adapter[]): string[] =>
  adapters
    .filter(({ up }) => up)
    .flatMap(({ addresses }) => addresses)
    .filter((address) => !isSelfAssigned(address));

/** Whether a computer assigned the address to itself because it got no other (RFC 3927, RFC 4862). */
export function isSelfAssigned(address: string): boolean {
  return address.startsWith('169.254.') || (isIPv6(address) && /^fe[89ab]/i.test(address));
}
