/**
 * How far this clock is from a time server's, by one SNTP exchange (RFC 4330), as `w32tm /stripchart` does it.
 * Domain controllers answer it without credentials.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIPv6 } from 'node:net';
import { Unreadable } from '@engine/computer';
import { withDeadline } from '@engine/deadline';
import { errorCode } from '../network/socket-error';

/** What a time server's answer tells. */
export interface TimeAnswer {
  /** Milliseconds that this clock is ahead of the server's. */
  readonly aheadMs: number;
}

const PORT = 123;
const MESSAGE_LENGTH = 48;
/** LI 0, version 4, mode 3: a client. */
const CLIENT = 0x23;
const MODE_SERVER = 4;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH = 2_208_988_800;
const TRANSMIT = 40;
const RECEIVE = 32;
const ORIGINATE = 24;
/** When a question that was not answered is sent once more. */
const RESEND_AFTER_MS = 1_500;

/**
 * Asks one server for the time.
 *
 * @param server name or address; IPv6 without brackets
 * @throws Unreadable `no-answer`, or `garbled-answer` for one that says that it has no time itself; the signal's
 *   reason when aborted
 */
export function askTime(
  server: string,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<TimeAnswer> {
  return withDeadline<TimeAnswer>(
    { ms: limitMs, signal },
    (settle, fail) => {
      let close = (): void => undefined;
      let over = false;
      lookup(server, (error, address) => {
        if (over) return;
        if (error !== null) {
          fail(new Unreadable('no-answer', 'SNTP', `${server} ${errorCode(error)}`));
          return;
        }
        close = exchange(address, settle, (reason, detail) => {
          fail(new Unreadable(reason, 'SNTP', `${server} ${detail}`));
        });
      });
      return () => {
        over = true;
        close();
      };
    },
    () => {
      throw new Unreadable('no-answer', 'SNTP', server);
    },
  );
}

function exchange(
  address: string,
  settle: (answer: TimeAnswer) => void,
  fail: (reason: 'no-answer' | 'garbled-answer', detail: string) => void,
): () => void {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // A server hands the transmit time back unread: random bytes tell its answer from anybody else's.
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
    fail('no-answer', errorCode(error));
  });
  socket.on('message', (message) => {
    if (message.length < MESSAGE_LENGTH) return;
    if (!message.subarray(ORIGINATE, ORIGINATE + 8).equals(cookie)) return;
    const head = message[0] ?? 0;
    const stratum = message[1] ?? 0;
    if ((head & 7) !== MODE_SERVER) return;
    // Leap indicator 3 and stratum 0: a server that does not know the time, or wants no questions.
    if (head >> 6 === 3 || stratum === 0) {
      fail('garbled-answer', 'has-no-time');
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
}

/** An NTP timestamp as milliseconds since 1970; those before 1968 are of the era that begins in 2036. */
function readTime(message: Buffer, at: number): number {
  const seconds = message.readUInt32BE(at);
  const era = seconds < 0x80000000 ? 0x100000000 : 0;
  return (seconds + era - NTP_EPOCH) * 1_000 + (message.readUInt32BE(at + 4) / 0x100000000) * 1_000;
}
