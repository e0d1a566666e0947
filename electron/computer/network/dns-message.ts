/** The parts of a DNS message that queries and updates share (RFC 1035 §4.1, RFC 2136 §2.2), and message validation. */

/** Port of DNS over UDP and TCP (RFC 1035 §4.2). */
export const DNS_PORT = 53;

/** Header length in bytes. */
const HEADER_LENGTH = 12;

/** Opcodes in use. */
export const OPCODE = { query: 0, update: 5 } as const;

const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** Extended response codes with a name: of EDNS (RFC 6891 §9) and of DNS cookies (RFC 7873 §8). */
const EXTENDED_RCODES = new Map([
  [16, 'BADVERS'],
  [23, 'BADCOOKIE'],
]);

/** Returns the name of a response code, including extended codes (RFC 6895 §2.3); `RCODE_n` if it has none. */
export function rcodeName(code: number): string {
  return RCODES[code] ?? EXTENDED_RCODES.get(code) ?? `RCODE_${code}`;
}

/** Reads the header fields that identify the kind of message; null if the message is too short for a header. */
export function readHeader(message: Buffer) {
  if (message.length < HEADER_LENGTH) return null;
  const flags = message.readUInt16BE(2);
  return {
    id: message.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    truncated: (flags & 0x0200) !== 0,
    /** The low four bits, without the EDNS extension. */
    rcode: flags & 0xf,
  };
}

const DOT = 0x2e;
/** Top bits of a two-byte compression pointer to an earlier name (RFC 1035 §4.1.4). */
const POINTER = 0xc0;

/** Encodes numbers in network byte order. @param size bytes of each number */
export function bigEndian(size: 2 | 4 | 6, ...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(size * values.length);
  for (const [index, value] of values.entries()) bytes.writeUIntBE(value, index * size, size);
  return bytes;
}

/** Reads what follows a message's header, part by part. Throws a RangeError if the message ends within a number. */
export class MessageReader {
  /** Offset of the next part. */
  at = HEADER_LENGTH;
  /** Whether one of the labels read so far contains a dot. */
  hasDot = false;

  constructor(private readonly message: Buffer) {}

  /** Reads a number of two bytes. */
  uint16(): number {
    return this.bytes(2).readUInt16BE();
  }

  /** Reads bytes; fewer if the message ends early. */
  bytes(length: number): Buffer {
    this.at += length;
    return this.message.subarray(this.at - length, this.at);
  }

  /** Reads a name in wire format. A compression pointer ends it. */
  name(): Buffer {
    const start = this.at;
    for (;;) {
      const length = this.bytes(1).readUInt8();
      if (length >= POINTER) this.at += 1;
      if (length === 0 || length >= POINTER) return this.message.subarray(start, this.at);
      const label = this.bytes(length);
      this.hasDot ||= label.includes(DOT);
    }
  }
}

/** Bytes before the name in the data of CNAME and SRV records, by record type. */
const BEFORE_NAME = new Map([
  [5, 0],
  [33, 6],
]);
/** Data length of A and AAAA records, by record type. */
const DATA_LENGTH = new Map([
  [1, 4],
  [28, 16],
]);

/**
 * Whether a message is well-formed: each record's data has the declared length, every record is counted, and no
 * label contains a dot, which would read as two labels in text. Such labels are allowed (RFC 2181 §11), but no host
 * has one.
 *
 * @param message the complete message
 * @throws RangeError if it ends early
 */
export function isWellFormed(message: Buffer): boolean {
  const reader = new MessageReader(message);
  let sound = true;
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) {
    reader.name();
    reader.bytes(4);
  }
  const answers = message.readUInt16BE(6);
  const records = answers + message.readUInt16BE(8) + message.readUInt16BE(10);
  for (let left = records; left > 0; left -= 1) {
    reader.name();
    const type = reader.uint16();
    reader.bytes(6);
    const length = reader.uint16();
    const end = reader.at + length;
    sound &&= (DATA_LENGTH.get(type) ?? length) === length;
    const before = BEFORE_NAME.get(type);
    if (before !== undefined) {
      reader.bytes(before);
      reader.name();
      sound &&= reader.at === end;
    }
    reader.at = end;
  }
  // Uncounted trailing bytes might be the very record that an empty response denies.
  const isComplete = reader.at === message.length || (reader.at < message.length && answers > 0);
  return sound && !reader.hasDot && isComplete;
}
