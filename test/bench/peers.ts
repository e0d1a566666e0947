/** A loopback network whose answers are all delayed. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as packet from 'dns-packet';
import type { DnsServer } from '@engine/computer';
import { answerTo } from '../support/dns-server';

/** Reply of an RPC server that accepts the bind (docs/windows-facts.md; C706 §12.6.4.4). */
const BIND_ACK = Buffer.from(
  '05000c03100000003c00000001000000d016d016ed610000' +
    '0500313638380000' +
    '0100000000000000' +
    '045d888aeb1cc9119fe808002b10486002000000',
  'hex',
);

/** Data of a benchmark DNS server: SRV records by name, and one address for all hosts. */
export interface Zone {
  readonly srv: Readonly<
    Record<string, readonly { readonly target: string; readonly port: number }[]>
  >;
  readonly address: string;
}

/** A running server. */
export interface Peer {
  stop(): Promise<void>;
}

/** Starts a DNS server whose answers are `delayMs` late. */
export async function lateDns(
  zone: Zone,
  delayMs: number,
): Promise<Peer & { readonly server: DnsServer }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    void sleep(delayMs).then(() => {
      socket.send(answerOf(query, zone), port, address, () => undefined);
    });
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return {
    server: { address: '127.0.0.1', port: socket.address().port },
    stop: () =>
      new Promise((resolve) => {
        socket.close(() => {
          resolve();
        });
      }),
  };
}

/** Starts a server that accepts connections and answers a bind `delayMs` late. */
export async function lateKms(delayMs: number): Promise<Peer & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      void sleep(delayMs).then(() => socket.write(BIND_ACK));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function answerOf(query: Buffer, zone: Zone): Buffer {
  const [question] = packet.decode(query).questions ?? [];
  const name = question?.name.toLowerCase() ?? '';
  const answers: packet.Answer[] =
    question?.type === 'SRV'
      ? (zone.srv[name] ?? []).map(({ target, port }) => ({
          type: 'SRV',
          name,
          ttl: 60,
          data: { target, port, priority: 0, weight: 0 },
        }))
      : question?.type === 'A' && !name.startsWith('_')
        ? [{ type: 'A', name, ttl: 60, data: zone.address }]
        : [];
  // Like BIND and Windows, include the address of the record's target (RFC 2782).
  const additionals = answers.flatMap((answer): packet.Answer[] =>
    answer.type === 'SRV'
      ? [{ type: 'A', name: answer.data.target, ttl: 60, data: zone.address }]
      : [],
  );
  return answerTo(query, { flags: packet.AUTHORITATIVE_ANSWER, answers, additionals });
}
