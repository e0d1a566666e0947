/** Oddities of names and records. */
import { FLAG, ipv4, labels, record, srvData, TYPE, uint16, wireName } from '../support/dns-wire';
import {
  addressAnswer,
  alias,
  ALIAS,
  answers,
  HOST,
  onlyFor,
  srv,
  SRV,
  srvAnswer,
  SOA,
  type OddServer,
  type Ports,
} from './odd-server';

/** The one that no run can try out. */
export const MANY_ADDRESSES = '64 hosts of 30 addresses';

const owners: OddServer[] = [
  [
    'the record in mixed case',
    srvAnswer(({ kms }) =>
      record(
        labels('_VlMcS', '_TCP', 'oDD', 'tEst'),
        TYPE.SRV,
        srvData(kms, labels('KMS1', 'ODD', 'test')),
      ),
    ),
    'healthy',
  ],
  [
    'the record of another name',
    srvAnswer(({ kms }) => record('_vlmcs._tcp.elsewhere.test', TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'the record of the root',
    srvAnswer(({ kms }) => record('.', TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'the record of another class',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { klass: 3 })),
    'likely cannot-diagnose',
  ],
  [
    'a text instead',
    srvAnswer(record(SRV, TYPE.TXT, Buffer.from('\u0003kms'))),
    'likely cannot-diagnose',
  ],
  [
    'an address instead',
    srvAnswer(record(SRV, TYPE.A, ipv4('127.0.0.1'))),
    'likely cannot-diagnose',
  ],
  [
    'an address for everything',
    answers(({ flags }, { name }) => ({
      flags: flags & 0xfff0,
      authorities: [],
      answers: [record(name, TYPE.A, ipv4('127.0.0.1'))],
    })),
    'likely dns-server-unreachable',
  ],
  [
    'an alias of a portal for everything',
    answers(({ flags }, { name }) => ({
      flags: flags & 0xfff0,
      authorities: [],
      answers: [alias(name, 'portal.test'), record('portal.test', TYPE.A, ipv4('127.0.0.1'))],
    })),
    'likely dns-server-failing',
  ],
  [
    'all names alike',
    answers(({ flags }, { name, type }, { kms }) => ({
      flags: flags & 0xfff0,
      authorities: [],
      answers:
        type === TYPE.SRV
          ? [record(name, TYPE.SRV, srvData(kms, HOST))]
          : type === TYPE.A
            ? [record(name, TYPE.A, ipv4('127.0.0.1'))]
            : [],
    })),
    'healthy',
  ],
  [
    'DNAME and what follows',
    srvAnswer(
      record('_tcp.odd.test', TYPE.DNAME, wireName('b.test')),
      alias(SRV, '_vlmcs.b.test'),
      ({ kms }) => record('_vlmcs.b.test', TYPE.SRV, srvData(kms, HOST)),
    ),
    'healthy',
  ],
  [
    'DNAME alone',
    srvAnswer(record('_tcp.odd.test', TYPE.DNAME, wireName('b.test'))),
    'likely cannot-diagnose',
  ],
  ['a loop of aliases', srvAnswer(alias(SRV, ALIAS), alias(ALIAS, SRV)), 'likely cannot-diagnose'],
  ['an alias of itself', srvAnswer(alias(SRV, SRV)), 'likely cannot-diagnose'],
  [
    'an alias of nothing',
    onlyFor(TYPE.SRV, ({ flags }) => ({
      flags: flags | 3,
      answers: [alias(SRV, ALIAS)],
      authorities: [SOA],
    })),
    'srv-record-missing',
  ],
  [
    'an alias that is not followed',
    srvAnswer(alias(SRV, 'kms.elsewhere.test')),
    'likely cannot-diagnose',
  ],
  [
    'twenty aliases',
    srvAnswer(
      alias(SRV, 'a0.test'),
      ...Array.from({ length: 19 }, (_, index) => alias(`a${index}.test`, `a${index + 1}.test`)),
      ({ kms }) => record('a19.test', TYPE.SRV, srvData(kms, HOST)),
    ),
    'healthy',
  ],
  [
    'two aliases of one name',
    srvAnswer(alias(SRV, ALIAS), alias(SRV, 'other.test'), ({ kms }) =>
      record(ALIAS, TYPE.SRV, srvData(kms, HOST)),
    ),
    'likely cannot-diagnose',
  ],
  [
    'an alias with a dot in a label',
    srvAnswer(alias(SRV, labels('_vlmcs._tcp', 'b', 'test'))),
    'likely cannot-diagnose',
  ],
  [
    'a target with a dot in a label',
    srvAnswer(({ kms }) => srv(kms, labels('kms1.odd', 'test'))),
    'likely cannot-diagnose',
  ],
];

const data: OddServer[] = [
  [
    'a record without data',
    srvAnswer(record(SRV, TYPE.SRV, Buffer.alloc(0))),
    'likely cannot-diagnose',
  ],
  [
    'a record of four octets',
    srvAnswer(record(SRV, TYPE.SRV, uint16(0, 0))),
    'likely cannot-diagnose',
  ],
  [
    'a record with a tail',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, Buffer.concat([srvData(kms, HOST), uint16(7)]))),
    'likely cannot-diagnose',
  ],
  [
    'a record that claims less',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { length: 8 })),
    'likely cannot-diagnose',
  ],
  [
    'a record that claims more',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { length: 999 })),
    'likely cannot-diagnose',
  ],
  ['an address of 3 octets', addressAnswer(Buffer.from([127, 0, 0])), 'likely cannot-diagnose'],
  [
    'an address of 5 octets',
    addressAnswer(Buffer.from([127, 0, 0, 1, 1])),
    'likely cannot-diagnose',
  ],
  ['an address of none', addressAnswer(Buffer.alloc(0)), 'likely cannot-diagnose'],
  ['an IPv6 address of 15 octets', addressAnswer(Buffer.alloc(15, 1), TYPE.AAAA), 'healthy'],
  ['an IPv6 address of 17 octets', addressAnswer(Buffer.alloc(17, 1), TYPE.AAAA), 'healthy'],
  [
    'a mapped address',
    answers((_, { name, type }) =>
      name !== HOST
        ? {}
        : {
            authorities: [],
            answers:
              type === TYPE.AAAA
                ? [
                    record(
                      HOST,
                      TYPE.AAAA,
                      Buffer.concat([Buffer.alloc(10), uint16(0xffff), ipv4('127.0.0.1')]),
                    ),
                  ]
                : [],
          },
    ),
    'healthy',
  ],
  ['the address 0.0.0.0', addressAnswer(ipv4('0.0.0.0')), 'srv-target-unresolvable'],
  ['the address of everybody', addressAnswer(ipv4('255.255.255.255')), 'kms-port-filtered'],
  ['the address of a group', addressAnswer(ipv4('224.0.0.1')), 'kms-port-filtered'],
  ['the target that means none', srvAnswer(srv(0, '.')), 'srv-target-unresolvable'],
  [
    'the target of NUL and no UTF-8',
    srvAnswer(({ kms }) => srv(kms, labels('k\0ms\u00ff', 'test'))),
    'srv-target-unresolvable',
  ],
  [
    'a target that is an address',
    srvAnswer(({ kms }) => srv(kms, labels('127', '0', '0', '1'))),
    'healthy',
  ],
  ['port 0', srvAnswer(srv(0)), 'kms-service-not-listening'],
  ['a port of nobody', srvAnswer(({ closed }) => srv(closed)), 'kms-service-not-listening'],
  [
    'the highest priority and weight',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST, 65_535, 65_535))),
    'healthy',
  ],
  [
    'a lifetime of 0',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { ttl: 0 })),
    'healthy',
  ],
  [
    'a lifetime of 2^31 and more',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { ttl: 0x8000_0005 })),
    'healthy',
  ],
  [
    'one record a hundred times',
    srvAnswer(
      ...Array.from(
        { length: 100 },
        () =>
          ({ kms }: Ports) =>
            srv(kms),
      ),
    ),
    'healthy',
  ],
  [
    MANY_ADDRESSES,
    answers((_, { name, type }, { closed }) => {
      if (name === SRV)
        return {
          answers: Array.from({ length: 64 }, (__, n) => srv(closed, `h${n}.odd.test`)),
          authorities: [],
        };
      const host = Number(/^h(\d+)\.odd/.exec(name)?.[1] ?? -1);
      if (host < 0) return {};
      return {
        flags: FLAG.response,
        authorities: [],
        answers:
          type === TYPE.A
            ? Array.from({ length: 30 }, (__, n) =>
                record(name, TYPE.A, ipv4(`127.1.${host}.${n}`)),
              )
            : [],
      };
    }),
    'likely kms-service-not-listening',
  ],
  [
    'more answers than there are',
    answers(() => ({ counts: [1, 2, 0, 0], authorities: [] })),
    'likely dns-server-unreachable',
  ],
  [
    'a record that is not counted',
    onlyFor(TYPE.SRV, () => ({ counts: [1, 0, 0, 0] })),
    'likely cannot-diagnose',
  ],
  [
    'more additions than there are',
    answers((said) => ({ counts: [1, said.answers.length, said.authorities.length, 3] })),
    'likely dns-server-unreachable',
  ],
  [
    'the highest of all counts',
    answers(() => ({ counts: [65_535, 65_535, 65_535, 65_535] })),
    'likely dns-server-unreachable',
  ],
  [
    'a pointer forward',
    srvAnswer(({ kms }) => record(uint16(0xc0ff), TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'a pointer into the header',
    srvAnswer(({ kms }) => record(uint16(0xc002), TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'two pointers at each other',
    srvAnswer(({ kms }) =>
      srv(kms, uint16(0xc000 | (12 + SRV.length + 6 + 2), 0xc000 | (12 + SRV.length + 6))),
    ),
    'likely cannot-diagnose',
  ],
  [
    'a label of 64 octets',
    srvAnswer(({ kms }) => srv(kms, labels('a'.repeat(64), 'test'))),
    'likely cannot-diagnose',
  ],
  [
    'a label of a reserved kind',
    srvAnswer(({ kms }) => srv(kms, labels('a'.repeat(0x80)))),
    'likely cannot-diagnose',
  ],
  [
    'a name of 320 octets',
    srvAnswer(({ kms }) => srv(kms, labels(...Array.from({ length: 5 }, () => 'a'.repeat(63))))),
    'likely cannot-diagnose',
  ],
];

/** Each has another oddity. */
export const ODD_RECORDS: readonly OddServer[] = [...owners, ...data];
