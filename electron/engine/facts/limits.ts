/**
 * How much a run does at most. What others wrote (DNS, files, adapters) never decides it; what is left out is counted,
 * said, and keeps a verdict from being certain where it could change it.
 */
export const MOST = {
  /** DNS servers that are asked. */
  servers: 16,
  /** Domains in which the record is looked for, the bare name aside. */
  domains: 64,
  /** KMS hosts that are followed. */
  targets: 64,
  /** Hosts that are tried although no candidate domain names them. */
  inQuestion: 8,
  /** Addresses of such a host that are tried. */
  addressesInQuestion: 2,
  /** Addresses of a host that are tried. */
  addresses: 8,
  /** Connections to KMS ports. */
  probes: 96,
  /** Connections to KMS ports that are open at once. */
  openProbes: 64,
  /** Questions to DNS servers that are open at once: each holds a socket. */
  openQueries: 256,
  /** Records of one answer that are kept. */
  records: { SRV: 256, A: 64, AAAA: 64 },
} as const;

/** Milliseconds that a single question may take. */
export interface Limits {
  /** A DNS query, a connection, a ping. */
  readonly probe: number;
  /** A provider of Windows: licensing, events, services. */
  readonly provider: number;
}

/** Limits of a diagnosis, in milliseconds, where nobody sets others. */
export const DEFAULT_LIMITS: Limits = { probe: 3_000, provider: 30_000 };
