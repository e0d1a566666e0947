/**
 * Explores the path to the KMS host as answers arrive, so that a silent server doesn't delay what depends on others.
 */
import { addressesIn, srvRecords } from '@shared/kms-path';
import { isAddress, kmsRecordName } from '@shared/names';
import type { DnsRecord, DnsServer, RecordType } from '../computer';
import type { FactSnapshot } from './fact-snapshot';
import { readOr, type Domains } from './fact-types';
import { addressesBy, addressesFrom, anyServerAnswersFor } from './answers';
import { byPreference, candidateFor, domainsToAsk, type KmsCandidate } from './kms-candidates';
import { RUN_LIMITS } from './limits';
import type { NetworkFacts } from './network-facts';
import { whenKnown } from './outstanding';

/** Connections reserved for the first address of each host while the number of hosts is unknown. */
const KEPT = RUN_LIMITS.targets;

/** Maximum number of a host's addresses that are probed based on the additional records of an SRV response alone. */
const MAX_EARLY = 4;

/** Starts all queries of a run that follow from DNS answers. */
export class KmsDiscovery {
  /** Hosts and ports being probed. */
  private readonly candidates = new Set<string>();
  /** The DNS servers, once they're known. */
  private servers: readonly DnsServer[] = [];

  /** @param known the snapshot of what's known so far */
  constructor(
    private readonly facts: NetworkFacts,
    private readonly known: FactSnapshot,
  ) {}

  /** Starts all queries that can start, and resolves when the whole path has been explored. */
  async explore(): Promise<void> {
    void this.askEarly();
    const [servers, domains] = await Promise.all([
      readOr(this.facts.servers(), []),
      this.facts.domains(),
    ]);
    this.servers = servers;
    await Promise.all([
      this.exploreAssigned(),
      ...domainsToAsk(domains).map((domain) => this.exploreDomain(domain, domains)),
    ]);
    await this.askResolverWhereServersAreDead(domains);
  }

  /**
   * Queries the record in the domains where Windows looks if no lookup domain is set, since CIM takes seconds to report
   * one. If one is set, these are the domains that it hides, which are queried too.
   */
  private async askEarly(): Promise<void> {
    const [servers, domains] = await Promise.all([
      readOr(this.facts.servers(), []),
      this.facts.likelyDomains(),
    ]);
    for (const name of domains.map(kmsRecordName)) {
      for (const server of servers) void this.facts.query(server, name, 'SRV');
      void this.resolve(name, 'SRV');
    }
  }

  private async exploreDomain(domain: string | null, { candidates }: Domains): Promise<void> {
    const name = kmsRecordName(domain);
    const isCandidate = domain !== null && candidates.includes(domain);
    const tasks = this.servers.map(async (server) => {
      const answer = await readOr(this.facts.query(server, name, 'SRV'), null);
      if (answer?.outcome !== 'answered') return;
      const records = srvRecords(answer.answers);
      if (isCandidate) await this.addCandidates(records, { ...answer, server });
      else if (domain !== null) this.lookUpEarly(records);
    });
    if (isCandidate) {
      const resolved = this.resolve(name, 'SRV');
      tasks.push(resolved.then((records) => this.addCandidates(srvRecords(records), null)));
    }
    await Promise.all(tasks);
  }

  /** Returns the records that the system's resolver finds; empty if it isn't queried or couldn't be. */
  private async resolve(name: string, type: RecordType): Promise<readonly DnsRecord[]> {
    if (!this.facts.resolverTakesPart) return [];
    return (await readOr(this.facts.resolve(name, type), null))?.records ?? [];
  }

  private async addCandidates(
    records: ReturnType<typeof srvRecords>,
    source: {
      readonly server: DnsServer;
      readonly additionals: readonly DnsRecord[];
    } | null,
  ): Promise<void> {
    const tasks: Promise<void>[] = [];
    for (const { target, port } of byPreference(records)) {
      const candidate = candidateFor(target, port);
      const key = `${candidate.host}#${port}`;
      if (!this.candidates.has(key) && this.candidates.size >= RUN_LIMITS.targets) continue;
      if (source !== null) this.probeEagerly(candidate, source.server, source.additionals);
      if (this.candidates.has(key)) continue;
      this.candidates.add(key);
      tasks.push(this.probeCandidate(candidate));
    }
    await Promise.all(tasks);
  }

  /**
   * Probes addresses that were returned with a record (RFC 2782: a server may add them) while the servers are still
   * being queried for them, which saves one round trip. They prove nothing: a result is used only if an answer has the
   * same address.
   */
  private probeEagerly(
    { names, port }: KmsCandidate,
    server: DnsServer,
    additionals: readonly DnsRecord[],
  ): void {
    const own = additionals.filter(({ name }) => names.includes(name));
    for (const [index, address] of addressesBy(server, own).slice(0, MAX_EARLY).entries()) {
      this.facts.probeKms(address, port, index === 0 ? 0 : KEPT);
    }
  }

  /** Starts the address queries for possible hosts in question, which are probed once the actual ones are known. */
  private lookUpEarly(records: ReturnType<typeof srvRecords>): void {
    for (const { target, port } of records.slice(0, RUN_LIMITS.inQuestion)) {
      void Promise.all(this.addressesAtServers(candidateFor(target, port)));
    }
  }

  /** Queries all servers for the addresses of a host, and returns what each query finds. */
  private addressesAtServers({ names }: KmsCandidate): Promise<string[]>[] {
    return names.flatMap((name) =>
      this.servers.flatMap((server) =>
        (['A', 'AAAA'] as const).map(async (type) => {
          const answer = await readOr(this.facts.query(server, name, type), null);
          return answer === null ? [] : addressesFrom(server, answer);
        }),
      ),
    );
  }

  private async exploreAssigned(): Promise<void> {
    const candidate = await readOr(this.facts.assignedCandidate(), null);
    if (candidate !== null) await this.probeCandidate(candidate);
  }

  /** Looks up a host everywhere, and probes each address as soon as it's known. */
  private async probeCandidate(candidate: KmsCandidate): Promise<void> {
    const { host, port, names } = candidate;
    if (isAddress(host) && names.length === 0) {
      await this.facts.settleProbe(host, port);
      return;
    }
    const found = new Set<string>();
    const attempt = async (addresses: readonly string[]): Promise<void> => {
      const fresh = addresses.filter((address) => !found.has(address));
      const tried = fresh.slice(0, RUN_LIMITS.addresses - found.size).map((address) => {
        found.add(address);
        return this.facts.settleProbe(address, port, found.size === 1 ? 0 : KEPT);
      });
      await Promise.all(tried);
    };
    const asked = this.addressesAtServers(candidate).map((addresses) => addresses.then(attempt));
    const resolved = names.flatMap((name) => [this.resolve(name, 'A'), this.resolve(name, 'AAAA')]);
    await Promise.all(asked);
    // Wait for the resolver only if the servers have no address: it can take many seconds.
    if (found.size > 0) return;
    await attempt(addressesIn((await Promise.all(resolved)).flat()));
  }

  /** Queries the resolver for the other domains if no server answers, since it's the only source left. */
  private async askResolverWhereServersAreDead(domains: Domains): Promise<void> {
    if (!this.facts.resolverTakesPart) return;
    if (await whenKnown(() => anyServerAnswersFor(this.known.lookups))) return;
    await Promise.all(
      domainsToAsk(domains).map((domain) => this.resolve(kmsRecordName(domain), 'SRV')),
    );
  }
}
