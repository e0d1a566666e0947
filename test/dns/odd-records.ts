/** DNS servers with oddities in names or records. */
import { FLAG, ipv4, labels, record, srvData, TYPE, uint16, wireName } from '../support/dns-wire';
import {
  addressAnswer,
  alias,
  ALIAS,
  changedResponses,
  HOST,
  onlyFor,
  srv,
  SRV,
  srvAnswer,
  SOA,
  type OddServer,
  type Ports,
} from './odd-server';

/** Name of the server with too many addresses to try within one run. */
export const MANY_ADDRESSES = '64 hosts with 30 addresses each';

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
    'a record for another name',
    srvAnswer(({ kms }) => record('_vlmcs._tcp.elsewhere.test', TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'a record for the root',
    srvAnswer(({ kms }) => record('.', TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'a record of another class',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { klass: 3 })),
    'likely cannot-diagnose',
  ],
  [
    'a TXT record instead',
    srvAnswer(record(SRV, TYPE.TXT, Buffer.from('\u0003kms'))),
    'likely cannot-diagnose',
  ],
  [
    'an A record instead',
    srvAnswer(record(SRV, TYPE.A, ipv4('127.0.0.1'))),
    'likely cannot-diagnose',
  ],
  [
    'an A record for every query',
    changedResponses(({ flags }, { name }) => ({
      flags: flags & 0xfff0,
      authorities: [],
      answers: [record(name, TYPE.A, ipv4('127.0.0.1'))],
    })),
    'likely dns-server-unreachable',
  ],
  [
    'a CNAME to a portal for every query',
    changedResponses(({ flags }, { name }) => ({
      flags: flags & 0xfff0,
      authorities: [],
      answers: [alias(name, 'portal.test'), record('portal.test', TYPE.A, ipv4('127.0.0.1'))],
    })),
    'likely dns-server-failing',
  ],
  [
    'the same records for every name',
    changedResponses(({ flags }, { name, type }, { kms }) => ({
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
    'a DNAME with the resulting records',
    srvAnswer(
      record('_tcp.odd.test', TYPE.DNAME, wireName('b.test')),
      alias(SRV, '_vlmcs.b.test'),
      ({ kms }) => record('_vlmcs.b.test', TYPE.SRV, srvData(kms, HOST)),
    ),
    'healthy',
  ],
  [
    'only a DNAME',
    srvAnswer(record('_tcp.odd.test', TYPE.DNAME, wireName('b.test'))),
    'likely cannot-diagnose',
  ],
  ['a CNAME loop', srvAnswer(alias(SRV, ALIAS), alias(ALIAS, SRV)), 'likely cannot-diagnose'],
  ['a CNAME to itself', srvAnswer(alias(SRV, SRV)), 'likely cannot-diagnose'],
  [
    "a CNAME to a name that doesn't exist",
    onlyFor(TYPE.SRV, ({ flags }) => ({
      flags: flags | 3,
      answers: [alias(SRV, ALIAS)],
      authorities: [SOA],
    })),
    'srv-record-missing',
  ],
  [
    'a CNAME without its target',
    srvAnswer(alias(SRV, 'kms.elsewhere.test')),
    'likely cannot-diagnose',
  ],
  [
    'a chain of twenty CNAMEs',
    srvAnswer(
      alias(SRV, 'a0.test'),
      ...Array.from({ length: 19 }, (_, index) => alias(`a${index}.test`, `a${index + 1}.test`)),
      ({ kms }) => record('a19.test', TYPE.SRV, srvData(kms, HOST)),
    ),
    'healthy',
  ],
  [
    'two CNAMEs for one name',
    srvAnswer(alias(SRV, ALIAS), alias(SRV, 'other.test'), ({ kms }) =>
      record(ALIAS, TYPE.SRV, srvData(kms, HOST)),
    ),
    'likely cannot-diagnose',
  ],
  [
    'a CNAME with a dot in a label',
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
    'a record with four bytes of data',
    srvAnswer(record(SRV, TYPE.SRV, uint16(0, 0))),
    'likely cannot-diagnose',
  ],
  [
    'a record with trailing data',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, Buffer.concat([srvData(kms, HOST), uint16(7)]))),
    'likely cannot-diagnose',
  ],
  [
    'a record that declares too little data',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { length: 8 })),
    'likely cannot-diagnose',
  ],
  [
    'a record that declares too much data',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { length: 999 })),
    'likely cannot-diagnose',
  ],
  ['an address of 3 bytes', addressAnswer(Buffer.from([127, 0, 0])), 'likely cannot-diagnose'],
  [
    'an address of 5 bytes',
    addressAnswer(Buffer.from([127, 0, 0, 1, 1])),
    'likely cannot-diagnose',
  ],
  ['an address of 0 bytes', addressAnswer(Buffer.alloc(0)), 'likely cannot-diagnose'],
  ['an IPv6 address of 15 bytes', addressAnswer(Buffer.alloc(15, 1), TYPE.AAAA), 'healthy'],
  ['an IPv6 address of 17 bytes', addressAnswer(Buffer.alloc(17, 1), TYPE.AAAA), 'healthy'],
  [
    'an IPv4-mapped IPv6 address',
    changedResponses((_, { name, type }) =>
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
  ['the broadcast address', addressAnswer(ipv4('255.255.255.255')), 'kms-port-filtered'],
  ['a multicast address', addressAnswer(ipv4('224.0.0.1')), 'kms-port-filtered'],
  ['the target "." (service not available)', srvAnswer(srv(0, '.')), 'srv-target-unresolvable'],
  [
    'a target with NUL and invalid UTF-8',
    srvAnswer(({ kms }) => srv(kms, labels('k\0ms\u00ff', 'test'))),
    'srv-target-unresolvable',
  ],
  [
    'a target that is an address',
    srvAnswer(({ kms }) => srv(kms, labels('127', '0', '0', '1'))),
    'healthy',
  ],
  ['port 0', srvAnswer(srv(0)), 'kms-service-not-listening'],
  ['a closed port', srvAnswer(({ closed }) => srv(closed)), 'kms-service-not-listening'],
  [
    'the highest priority and weight',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST, 65_535, 65_535))),
    'healthy',
  ],
  [
    'a TTL of 0',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { ttl: 0 })),
    'healthy',
  ],
  [
    'a TTL above 2^31',
    srvAnswer(({ kms }) => record(SRV, TYPE.SRV, srvData(kms, HOST), { ttl: 0x8000_0005 })),
    'healthy',
  ],
  [
    'a hundred copies of one record',
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
    changedResponses((_, { name, type }, { closed }) => {
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
    'an answer count that is too high',
    changedResponses(() => ({ counts: [1, 2, 0, 0], authorities: [] })),
    'likely dns-server-unreachable',
  ],
  [
    'an answer count that is too low',
    onlyFor(TYPE.SRV, () => ({ counts: [1, 0, 0, 0] })),
    'likely cannot-diagnose',
  ],
  [
    'an additional count that is too high',
    changedResponses((said) => ({ counts: [1, said.answers.length, said.authorities.length, 3] })),
    'likely dns-server-unreachable',
  ],
  [
    'the highest possible counts',
    changedResponses(() => ({ counts: [65_535, 65_535, 65_535, 65_535] })),
    'likely dns-server-unreachable',
  ],
  [
    'a forward compression pointer',
    srvAnswer(({ kms }) => record(uint16(0xc0ff), TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'a compression pointer into the header',
    srvAnswer(({ kms }) => record(uint16(0xc002), TYPE.SRV, srvData(kms, HOST))),
    'likely cannot-diagnose',
  ],
  [
    'two compression pointers to each other',
    srvAnswer(({ kms }) =>
      srv(kms, uint16(0xc000 | (12 + SRV.length + 6 + 2), 0xc000 | (12 + SRV.length + 6))),
    ),
    'likely cannot-diagnose',
  ],
  [
    'a label of 64 bytes',
    srvAnswer(({ kms }) => srv(kms, labels('a'.repeat(64), 'test'))),
    'likely cannot-diagnose',
  ],
  [
    'a label of a reserved type',
    srvAnswer(({ kms }) => srv(kms, labels('a'.repeat(0x80)))),
    'likely cannot-diagnose',
  ],
  [
    'a name of 320 bytes',
    srvAnswer(({ kms }) => srv(kms, labels(...Array.from({ length: 5 }, () => 'a'.repeat(63))))),
    'likely cannot-diagnose',
  ],
];

/** Servers, each with a different oddity in its records. */
export const ODD_RECORDS: readonly OddServer[] = [...owners, ...data];
