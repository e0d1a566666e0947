/**
 * Compares this clock with a time server's in one SNTP exchange (RFC 4330), like `w32tm /stripchart`. Domain
 * controllers answer without credentials.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { Unreadable } from '@engine/computer';
import { withDeadline, within } from '@engine/deadline';
import { errorCode } from '../socket-error';
import type { RunLimits } from '../run-program';

/** Response of a time server. */
export interface TimeAnswer {
  /** Milliseconds that this clock is ahead of the server's. */
  readonly aheadMs: number;
}

const PORT = 123;
const MESSAGE_LENGTH = 48;
/** LI 0, version 4, mode 3: a client. */
const CLIENT = 0x23;
const MODE_SERVER = 4;
/** Seconds from the NTP epoch (1900) to the Unix epoch (1970). */
const NTP_EPOCH = 2_208_988_800;
const TRANSMIT = 40;
const RECEIVE = 32;
const ORIGINATE = 24;
/** Delay before an unanswered request is resent. */
const RESEND_AFTER_MS = 1_500;

/**
 * Queries one server for the time.
 *
 * @param server name or address; IPv6 without brackets
 * @throws Unreadable `no-answer`, or `garbled-answer` if the server isn't synchronized itself; the signal's reason when
 *   aborted
 */
export function askTime(
  server: string,
  { signal, limitMs }: Pick<RunLimits, 'signal' | 'limitMs'>,
): Promise<TimeAnswer> {
  const ask = async (isOver: AbortSignal): Promise<TimeAnswer> => {
    const { address } = await lookup(server).catch((error: unknown) => {
      throw new Unreadable('no-answer', 'SNTP', `${server} ${errorCode(error)}`);
    });
    return exchange(server, address, isOver);
  };
  return within({ ms: limitMs, signal }, ask, () => {
    throw new Unreadable('no-answer', 'SNTP', server);
  });
}

function exchange(server: string, address: string, signal: AbortSignal): Promise<TimeAnswer> {
  return withDeadline<TimeAnswer>({ signal }, (settle, fail) => {
    const failed = (reason: 'no-answer' | 'garbled-answer', detail: string): void => {
      fail(new Unreadable(reason, 'SNTP', `${server} ${detail}`));
    };
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    // A server returns the transmit time unchanged, so random bytes distinguish its response from a forged one.
    const cookie = randomBytes(8);
    const question = Buffer.alloc(MESSAGE_LENGTH);
    question[0] = CLIENT;
    cookie.copy(question, TRANSMIT);
    let sentAt = 0;
    const send = (): void => {
      sentAt = Date.now();
      socket.send(question, PORT, address);
    };
    const again = setTimeout(send, RESEND_AFTER_MS);
    socket.on('error', (error) => {
      failed('no-answer', errorCode(error));
    });
    socket.on('message', (message) => {
      if (message.length < MESSAGE_LENGTH) return;
      if (!message.subarray(ORIGINATE, ORIGINATE + 8).equals(cookie)) return;
      const head = message[0] ?? 0;
      const stratum = message[1] ?? 0;
      if ((head & 7) !== MODE_SERVER) return;
      // Leap indicator 3 or stratum 0: the server isn't synchronized, or refuses requests.
      if (head >> 6 === 3 || stratum === 0) {
        failed('garbled-answer', 'has-no-time');
        return;
      }
      const now = Date.now();
      const theirs = (readTime(message, RECEIVE) + readTime(message, TRANSMIT)) / 2;
      settle({ aheadMs: Math.round((sentAt + now) / 2 - theirs) });
    });
    send();
    return () => {
      clearTimeout(again);
      socket.close();
    };
  });
}

/** Converts an NTP timestamp to milliseconds since 1970. Those before 1968 belong to the era that begins in 2036. */
function readTime(message: Buffer, at: number): number {
  const seconds = message.readUInt32BE(at);
  const era = seconds < 0x80000000 ? 0x100000000 : 0;
  return (seconds + era - NTP_EPOCH) * 1_000 + (message.readUInt32BE(at + 4) / 0x100000000) * 1_000;
}
