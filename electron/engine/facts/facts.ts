/**
 * The facts of one run: memoised questions to a {@link Computer}. Whoever needs a fact awaits it; what several
 * need is asked once, and everything that can start has started.
 *
 * The way to the KMS host is explored as answers come in: a server that is silent holds up nobody who waits
 * for another one.
 */
import { setMaxListeners } from 'node:events';
import { channelOf } from '@shared/channels';
import {
  KMS_PORT,
  canonicalName,
  domainOf,
  isAddress,
  isHostName,
  isIPv6,
  kmsRecordName,
  parentDomains,
  parseEndpoint,
} from '@shared/names';
import {
  LEGACY_SL_KEY,
  SPP_KEY,
  Unreadable,
  type Adapter,
  type CimRow,
  type ClockOffset,
  type Computer,
  type ConnectAnswer,
  type DnsAnswer,
  type DnsClientSettings,
  type DnsRecord,
  type DnsServer,
  type KmsFirewallRules,
  type PingAnswer,
  type RecordType,
  type RegistryLocation,
  type RegistryValue,
  type RegistryValueName,
  type ResolverAnswer,
  type RpcAnswer,
  type ServiceState,
  type SppEvent,
  type SystemInfo,
} from '../computer';
import {
  addressesIn,
  anyServerAnswersFor,
  toResult,
  srvRecords,
  type Assignment,
  type Domains,
  type Licence,
  type Probe,
  type Result,
  type FactSnapshot,
  type SrvLookup,
  type Target,
} from './fact-snapshot';
import type { FactSource, KmsReach } from './fact-source';
import { byPreference, candidateFor, domainsToAsk, type KmsCandidate } from './kms-candidates';
import { partialSnapshot } from './partial-snapshot';
import { msSince, within } from '../deadline';
import { Gate } from './gate';
import { DEFAULT_LIMITS, MOST, type Limits } from './limits';
import { whenKnown, whole } from './outstanding';

/** ApplicationID of Windows in SoftwareLicensingProduct (domain.md §3). */
const WINDOWS_APPLICATION = '55c92734-d682-4d71-983e-d6ec3f16059f';

/** Connections kept for the first address of each host while it is not known how many there are. */
const KEPT = MOST.targets;

/** Addresses of one host that are tried on the word of a record's companions alone. */
const MAX_EARLY = 4;

/** What the person asked for on the command line or in the window. */
export interface FactOptions {
  /** Takes the place of the configured DNS servers; the system's resolver is then not asked. */
  readonly dnsServers?: readonly DnsServer[];
  /** Takes the place of the candidate domains. */
  readonly domains?: readonly string[];
  readonly limits?: Limits;
}

const serverKey = ({ address, port }: DnsServer): string => `${address}#${port}`;
const textOf = (row: CimRow, name: string): string => {
  const value = row[name];
  return typeof value === 'string' ? value.trim() : '';
};
const numberOf = (row: CimRow, name: string): number | null => {
  const value = row[name];
  return typeof value === 'number' ? value : null;
};

/** The facts of one run on one computer. */
export class Facts implements FactSource {
  private readonly memory = new Map<string, Promise<unknown>>();
  /** Hosts and ports that are probed. */
  private readonly candidates = new Set<string>();
  private readonly queries = new Gate(MOST.openQueries);
  private readonly resolutions = new Gate(MOST.openQueries, 4);
  private readonly connections = new Gate(MOST.openProbes);
  /** Those who wait for a fact that may be large get it one by one, so that their work on it is not done in one go. */
  private readonly turns = new Gate(Infinity, 1);
  private readonly probes = new Map<string, KmsReach>();
  private readonly leftOut = leftOut();
  /** Of the probes, those of further addresses of a host. */
  private further = 0;
  private readonly limits: Limits;
  private readonly known: FactSnapshot;

  constructor(
    readonly computer: Computer,
    private readonly options: FactOptions,
    /** Ends the run: cancelled by the person or out of time. */
    private readonly signal: AbortSignal,
  ) {
    this.limits = options.limits ?? DEFAULT_LIMITS;
    this.known = partialSnapshot(this);
    // Every question under way listens for the end of the run; Node warns of a leak at the eleventh.
    setMaxListeners(0, signal);
  }

  system(): Promise<SystemInfo> {
    return this.provider('system', (signal) => this.computer.system(signal));
  }

  adapters(): Promise<readonly Adapter[]> {
    return this.provider('adapters', (signal) => this.computer.adapters(signal));
  }

  dnsClient(): Promise<DnsClientSettings> {
    return this.provider('dnsClient', (signal) => this.computer.dnsClientSettings(signal));
  }

  service(): Promise<CimRow> {
    return this.provider('service', (signal) => this.computer.licensingService(signal));
  }

  sppsvc(): Promise<ServiceState | null> {
    return this.provider('sppsvc', (signal) => this.computer.service('sppsvc', signal));
  }

  /** The service with the resolver's cache. */
  resolverService(): Promise<ServiceState | null> {
    return this.provider('resolverService', (signal) => this.computer.service('Dnscache', signal));
  }

  events(): Promise<readonly SppEvent[]> {
    return this.provider('events', (signal) => this.computer.events(signal));
  }

  clock(): Promise<ClockOffset> {
    return this.provider('clock', (signal) => this.computer.clockOffset(signal));
  }

  vbscript(): Promise<boolean> {
    return this.provider('vbscript', (signal) => this.computer.vbscript(signal));
  }

  firewallRule(): Promise<boolean | null> {
    return this.provider('firewallRule', (signal) => this.computer.firewallKmsRule(signal));
  }

  kmsFirewallRules(): Promise<KmsFirewallRules> {
    return this.provider('kmsFirewallRules', (signal) => this.computer.kmsFirewallRules(signal));
  }

  outboundBlocked(): Promise<boolean> {
    return this.once('outboundBlocked', async () => {
      const assignment = await toResult(this.assignment());
      const port = (assignment.ok && assignment.value?.port) || KMS_PORT;
      return this.provider('outboundBlocked/port', (signal) =>
        this.computer.outboundBlocked(port, signal),
      );
    });
  }

  registry(name: RegistryValueName): Promise<RegistryValue | null> {
    return this.registryAt({ key: SPP_KEY, name });
  }

  /** Values that somebody wrote to the key of Windows Vista, which later versions ignore. */
  legacyValues(): Promise<readonly { name: string; value: RegistryValue }[]> {
    return this.once('legacyValues', async () => {
      const names = ['DisableDnsPublishing', 'DnsDomainPublishList'] as const;
      const values = await Promise.all(
        names.map((name) => this.registryAt({ key: LEGACY_SL_KEY, name })),
      );
      return names.flatMap((name, index) => {
        const value = values[index];
        return value ? [{ name, value }] : [];
      });
    });
  }

  /** The Windows product row with a key; null when there is none. A KMS host's row goes before others. */
  licence(): Promise<Licence | null> {
    return this.once('licence', async () => {
      const rows = await this.provider('products', (signal) =>
        this.computer.licensingProducts(signal),
      );
      const licences = rows
        .filter(
          (row) =>
            textOf(row, 'ApplicationID').toLowerCase() === WINDOWS_APPLICATION &&
            textOf(row, 'PartialProductKey') !== '' &&
            row['LicenseIsAddon'] !== true,
        )
        .map(toLicence);
      return licences.find(({ channel }) => channel.class === 'kms-host') ?? licences[0] ?? null;
    });
  }

  /**
   * The KMS host set by hand. The registry has it at once on any Windows (`KeyManagementServiceName`, Microsoft:
   * "Registry settings for volume activation"); the CIM row stands in where the registry cannot be read.
   */
  assignment(): Promise<Assignment | null> {
    return this.once('assignment', async () => {
      const { host, port } = await this.settings(
        { name: 'KeyManagementServiceName', port: 'KeyManagementServicePort' },
        (row) => ({
          host: textOf(row, 'KeyManagementServiceMachine'),
          port: numberOf(row, 'KeyManagementServicePort') ?? 0,
        }),
      );
      if (host === '') return null;
      const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
      return {
        host: isAddress(bare) ? bare : canonicalName(bare),
        port: port > 0 && port <= 65_535 ? port : KMS_PORT,
        isAddress: isAddress(bare),
      };
    });
  }

  /** The assigned host with the names by which Windows looks for it; null where none is assigned. */
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

  /** Whether the person or Windows has the record looked for in one domain only. */
  lookupDomain(): Promise<string | null> {
    return this.once('lookupDomain', async () => {
      const { host } = await this.settings(
        { name: 'KeyManagementServiceLookupDomain', port: null },
        (row) => ({ host: textOf(row, 'KeyManagementServiceLookupDomain'), port: 0 }),
      );
      return host === '' ? null : canonicalName(host);
    });
  }

  /** The DNS servers to ask. */
  servers(): Promise<readonly DnsServer[]> {
    return this.once('servers', async () =>
      (await this.configuredServers()).slice(0, MOST.servers),
    );
  }

  /** All DNS servers: those named by the person, else those of adapters that are up. */
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

  /** Whether the system's resolver takes part in this run. */
  get resolverTakesPart(): boolean {
    return this.options.dnsServers === undefined && this.computer.asksResolver !== false;
  }

  /** Where records are looked for (contract.md, "Candidate domains"). */
  domains(): Promise<Domains> {
    return this.once('domains', async () => {
      const [client, adapters, lookup, assigned, list] = await Promise.all([
        toResult(this.dnsClient()),
        toResult(this.adapters()),
        toResult(this.lookupDomain()),
        toResult(this.assignment()),
        toResult(this.registry('DnsDomainPublishList')),
      ]);
      const settings = client.ok
        ? client.value
        : { adDomain: null, primaryDnsSuffix: null, suffixSearchList: [] };
      const connection = connectionSuffixes(adapters.ok ? adapters.value : []);
      const ordinary = ordinaryDomains(client, adapters);
      const lookupDomain = lookup.ok ? lookup.value : null;
      const named = this.options.domains;
      const wanted = domainList(named ?? (lookupDomain === null ? ordinary : [lookupDomain]));
      const candidates = wanted.slice(0, MOST.domains);
      const hidden =
        named === undefined && lookupDomain !== null
          ? ordinary.filter((domain) => !candidates.includes(domain)).slice(0, MOST.domains)
          : [];
      const isWorkgroup = client.ok && settings.adDomain === null;
      const besides = domainList([
        ...candidates.flatMap(parentDomains),
        // Those of a workgroup are candidates themselves.
        ...(isWorkgroup ? [] : connection),
        assigned.ok && assigned.value !== null ? domainOf(assigned.value.host) : null,
        ...hidden,
      ]).filter((domain) => !candidates.includes(domain));
      const others = besides.slice(0, MOST.domains - candidates.length);
      const own = domainList([settings.primaryDnsSuffix ?? settings.adDomain]);
      const publish = domainList([...own, ...(list.ok ? publishDomains(list.value) : [])]);
      const leftOut = wanted.length - candidates.length + besides.length - others.length;
      return {
        candidates,
        others,
        shadowedDomains: hidden,
        lookupDomain,
        suffixes: domainList([...ordinary, ...connection]).slice(0, MOST.domains),
        complete:
          leftOut === 0 &&
          (named !== undefined ||
            (client.ok &&
              adapters.ok &&
              // Where there is no Windows, there is no lookup domain to know of.
              (lookup.ok || this.computer.diagnosedAs === 'network'))),
        publish: publish.slice(0, MOST.domains),
        leftOut,
      };
    });
  }

  /** Whether this PC is a KMS host; false where the licence cannot be read. */
  isKmsHost(): Promise<boolean> {
    return this.once('isKmsHost', async () => {
      const licence = await toResult(this.licence());
      return licence.ok && licence.value?.channel.class === 'kms-host';
    });
  }

  ping(address: string): Promise<PingAnswer> {
    return this.probe(`ping ${address}`, (signal) => this.computer.ping(address, signal));
  }

  /** One question to one server. A server that says nothing within the limit is silent. */
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
          async (signal) =>
            shortened(await this.computer.dnsQuery(server, name, type, transport, signal), type),
          (ms): DnsAnswer => ({ outcome: 'silent', ms, detail: null }),
        ),
      ),
    );
  }

  /** A name through the system's resolver. */
  resolve(name: string, type: RecordType): Promise<ResolverAnswer> {
    return this.once(`resolve ${name} ${type}`, () =>
      this.resolutions.run(() =>
        this.bounded(this.limits.provider, async (signal) => {
          const answer = await this.computer.resolve(name, type, signal);
          return { ...answer, records: answer.records.slice(0, MOST.records[type]) };
        }),
      ),
    );
  }

  /** A host's addresses of both kinds through the system's resolver. */
  resolveAddresses(
    host: string,
  ): Promise<{ readonly a: ResolverAnswer; readonly aaaa: ResolverAnswer }> {
    return this.once(`resolve ${host}`, async () => {
      const [a, aaaa] = await Promise.all([this.resolve(host, 'A'), this.resolve(host, 'AAAA')]);
      return { a, aaaa };
    });
  }

  /**
   * One connection to one KMS port, and what it says to a bind.
   *
   * @param kept how many of the run's connections are kept for others; 0 for the first address of a host, which goes
   *   before the rest
   */
  probeKms(address: string, port: number, kept = 0): KmsReach {
    const key = `kms ${address}#${port}`;
    const known = this.probes.get(key);
    if (known !== undefined) return known;
    if (this.probes.size >= MOST.probes || (kept > 0 && this.further >= MOST.probes - kept)) {
      return this.leftOut;
    }
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

  private startProbe(address: string, port: number): KmsReach {
    const started = performance.now();
    const both = new AbortController();
    const signal = AbortSignal.any([this.signal, both.signal]);
    let probe: ReturnType<Computer['probeKms']>;
    try {
      probe = this.computer.probeKms({ host: address, port }, signal);
    } catch (error) {
      const failed = Promise.reject(toError(error));
      failed.catch(() => undefined);
      probe = { connected: failed, answered: failed };
    }
    const connected = this.bounded(
      this.limits.probe,
      () => probe.connected,
      (ms): ConnectAnswer => ({ outcome: 'filtered', ms, detail: null }),
    );
    const answered = connected.then(({ outcome }) =>
      outcome === 'open'
        ? this.bounded(
            this.limits.probe,
            () => probe.answered,
            (): RpcAnswer => ({
              outcome: 'silent',
              ms: msSince(started),
              detail: null,
            }),
          )
        : null,
    );
    const reach = { connected, answered };
    // What was not awaited by anybody must not end the process, and what was left open must be closed.
    void Promise.allSettled([connected, answered]).then(() => {
      both.abort();
    });
    probe.connected.catch(() => undefined);
    probe.answered.catch(() => undefined);
    return reach;
  }

  /** Starts whatever can start, and ends when the whole way has been explored. */
  explore(): Promise<void> {
    return this.once('explore', async () => {
      const [servers, domains] = await Promise.all([toResult(this.servers()), this.domains()]);
      const list = servers.ok ? servers.value : [];
      const tasks: Promise<unknown>[] = [this.exploreAssigned(list)];
      for (const domain of domainsToAsk(domains)) {
        const name = kmsRecordName(domain);
        const isCandidate = domain !== null && domains.candidates.includes(domain);
        for (const server of list) {
          tasks.push(
            toResult(this.query(server, name, 'SRV')).then((reading) => {
              if (!isCandidate || !reading.ok || reading.value.outcome !== 'answered') return;
              const { answers, additionals } = reading.value;
              return this.addCandidates(srvRecords(answers), list, additionals);
            }),
          );
        }
        if (isCandidate && this.resolverTakesPart) {
          tasks.push(
            toResult(this.resolve(name, 'SRV')).then((reading) =>
              reading.ok ? this.addCandidates(srvRecords(reading.value.records), list) : undefined,
            ),
          );
        }
      }
      await Promise.all(tasks);
      await this.askResolverWhereServersAreDead(domains);
    });
  }

  /** What is known by now, see outstanding.ts; every question is under way. */
  get soFar(): FactSnapshot {
    void this.explore();
    return this.known;
  }

  /** The question for the record in every domain, once everybody has answered or given up. */
  lookups(): Promise<readonly SrvLookup[]> {
    return this.inTurn(this.once('lookups', () => whole(() => this.soFar.lookups)));
  }

  /**
   * Every target of the candidate domains, with its addresses and probes. What the resolver alone knows, such as
   * a host that its cache still has, counts only where no server answers.
   */
  targets(): Promise<readonly Target[]> {
    return this.inTurn(this.once('targets', () => whole(() => this.soFar.targets)));
  }

  /** The assigned host, looked up and tried; null where none is assigned. */
  assignedTarget(): Promise<Target | null> {
    return this.inTurn(this.once('assignedTarget', () => whole(() => this.soFar.assignedTarget)));
  }

  /** On a KMS host: its own addresses, tried at the port it should listen on. */
  ownPort(): Promise<readonly Probe[]> {
    return this.once('ownPort', async () => {
      if (!(await this.isKmsHost())) return [];
      const [service, adapters] = await Promise.all([toResult(this.service()), this.adapters()]);
      const port =
        (service.ok && numberOf(service.value, 'KeyManagementServiceListeningPort')) || KMS_PORT;
      const addresses = adapters
        .filter(({ up }) => up)
        .flatMap((adapter) => adapter.addresses)
        .filter((address) => !isSelfAssigned(address));
      return Promise.all(addresses.map((address) => this.settleProbe(address, port)));
    });
  }

  /** All of it. */
  situation(): Promise<FactSnapshot> {
    return whole(() => this.soFar);
  }

  private async addCandidates(
    records: readonly { target: string; port: number; priority: number; weight: number }[],
    servers: readonly DnsServer[],
    additionals: readonly DnsRecord[] = [],
  ): Promise<void> {
    const tasks: Promise<unknown>[] = [];
    const early = new Map<string, DnsRecord[]>();
    for (const record of additionals) {
      const same = early.get(record.name);
      if (same === undefined) early.set(record.name, [record]);
      else same.push(record);
    }
    for (const { target, port } of byPreference(records)) {
      const candidate = candidateFor(target, port);
      const key = `${candidate.host}#${port}`;
      if (!this.candidates.has(key) && this.candidates.size >= MOST.targets) continue;
      this.probeEagerly(candidate, early);
      if (this.candidates.has(key)) continue;
      this.candidates.add(key);
      tasks.push(this.probeCandidate(candidate, servers));
    }
    await Promise.all(tasks);
  }

  /**
   * Tries the addresses that came along with a record (RFC 2782: a server may add them) while every server is
   * still asked for them: a host that is there answers one round trip earlier. They prove nothing, and what comes
   * of them is told only where an answer names the same address.
   */
  private probeEagerly(
    { names, port }: KmsCandidate,
    early: ReadonlyMap<string, readonly DnsRecord[]>,
  ): void {
    const addresses = addressesIn(names.flatMap((name) => early.get(name) ?? []));
    for (const [index, address] of addresses.slice(0, MAX_EARLY).entries()) {
      this.probeKms(address, port, index === 0 ? 0 : KEPT);
    }
  }

  private async exploreAssigned(servers: readonly DnsServer[]): Promise<void> {
    const candidate = await toResult(this.assignedCandidate());
    if (candidate.ok && candidate.value !== null)
      await this.probeCandidate(candidate.value, servers);
  }

  /** Looks a host up everywhere and tries each address as soon as somebody names it. */
  private async probeCandidate(
    candidate: KmsCandidate,
    servers: readonly DnsServer[],
  ): Promise<void> {
    if (isAddress(candidate.host) && candidate.names.length === 0) {
      await this.settleProbe(candidate.host, candidate.port);
      return;
    }
    const found = new Set<string>();
    const tasks: Promise<unknown>[] = [];
    const attempt = (addresses: readonly string[]): Promise<unknown> => {
      const fresh = addresses.filter((address) => !found.has(address));
      const tried = fresh.slice(0, MOST.addresses - found.size).map((address) => {
        found.add(address);
        return this.settleProbe(address, candidate.port, found.size === 1 ? 0 : KEPT);
      });
      return Promise.all(tried);
    };
    const resolved: Promise<Result<ResolverAnswer>>[] = [];
    for (const name of candidate.names) {
      for (const server of servers) {
        for (const type of ['A', 'AAAA'] as const) {
          tasks.push(
            toResult(this.query(server, name, type)).then((reading) =>
              reading.ok && reading.value.outcome === 'answered'
                ? attempt(addressesIn(reading.value.answers))
                : undefined,
            ),
          );
        }
      }
      if (this.resolverTakesPart) {
        resolved.push(toResult(this.resolve(name, 'A')), toResult(this.resolve(name, 'AAAA')));
      }
    }
    await Promise.all(tasks);
    // The resolver is waited for only where the servers name no address: it can take many seconds.
    if (found.size > 0) return;
    const answers = await Promise.all(resolved);
    await attempt(
      answers.flatMap((reading) => (reading.ok ? addressesIn(reading.value.records) : [])),
    );
  }

  /** Where no server answers, the resolver's word on the other domains is all there is. */
  private async askResolverWhereServersAreDead(domains: Domains): Promise<void> {
    if (!this.resolverTakesPart) return;
    if (await whenKnown(() => anyServerAnswersFor(this.known.lookups))) return;
    await Promise.all(
      domainsToAsk(domains).map((domain) => toResult(this.resolve(kmsRecordName(domain), 'SRV'))),
    );
  }

  private async settleProbe(address: string, port: number, kept = 0): Promise<Probe> {
    const reach = this.probeKms(address, port, kept);
    const [connected, answered] = await Promise.all([
      toResult(reach.connected),
      toResult(reach.answered),
    ]);
    return { address, port, connected, answered };
  }

  private async settings(
    names: { name: RegistryValueName; port: RegistryValueName | null },
    fromRow: (row: CimRow) => { host: string; port: number },
  ): Promise<{ host: string; port: number }> {
    const [host, port] = await Promise.all([
      toResult(this.registry(names.name)),
      names.port === null ? null : toResult(this.registry(names.port)),
    ]);
    if (!host.ok || port?.ok === false) return fromRow(await this.service());
    return { host: plainText(host.value), port: Number(plainText(port?.value ?? null)) || 0 };
  }

  private registryAt(location: RegistryLocation): Promise<RegistryValue | null> {
    return this.provider(`registry ${location.key} ${location.name}`, (signal) =>
      this.computer.registryValue(location, signal),
    );
  }

  private provider<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.once(key, () => this.bounded(this.limits.provider, ask));
  }

  private probe<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.once(key, () => this.bounded(this.limits.probe, ask));
  }

  private async inTurn<T>(fact: Promise<T>): Promise<T> {
    await fact;
    return this.turns.run(() => fact);
  }

  private once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.memory.get(key);
    if (known !== undefined) return known as Promise<T>;
    const fact = Promise.resolve().then(ask);
    fact.catch(() => undefined);
    this.memory.set(key, fact);
    return fact;
  }

  /** Runs a question within a limit and the run's end; `late` gives the answer that lateness itself is. */
  private async bounded<T>(
    limitMs: number,
    ask: (signal: AbortSignal) => Promise<T>,
    late?: (ms: number) => T,
  ): Promise<T> {
    const started = performance.now();
    try {
      return await within(
        { ms: limitMs + GRACE_MS, signal: this.signal },
        ask,
        late && (() => late(msSince(started))),
      );
    } catch (error) {
      if (!this.signal.aborted) throw error;
      throw new Unreadable(this.signal.reason === 'timed-out' ? 'timed-out' : 'cancelled');
    }
  }
}

/** A computer keeps the limit itself; this much later it is presumed to hang. */
const GRACE_MS = 100;

const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

function leftOut(): KmsReach {
  const connected = Promise.reject(new Unreadable('left-out'));
  connected.catch(() => undefined);
  return { connected, answered: connected };
}

/** An answer with no more records than are looked at. */
function shortened(answer: DnsAnswer, type: RecordType): DnsAnswer {
  if (answer.outcome !== 'answered') return answer;
  return {
    ...answer,
    answers: answer.answers.slice(0, MOST.records[type]),
    additionals: answer.additionals.slice(0, MOST.records[type]),
  };
}

/** @throws Unreadable where the row lacks the column that every verdict on the licence rests on */
function toLicence(row: CimRow): Licence {
  const status = numberOf(row, 'LicenseStatus');
  if (status === null) throw new Unreadable('garbled-answer', 'SoftwareLicensingProduct');
  return {
    row,
    channel: channelOf(textOf(row, 'Description'), textOf(row, 'ProductKeyChannel')),
    edition: textOf(row, 'LicenseFamily') || null,
    partialProductKey: textOf(row, 'PartialProductKey'),
    status,
    licensed: status === 1,
    reason: (numberOf(row, 'LicenseStatusReason') ?? 0) >>> 0,
    graceMinutes: numberOf(row, 'GracePeriodRemaining'),
  };
}

/** An adapter's DNS server, `address` or `address:port`. */
function toServer(text: string): DnsServer {
  const endpoint = parseEndpoint(text);
  return { address: endpoint?.host ?? text, port: endpoint?.port ?? 53 };
}

/** The site-local addresses that Windows lists where IPv6 has no DNS server (RFC 3879). */
function isPlaceholder(address: string): boolean {
  return /^fec0:0:0:ffff::[123]$/i.test(address);
}

/** Addresses that a computer gives itself when nobody gives it one (RFC 3927, RFC 4862). */
export function isSelfAssigned(address: string): boolean {
  return address.startsWith('169.254.') || (isIPv6(address) && /^fe[89ab]/i.test(address));
}

/**
 * Where records are looked for when neither Windows nor the person says otherwise: the suffixes of the PC, and
 * in a workgroup those of its connections.
 */
export function ordinaryDomains(
  client: Result<DnsClientSettings>,
  adapters: Result<readonly Adapter[]>,
): string[] {
  // Whether this is a workgroup PC, whose connection suffixes count, is known only with its settings.
  if (!client.ok) return [];
  const { primaryDnsSuffix, adDomain, suffixSearchList } = client.value;
  return domainList([
    primaryDnsSuffix,
    adDomain,
    ...suffixSearchList,
    ...(adDomain === null && adapters.ok ? connectionSuffixes(adapters.value) : []),
  ]);
}

function connectionSuffixes(adapters: readonly Adapter[]): (string | null)[] {
  return adapters.filter(({ up }) => up).map(({ connectionSuffix }) => connectionSuffix);
}

function domainList(domains: readonly (string | null)[]): string[] {
  const list = domains
    .filter((domain): domain is string => domain !== null && domain.trim() !== '')
    .map(canonicalName)
    .filter(isHostName);
  return [...new Set(list)];
}

/** The domains of a DnsDomainPublishList, whose lines are `domain[,priority,weight]`. */
export function publishDomains(value: RegistryValue | null): string[] {
  if (value === null) return [];
  const lines =
    value.type === 'REG_MULTI_SZ' ? value.value : value.type === 'REG_DWORD' ? [] : [value.value];
  return domainList(lines.map((line) => line.split(',')[0] ?? ''));
}

function plainText(value: RegistryValue | null): string {
  if (value === null) return '';
  if (value.type === 'REG_MULTI_SZ') return value.value[0]?.trim() ?? '';
  return String(value.value).trim();
}
