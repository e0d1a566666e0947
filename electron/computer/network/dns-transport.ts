/** Carries one DNS message to one server and its answer back, over UDP or TCP (RFC 1035 §4.2, RFC 7766). */
import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import type { DnsAnswer, DnsServer } from '@engine/computer';
import { withDeadline, type Limit } from '@engine/deadline';
import { DNS_RESEND_AFTER_MS } from './limits';
import { errorCode, socketFailure } from './socket-error';

/** Why no answer came. */
interface NoReply {
  readonly outcome: Exclude<DnsAnswer['outcome'], 'answered'> | 'not-tried';
  /** An error code or a word of ours, for evidence; no text of the peer's. */
  readonly detail: string | null;
}

/** What became of a message. */
export type Reply<T> = { readonly outcome: 'answered'; readonly answer: T } | NoReply;

/**
 * Says of a message whether it is the answer that is waited for: the answer; `garbled` where it carries the
 * question's id and yet makes no sense; null where it is something else, which proves nothing.
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

function notAnAddress(server: DnsServer): Promise<NoReply> | null {
  return isIP(server.address) === 0
    ? Promise.resolve({ outcome: 'unreachable', detail: 'not-an-ip-address' })
    : null;
}

/**
 * Over UDP, sent once more after {@link DNS_RESEND_AFTER_MS}. The socket is connected, so that only that server
 * is heard, from a source port of the system's choice.
 *
 * @param again what is sent the second time, the message itself unless given
 */
export function queryOverUdp<T>(
  server: DnsServer,
  message: Buffer,
  judge: MatchReply<T>,
  limit: Limit & { readonly ms: number },
  again: Buffer = message,
): Promise<Reply<T>> {
  const invalid = notAnAddress(server);
  if (invalid) return invalid;
  let unexpectedReply = false;
  return withDeadline<Reply<T>>(
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
        // Rubbish may be a stray or a forgery; when the question was put twice it is what the server has to say.
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

/** Over TCP: one connection, one message, one answer of at most 65535 octets, however slowly it comes. */
export function queryOverTcp<T>(
  server: DnsServer,
  message: Buffer,
  judge: MatchReply<T>,
  limit: Limit & { readonly ms: number },
): Promise<Reply<T>> {
  const invalid = notAnAddress(server);
  if (invalid) return invalid;
  return withDeadline<Reply<T>>(
    limit,
    (settle) => {
      const socket = connect({ host: server.address, port: server.port });
      let received = Buffer.alloc(0);
      let open = false;
      socket.on('connect', () => {
        open = true;
        const length = Buffer.alloc(2);
        length.writeUInt16BE(message.length);
        socket.write(Buffer.concat([length, message]));
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
