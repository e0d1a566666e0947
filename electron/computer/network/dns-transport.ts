/** Sends one DNS message to one server and returns the response, over UDP or TCP (RFC 1035 §4.2, RFC 7766). */
import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import type { DnsAnswer, DnsServer } from '@engine/computer';
import { withDeadline, type Limit } from '@engine/deadline';
import { bigEndian } from './dns-message';
import { DNS_RESEND_AFTER_MS } from './limits';
import { errorCode, socketFailure } from '../socket-error';

/** Why there was no response. */
interface NoReply {
  readonly outcome: Exclude<DnsAnswer['outcome'], 'answered'> | 'not-tried';
  /** An error code or one of our own constants, for evidence; never text from the peer. */
  readonly detail: string | null;
}

/** Outcome of sending a message. */
export type Reply<T> = { readonly outcome: 'answered'; readonly answer: T } | NoReply;

/**
 * Decides whether a message is the expected response. Returns the parsed answer, `garbled` if the message has the
 * expected ID but makes no sense, or null if it's something else, which proves nothing.
 */
export type MatchReply<T> = (message: Buffer) => { readonly answer: T } | 'garbled' | null;

const NO_REPLY = {
  closed: 'closed',
  filtered: 'silent',
  'no-route': 'unreachable',
  'no-address': 'unreachable',
  'not-tried': 'not-tried',
} as const;

function failed(error: unknown): NoReply {
  return { outcome: NO_REPLY[socketFailure(error)], detail: errorCode(error) };
}

/** Sends a message unless the server has no IP address, which Node would pass to the system's resolver. */
function exchange<T>(
  server: DnsServer,
  ...job: Parameters<typeof withDeadline<Reply<T>>>
): Promise<Reply<T>> {
  return isIP(server.address) === 0
    ? Promise.resolve({ outcome: 'unreachable', detail: 'not-an-ip-address' })
    : withDeadline(...job);
}

/**
 * Sends a message over UDP, and again after {@link DNS_RESEND_AFTER_MS} without a response. The socket is connected,
 * so it receives only from that server; the system picks the source port.
 *
 * @param again message to send the second time; defaults to `message`
 */
export function queryOverUdp<T>(
  server: DnsServer,
  message: Buffer,
  judge: MatchReply<T>,
  limit: Limit & { readonly ms: number },
  again: Buffer = message,
): Promise<Reply<T>> {
  let unexpectedReply = false;
  return exchange(
    server,
    limit,
    (settle) => {
      const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
      let resent = false;
      const fail = (error: unknown) => {
        settle(failed(error));
      };
      const send = (bytes: Buffer) => {
        socket.send(bytes, (error) => {
          if (error) fail(error);
        });
      };
      const resend = setTimeout(
        () => {
          resent = true;
          send(again);
        },
        Math.min(DNS_RESEND_AFTER_MS, limit.ms / 2),
      );
      socket.on('error', fail);
      socket.on('message', (received) => {
        const judged = judge(received);
        if (judged === 'garbled') settle({ outcome: 'garbled', detail: null });
        else if (judged) settle({ outcome: 'answered', answer: judged.answer });
        // One unexpected message may be stray or forged. A second one, after the resend, is the server's response.
        else if (resent && unexpectedReply) settle({ outcome: 'garbled', detail: null });
        else unexpectedReply = true;
      });
      socket.connect(server.port, server.address, (error?: Error) => {
        if (error) fail(error);
        else send(message);
      });
      return () => {
        clearTimeout(resend);
        socket.close();
      };
    },
    () => ({ outcome: unexpectedReply ? 'garbled' : 'silent', detail: null }),
  );
}

/** Sends a message over TCP: one connection, one message, one response of up to 65,535 bytes, however slow. */
export function queryOverTcp<T>(
  server: DnsServer,
  message: Buffer,
  judge: MatchReply<T>,
  limit: Limit & { readonly ms: number },
): Promise<Reply<T>> {
  return exchange(
    server,
    limit,
    (settle) => {
      const socket = connect({ host: server.address, port: server.port });
      let received = Buffer.alloc(0);
      let open = false;
      socket.on('connect', () => {
        open = true;
        socket.write(Buffer.concat([bigEndian(2, message.length), message]));
      });
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2) return;
        const end = 2 + received.readUInt16BE(0);
        if (received.length < end) return;
        const judged = judge(received.subarray(2, end));
        settle(
          judged === 'garbled' || judged === null
            ? { outcome: 'garbled', detail: null }
            : { outcome: 'answered', answer: judged.answer },
        );
      });
      socket.on('end', () => {
        settle({ outcome: 'silent', detail: 'hung-up' });
      });
      socket.on('error', (error) => {
        settle(open ? { outcome: 'silent', detail: errorCode(error) } : failed(error));
      });
      return () => {
        socket.destroy();
      };
    },
    () => ({ outcome: 'silent', detail: null }),
  );
}
