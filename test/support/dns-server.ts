/** Fake DNS servers, for behavior that no real server shows. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import * as packet from 'dns-packet';
import type { DnsServer } from '../../electron/engine/computer';

/** A running fake server. */
export interface FakeDnsServer {
  readonly server: DnsServer;
  /** Messages received over UDP and TCP, in order. */
  readonly received: readonly Buffer[];
  stop(): Promise<void>;
}

/** Behavior of the server. Without `tcp`, the TCP port is closed. */
export interface FakeDnsBehavior {
  /** Returns the datagrams that answer a query; `send` sends further ones later. */
  udp?(query: Buffer, send: (datagram: Buffer, socket?: UdpSocket) => void): readonly Buffer[];
  /** Handles a connection once its first message has arrived. */
  tcp?(socket: Socket, query: Buffer): void;
}

/** Starts a server on a free port of 127.0.0.1, the same for UDP and TCP. */
export async function startFakeDns(behaviour: FakeDnsBehavior): Promise<FakeDnsServer> {
  for (;;) {
    const started = await tryToStart(behaviour);
    if (started !== null) return started;
  }
}

/** Returns null if the port is free for UDP but not for TCP. */
async function tryToStart(behaviour: FakeDnsBehavior): Promise<FakeDnsServer | null> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  let running = true;
  const udp = createSocket('udp4');
  udp.on('message', (query: Buffer, { port, address }: RemoteInfo) => {
    received.push(query);
    const send = (datagram: Buffer, socket = udp): void => {
      // A late one may arrive after the server has stopped.
      if (running) socket.send(datagram, port, address);
    };
    for (const answer of behaviour.udp?.(query, send) ?? []) send(answer);
  });
  await new Promise<void>((resolve) => {
    udp.bind(0, '127.0.0.1', resolve);
  });
  const { port } = udp.address();
  let tcp: Server | null = null;
  if (behaviour.tcp) {
    tcp = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      let bytes = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, chunk]);
        if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
        const query = bytes.subarray(2);
        received.push(query);
        behaviour.tcp?.(socket, query);
      });
    });
    const listening = tcp;
    const isFree = await new Promise<boolean>((resolve) => {
      listening.once('error', () => {
        resolve(false);
      });
      listening.listen(port, '127.0.0.1', () => {
        resolve(true);
      });
    });
    if (!isFree) {
      udp.close();
      return null;
    }
  }
  return {
    server: { address: '127.0.0.1', port },
    received,
    stop: async () => {
      running = false;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        udp.close(resolve);
      });
      if (tcp) await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** Encodes the response to a query: same ID and question, with the given remainder. */
export function answerTo(query: Buffer, rest: packet.Packet & { readonly rcode?: number }): Buffer {
  const { id, questions } = packet.decode(query);
  const flags = (rest.flags ?? 0) | (rest.rcode ?? 0);
  return packet.encode({ id, questions, ...rest, type: 'response', flags });
}

/** Adds the length prefix used over TCP. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
