/** DNS servers that are sound but for one oddity, and what may be said of a network that has only that one. */
import type { VerdictCode } from '@shared/catalogue';
import { framed, type FakeDnsBehaviour } from '../support/dns-server';
import {
  FLAG,
  ipv4,
  readQuestion,
  record,
  srvData,
  TYPE,
  wireName,
  writeMessage,
  type Asked,
  type Said,
} from '../support/dns-wire';

/** The domain that is looked at. */
export const DOMAIN = 'odd.test';
export const SRV = `_vlmcs._tcp.${DOMAIN}`;
export const HOST = `kms1.${DOMAIN}`;
export const ALIAS = `alias.${DOMAIN}`;

/** Ports of this machine that the servers name. */
export interface Ports {
  /** Where a KMS service answers. */
  readonly kms: number;
  /** Where nobody listens. */
  readonly closed: number;
}

/** A server, and the verdict that it must give: certain, unless `likely` stands before it. */
export type OddServer = readonly [
  name: string,
  behaviour: (ports: Ports) => FakeDnsBehaviour,
  expected: VerdictCode | `likely ${VerdictCode}`,
];

const A_RECORD = record(HOST, TYPE.A, ipv4('127.0.0.1'));
export const SOA = record(
  DOMAIN,
  TYPE.SOA,
  Buffer.concat([wireName(`ns.${DOMAIN}`), wireName(`h.${DOMAIN}`), Buffer.alloc(20)]),
);
export const srv = (port: number, target: string | Buffer = HOST) =>
  record(SRV, TYPE.SRV, srvData(port, target));
export const alias = (owner: string, target: string | Buffer) =>
  record(owner, TYPE.CNAME, wireName(target));
/** What a sound server says of the domain. */
function sound({ id, octets, name, type }: Asked, { kms }: Ports): Said {
  const answers = () => {
    if (name === SRV && type === TYPE.SRV) return [srv(kms)];
    return name === HOST && type === TYPE.A ? [A_RECORD] : [];
  };
  const rcode = name === SRV || name === HOST ? 0 : 3;
  return {
    ...{ id, flags: FLAG.response | FLAG.authoritative | rcode, questions: [octets] },
    ...{ answers: answers(), authorities: answers().length > 0 ? [] : [SOA], additionals: [] },
  };
}

export type Change = (said: Said, asked: Asked, ports: Ports) => Partial<Said> | Buffer | null;

/** What a change makes of a sound answer; null where it says nothing. */
export function spoil(change: Change, query: Buffer, ports: Ports): Buffer | null {
  const asked = readQuestion(query);
  const said = sound(asked, ports);
  const changed = change(said, asked, ports);
  return changed === null || Buffer.isBuffer(changed)
    ? changed
    : writeMessage({ ...said, ...changed });
}

/** A server whose every answer is changed, over UDP and TCP alike. */
export const answers =
  (change: Change): OddServer[1] =>
  (ports) => ({
    udp: (query) => {
      const datagram = spoil(change, query, ports);
      return datagram === null ? [] : [datagram];
    },
    tcp: (socket, query) => {
      const message = spoil(change, query, ports);
      if (message !== null) socket.end(framed(message));
    },
  });

/** The same where only the answer to one question is changed. */
export const onlyFor = (
  type: number,
  change: Change,
  of = type === TYPE.SRV ? SRV : HOST,
): OddServer[1] =>
  answers((said, asked, ports) =>
    asked.type === type && asked.name === of ? change(said, asked, ports) : {},
  );
export const srvAnswer = (...records: (Buffer | ((ports: Ports) => Buffer))[]): OddServer[1] =>
  onlyFor(TYPE.SRV, (_said, _asked, ports) => ({
    authorities: [],
    answers: records.map((one) => (typeof one === 'function' ? one(ports) : one)),
  }));
export const addressAnswer = (data: Buffer, type: number = TYPE.A): OddServer[1] =>
  onlyFor(type, () => ({ authorities: [], answers: [record(HOST, type, data)] }));
