/**
 * Explores the path to the KMS host as answers arrive, so that a silent server doesn't delay what depends on others.
 */
import { isAddress, kmsRecordName } from '@shared/names';
import type { DnsRecord, DnsServer, ResolverAnswer } from '../computer';
import { toResult, type Domains, type FactSnapshot, type Result } from './fact-snapshot';
import { addressesBy, addressesFrom, anyServerAnswersFor, srvRecords } from './answers';
import { addressesIn } from '@shared/kms-path';
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

  /** @param known the snapshot of what's known so far */
  constructor(
    private readonly facts: NetworkFacts,
    private readonly known: FactSnapshot,
  ) {}

  /** Starts all queries that can start, and resolves when the whole path has been explored. */
  async explore(): Promise<void> {
    void this.askEarly();
    const [servers, domains] = await Promise.all([
      toResult(this.facts.servers()),
      this.facts.domains(),
    ]);
    const list = servers.ok ? servers.value : [];
    const tasks: Promise<unknown>[] = [this.exploreAssigned(list)];
    for (const domain of domainsToAsk(domains)) {
      const name = kmsRecordName(domain);
      const isCandidate = domain !== null && domains.candidates.includes(domain);
      for (const server of list) {
        tasks.push(
          toResult(this.facts.query(server, name, 'SRV')).then(async (reading) => {
            if (!reading.ok || reading.value.outcome !== 'answered') return;
            const { answers, additionals } = reading.value;
            const records = srvRecords(answers);
            if (isCandidate) await this.addCandidates(records, list, { server, additionals });
            else if (domain !== null) this.lookUpEarly(records, list);
          }),
        );
      }
      if (isCandidate && this.facts.resolverTakesPart) {
        tasks.push(
          toResult(this.facts.resolve(name, 'SRV')).then((reading) =>
            reading.ok ? this.addCandidates(srvRecords(reading.value.records), list) : undefined,
          ),
        );
      }
    }
    await Promise.all(tasks);
    await this.askResolverWhereServersAreDead(domains);
  }

  /**
   * Queries the record in the domains where Windows looks if no lookup domain is set, since CIM takes seconds to report
   * one. If one is set, these are the domains that it hides, which are queried too.
   */
  private async askEarly(): Promise<void> {
    const [servers, domains] = await Promise.all([
      toResult(this.facts.servers()),
      this.facts.likelyDomains(),
    ]);
    for (const name of domains.map(kmsRecordName)) {
      for (const server of servers.ok ? servers.value : []) {
        void toResult(this.facts.query(server, name, 'SRV'));
      }
      if (this.facts.resolverTakesPart) void toResult(this.facts.resolve(name, 'SRV'));
    }
  }

  private async addCandidates(
    records: readonly { target: string; port: number; priority: number; weight: number }[],
    servers: readonly DnsServer[],
    companions: {
      readonly server: DnsServer;
      readonly additionals: readonly DnsRecord[];
    } | null = null,
  ): Promise<void> {
    const tasks: Promise<unknown>[] = [];
    const early = new Map<string, DnsRecord[]>();
    for (const record of companions?.additionals ?? []) {
      const same = early.get(record.name);
      if (same === undefined) early.set(record.name, [record]);
      else same.push(record);
    }
    for (const { target, port } of byPreference(records)) {
      const candidate = candidateFor(target, port);
      const key = `${candidate.host}#${port}`;
      if (!this.candidates.has(key) && this.candidates.size >= RUN_LIMITS.targets) continue;
      if (companions !== null) this.probeEagerly(candidate, companions.server, early);
      if (this.candidates.has(key)) continue;
      this.candidates.add(key);
      tasks.push(this.probeCandidate(candidate, servers));
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
    early: ReadonlyMap<string, readonly DnsRecord[]>,
  ): void {
    const addresses = addressesBy(
      server,
      names.flatMap((name) => early.get(name) ?? []),
    );
    for (const [index, address] of addresses.slice(0, MAX_EARLY).entries()) {
      this.facts.probeKms(address, port, index === 0 ? 0 : KEPT);
    }
  }

  /** Starts the address queries for possible hosts in question, which are probed once the actual ones are known. */
  private lookUpEarly(
    records: readonly { readonly target: string; readonly port: number }[],
    servers: readonly DnsServer[],
  ): void {
    for (const { target, port } of records.slice(0, RUN_LIMITS.inQuestion)) {
      for (const name of candidateFor(target, port).names) {
        for (const server of servers) {
          for (const type of ['A', 'AAAA'] as const) {
            void toResult(this.facts.query(server, name, type));
          }
        }
      }
    }
  }

  private async exploreAssigned(servers: readonly DnsServer[]): Promise<void> {
    const candidate = await toResult(this.facts.assignedCandidate());
    if (candidate.ok && candidate.value !== null)
      await this.probeCandidate(candidate.value, servers);
  }

  /** Looks up a host everywhere, and probes each address as soon as it's known. */
  private async probeCandidate(
    candidate: KmsCandidate,
    servers: readonly DnsServer[],
  ): Promise<void> {
    if (isAddress(candidate.host) && candidate.names.length === 0) {
      await this.facts.settleProbe(candidate.host, candidate.port);
      return;
    }
    const found = new Set<string>();
    const tasks: Promise<unknown>[] = [];
    const attempt = (addresses: readonly string[]): Promise<unknown> => {
      const fresh = addresses.filter((address) => !found.has(address));
      const tried = fresh.slice(0, RUN_LIMITS.addresses - found.size).map((address) => {
        found.add(address);
        return this.facts.settleProbe(address, candidate.port, found.size === 1 ? 0 : KEPT);
      });
      return Promise.all(tried);
    };
    const resolved: Promise<Result<ResolverAnswer>>[] = [];
    for (const name of candidate.names) {
      for (const server of servers) {
        for (const type of ['A', 'AAAA'] as const) {
          tasks.push(
            toResult(this.facts.query(server, name, type)).then((reading) =>
              reading.ok ? attempt(addressesFrom(server, reading.value)) : undefined,
            ),
          );
        }
      }
      if (this.facts.resolverTakesPart) {
        resolved.push(
          toResult(this.facts.resolve(name, 'A')),
          toResult(this.facts.resolve(name, 'AAAA')),
        );
      }
    }
    await Promise.all(tasks);
    // Wait for the resolver only if the servers have no address: it can take many seconds.
    if (found.size > 0) return;
    const answers = await Promise.all(resolved);
    await attempt(
      answers.flatMap((reading) => (reading.ok ? addressesIn(reading.value.records) : [])),
    );
  }

  /** Queries the resolver for the other domains if no server answers, since it's the only source left. */
  private async askResolverWhereServersAreDead(domains: Domains): Promise<void> {
    if (!this.facts.resolverTakesPart) return;
    if (await whenKnown(() => anyServerAnswersFor(this.known.lookups))) return;
    await Promise.all(
      domainsToAsk(domains).map((domain) =>
        toResult(this.facts.resolve(kmsRecordName(domain), 'SRV')),
      ),
    );
  }
}
