/** What query and update share of a DNS message's header (RFC 1035 §4.1.1, RFC 2136 §2.2). */

/** Length of the header. */
export const HEADER_LENGTH = 12;

/** Operation codes that are used here. */
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

/** Extended codes that have a name: a version of EDNS (RFC 6891 §9) and the errors of TSIG (RFC 8945 §3). */
const EXTENDED_RCODES = new Map([
  [16, 'BADVERS'],
  [23, 'BADCOOKIE'],
]);

/** The name of a response code, extended ones included (RFC 6895 §2.3); `RCODE_n` where it has none. */
export function rcodeName(code: number): string {
  return RCODES[code] ?? EXTENDED_RCODES.get(code) ?? `RCODE_${code}`;
}

/** The fields of a header that tell what kind of message it is. */
export interface Header {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly truncated: boolean;
  /** Without the extension that EDNS adds. */
  readonly rcode: number;
}

/** Reads a header; null where the bytes are too few for one. */
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
/** The two octets of a pointer to an earlier name begin so (RFC 1035 §4.1.4). */
const POINTER = 0xc0;
/** Octets before the name in the data of CNAME and SRV records. */
const BEFORE_NAME = new Map([
  [5, 0],
  [33, 6],
]);
/** Length of the data of A and AAAA records. */
const DATA_LENGTH = new Map([
  [1, 4],
  [28, 16],
]);

/**
 * Whether the data of each record is as long as the record says, every record is counted, and no label has a dot
 * inside: as text it would be two labels. Such names are allowed (RFC 2181 §11), and no host has one.
 *
 * @param message whole
 * @throws RangeError where it ends too early
 */
export function isSound(message: Buffer): boolean {
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
  // What follows uncounted may be the record whose absence is claimed.
  return sound && (at === message.length || (at < message.length && answers > 0));
}
