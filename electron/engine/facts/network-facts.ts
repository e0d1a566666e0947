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
  type CimRow,
  type Computer,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsServer,
  type KeyFileProblem,
  type KmsProbe,
  type PingAnswer,
  type RecordType,
  type ResolverAnswer,
  type RpcAnswer,
} from '../computer';
import { msSince } from '../deadline';
import { candidateDomains, defaultDomains } from './candidate-domains';
import { readOr, toResult, type Domains, type Probe } from './fact-types';
import { Gate } from './gate';
import { candidateOf, type KmsCandidate } from './kms-candidates';
import { RUN_LIMITS, type Limits } from './limits';
import { numberOf, textOf } from './placed-settings';
import { handled } from './query-cache';
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

const serverKey = ({ address, port }: DnsServer): string => `${address}#${port}`;

/** The facts of the network. */
export class NetworkFacts extends WindowsFacts {
  private readonly queries = new Gate(RUN_LIMITS.openQueries);
  private readonly resolutions = new Gate(RUN_LIMITS.openQueries, 4);
  private readonly connections = new Gate(RUN_LIMITS.openProbes);
  private readonly probes = new Map<string, KmsProbe>();
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
  readonly servers = this.fact<readonly DnsServer[]>('servers', async () =>
    (await this.configuredServers()).slice(0, RUN_LIMITS.servers),
  );

  /** All DNS servers: those given by the user, or else those of adapters that are up. */
  readonly configuredServers = this.fact<readonly DnsServer[]>('configuredServers', async () => {
    if (this.options.dnsServers !== undefined) return this.options.dnsServers;
    const adapters = await this.adapters();
    const addresses = adapters.flatMap(({ up, dnsServers }) => (up ? dnsServers : []));
    return [...new Set(addresses)].filter((address) => !isPlaceholder(address)).map(toServer);
  });

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
      readOr(this.dnsClient(), null),
      readOr(this.adapters(), null),
    ]);
    return defaultDomains(client, adapters).slice(0, RUN_LIMITS.domains);
  }

  /** The domains in which records are looked up. */
  readonly domains = this.fact<Domains>('domains', async () => {
    const [client, adapters, lookup, assigned, publishList] = await Promise.all([
      readOr(this.dnsClient(), null),
      readOr(this.adapters(), null),
      toResult(this.lookupDomain()),
      readOr(this.assignment(), null),
      readOr(this.registry('DnsDomainPublishList'), null),
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

  /** The assigned host with the names under which Windows looks it up; null if none is assigned. */
  readonly assignedCandidate = this.fact<KmsCandidate | null>('assignedCandidate', async () => {
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

  /**
   * The expected hosts, `host` or `host:port`: as given for the run, or else those of the case or the machine policy.
   */
  readonly expectedHosts = this.fact<readonly string[]>('expectedHosts', async () => {
    const known = [this.options.expectedHosts, this.computer.expectedHosts];
    const named = known.find((hosts) => hosts !== undefined && hosts.length > 0);
    if (named !== undefined) return named;
    const policy = await readOr(
      this.provider('policyKmsHosts', async (signal) => this.computer.policyKmsHosts?.(signal)),
      [],
    );
    return (policy ?? [])
      .slice(0, RUN_LIMITS.inQuestion)
      .flatMap((text) => candidateOf(text.trim()))
      .map(({ host, port }) => (port === KMS_PORT ? host : formatEndpoint(host, port)));
  });

  /** The host that Windows found last and contacts first, if its rows name one (docs/windows-facts.md). */
  readonly cachedHosts = this.fact<readonly KmsCandidate[]>('cachedHosts', async () => {
    const [service, licence] = await Promise.all([
      readOr(this.service(), {}),
      readOr(this.licence(), null),
    ]);
    return [licence?.row ?? {}, service].flatMap((row) => {
      const port = numberOf(row, 'DiscoveredKeyManagementServiceMachinePort') ?? 0;
      const name = textOf(row, 'DiscoveredKeyManagementServiceMachineName');
      return candidateOf(name, port > 0 ? port : KMS_PORT);
    });
  });

  /** Hosts that answered this PC in the past: from its events, newest first, then from the journal. */
  readonly previousHosts = this.fact<readonly KmsCandidate[]>('previousHosts', async () => {
    const answered = (await readOr(this.events(), []))
      .flatMap((event) => (event.id === 12288 ? (decodeEvent(event) ?? []) : []))
      .filter(({ code }) => code === 0)
      .sort((one, other) => Date.parse(other.time) - Date.parse(one.time))
      .flatMap((event) => candidateOf(fieldOf(event, 'host') ?? ''));
    const known = (await this.options.journalHosts) ?? [];
    const journal = known.flatMap(({ host, port }) => candidateOf(host, port));
    return [...answered, ...journal];
  });

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
  probeKms(address: string, port: number, kept = 0): KmsProbe {
    if (isUnspecified(address)) return NOWHERE;
    const key = `kms ${address}#${port}`;
    const known = this.probes.get(key);
    if (known !== undefined) return known;
    const isFull =
      this.probes.size >= RUN_LIMITS.probes ||
      (kept > 0 && this.further >= RUN_LIMITS.probes - kept);
    if (isFull || this.computer.isLeftOut?.(address, port) === true) return LEFT_OUT;
    if (kept > 0) this.further += 1;
    const begun = new Promise<KmsProbe>((resolve, reject) => {
      const job = async (): Promise<void> => {
        const probe = this.startProbe(address, port);
        resolve(probe);
        await Promise.allSettled([probe.connected, probe.answered]);
      };
      this.connections.run(job, kept === 0).catch(reject);
    });
    const reach = {
      connected: handled(begun.then(({ connected }) => connected)),
      answered: handled(begun.then(({ answered }) => answered)),
    };
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
  readonly ownPort = this.fact<readonly Probe[]>('ownPort', async () => {
    if (!(await this.isKmsHost())) return [];
    const [row, adapters] = await Promise.all([
      readOr<CimRow, CimRow>(this.service(), {}),
      this.adapters(),
    ]);
    // Windows sets this column to the default port if none is configured.
    if (row['KeyManagementServiceListeningPort'] === null) {
      throw new Unreadable('garbled-answer', 'SoftwareLicensingService');
    }
    const port = numberOf(row, 'KeyManagementServiceListeningPort') || KMS_PORT;
    return Promise.all(givenAddresses(adapters).map((address) => this.settleProbe(address, port)));
  });

  private startProbe(address: string, port: number): KmsProbe {
    const started = performance.now();
    const both = this.atOnce ? null : new AbortController();
    const signal = both === null ? this.signal : AbortSignal.any([this.signal, both.signal]);
    const probe = this.computer.probeKms({ host: address, port }, signal);
    const [opened, bound] = [handled(probe.connected), handled(probe.answered)];
    const connected = this.bounded(
      this.limits.probe,
      async () => known(await opened, OUTCOMES.connection),
      (ms): ConnectAnswer => ({ outcome: 'filtered', ms, detail: null }),
    );
    const answered = connected.then(({ outcome }) =>
      outcome === 'open'
        ? this.bounded(
            this.limits.probe,
            async () => known(await bound, OUTCOMES.bind),
            (): RpcAnswer => ({ outcome: 'silent', ms: msSince(started), detail: null }),
          )
        : null,
    );
    // Close whatever is still open.
    void Promise.allSettled([connected, answered]).then(() => {
      both?.abort();
    });
    return { connected, answered };
  }
}

/** 0.0.0.0 and :: aren't addresses of any computer, but some systems treat them as their own. */
const NOWHERE: KmsProbe = {
  connected: Promise.resolve({ outcome: 'no-route', ms: 0, detail: null }),
  answered: Promise.resolve(null),
};

const leftOut = handled(Promise.reject(new Unreadable('left-out')));
/** Result for a probe beyond the run's connection limit. */
const LEFT_OUT: KmsProbe = { connected: leftOut, answered: leftOut };

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
    .flatMap(({ up, addresses }) => (up ? addresses : []))
    .filter((address) => !isSelfAssigned(address));

/** Whether a computer assigned the address to itself because it got no other (RFC 3927, RFC 4862). */
export function isSelfAssigned(address: string): boolean {
  return address.startsWith('169.254.') || (isIPv6(address) && /^fe[89ab]/i.test(address));
}
