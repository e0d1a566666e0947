/**
 * DNS servers that are correct except for one oddity, and the verdict for a network that has only
 * that server.
 */
import type { VerdictCode } from '@shared/catalog';
import { framed, type FakeDnsBehavior } from '../support/dns-server';
import {
  FLAG,
  ipv4,
  readQuestion,
  record,
  srvData,
  TYPE,
  wireName,
  writeMessage,
  type DnsQuestion,
  type DnsMessage,
} from '../support/dns-wire';

/** Domain under test. */
export const DOMAIN = 'odd.test';
export const SRV = `_vlmcs._tcp.${DOMAIN}`;
export const HOST = `kms1.${DOMAIN}`;
export const ALIAS = `alias.${DOMAIN}`;

/** Local ports that the servers' records refer to. */
export interface Ports {
  /** Port of a KMS service. */
  readonly kms: number;
  /** Port that nothing listens on. */
  readonly closed: number;
}

/**
 * Name, behavior and expected verdict of a server. The verdict is certain unless prefixed with
 * `likely`.
 */
export type OddServer = readonly [
  name: string,
  behaviour: (ports: Ports) => FakeDnsBehavior,
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
/** Returns the correct response to a query. */
function sound({ id, octets, name, type }: DnsQuestion, { kms }: Ports): DnsMessage {
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

export type Change = (
  said: DnsMessage,
  asked: DnsQuestion,
  ports: Ports,
) => Partial<DnsMessage> | Buffer | null;

/** Applies a change to the correct response. Returns null to send no response. */
export function applyChange(change: Change, query: Buffer, ports: Ports): Buffer | null {
  const asked = readQuestion(query);
  const said = sound(asked, ports);
  const changed = change(said, asked, ports);
  return changed === null || Buffer.isBuffer(changed)
    ? changed
    : writeMessage({ ...said, ...changed });
}

/** Creates a server that changes every response, over both UDP and TCP. */
export const changedResponses =
  (change: Change): OddServer[1] =>
  (ports) => ({
    udp: (query) => {
      const datagram = applyChange(change, query, ports);
      return datagram === null ? [] : [datagram];
    },
    tcp: (socket, query) => {
      const message = applyChange(change, query, ports);
      if (message !== null) socket.end(framed(message));
    },
  });

/** Creates a server that changes only its responses for one name and type. */
export const onlyFor = (
  type: number,
  change: Change,
  of = type === TYPE.SRV ? SRV : HOST,
): OddServer[1] =>
  changedResponses((said, asked, ports) =>
    asked.type === type && asked.name === of ? change(said, asked, ports) : {},
  );
export const srvAnswer = (...records: (Buffer | ((ports: Ports) => Buffer))[]): OddServer[1] =>
  onlyFor(TYPE.SRV, (_said, _asked, ports) => ({
    authorities: [],
    answers: records.map((one) => (typeof one === 'function' ? one(ports) : one)),
  }));
export const addressAnswer = (data: Buffer, type: number = TYPE.A): OddServer[1] =>
  onlyFor(type, () => ({ authorities: [], answers: [record(HOST, type, data)] }));
