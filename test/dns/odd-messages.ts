/** DNS servers with oddities in the header, response codes or EDNS. */
import { FLAG, record, TYPE, uint16, wireName, writeMessage } from '../support/dns-wire';
import { changedResponses, DOMAIN, onlyFor, SOA, type Change, type OddServer } from './odd-server';

const opt = (extendedRcode = 0, options: Buffer = Buffer.alloc(0), length = options.length) =>
  record('.', TYPE.OPT, options, { klass: 1232, ttl: extendedRcode * 0x100_0000, length });

const rcode = (code: number): OddServer[1] =>
  changedResponses(({ flags }) => ({
    flags: (flags & 0xfff0) | code,
    answers: [],
    authorities: [],
  }));

/** Creates a server that is correct except for queries with EDNS. */
const withEdns = (change: Change): OddServer[1] =>
  changedResponses((said, asked, ports) => (asked.edns ? change(said, asked, ports) : {}));

const header: OddServer[] = [
  [
    'the wrong ID',
    changedResponses(({ id }) => ({ id: id ^ 0x0101 })),
    'likely dns-server-unreachable',
  ],
  ['an inverted ID', changedResponses(({ id }) => ({ id: ~id })), 'likely dns-server-unreachable'],
  [
    'a cleared QR bit',
    changedResponses(({ flags }) => ({ flags: flags & 0x7fff })),
    'likely dns-server-unreachable',
  ],
  [
    'the STATUS opcode',
    changedResponses(({ flags }) => ({ flags: flags | 0x1000 })),
    'likely dns-server-unreachable',
  ],
  [
    'the UPDATE opcode',
    changedResponses(({ flags }) => ({ flags: flags | 0x2800 })),
    'likely dns-server-unreachable',
  ],
  ['the reserved Z bit', changedResponses(({ flags }) => ({ flags: flags | FLAG.z })), 'healthy'],
  ['no question', changedResponses(() => ({ questions: [] })), 'likely dns-server-unreachable'],
  [
    'the question twice',
    changedResponses(({ questions }) => ({ questions: [...questions, ...questions] })),
    'healthy',
  ],
  [
    'a question for another name',
    changedResponses(() => ({ questions: [Buffer.concat([wireName('a.test'), uint16(33, 1)])] })),
    'likely dns-server-unreachable',
  ],
  [
    'a question for another type',
    changedResponses((_, { name }) => ({
      questions: [Buffer.concat([wireName(name), uint16(16, 1)])],
    })),
    'likely dns-server-unreachable',
  ],
  [
    'a question for another class',
    changedResponses((_, { name, type }) => ({
      questions: [Buffer.concat([wireName(name), uint16(type, 3)])],
    })),
    'likely dns-server-unreachable',
  ],
  [
    'the question in uppercase',
    changedResponses((_, { octets }) => ({
      questions: [
        Buffer.from(
          octets.toString('latin1').replace(/[a-z]/g, (one) => one.toUpperCase()),
          'latin1',
        ),
      ],
    })),
    'healthy',
  ],
  [
    'only a header',
    changedResponses(({ id, flags }) => uint16(id, flags, 0, 0, 0, 0)),
    'likely dns-server-unreachable',
  ],
  [
    'eleven bytes',
    changedResponses((said) => writeMessage(said).subarray(0, 11)),
    'likely dns-server-unreachable',
  ],
  ['one byte', changedResponses(() => Buffer.from([0])), 'likely dns-server-unreachable'],
  ['an empty datagram', changedResponses(() => Buffer.alloc(0)), 'likely dns-server-unreachable'],
  [
    'the echoed query',
    changedResponses(({ id, questions }) =>
      writeMessage({
        ...{ id, flags: 0x0100, questions },
        ...{ answers: [], authorities: [], additionals: [] },
      }),
    ),
    'likely dns-server-unreachable',
  ],
  [
    '4096 identical bytes',
    changedResponses(() => Buffer.alloc(4_096, 0x5a)),
    'likely dns-server-unreachable',
  ],
];

const codes: OddServer[] = [
  ...[1, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((code): OddServer => [
    `response code ${code}`,
    rcode(code),
    'likely dns-server-failing',
  ]),
  ['SERVFAIL', rcode(2), 'dns-server-failing'],
  ['REFUSED', rcode(5), 'dns-server-failing'],
  ['NXDOMAIN', rcode(3), 'srv-record-missing'],
  ['NOERROR without records', rcode(0), 'srv-record-missing'],
  [
    'NOERROR with the SOA record',
    changedResponses(({ flags }) => ({ flags: flags & 0xfff0, answers: [], authorities: [SOA] })),
    'srv-record-missing',
  ],
  [
    'FORMERR without the question',
    changedResponses(({ id, flags }) => uint16(id, flags | 1, 0, 0, 0, 0)),
    'likely dns-server-failing',
  ],
  [
    'BADCOOKIE',
    changedResponses(() => ({ answers: [], additionals: [opt(1)], flags: FLAG.response | 7 })),
    'likely dns-server-failing',
  ],
  [
    'the highest extended RCODE',
    changedResponses(() => ({ answers: [], additionals: [opt(0xff)], flags: FLAG.response | 15 })),
    'likely dns-server-failing',
  ],
  [
    'NXDOMAIN with the record',
    onlyFor(TYPE.SRV, ({ flags }) => ({ flags: flags | 3 })),
    'likely cannot-diagnose',
  ],
  ['BADVERS to EDNS', withEdns(() => ({ answers: [], additionals: [opt(1)] })), 'healthy'],
  ['SERVFAIL to EDNS', withEdns(() => ({ answers: [], flags: FLAG.response | 2 })), 'healthy'],
  ['REFUSED to EDNS', withEdns(() => ({ answers: [], flags: FLAG.response | 5 })), 'healthy'],
  ['garbage to EDNS', withEdns((said) => writeMessage(said).subarray(0, 20)), 'healthy'],
  ['nothing to EDNS', withEdns(() => null), 'healthy'],
  ['two OPT records', changedResponses(() => ({ additionals: [opt(), opt()] })), 'healthy'],
  [
    'an OPT record in the answer section',
    changedResponses((said) => ({ answers: [...said.answers, opt()] })),
    'healthy',
  ],
  [
    'an EDNS option longer than its OPT record',
    changedResponses(() => ({ additionals: [opt(0, uint16(10, 99), 4)] })),
    'healthy',
  ],
  [
    'EDNS options beyond the end of the message',
    changedResponses(() => ({ additionals: [opt(0, Buffer.alloc(0), 99)] })),
    'likely dns-server-unreachable',
  ],
  [
    'a referral to another name server',
    changedResponses(() => ({
      flags: FLAG.response,
      answers: [],
      authorities: [record(DOMAIN, TYPE.NS, wireName('ns.elsewhere.test'))],
    })),
    'likely dns-server-failing',
  ],
  [
    'a referral to the root',
    changedResponses(() => ({
      flags: FLAG.response,
      answers: [],
      authorities: [record('.', TYPE.NS, wireName('a.root-servers.net'))],
    })),
    'likely dns-server-failing',
  ],
  [
    'the SOA record of another zone',
    changedResponses(() => ({
      flags: FLAG.response | 3,
      answers: [],
      authorities: [
        record(
          'elsewhere.test',
          TYPE.SOA,
          Buffer.concat([wireName('a'), wireName('b'), Buffer.alloc(20)]),
        ),
      ],
    })),
    'srv-record-missing',
  ],
];

/** Servers, each with a different oddity in its messages. */
export const ODD_MESSAGES: readonly OddServer[] = [...header, ...codes];
