/** Sends one query to one DNS server and parses the response. */
import { randomInt } from 'node:crypto';
import * as packet from 'dns-packet';
import {
  Unreadable,
  type DnsAnswer,
  type DnsRecord,
  type DnsServer,
  type RecordType,
} from '@engine/computer';
import { msSince } from '@engine/deadline';
import { isWellFormed, OPCODE, rcodeName, readHeader } from './dns-message';
import { nameLabels, printableName } from './dns-name';
import { queryOverTcp, queryOverUdp, type MatchReply, type Reply } from './dns-transport';
import { DNS_LIMIT_MS } from './limits';
import { notAttemptedError } from '../socket-error';

/**
 * The EDNS record of a query. Its UDP payload size avoids fragmentation on any network (DNS Flag Day 2020). It fits
 * about twenty SRV records without TCP, where plain DNS (512 bytes) fits ten.
 */
const EDNS: packet.OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1_232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** Response codes that are conclusive about the name. Others may be caused by EDNS, which Windows doesn't use. */
const DEFINITE = new Set(['NOERROR', 'NXDOMAIN']);

/**
 * Replaces the response code if the response only refers to other servers, or to an alias that it doesn't follow, and
 * so neither contains nor denies the record (RFC 2308 §2.2).
 */
const REFERRAL = 'REFERRAL';

/** Response codes that a server may send without repeating the question. */
const BARE_ERRORS = new Set(['FORMERR', 'SERVFAIL', 'NOTIMP', 'REFUSED']);

type Message = Omit<Extract<DnsAnswer, { outcome: 'answered' }>, 'outcome' | 'transport' | 'ms'>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: RecordType;
}

/**
 * Sends one query to one server: over UDP with EDNS, without EDNS if the server doesn't support it, and over TCP if
 * the response was truncated or `transport` is `tcp`.
 *
 * @param name fully qualified name; `\DDD` escapes a byte
 * @returns the response, or why there was none, within {@link DNS_LIMIT_MS}
 * @throws Unreadable if the name isn't a DNS name, or the query couldn't be sent; the signal's reason when aborted
 */
export async function queryDns(
  server: DnsServer,
  name: string,
  type: RecordType,
  transport: 'udp' | 'tcp',
  signal: AbortSignal,
): Promise<DnsAnswer> {
  const start = performance.now();
  const question: Question = { id: randomInt(0x10000), name: wireText(name), type };
  const judge = replyMatcher(question);
  const limit = () => ({ ms: DNS_LIMIT_MS - (performance.now() - start), signal });
  const plain = encodeQuestion(question, false);

  const overTcp = async (): Promise<Reply<Message>> => {
    const reply = await queryOverTcp(server, plain, judge, limit());
    // TCP has room for 65,535 bytes, so a response that is truncated to nothing there isn't one.
    return reply.outcome === 'answered' && isEmptied(reply.answer)
      ? { outcome: 'garbled', detail: 'truncated' }
      : reply;
  };
  const toAnswer = (
    reply: Reply<Message>,
    how: { readonly transport: 'udp' | 'tcp'; readonly truncated: boolean },
  ): DnsAnswer => {
    const ms = msSince(start);
    if (reply.outcome === 'answered') return { outcome: 'answered', ...reply.answer, ...how, ms };
    if (reply.outcome === 'not-tried') throw notAttemptedError(reply.outcome, reply.detail ?? '');
    return { outcome: reply.outcome, ms, detail: reply.detail };
  };
  if (transport === 'tcp') return toAnswer(await overTcp(), { transport, truncated: false });
  // The resend omits EDNS, to get past firewalls that drop what they don't recognize.
  let udp = await queryOverUdp(server, encodeQuestion(question, true), judge, limit(), plain);
  const isOdd =
    udp.outcome === 'garbled' || (udp.outcome === 'answered' && !DEFINITE.has(udp.answer.rcode));
  if (isOdd) {
    udp = await queryOverUdp(server, plain, judge, limit());
  }
  if (udp.outcome !== 'answered' || !udp.answer.truncated) {
    return toAnswer(udp, { transport, truncated: false });
  }
  const tcp = await overTcp();
  const isTold =
    tcp.outcome === 'answered' || (tcp.outcome === 'not-tried' && isEmptied(udp.answer));
  // Even if TCP is blocked, the response over UDP shows that the server works, although it doesn't deny any record.
  return isTold
    ? toAnswer(tcp, { transport: 'tcp', truncated: true })
    : toAnswer(udp, { transport: 'udp', truncated: true });
}

/** Whether a response was truncated and has no answers left. */
const isEmptied = ({ truncated, answers }: Message): boolean => truncated && answers.length === 0;

/**
 * Follows the CNAME records of a response, starting at a name. Stops at a loop: no record is followed twice.
 *
 * @returns every name in the chain, starting with the queried one, and the last; for a loop, the last before it closes
 */
export function followCname(name: string, records: readonly DnsRecord[]) {
  return chainFrom(printableName(wireText(name)), records);
}

function chainFrom(start: string, records: readonly DnsRecord[]) {
  const aliases = new Map(
    records.flatMap((record) => (record.type === 'CNAME' ? [[record.name, record.target]] : [])),
  );
  let end = start;
  const names = new Set([start]);
  // Also visits the names that it adds.
  for (const name of names) {
    end = name;
    const next = aliases.get(name);
    if (next !== undefined) names.add(next);
  }
  return { names: [...names], end };
}

/** Converts a name to the form that dns-packet expects: labels joined by dots, escapes resolved. */
function wireText(name: string): string {
  try {
    const labels = nameLabels(name);
    // dns-packet would split a label that contains a dot.
    if (!labels.some((label) => label.includes('.'))) return labels.join('.') || '.';
  } catch {
    // It's refused like a name with such a label.
  }
  throw new Unreadable('check-failed', null, 'not-a-dns-name');
}

function encodeQuestion({ id, name, type }: Question, edns: boolean): Buffer {
  return packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type, class: 'IN' }],
    additionals: edns ? [EDNS] : [],
  });
}

/** Matches responses to this question. Only the ID identifies a response, so everything else must be consistent. */
function replyMatcher(asked: Question): MatchReply<Message> {
  return (bytes) => {
    const header = readHeader(bytes);
    if (header?.id !== asked.id) return null;
    if (!header.isResponse || header.opcode !== OPCODE.query) return 'garbled';
    const decoded = decode(bytes);
    if (decoded === null) return 'garbled';
    const answer = messageOf(decoded, asked);
    const question = decoded.questions?.[0];
    if (question === undefined) {
      return answer !== null && BARE_ERRORS.has(answer.rcode) ? { answer } : 'garbled';
    }
    const isOther =
      question.type !== asked.type ||
      question.class !== 'IN' ||
      printableName(question.name) !== printableName(asked.name);
    if (isOther) return null;
    return answer === null ? 'garbled' : { answer };
  };
}

function decode(bytes: Buffer): packet.DecodedPacket | null {
  try {
    const decoded = packet.decode(bytes);
    return isWellFormed(bytes) ? decoded : null;
  } catch {
    return null;
  }
}

/** Extracts the answer to a question; null if the message contradicts itself, or contains only unrelated records. */
function messageOf(decoded: packet.DecodedPacket, asked: Question): Message | null {
  const { answers: said = [], authorities = [], additionals = [] } = decoded;
  const records = said.flatMap(toRecord);
  // Records with other names or types answer another question and prove nothing about this one.
  const own = new Set(chainFrom(printableName(asked.name), records).names);
  const answers = records.filter(
    ({ name, type }) => own.has(name) && (type === asked.type || type === 'CNAME'),
  );
  if (answers.length === 0 && said.length > 0) return null;
  const opt = additionals.find((record) => record.type === 'OPT');
  const rcode = rcodeName(((opt?.extendedRcode ?? 0) << 4) | ((decoded.flags ?? 0) & 0xf));
  const hasRecord = answers.some(({ type }) => type === asked.type);
  if (hasRecord && rcode === 'NXDOMAIN') return null;
  const leadsOn =
    rcode === 'NOERROR' && !hasRecord && !authorities.some(({ type }) => type === 'SOA');
  const isReferral =
    leadsOn && (answers.length > 0 || authorities.some(({ type }) => type === 'NS'));
  return {
    rcode: isReferral ? REFERRAL : rcode,
    authoritative: decoded.flag_aa,
    truncated: decoded.flag_tc,
    answers,
    additionals: additionals.flatMap(toRecord),
  };
}

/** Converts a record of a supported type; others (signatures, OPT) are dropped. */
function toRecord(answer: packet.Answer): DnsRecord[] {
  if (answer.type === 'OPT' || answer.class !== 'IN') return [];
  const common = { name: printableName(answer.name), ttl: answer.ttl ?? null };
  switch (answer.type) {
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return [{ type: 'SRV', ...common, priority, weight, port, target: printableName(target) }];
    }
    case 'A':
    case 'AAAA':
      return [{ type: answer.type, ...common, address: answer.data }];
    case 'CNAME':
      return [{ type: 'CNAME', ...common, target: printableName(answer.data) }];
    default:
      return [];
  }
}
