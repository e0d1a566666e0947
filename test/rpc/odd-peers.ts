/** Odd KMS hosts and other peers on the KMS port, with their expected outcomes. */
import type { RpcAnswer } from '@engine/computer';
import { ACCEPTED, answerTo, bindAck, drip, NDR64, type Peer } from '../support/rpc-acceptor';

/**
 * Name, behavior and expected outcome of a peer. Only `silent` and `cut` leave open what the peer
 * is.
 */
export type OddPeer = readonly [name: string, peer: Peer, outcome: RpcAnswer['outcome']];

/** Creates a peer that responds to the bind with the given bytes. */
const says =
  (answer: (bind: Buffer) => Buffer | string): Peer =>
  (socket, bind) => {
    if (bind !== null) socket.write(answer(bind));
  };

/** Creates a peer that sends a greeting as soon as a client connects. */
const greets =
  (greeting: string | Buffer): Peer =>
  (socket, bind) => {
    if (bind === null) socket.write(greeting);
  };

/** Creates a peer that accepts the bind, with some bytes changed. */
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

/** Creates a peer that sends another message type with the bind's call ID. */
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

/**
 * Accepts the bind with a secondary address of the given length. `said` overrides the length field.
 */
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
  ['association group 0', ack(at(20, 0, 0, 0, 0)), 'kms'],
  ['fragments of 65,535 bytes', ack(at(16, 0xff, 0xff, 0xff, 0xff)), 'kms'],
  ['the flag for concurrent multiplexing', ack(at(3, 0x13)), 'kms'],
  [
    'a response in two segments',
    (socket, bind) => {
      if (bind === null) return;
      const answer = answerTo(bind, ACCEPTED);
      socket.write(answer.subarray(0, 9));
      setTimeout(() => socket.write(answer.subarray(9)), 50);
    },
    'kms',
  ],
  [
    'a response after 2 s',
    (socket, bind) => {
      if (bind !== null) setTimeout(() => socket.write(answerTo(bind, ACCEPTED)), 2_000);
    },
    'kms',
  ],
  [
    'a response and a closed connection',
    (socket, bind) => bind && socket.end(answerTo(bind, ACCEPTED)),
    'kms',
  ],
  [
    'a response sent repeatedly',
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
  ['call ID 0', ack(at(12, 0, 0, 0, 0)), 'not-rpc'],
  [
    'an inverted call ID',
    ack((bytes, bind) => bytes.writeUInt32LE(~bind.readUInt32LE(12) >>> 0, 12)),
    'not-rpc',
  ],
  ['a response before the bind', greets(ACCEPTED), 'not-rpc'],
  [
    'two responses in one write',
    says((bind) => Buffer.concat([answerTo(bind, ACCEPTED), answerTo(bind, ACCEPTED)])),
    'not-rpc',
  ],
  [
    '8 extra bytes',
    says((bind) => Buffer.concat([answerTo(bind, ACCEPTED), Buffer.alloc(8)])),
    'not-rpc',
  ],
  ['length 0', ack(at(8, 0, 0)), 'not-rpc'],
  ['length 15', ack(at(8, 15, 0)), 'not-rpc'],
  ['length 65,535', ack(at(8, 0xff, 0xff)), 'not-rpc'],
  ['a length that is too short', ack(at(8, 0x3b, 0)), 'not-rpc'],
  ['a length that is too long', ack(at(8, 0x3d, 0)), 'silent'],
  ['a response without the last-fragment flag', ack(at(3, 1)), 'not-rpc'],
  ['a response without the first-fragment flag', ack(at(3, 2)), 'not-rpc'],
  ['version 4', ack(at(0, 4)), 'not-rpc'],
  ['version 5.1', ack(at(1, 1)), 'not-rpc'],
  ['an invalid byte order', ack(at(4, 0x20)), 'not-rpc'],
  ['a big-endian flag on a little-endian response', ack(at(4, 0x00)), 'not-rpc'],
  ['unrequested authentication', says((bind) => trailer(answerTo(bind, ACCEPTED))), 'not-rpc'],
  ['an authentication length without authentication', ack(at(10, 16, 0)), 'not-rpc'],
  ['a secondary address beyond the end', withAddress(5, 0x200), 'not-rpc'],
  ['a secondary address of 65,535 bytes', withAddress(5, 0xffff), 'not-rpc'],
  ['no result', ack(at(32, 0)), 'other-rpc'],
  ['two results for one context', ack(at(32, 2)), 'not-rpc'],
  ['255 results', ack(at(32, 255)), 'not-rpc'],
  ['an old NDR version', ack(at(56, 1)), 'other-rpc'],
  ['another transfer syntax', ack(() => undefined, bindAck('00000000', NDR64)), 'other-rpc'],
  ['no transfer syntax', result('00000000'), 'other-rpc'],
  ['a user rejection', result('01000000'), 'other-rpc'],
  ['a rejection without a reason', result('02000000'), 'other-rpc'],
  ['a rejection of the interface', result('02000100'), 'other-rpc'],
  ['a rejection of the transfer syntax', result('02000200'), 'other-rpc'],
  ['a rejection because of a local limit', result('02000300'), 'cut'],
  ['a negotiate_ack result', result('03000000'), 'other-rpc'],
];

const others: OddPeer[] = [
  ['bind_nak without a reason', nak(0), 'other-rpc'],
  ['bind_nak: congestion', nak(1), 'cut'],
  ['bind_nak: local limit', nak(2), 'cut'],
  ...[3, 4, 5, 6, 7, 8, 9].map((reason): OddPeer => [
    `bind_nak ${reason}`,
    nak(reason),
    'other-rpc',
  ]),
  ['bind_nak of 16 bytes', message(13, ''), 'not-rpc'],
  ['a fault', fault('0300011c'), 'other-rpc'],
  ['a fault: too busy', fault('1400011c'), 'cut'],
  ['a fault: access denied', fault('05000000'), 'other-rpc'],
  ['a fault that ends early', message(3, '2000'), 'not-rpc'],
  ['a response to no request', message(2, '0000000000000000'), 'other-rpc'],
  ['an alter_context_resp', message(15, '00'.repeat(44)), 'other-rpc'],
  ['a request', message(0, '00'.repeat(16)), 'not-rpc'],
  ['an auth3 message', message(16, '00'.repeat(16)), 'not-rpc'],
  ['an unknown message type', message(20, '00'.repeat(16)), 'not-rpc'],
  ['the echoed bind', says((bind) => bind), 'not-rpc'],
  ['SSH', greets('SSH-2.0-OpenSSH_9.2p1\r\n'), 'not-rpc'],
  ['SMTP', greets('220 mail.contoso.test ESMTP\r\n'), 'not-rpc'],
  ['VNC', greets('RFB 003.008\n'), 'not-rpc'],
  ['MySQL', greets(Buffer.from('4a0000000a382e302e333600', 'hex')), 'not-rpc'],
  ['Telnet', greets(Buffer.from('fffd18fffd20', 'hex')), 'not-rpc'],
  ['HTTP', says(() => 'HTTP/1.1 400 Bad Request\r\n\r\n'), 'not-rpc'],
  ['a TLS alert', says(() => Buffer.from('15030100020228', 'hex')), 'not-rpc'],
  ['a TLS ServerHello', says(() => Buffer.from('160303004a0200004603', 'hex')), 'not-rpc'],
  [
    'Remote Desktop',
    says(() => Buffer.from('030000130ed000001234000209080000000000', 'hex')),
    'not-rpc',
  ],
  ['SMB', says(() => Buffer.from('00000023ff534d4272', 'hex')), 'not-rpc'],
  ['LDAP', says(() => Buffer.from('300c02010161070a010004000400', 'hex')), 'not-rpc'],
  ['SOCKS', says(() => Buffer.from('05ff', 'hex')), 'not-rpc'],
  ['SOCKS without authentication', says(() => Buffer.from('0500', 'hex')), 'silent'],
  ['a megabyte of zeros', says(() => Buffer.alloc(1_048_576)), 'not-rpc'],
];

const manners: OddPeer[] = [
  ['no response', () => undefined, 'silent'],
  [
    'a response at a byte per second',
    (socket, bind) => bind && drip(socket, answerTo(bind, ACCEPTED), 1_000),
    'silent',
  ],
  [
    'a response byte by byte',
    (socket, bind) => bind && drip(socket, answerTo(bind, ACCEPTED), 1),
    'kms',
  ],
  ['a connection closed on connect', (socket, bind) => bind ?? socket.end(), 'cut'],
  ['a connection closed on the bind', (socket, bind) => bind && socket.end(), 'cut'],
  ['a reset on connect', (socket, bind) => bind ?? socket.resetAndDestroy(), 'cut'],
  ['a reset on the bind', (socket, bind) => bind && socket.resetAndDestroy(), 'cut'],
  [
    'half a response',
    (socket, bind) => bind && socket.end(answerTo(bind, ACCEPTED).subarray(0, 30)),
    'cut',
  ],
  ['half a header', (socket, bind) => bind && socket.end(ACCEPTED.subarray(0, 8)), 'cut'],
  [
    'half a response followed by silence',
    says((bind) => answerTo(bind, ACCEPTED).subarray(0, 30)),
    'silent',
  ],
];

/** Peers, each with a different oddity. */
export const ODD_PEERS: readonly OddPeer[] = [...manners, ...sound, ...spoilt, ...others];
