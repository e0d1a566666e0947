/** One question to one DNS server, with all that its answer says. */
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
import { isSound, OPCODE, rcodeName, readHeader } from './dns-message';
import { nameLabels, printableName } from './dns-name';
import { queryOverTcp, queryOverUdp, type MatchReply, type Reply } from './dns-transport';
import { DNS_LIMIT_MS } from './limits';
import { notTried } from './socket-error';

/**
 * UDP payload that passes without fragments everywhere (DNS Flag Day 2020); it spares TCP for about twenty
 * SRV records where plain DNS (512 octets) would stop at ten.
 */
const EDNS_PAYLOAD = 1_232;

/** Codes that say something of the name; others may be for EDNS, in which Windows does not ask. */
const DEFINITE = new Set(['NOERROR', 'NXDOMAIN']);

/**
 * In the place of a response code: the answer names only other servers, or another name that it does not follow, and
 * neither gives nor denies the record (RFC 2308 §2.2).
 */
const REFERRAL = 'REFERRAL';

/** Codes with which a server may answer without repeating the question. */
const BARE_ERRORS = new Set(['FORMERR', 'SERVFAIL', 'NOTIMP', 'REFUSED']);

interface Message {
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: RecordType;
}

/**
 * Asks one server one question: over UDP with EDNS, without it where the server does not know it, and over TCP
 * where the answer was cut or `transport` says so.
 *
 * @param name full name; `\DDD` stands for an octet
 * @returns the answer, or in which way there was none, within {@link DNS_LIMIT_MS}
 * @throws Unreadable when the name cannot be one of DNS, or this program could ask nobody; the signal's reason when aborted
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
    // TCP has room for 65,535 octets: who cuts an answer there to nothing has not given one.
    return reply.outcome === 'answered' && isEmptied(reply.answer)
      ? { outcome: 'garbled', detail: 'truncated' }
      : reply;
  };
  if (transport === 'tcp') {
    return toAnswer(await overTcp(), { transport, truncated: false, start });
  }
  // The second sending goes without EDNS: a firewall that drops what it does not know lets it pass.
  let udp = await queryOverUdp(server, encodeQuestion(question, true), judge, limit(), plain);
  const isOdd =
    udp.outcome === 'garbled' || (udp.outcome === 'answered' && !DEFINITE.has(udp.answer.rcode));
  if (isOdd) {
    udp = await queryOverUdp(server, plain, judge, limit());
  }
  if (udp.outcome !== 'answered' || !udp.answer.truncated) {
    return toAnswer(udp, { transport, truncated: false, start });
  }
  const tcp = await overTcp();
  const isTold =
    tcp.outcome === 'answered' || (tcp.outcome === 'not-tried' && isEmptied(udp.answer));
  // Where TCP is blocked the server is there all the same, though a cut answer does not deny any record.
  return isTold
    ? toAnswer(tcp, { transport: 'tcp', truncated: true, start })
    : toAnswer(udp, { transport: 'udp', truncated: true, start });
}

/** Whether an answer was cut and no record is left of it. */
const isEmptied = ({ truncated, answers }: Message): boolean => truncated && answers.length === 0;

/** What a chain of CNAME records leads to. */
export interface CnameChain {
  /** Every name on the way, the one that was asked for first. */
  readonly names: readonly string[];
  /** The last of them; where the chain is a loop, the last before it closes. */
  readonly end: string;
}

/** Follows the CNAME records of an answer from a name on. Ends on loops: no record is followed twice. */
export function followCname(name: string, records: readonly DnsRecord[]): CnameChain {
  return chainFrom(printableName(wireText(name)), records);
}

function chainFrom(start: string, records: readonly DnsRecord[]): CnameChain {
  const aliases = new Map(
    records.flatMap((record) => (record.type === 'CNAME' ? [[record.name, record.target]] : [])),
  );
  let end = start;
  const names = new Set([end]);
  for (
    let next = aliases.get(end);
    next !== undefined && !names.has(next);
    next = aliases.get(end)
  ) {
    names.add(next);
    end = next;
  }
  return { names: [...names], end };
}

/** A name as dns-packet takes it: labels joined by dots, escapes resolved. */
function wireText(name: string): string {
  const labels = labelsOf(name);
  // The package would make two labels of one with a dot inside.
  if (labels === null || labels.some((label) => label.includes('.'))) {
    throw new Unreadable('check-failed', null, 'not-a-dns-name');
  }
  return labels.join('.') || '.';
}

function labelsOf(name: string): readonly Buffer[] | null {
  try {
    return nameLabels(name);
  } catch {
    return null;
  }
}

function encodeQuestion({ id, name, type }: Question, edns: boolean): Buffer {
  return packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type, class: 'IN' }],
    additionals: edns
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: EDNS_PAYLOAD,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [],
  });
}

/** Lets pass what answers this question; the id alone makes a message ours, so what follows must fit it. */
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
    return isSound(bytes) ? decoded : null;
  } catch {
    return null;
  }
}

/** What a message says of a question; null where it contradicts itself, or has only what nobody asked for. */
function messageOf(decoded: packet.DecodedPacket, asked: Question): Message | null {
  const { answers: said = [], authorities = [], additionals = [] } = decoded;
  const records = said.flatMap(toRecord);
  // Records of other names and types answer another question, and prove nothing of this one.
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

/** The records of the types that the product knows; others (signatures, OPT) are left out. */
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

function toAnswer(
  reply: Reply<Message>,
  how: { transport: 'udp' | 'tcp'; truncated: boolean; start: number },
): DnsAnswer {
  const ms = msSince(how.start);
  if (reply.outcome === 'not-tried') throw notTried(reply.outcome, reply.detail ?? '');
  if (reply.outcome !== 'answered') {
    return { outcome: reply.outcome, ms, detail: reply.detail };
  }
  const { rcode, authoritative, answers, additionals } = reply.answer;
  return {
    outcome: 'answered',
    rcode,
    authoritative,
    truncated: how.truncated,
    transport: how.transport,
    answers,
    additionals,
    ms,
  };
}
