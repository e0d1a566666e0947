import { Unreadable } from '@engine/computer';

/**
 * What a socket's error says of the way to the peer. The last two say nothing of it, since nothing was tried:
 * `no-address` cannot be called at all, and `not-tried` is this program's own limit, such as EMFILE.
 */
export type SocketFailure = 'closed' | 'filtered' | 'no-route' | 'no-address' | 'not-tried';

const FAILURES: Readonly<Record<string, SocketFailure>> = {
  ECONNREFUSED: 'closed',
  // Windows reports the ICMP answer of a closed UDP port as a reset connection.
  ECONNRESET: 'closed',
  ETIMEDOUT: 'filtered',
  // The own machine's firewall keeps the packet.
  EACCES: 'filtered',
  EPERM: 'filtered',
  EHOSTUNREACH: 'no-route',
  EHOSTDOWN: 'no-route',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  // No address of that kind on this machine, or none that can be called from it.
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  // A link-local IPv6 address without its zone.
  EINVAL: 'no-address',
  ENOTFOUND: 'no-address',
};

/** The error code of Node for a system call's failure, e.g. `ECONNREFUSED`; the error's name where it has none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'Error';
}

/** Tells the ways apart in which a peer cannot be talked to. */
export function socketFailure(error: unknown): SocketFailure {
  return FAILURES[errorCode(error)] ?? 'not-tried';
}

/** The error for what was never tried. */
export function notTried(failure: 'no-address' | 'not-tried', said: string): Unreadable {
  return new Unreadable(
    failure === 'no-address' ? 'garbled-answer' : 'tool-failed',
    'socket',
    said,
  );
}
