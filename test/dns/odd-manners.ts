/** Oddities of time, number and transport. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { framed, type FakeDnsBehaviour } from '../support/dns-server';
import { FLAG, readQuestion, uint16, writeMessage } from '../support/dns-wire';
import { answers, SOA, spoil, type Change, type OddServer, type Ports } from './odd-server';

/** A server that answers over UDP as a change has it, as many datagrams as that makes. */
const datagrams =
  (make: (good: Buffer, send: Parameters<NonNullable<FakeDnsBehaviour['udp']>>[1]) => Buffer[]) =>
  (ports: Ports): FakeDnsBehaviour => ({
    udp: (query, send) => make(spoil(() => ({}), query, ports) ?? Buffer.alloc(0), send),
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

/** A server whose answers over UDP are cut, empty unless told otherwise. */
const cut =
  (tcp?: (socket: Socket, good: Buffer) => void, keeps = false, flags = 0): OddServer[1] =>
  (ports) => ({
    udp: (query) => {
      const change: Change = (said) => ({
        flags: said.flags | FLAG.truncated | flags,
        ...(!keeps && { answers: [], authorities: [] }),
      });
      return [spoil(change, query, ports) ?? Buffer.alloc(0)];
    },
    ...(tcp && {
      tcp: (socket, query) => {
        tcp(socket, spoil(() => ({}), query, ports) ?? Buffer.alloc(0));
      },
    }),
  });
const cutAgain = (keeps: boolean) =>
  answers(({ flags }) => ({
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

/** Each behaves otherwise. */
export const ODD_MANNERS: readonly OddServer[] = [
  ['silence', () => ({}), 'dns-server-unreachable'],
  [
    'an answer from another port',
    datagrams((good, send) => {
      const other = createSocket('udp4');
      send(good, other);
      setTimeout(() => other.close(), 1_000);
      return [];
    }),
    'dns-server-unreachable',
  ],
  [
    'a wrong answer before the right one',
    datagrams((good) => [Buffer.concat([uint16(~good.readUInt16BE(0)), good.subarray(2)]), good]),
    'healthy',
  ],
  ['a denial after the right answer', datagrams((good) => [good, denial(good)]), 'healthy'],
  [
    'the right answer after a denial',
    datagrams((good) => [denial(good), good]),
    'srv-record-missing',
  ],
  ['an answer after 1.5 s', later(1_500), 'healthy'],
  ['an answer after the limit', later(4_000), 'dns-server-unreachable'],
  ['a flood before the right answer', datagrams((good) => [...rubbish, good]), 'healthy'],
  ['a flood', datagrams(() => rubbish), 'likely dns-server-unreachable'],
  [
    'a cut answer, and the whole one over TCP',
    cut((socket, good) => socket.end(framed(good))),
    'healthy',
  ],
  ['a cut answer, with TCP closed', cut(), 'likely dns-server-failing'],
  ['a cut answer with the record, with TCP closed', cut(undefined, true), 'healthy'],
  ['a cut denial, with TCP closed', cut(undefined, false, 3), 'likely dns-server-failing'],
  ['a cut answer, cut again', cutAgain(false), 'likely dns-server-failing'],
  ['a cut answer with the record, cut again', cutAgain(true), 'healthy'],
  ['a cut answer, and silence over TCP', cut(() => undefined), 'likely dns-server-failing'],
  ['a cut answer, and a hang-up', cut((socket) => socket.end()), 'likely dns-server-failing'],
  [
    'a cut answer, and a reset',
    cut((socket) => socket.resetAndDestroy()),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and half a length',
    cut((socket) => socket.end(Buffer.from([0]))),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and one shorter than it says',
    cut((socket, good) => socket.end(framed(good).subarray(0, 30))),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and a length of 0',
    cut((socket) => socket.end(uint16(0))),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and another id over TCP',
    cut((socket, good) =>
      socket.end(framed(Buffer.concat([uint16(~good.readUInt16BE(0)), good.subarray(2)]))),
    ),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and HTTP',
    cut((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and a TLS alert',
    cut((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40]))),
    'likely dns-server-failing',
  ],
  [
    'a cut answer, and a megabyte',
    cut((socket) => socket.write(Buffer.alloc(1_048_576, 0xff))),
    'likely dns-server-failing',
  ],
  ['a cut answer, octet by octet', cut(drip(2)), 'healthy'],
  ['a cut answer, an octet a second', cut(drip(1_000)), 'likely dns-server-failing'],
];
