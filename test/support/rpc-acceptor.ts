/**
 * A TCP server that answers an RPC bind, and nothing but a bind, in the way a test wants it. It knows no
 * request and activates nothing.
 */
import { createServer, type Socket } from 'node:net';
import type { Endpoint } from '../../shared/names';

/** What it does with a connection. */
export type AcceptorMode =
  /** Accepts the bind. */
  | 'kms'
  /** The same in big-endian order. */
  | 'kms-big-endian'
  /** The same, one octet at a time. */
  | 'drip'
  /** The same, one octet a second. */
  | 'slow-drip'
  /** Accepts the bind, but with a transfer syntax that nobody offered. */
  | 'other-syntax'
  /** Says that it does not know the interface. */
  | 'other-rpc'
  /** Says that it does not take the bind at all. */
  | 'bind-nak'
  | 'fault'
  /** Greets like SSH as soon as somebody connects. */
  | 'not-rpc'
  /** Answers like a web server. */
  | 'http'
  /** Accepts a bind before there is one. */
  | 'unasked'
  /** Accepts the bind of another call. */
  | 'other-call'
  /** Accepts the bind, and says more than the length of its answer allows. */
  | 'long-ack'
  /** An accepted bind whose length makes no sense. */
  | 'bad-length'
  /** An accepted bind that ends where its results should begin. */
  | 'cut-ack'
  /** Says nothing. */
  | 'silent'
  /** Hangs up when the bind has come. */
  | 'hang-up'
  /** Resets the connection at once. */
  | 'reset'
  /** Resets the connection when the bind has come. */
  | 'reset-on-bind'
  /** Hangs up in the middle of its answer. */
  | 'half'
  /** Sends a megabyte of zeros. */
  | 'megabyte';

/** Does as it likes: with a connection that was just made, when the bind is null, and again when the bind has come. */
export type Peer = (socket: Socket, bind: Buffer | null) => void;

/** A running acceptor. */
export interface RpcAcceptor extends Endpoint {
  /** Every octet that was received, over all connections. */
  received(): Buffer;
  /** How many connections there have been. */
  connections(): number;
  /** Resolves when every connection so far has been closed by the peer or by itself. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

const BIND_LENGTH = 72;
const NDR32 = '045d888aeb1cc9119fe808002b10486002000000';
const NDR32_BIG_ENDIAN = '8a885d041ceb11c99fe808002b10486000000002';
/** Another way to write data, which nobody offers. */
export const NDR64 = '33057171babe37498319b5dbef9ccc3601000000';
const NOTHING = '00'.repeat(20);

/** bind_ack with one result and the secondary address "1688" (C706 §12.6.4.4). */
export function bindAck(result: string, syntax: string): Buffer {
  const header = '05000c03100000003c00000001000000';
  const body = 'd016d016ed610000' + '05003136383800' + '00' + '01000000';
  return Buffer.from(header + body + result + syntax, 'hex');
}

/** An accepted bind, of call 1. */
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

/** Starts one on a free port of an address of this machine. */
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

/** An answer to a bind: with its call id, where it is one of RPC. */
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

/** Sends octet by octet. */
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
