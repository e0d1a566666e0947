/** DNS servers that are odd in timing, number of responses or transport. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { framed, type FakeDnsBehavior } from '../support/dns-server';
import { FLAG, readQuestion, uint16, writeMessage } from '../support/dns-wire';
import {
  changedResponses,
  SOA,
  applyChange,
  type Change,
  type OddServer,
  type Ports,
} from './odd-server';

/** Creates a server that sends the datagrams `make` returns for the correct response. */
const datagrams =
  (make: (good: Buffer, send: Parameters<NonNullable<FakeDnsBehavior['udp']>>[1]) => Buffer[]) =>
  (ports: Ports): FakeDnsBehavior => ({
    udp: (query, send) => make(applyChange(() => ({}), query, ports) ?? Buffer.alloc(0), send),
  });
const later = (ms: number) =>
  datagrams((good, send) => {
    setTimeout(() => {
      send(good);
    }, ms);
    return [];
  });
const denial = (good: Buffer): Buffer => {
  const asked = readQuestion(good);
  const flags = FLAG.response | FLAG.authoritative | 3;
  const { id, octets } = asked;
  return writeMessage({
    ...{ id, flags, questions: [octets] },
    ...{ answers: [], authorities: [SOA], additionals: [] },
  });
};
const rubbish = Array.from({ length: 100 }, (_, index) => Buffer.alloc(40, index));

/** Creates a server that truncates its UDP responses. They're empty unless `keeps` is set. */
const cut =
  (tcp?: (socket: Socket, good: Buffer) => void, keeps = false, flags = 0): OddServer[1] =>
  (ports) => ({
    udp: (query) => {
      const change: Change = (said) => ({
        flags: said.flags | FLAG.truncated | flags,
        ...(!keeps && { answers: [], authorities: [] }),
      });
      return [applyChange(change, query, ports) ?? Buffer.alloc(0)];
    },
    ...(tcp && {
      tcp: (socket, query) => {
        tcp(socket, applyChange(() => ({}), query, ports) ?? Buffer.alloc(0));
      },
    }),
  });
const cutAgain = (keeps: boolean) =>
  changedResponses(({ flags }) => ({
    flags: flags | FLAG.truncated,
    ...(!keeps && { answers: [], authorities: [] }),
  }));
const drip = (everyMs: number) => (socket: Socket, good: Buffer) => {
  const octets = framed(good);
  let at = 0;
  socket.setNoDelay();
  const timer = setInterval(() => {
    if (at < octets.length) socket.write(octets.subarray(at, (at += 1)));
    else clearInterval(timer);
  }, everyMs);
  socket.on('close', () => {
    clearInterval(timer);
  });
};

/** Servers, each with a different oddity in how it responds. */
export const ODD_BEHAVIORS: readonly OddServer[] = [
  ['no response', () => ({}), 'dns-server-unreachable'],
  [
    'a response from another port',
    datagrams((good, send) => {
      const other = createSocket('udp4');
      send(good, other);
      setTimeout(() => other.close(), 1_000);
      return [];
    }),
    'dns-server-unreachable',
  ],
  [
    'a response with the wrong ID before the right one',
    datagrams((good) => [Buffer.concat([uint16(~good.readUInt16BE(0)), good.subarray(2)]), good]),
    'healthy',
  ],
  ['NXDOMAIN after the right response', datagrams((good) => [good, denial(good)]), 'healthy'],
  [
    'the right response after NXDOMAIN',
    datagrams((good) => [denial(good), good]),
    'srv-record-missing',
  ],
  ['a response after 1.5 s', later(1_500), 'healthy'],
  ['a response after the limit', later(4_000), 'dns-server-unreachable'],
  [
    'a flood of garbage before the right response',
    datagrams((good) => [...rubbish, good]),
    'healthy',
  ],
  ['a flood of garbage', datagrams(() => rubbish), 'likely dns-server-unreachable'],
  [
    'a truncated response and the full one over TCP',
    cut((socket, good) => socket.end(framed(good))),
    'healthy',
  ],
  ['a truncated response with TCP closed', cut(), 'likely dns-server-failing'],
  ['a truncated response that has the record, with TCP closed', cut(undefined, true), 'healthy'],
  ['a truncated NXDOMAIN with TCP closed', cut(undefined, false, 3), 'likely dns-server-failing'],
  ['a truncated response over UDP and TCP', cutAgain(false), 'likely dns-server-failing'],
  ['a truncated response that has the record, over UDP and TCP', cutAgain(true), 'healthy'],
  ['a truncated response and silence over TCP', cut(() => undefined), 'likely dns-server-failing'],
  [
    'a truncated response and a closed TCP connection',
    cut((socket) => socket.end()),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and a TCP reset',
    cut((socket) => socket.resetAndDestroy()),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and half a TCP length prefix',
    cut((socket) => socket.end(Buffer.from([0]))),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and a TCP response shorter than its length prefix',
    cut((socket, good) => socket.end(framed(good).subarray(0, 30))),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and a TCP length prefix of 0',
    cut((socket) => socket.end(uint16(0))),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and the wrong ID over TCP',
    cut((socket, good) =>
      socket.end(framed(Buffer.concat([uint16(~good.readUInt16BE(0)), good.subarray(2)]))),
    ),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and HTTP over TCP',
    cut((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and a TLS alert over TCP',
    cut((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40]))),
    'likely dns-server-failing',
  ],
  [
    'a truncated response and a megabyte over TCP',
    cut((socket) => socket.write(Buffer.alloc(1_048_576, 0xff))),
    'likely dns-server-failing',
  ],
  ['a truncated response and the full one byte by byte', cut(drip(2)), 'healthy'],
  [
    'a truncated response and the full one at a byte per second',
    cut(drip(1_000)),
    'likely dns-server-failing',
  ],
];
