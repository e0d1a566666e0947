/**
 * Limits on the work of a run, which external data (DNS, files, adapters) can't raise. Anything left out is counted and
 * reported, and keeps a verdict from being certain if it could change it.
 */
export const RUN_LIMITS = {
  /** DNS servers to query. */
  servers: 16,
  /** Domains in which the record is looked up, not counting the bare name. */
  domains: 64,
  /** KMS hosts to look up and probe. */
  targets: 64,
  /** Hosts to probe although no candidate domain names them. */
  inQuestion: 8,
  /** Addresses to probe of each such host. */
  addressesInQuestion: 2,
  /** Addresses to probe of each KMS host. */
  addresses: 8,
  /** Connections to KMS ports. */
  probes: 96,
  /** Concurrent connections to KMS ports. */
  openProbes: 64,
  /** Concurrent DNS queries, each of which uses a socket. */
  openQueries: 256,
  /** Records kept per answer. */
  records: { SRV: 256, A: 64, AAAA: 64 },
} as const;

/** Time limits of a single query, in milliseconds. */
export interface Limits {
  /** A DNS query, a connection, a ping. */
  readonly probe: number;
  /** A Windows provider: licensing, events, services. */
  readonly provider: number;
}

/** Default limits of a diagnosis, in milliseconds. */
export const DEFAULT_LIMITS: Limits = { probe: 3_000, provider: 30_000 };
