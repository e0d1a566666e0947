/** The DNS message header, shared by queries and updates (RFC 1035 §4.1.1, RFC 2136 §2.2), and message validation. */

/** Header length in bytes. */
export const HEADER_LENGTH = 12;

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

/** Header fields that identify the kind of message. */
export interface Header {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly truncated: boolean;
  /** The low four bits, without the EDNS extension. */
  readonly rcode: number;
}

/** Reads a header; null if the message is too short for one. */
export function readHeader(message: Buffer): Header | null {
  if (message.length < HEADER_LENGTH) return null;
  const flags = message.readUInt16BE(2);
  return {
    id: message.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 0xf,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 0xf,
  };
}

const DOT = 0x2e;
/** Top bits of a two-byte compression pointer to an earlier name (RFC 1035 §4.1.4). */
const POINTER = 0xc0;
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
  let at = HEADER_LENGTH;
  let sound = true;
  const passName = (): void => {
    for (;;) {
      const length = message.readUInt8(at);
      at += 1;
      if (length >= POINTER) at += 1;
      if (length === 0 || length >= POINTER) return;
      sound &&= !message.subarray(at, at + length).includes(DOT);
      at += length;
    }
  };
  for (let left = message.readUInt16BE(4); left > 0; left -= 1) {
    passName();
    at += 4;
  }
  const answers = message.readUInt16BE(6);
  const records = answers + message.readUInt16BE(8) + message.readUInt16BE(10);
  for (let left = records; left > 0; left -= 1) {
    passName();
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 8);
    at += 10;
    const end = at + length;
    sound &&= (DATA_LENGTH.get(type) ?? length) === length;
    const before = BEFORE_NAME.get(type);
    if (before !== undefined) {
      at += before;
      passName();
      sound &&= at === end;
    }
    at = end;
  }
  // Uncounted trailing bytes might be the very record that an empty response denies.
  return sound && (at === message.length || (at < message.length && answers > 0));
}
