/** What a socket's error says of the peer. */
export type SocketFailure = 'closed' | 'filtered' | 'unreachable';

/** Errors of the own machine's firewall or of a route that swallows: somebody between keeps packets. */
const FILTERED = new Set(['ETIMEDOUT', 'EACCES', 'EPERM']);

/** Windows reports the ICMP answer of a closed UDP port as a reset connection. */
const CLOSED = new Set(['ECONNREFUSED', 'ECONNRESET']);

/** The error code of Node for a system call's failure, e.g. `ECONNREFUSED`; the error's name where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'Error';
}

/**
 * Tells the three ways apart in which a peer cannot be talked to.
 *
 * @returns `unreachable` for all that is neither a refusal nor silence: no route, no such address family on
 *   this machine, an address without its zone, a name without an address
 */
export function socketFailure(error: unknown): SocketFailure {
  const code = errorCode(error);
  if (CLOSED.has(code)) return 'closed';
  return FILTERED.has(code) ? 'filtered' : 'unreachable';
}
