/** DNS messages at byte level (RFC 1035 §4.1), for what no library would write. */
import { encodeName } from '../../electron/computer/network/dns-name';

/** Record type numbers (RFC 1035 §3.2.2 and later). */
export const TYPE = {
  ...{ A: 1, NS: 2, CNAME: 5, SOA: 6, TXT: 16, AAAA: 28, SRV: 33, DNAME: 39, OPT: 41 },
} as const;

/** Flag bits of the header. */
export const FLAG = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, z: 0x0040 };

/** A parsed query. */
export interface DnsQuestion {
  readonly id: number;
  /** In canonical form. */
  readonly name: string;
  readonly type: number;
  /** The question section in wire format. */
  readonly octets: Buffer;
  readonly edns: boolean;
}

/** Content of a message, section by section; each item is a whole record. */
export interface DnsMessage {
  readonly id: number;
  /** Includes the response code in the low four bits. */
  readonly flags: number;
  readonly questions: readonly Buffer[];
  readonly answers: readonly Buffer[];
  readonly authorities: readonly Buffer[];
  readonly additionals: readonly Buffer[];
  /** Counts in the header, if they differ from the real ones. */
  readonly counts?: readonly number[];
}

/** Parses a query with one question. */
export function readQuestion(query: Buffer): DnsQuestion {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return {
    id: query.readUInt16BE(0),
    name: labels.join('.').toLowerCase(),
    type: query.readUInt16BE(at + 1),
    octets: query.subarray(12, at + 5),
    edns: query.readUInt16BE(10) > 0,
  };
}

/** Encodes a message. */
export function writeMessage(said: DnsMessage): Buffer {
  const sections = [said.questions, said.answers, said.authorities, said.additionals];
  const counts = said.counts ?? sections.map(({ length }) => length);
  return Buffer.concat([uint16(said.id, said.flags, ...counts), ...sections.flat()]);
}

/** Encodes 16-bit numbers. */
export function uint16(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [index, number] of numbers.entries()) bytes.writeUInt16BE(number & 0xffff, index * 2);
  return bytes;
}

/** Encodes a name; bytes are returned unchanged. */
export const wireName = (name: string | Buffer): Buffer =>
  typeof name === 'string' ? encodeName(name) : name;

/** Encodes labels without any validation. */
export const labels = (...texts: readonly string[]): Buffer =>
  Buffer.concat([
    ...texts.map((text) => Buffer.from(`${String.fromCharCode(text.length)}${text}`, 'latin1')),
    Buffer.from([0]),
  ]);

/** Encodes a record; `length` overrides the length of its data. */
export function record(
  owner: string | Buffer,
  type: number,
  data: Buffer,
  { ttl = 60, klass = 1, length = data.length } = {},
): Buffer {
  const fields = uint16(type, klass, ttl / 0x1_0000, ttl, length);
  return Buffer.concat([wireName(owner), fields, data]);
}

/** Encodes the data of an SRV record. */
export function srvData(port: number, target: string | Buffer, priority = 0, weight = 0): Buffer {
  return Buffer.concat([uint16(priority, weight, port), wireName(target)]);
}

/** Encodes the data of an A record. */
export const ipv4 = (address: string): Buffer => Buffer.from(address.split('.').map(Number));
