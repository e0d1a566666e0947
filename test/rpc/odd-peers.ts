/** What listens at a KMS port and is odd, or no KMS host at all, and what may be said of it: a table. */
import type { RpcAnswer } from '@engine/computer';
import { ACCEPTED, answerTo, bindAck, drip, NDR64, type Peer } from '../support/rpc-acceptor';

/** A peer and the outcome that its answer must have; `silent` and `cut` alone leave open what it is. */
export type OddPeer = readonly [name: string, peer: Peer, outcome: RpcAnswer['outcome']];

/** Answers the bind with octets. */
const says =
  (answer: (bind: Buffer) => Buffer | string): Peer =>
  (socket, bind) => {
    if (bind !== null) socket.write(answer(bind));
  };

/** Answers as soon as somebody connects. */
const greets =
  (greeting: string | Buffer): Peer =>
  (socket, bind) => {
    if (bind === null) socket.write(greeting);
  };

/** Accepts the bind, but for some octets. */
const ack = (change: (bytes: Buffer, bind: Buffer) => void, answer: Buffer = ACCEPTED): Peer =>
  says((bind) => {
    const bytes = answerTo(bind, answer);
    change(bytes, bind);
    return bytes;
  });

const at =
  (offset: number, ...octets: readonly number[]) =>
  (bytes: Buffer): void => {
    bytes.set(octets, offset);
  };

/** A message of another kind with the bind's call id. */
const message = (ptype: number, body: string, drep = 0x10): Peer =>
  says((bind) => {
    const contents = Buffer.from(body, 'hex');
    const header = Buffer.from([5, 0, ptype, 3, drep, 0, 0, 0, 16 + contents.length, 0, 0, 0]);
    return Buffer.concat([header, bind.subarray(12, 16), contents]);
  });
const nak = (reason: number): Peer =>
  message(13, `${reason.toString(16).padStart(2, '0')}00` + '010500');
const fault = (status: string): Peer => message(3, `20000000` + `00000000${status}00000000`);
const result = (octets: string): Peer => ack(() => undefined, bindAck(octets, '00'.repeat(20)));

/** An accepted bind with a secondary address of that length, or one that only says so. */
function withAddress(length: number, said = length): Peer {
  const before = Buffer.from(ACCEPTED.subarray(0, 26));
  before.writeUInt16LE(said, 24);
  const padding = (4 - ((26 + length) % 4)) % 4;
  const bytes = Buffer.concat([before, Buffer.alloc(length + padding), ACCEPTED.subarray(32)]);
  bytes.writeUInt16LE(bytes.length, 8);
  return ack(() => undefined, bytes);
}

const trailer = (bytes: Buffer): Buffer => {
  const longer = Buffer.concat([bytes, Buffer.alloc(16)]);
  longer.writeUInt16LE(longer.length, 8);
  longer.writeUInt16LE(8, 10);
  return longer;
};

const sound: OddPeer[] = [
  ['no secondary address', withAddress(0), 'kms'],
  ['a long secondary address', withAddress(255), 'kms'],
  ['the association group 0', ack(at(20, 0, 0, 0, 0)), 'kms'],
  ['fragments of 65,535 octets', ack(at(16, 0xff, 0xff, 0xff, 0xff)), 'kms'],
  ['flags for many calls at once', ack(at(3, 0x13)), 'kms'],
  [
    'two segments',
    (socket, bind) => {
      if (bind === null) return;
      const answer = answerTo(bind, ACCEPTED);
      socket.write(answer.subarray(0, 9));
      setTimeout(() => socket.write(answer.subarray(9)), 50);
    },
    'kms',
  ],
  [
    'an answer after 2 s',
    (socket, bind) => {
      if (bind !== null) setTimeout(() => socket.write(answerTo(bind, ACCEPTED)), 2_000);
    },
    'kms',
  ],
  [
    'an answer and a hang-up',
    (socket, bind) => bind && socket.end(answerTo(bind, ACCEPTED)),
    'kms',
  ],
  [
    'an answer again and again',
    (socket, bind) => {
      if (bind === null) return;
      const timer = setInterval(() => socket.write(answerTo(bind, ACCEPTED)), 100);
      socket.on('close', () => {
        clearInterval(timer);
      });
    },
    'kms',
  ],
];

const spoilt: OddPeer[] = [
  ['call id 0', ack(at(12, 0, 0, 0, 0)), 'not-rpc'],
  [
    'an inverted call id',
    ack((bytes, bind) => bytes.writeUInt32LE(~bind.readUInt32LE(12) >>> 0, 12)),
    'not-rpc',
  ],
  ['an answer before the bind', greets(ACCEPTED), 'not-rpc'],
  [
    'an answer twice at once',
    says((bind) => Buffer.concat([answerTo(bind, ACCEPTED), answerTo(bind, ACCEPTED)])),
    'not-rpc',
  ],
  [
    '8 octets too many',
    says((bind) => Buffer.concat([answerTo(bind, ACCEPTED), Buffer.alloc(8)])),
    'not-rpc',
  ],
  ['length 0', ack(at(8, 0, 0)), 'not-rpc'],
  ['length 15', ack(at(8, 15, 0)), 'not-rpc'],
  ['length 65,535', ack(at(8, 0xff, 0xff)), 'not-rpc'],
  ['a length that is too short', ack(at(8, 0x3b, 0)), 'not-rpc'],
  ['a length that is too long', ack(at(8, 0x3d, 0)), 'silent'],
  ['an answer that is not the last fragment', ack(at(3, 1)), 'not-rpc'],
  ['an answer that is not the first fragment', ack(at(3, 2)), 'not-rpc'],
  ['version 4', ack(at(0, 4)), 'not-rpc'],
  ['version 5.1', ack(at(1, 1)), 'not-rpc'],
  ['numbers in an order that is none', ack(at(4, 0x20)), 'not-rpc'],
  ['a big-endian answer that says to be little-endian', ack(at(4, 0x00)), 'not-rpc'],
  [
    'authentication that nobody asked for',
    says((bind) => trailer(answerTo(bind, ACCEPTED))),
    'not-rpc',
  ],
  ['an authentication length without any', ack(at(10, 16, 0)), 'not-rpc'],
  ['a secondary address beyond the end', withAddress(5, 0x200), 'not-rpc'],
  ['a secondary address of 65,535 octets', withAddress(5, 0xffff), 'not-rpc'],
  ['no result', ack(at(32, 0)), 'other-rpc'],
  ['two results for one context', ack(at(32, 2)), 'not-rpc'],
  ['255 results', ack(at(32, 255)), 'not-rpc'],
  ['the old version of NDR', ack(at(56, 1)), 'other-rpc'],
  ['another transfer syntax', ack(() => undefined, bindAck('00000000', NDR64)), 'other-rpc'],
  ['no transfer syntax', result('00000000'), 'other-rpc'],
  ['a rejection by its user', result('01000000'), 'other-rpc'],
  ['a rejection without reason', result('02000000'), 'other-rpc'],
  ['a rejection of the interface', result('02000100'), 'other-rpc'],
  ['a rejection of the transfer syntax', result('02000200'), 'other-rpc'],
  ['a rejection because of its limits', result('02000300'), 'cut'],
  ['a negotiation', result('03000000'), 'other-rpc'],
];

const others: OddPeer[] = [
  ['bind_nak without reason', nak(0), 'other-rpc'],
  ['bind_nak: congestion', nak(1), 'cut'],
  ['bind_nak: its limits', nak(2), 'cut'],
  ...[3, 4, 5, 6, 7, 8, 9].map((reason): OddPeer => [
    `bind_nak ${reason}`,
    nak(reason),
    'other-rpc',
  ]),
  ['bind_nak of 16 octets', message(13, ''), 'not-rpc'],
  ['a fault', fault('0300011c'), 'other-rpc'],
  ['a fault: too busy', fault('1400011c'), 'cut'],
  ['a fault: access denied', fault('05000000'), 'other-rpc'],
  ['a fault that ends early', message(3, '2000'), 'not-rpc'],
  ['a response to no request', message(2, '0000000000000000'), 'other-rpc'],
  ['an altered context', message(15, '00'.repeat(44)), 'other-rpc'],
  ['a request', message(0, '00'.repeat(16)), 'not-rpc'],
  ['an authentication of its own', message(16, '00'.repeat(16)), 'not-rpc'],
  ['a kind of message that is none', message(20, '00'.repeat(16)), 'not-rpc'],
  ['the bind back', says((bind) => bind), 'not-rpc'],
  ['SSH', greets('SSH-2.0-OpenSSH_9.2p1\r\n'), 'not-rpc'],
  ['SMTP', greets('220 mail.contoso.test ESMTP\r\n'), 'not-rpc'],
  ['VNC', greets('RFB 003.008\n'), 'not-rpc'],
  ['MySQL', greets(Buffer.from('4a0000000a382e302e333600', 'hex')), 'not-rpc'],
  ['Telnet', greets(Buffer.from('fffd18fffd20', 'hex')), 'not-rpc'],
  ['HTTP', says(() => 'HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-rpc'],
  ['a TLS alert', says(() => Buffer.from('15030100020228', 'hex')), 'not-rpc'],
  ['a TLS greeting', says(() => Buffer.from('160303004a0200004603', 'hex')), 'not-rpc'],
  [
    'Remote Desktop',
    says(() => Buffer.from('030000130ed000001234000209080000000000', 'hex')),
    'not-rpc',
  ],
  ['SMB', says(() => Buffer.from('00000023ff534d4272', 'hex')), 'not-rpc'],
  ['LDAP', says(() => Buffer.from('300c02010161070a010004000400', 'hex')), 'not-rpc'],
  ['SOCKS', says(() => Buffer.from('05ff', 'hex')), 'not-rpc'],
  ['SOCKS that asks for nothing', says(() => Buffer.from('0500', 'hex')), 'silent'],
  ['a megabyte of zeros', says(() => Buffer.alloc(1_048_576)), 'not-rpc'],
];

const manners: OddPeer[] = [
  ['silence', () => undefined, 'silent'],
  [
    'an octet a second',
    (socket, bind) => bind && drip(socket, answerTo(bind, ACCEPTED), 1_000),
    'silent',
  ],
  ['octet by octet', (socket, bind) => bind && drip(socket, answerTo(bind, ACCEPTED), 1), 'kms'],
  ['a hang-up at once', (socket, bind) => bind ?? socket.end(), 'cut'],
  ['a hang-up on the bind', (socket, bind) => bind && socket.end(), 'cut'],
  ['a reset at once', (socket, bind) => bind ?? socket.resetAndDestroy(), 'cut'],
  ['a reset on the bind', (socket, bind) => bind && socket.resetAndDestroy(), 'cut'],
  [
    'half an answer',
    (socket, bind) => bind && socket.end(answerTo(bind, ACCEPTED).subarray(0, 30)),
    'cut',
  ],
  ['half a header', (socket, bind) => bind && socket.end(ACCEPTED.subarray(0, 8)), 'cut'],
  [
    'half an answer, and nothing more',
    says((bind) => answerTo(bind, ACCEPTED).subarray(0, 30)),
    'silent',
  ],
];

/** Each has another oddity. */
export const ODD_PEERS: readonly OddPeer[] = [...manners, ...sound, ...spoilt, ...others];
