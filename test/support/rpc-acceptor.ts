/**
 * A TCP server that answers an RPC bind as a test requires. It answers only binds: it doesn't handle any request and
 * activates nothing.
 */
import { createServer, type Socket } from 'node:net';
import type { Endpoint } from '../../shared/names';

/** How it handles a connection. */
export type AcceptorMode =
  /** Accepts the bind. */
  | 'kms'
  /** Accepts the bind in big-endian byte order. */
  | 'kms-big-endian'
  /** Accepts the bind, sending one byte at a time. */
  | 'drip'
  /** Accepts the bind, sending one byte per second. */
  | 'slow-drip'
  /** Accepts the bind with a transfer syntax that wasn't offered. */
  | 'other-syntax'
  /** Rejects the interface as unknown. */
  | 'other-rpc'
  /** Rejects the bind altogether. */
  | 'bind-nak'
  | 'fault'
  /** Greets like SSH as soon as a client connects. */
  | 'not-rpc'
  /** Replies like a web server. */
  | 'http'
  /** Accepts a bind before it was sent. */
  | 'unasked'
  /** Accepts the bind of a different call. */
  | 'other-call'
  /** Accepts the bind, with more data than the length of the reply allows. */
  | 'long-ack'
  /** Accepts the bind in a reply with an invalid length. */
  | 'bad-length'
  /** Accepts the bind in a reply that ends where its results should begin. */
  | 'cut-ack'
  /** Doesn't reply. */
  | 'silent'
  /** Closes the connection after receiving the bind. */
  | 'hang-up'
  /** Resets the connection immediately. */
  | 'reset'
  /** Resets the connection after receiving the bind. */
  | 'reset-on-bind'
  /** Closes the connection in the middle of the reply. */
  | 'half'
  /** Sends a megabyte of zeros. */
  | 'megabyte';

/** Called when a connection is opened, with null as the bind, and again when the bind has arrived. */
export type Peer = (socket: Socket, bind: Buffer | null) => void;

/** A running server. */
export interface RpcAcceptor extends Endpoint {
  /** Returns all bytes received over all connections. */
  received(): Buffer;
  /** Returns the number of connections so far. */
  connections(): number;
  /** Resolves once all connections so far are closed, by either side. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

const BIND_LENGTH = 72;
const NDR32 = '045d888aeb1cc9119fe808002b10486002000000';
const NDR32_BIG_ENDIAN = '8a885d041ceb11c99fe808002b10486000000002';
/** Another transfer syntax, which is never offered. */
export const NDR64 = '33057171babe37498319b5dbef9ccc3601000000';
const NOTHING = '00'.repeat(20);

/** bind_ack with one result and the secondary address "1688" (C706 §12.6.4.4). */
export function bindAck(result: string, syntax: string): Buffer {
  const header = '05000c03100000003c00000001000000';
  const body = 'd016d016ed610000' + '05003136383800' + '00' + '01000000';
  return Buffer.from(header + body + result + syntax, 'hex');
}

/** Acceptance of the bind of call 1. */
export const ACCEPTED = bindAck('00000000', NDR32);
const NONE = Buffer.alloc(0);

const ANSWERS: Partial<Record<AcceptorMode, Buffer>> = {
  kms: ACCEPTED,
  'kms-big-endian': Buffer.from(
    `05000c0300000000003c00000000000116d016d0000061ed000531363838000001000000` +
      `00000000${NDR32_BIG_ENDIAN}`,
    'hex',
  ),
  'other-syntax': bindAck('00000000', NDR64),
  'long-ack': Buffer.concat([ACCEPTED, Buffer.alloc(8)]),
  'other-rpc': bindAck('02000100', NOTHING),
  'bind-nak': Buffer.from('05000d03100000001500000001000000' + '0400' + '010500', 'hex'),
  fault: Buffer.from(
    '05000303100000002000000001000000' + '2000000000000000' + '0300011c00000000',
    'hex',
  ),
  http: Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
  'bad-length': Buffer.from('05000c0310000000ffff000001000000', 'hex'),
  'cut-ack': Buffer.from('05000c03100000001c00000001000000' + 'd016d016ed61000005003136', 'hex'),
  megabyte: Buffer.alloc(1_048_576),
};

/** Starts a server on a free port of a local address. */
export async function startAcceptor(
  mode: AcceptorMode | Peer,
  host = '127.0.0.1',
): Promise<RpcAcceptor> {
  const peer = typeof mode === 'function' ? mode : peerOf(mode);
  const sockets = new Set<Socket>();
  const chunks: Buffer[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    peer(socket, null);
    let bytes = 0;
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= BIND_LENGTH) peer(socket, Buffer.concat(chunks).subarray(-BIND_LENGTH));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host,
    port: address.port,
    received: () => Buffer.concat(chunks),
    connections: () => connections,
    quiet: async () => {
      while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Adapts a reply to a bind by copying its call ID, if it is an RPC reply. */
export function answerTo(bind: Buffer, answer: Buffer): Buffer {
  const bytes = Buffer.from(answer);
  if (bytes[0] !== 5) return bytes;
  const callId = bind.readUInt32LE(12);
  if (bytes[4] === 0) bytes.writeUInt32BE(callId, 12);
  else bytes.writeUInt32LE(callId, 12);
  return bytes;
}

function peerOf(mode: AcceptorMode): Peer {
  return (socket, bind) => {
    if (bind !== null) answer(socket, mode, bind);
    else if (mode === 'reset') socket.resetAndDestroy();
    else if (mode === 'unasked') socket.write(ACCEPTED);
    else if (mode === 'not-rpc') socket.write('SSH-2.0-OpenSSH_9.2p1 \u001b[31mDebian\r\n');
  };
}

function answer(socket: Socket, mode: AcceptorMode, bind: Buffer): void {
  const accepted = answerTo(bind, ACCEPTED);
  const bytes = mode === 'other-call' ? ACCEPTED : answerTo(bind, ANSWERS[mode] ?? NONE);
  if (mode === 'hang-up') socket.end();
  else if (mode === 'reset-on-bind') socket.resetAndDestroy();
  else if (mode === 'half') socket.end(accepted.subarray(0, 30));
  else if (mode === 'drip') drip(socket, accepted, 1);
  else if (mode === 'slow-drip') drip(socket, accepted, 1_000);
  else if (bytes.length > 0) socket.write(bytes);
}

/** Sends a reply byte by byte. */
export function drip(socket: Socket, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length) clearInterval(timer);
    else socket.write(bytes.subarray(at, (at += 1)));
  }, everyMs);
  socket.on('close', () => {
    clearInterval(timer);
  });
}
