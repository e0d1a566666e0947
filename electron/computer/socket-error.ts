import { Unreadable } from '@engine/computer';

/**
 * What a socket error reveals about the connection to the peer. The last two reveal nothing, since none was attempted:
 * `no-address` isn't a usable address, and `not-tried` is a local limit, such as EMFILE.
 */
export type SocketFailure = 'closed' | 'filtered' | 'no-route' | 'no-address' | 'not-tried';

const FAILURES: Readonly<Record<string, SocketFailure>> = {
  ECONNREFUSED: 'closed',
  // Windows reports the ICMP response of a closed UDP port as a connection reset.
  ECONNRESET: 'closed',
  ETIMEDOUT: 'filtered',
  // The local firewall blocked the packet.
  EACCES: 'filtered',
  EPERM: 'filtered',
  EHOSTUNREACH: 'no-route',
  EHOSTDOWN: 'no-route',
  ENETUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  // This machine has no address of that family, or can't reach the peer from one.
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  // A link-local IPv6 address without a zone.
  EINVAL: 'no-address',
  ENOTFOUND: 'no-address',
};

/** Returns Node's code for a failed system call, e.g. `ECONNREFUSED`; the error's name if it has no code. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) {
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  }
  return 'Error';
}

/** Classifies why a connection to a peer failed. */
export function socketFailure(error: unknown): SocketFailure {
  return FAILURES[errorCode(error)] ?? 'not-tried';
}

/** Creates the error for a connection that was never attempted. */
export function notAttemptedError(failure: 'no-address' | 'not-tried', said: string): Unreadable {
  return new Unreadable(
    failure === 'no-address' ? 'garbled-answer' : 'tool-failed',
    'socket',
    said,
  );
}
