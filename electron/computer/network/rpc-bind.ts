/**
 * Encodes the only message that is sent to a KMS port, and parses the response (DCE 1.1: RPC, C706 §12.6; MS-RPCE
 * §2.2.2). The message is a bind, which asks the server whether it offers an interface. No procedure is called.
 */
import type { RpcAnswer } from '@engine/computer';

const VERSION = 5;
/** Maximum fragment size that the bind offers to accept, and therefore the longest possible response. */
const MAX_FRAGMENT = 5_840;
const HEADER_LENGTH = 16;
/** Shortest complete response: a bind_nak with only its reason. */
const MIN_FRAGMENT = HEADER_LENGTH + 2;

/** PDU types; `last` is the highest number defined in C706 §12.6.4. */
const PTYPE = { fault: 3, bind: 11, bindAck: 12, bindNak: 13, last: 19 } as const;
/** PDU types that only a client sends (request, bind, alter_context, auth3, cancel, orphaned). */
const OF_CLIENTS = new Set([0, PTYPE.bind, 14, 16, 18, 19]);

/** Flags of the first and the last fragment: a response to a bind isn't fragmented. */
const WHOLE = 0x03;

/**
 * Reasons given by a server that is too busy, whatever it offers: temporary_congestion and local_limit_exceeded in a
 * bind_nak, local_limit_exceeded for a rejected context, and nca_s_server_too_busy in a fault.
 */
const BUSY = { nak: [1, 2], context: 3, fault: 0x1c01_0014 };

/** An interface, or a transfer syntax. */
interface Syntax {
  readonly uuid: string;
  readonly version: number;
}

/** The KMS interface (docs/windows-facts.md#the-kms-port). */
const KMS_INTERFACE: Syntax = { uuid: '51c82175-844e-4750-b0d8-ec255555bc06', version: 1 };
/** Network Data Representation, 32-bit. */
const NDR32: Syntax = { uuid: '8a885d04-1ceb-11c9-9fe8-08002b104860', version: 2 };

/** Interpretation of a response. */
export type BindOutcome = Pick<RpcAnswer, 'outcome' | 'detail'>;

/** Result code of a context that the server itself rejects. */
const PROVIDER_REJECTION = 2;

const MALFORMED: BindOutcome = { outcome: 'not-rpc', detail: 'malformed' };

/**
 * Encodes the bind: KMS interface, NDR32, no authentication; 72 bytes.
 *
 * @param callId any 32-bit number; an unpredictable one keeps unsolicited data from passing for a response
 */
export function encodeBind(callId: number): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(MAX_FRAGMENT, 0);
  body.writeUInt16LE(MAX_FRAGMENT, 2);
  body.writeUInt8(1, 8);
  // Context 0 with one transfer syntax.
  body.writeUInt8(1, 14);
  const contents = Buffer.concat([body, encodeSyntax(KMS_INTERFACE), encodeSyntax(NDR32)]);
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(PTYPE.bind, 2);
  header.writeUInt8(WHOLE, 3);
  // Data representation: little-endian, ASCII, IEEE floating point.
  header.writeUInt8(0x10, 4);
  header.writeUInt16LE(HEADER_LENGTH + contents.length, 8);
  header.writeUInt32LE(callId, 12);
  return Buffer.concat([header, contents]);
}

/**
 * Parses the bytes received so far.
 *
 * @param callId call ID of the bind
 * @returns the outcome, or null while more bytes are needed; never needs more than 5,840
 */
export function readBindAnswer(received: Buffer, callId: number): BindOutcome | null {
  const version = Buffer.from([VERSION, 0]);
  const seen = Math.min(received.length, version.length);
  if (!received.subarray(0, seen).equals(version.subarray(0, seen))) return notRpc(received);
  if (received.length < HEADER_LENGTH) return null;

  const read = reader(received);
  const ptype = received.readUInt8(2);
  const length = read.uint16(8);
  if (ptype > PTYPE.last || length < MIN_FRAGMENT || length > MAX_FRAGMENT) return notRpc(received);
  if (received.length < length) return null;
  if (read.uint32(12) !== callId) return { outcome: 'not-rpc', detail: 'other-call-id' };
  // Nothing may follow: a server sends more only on request, and doesn't authenticate unless asked.
  const isWhole = received.length === length && (received.readUInt8(3) & WHOLE) === WHOLE;
  const isOrdered = received.readUInt8(4) >> 4 <= 1;
  if (!isWhole || !isOrdered || read.uint16(10) !== 0 || OF_CLIENTS.has(ptype)) return MALFORMED;

  try {
    switch (ptype) {
      case PTYPE.bindAck:
        return readBindAck(read);
      case PTYPE.bindNak: {
        const reason = read.uint16(HEADER_LENGTH);
        return refused(BUSY.nak.includes(reason), `bind_nak ${reason}`);
      }
      case PTYPE.fault: {
        const status = read.uint32(24);
        return refused(status === BUSY.fault, `fault 0x${hex(status)}`);
      }
      default:
        return { outcome: 'other-rpc', detail: `ptype ${ptype}` };
    }
  } catch {
    return MALFORMED;
  }
}

/** Reads numbers and syntaxes in the sender's byte order (high half of the first drep byte). */
function reader(pdu: Buffer) {
  const little = pdu.readUInt8(4) >> 4 === 1;
  const uint16 = (at: number) => (little ? pdu.readUInt16LE(at) : pdu.readUInt16BE(at));
  const uint32 = (at: number) => (little ? pdu.readUInt32LE(at) : pdu.readUInt32BE(at));
  return {
    uint8: (at: number) => pdu.readUInt8(at),
    uint16,
    uint32,
    syntax: (at: number): Syntax => ({
      uuid: [
        hex(uint32(at)),
        hex(uint16(at + 4), 4),
        hex(uint16(at + 6), 4),
        pdu.toString('hex', at + 8, at + 10),
        pdu.toString('hex', at + 10, at + 16),
      ].join('-'),
      version: uint32(at + 16),
    }),
  };
}

/** A refusal for lack of resources reveals nothing about what the server offers, so it counts as a cut connection. */
const refused = (isBusy: boolean, detail: string): BindOutcome => ({
  outcome: isBusy ? 'cut' : 'other-rpc',
  detail,
});

/** The only result is for context 0. It counts only if it accepts the offered transfer syntax. */
function readBindAck(pdu: ReturnType<typeof reader>): BindOutcome {
  const addressLength = pdu.uint16(HEADER_LENGTH + 8);
  // The results are aligned to four bytes from the start of the message.
  const results = Math.ceil((HEADER_LENGTH + 10 + addressLength) / 4) * 4;
  const count = pdu.uint8(results);
  if (count === 0) return { outcome: 'other-rpc', detail: 'no-result' };
  // Only one context was offered.
  if (count > 1) return MALFORMED;
  const result = pdu.uint16(results + 4);
  const reason = pdu.uint16(results + 6);
  const { uuid, version } = pdu.syntax(results + 8);
  if (result !== 0) {
    const isBusy = result === PROVIDER_REJECTION && reason === BUSY.context;
    return refused(isBusy, `result ${result} reason ${reason}`);
  }
  return uuid === NDR32.uuid && version === NDR32.version
    ? { outcome: 'kms', detail: null }
    : { outcome: 'other-rpc', detail: `transfer-syntax ${uuid}` };
}

function encodeSyntax({ uuid, version }: Syntax): Buffer {
  const [low = '', mid = '', high = '', ...rest] = uuid.split('-');
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(Number.parseInt(low, 16), 0);
  numbers.writeUInt16LE(Number.parseInt(mid, 16), 4);
  numbers.writeUInt16LE(Number.parseInt(high, 16), 6);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(version);
  return Buffer.concat([numbers, Buffer.from(rest.join(''), 'hex'), tail]);
}

/** Another protocol. The first bytes often identify it (`SSH-2.0-…`, `HTTP/1.1 …`), so they're kept, sanitized. */
function notRpc(received: Buffer): BindOutcome {
  const beginning = received
    .toString('latin1', 0, 40)
    .split(/[\r\n]/, 1)
    .join('')
    .replace(/[^\x20-\x7e]/g, '.');
  return { outcome: 'not-rpc', detail: beginning || null };
}

function hex(value: number, digits = 8): string {
  return value.toString(16).padStart(digits, '0');
}
