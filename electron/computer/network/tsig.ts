/** Transaction signatures of DNS messages (RFC 8945): BIND's key file, signing, and checking an answer. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ChangeRefused, type KeyFileFault } from '@engine/computer';
import { HEADER_LENGTH } from './dns-message';
import { encodeName } from './dns-name';

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
/** Seconds by which the two clocks may differ (RFC 8945 §10). */
const FUDGE_S = 300;
const MAX_KEY_FILE = 64 * 1024;

/** Algorithms by the name in BIND's key file (RFC 8945 §6); the name on the wire where it differs. */
const ALGORITHMS = new Map([
  ['hmac-md5', { hash: 'md5', wire: 'hmac-md5.sig-alg.reg.int' }],
  ['hmac-sha1', { hash: 'sha1', wire: 'hmac-sha1' }],
  ['hmac-sha224', { hash: 'sha224', wire: 'hmac-sha224' }],
  ['hmac-sha256', { hash: 'sha256', wire: 'hmac-sha256' }],
  ['hmac-sha384', { hash: 'sha384', wire: 'hmac-sha384' }],
  ['hmac-sha512', { hash: 'sha512', wire: 'hmac-sha512' }],
]);

/** Names of the errors that a TSIG record carries (RFC 8945 §3). */
const ERRORS = new Map([
  [16, 'BADSIG'],
  [17, 'BADKEY'],
  [18, 'BADTIME'],
  [22, 'BADTRUNC'],
]);

/** A key file that gives no usable key. Its text never holds anything of the file. */
export class KeyFileError extends ChangeRefused {
  constructor(said: string) {
    super('dns-bad-key', null, said);
    this.name = 'KeyFileError';
  }
}

/** A key. The secret lives in memory only, and only as long as one update. */
export interface TsigKey {
  /** In wire form. */
  readonly name: Buffer;
  /** In wire form. */
  readonly algorithm: Buffer;
  readonly hash: string;
  readonly secret: Buffer;
}

/**
 * Reads `key "NAME" { algorithm hmac-sha256; secret "…"; };` as `tsig-keygen` writes it. Comments are let pass.
 *
 * @throws KeyFileError where there is not exactly one whole key of a known algorithm
 */
export function parseTsigKey(text: string): TsigKey {
  const tokens = tokenize(text);
  const starts = tokens.flatMap((token, index) => (token === 'key' ? [index] : []));
  const [start] = starts;
  if (start === undefined || starts.length > 1) throw new KeyFileError('not-one-key');
  const [name, brace, ...rest] = tokens.slice(start + 1);
  const end = rest.indexOf('}');
  if (name === undefined || brace !== '{' || end < 0) throw new KeyFileError('not-a-key-file');
  const body = rest.slice(0, end);
  const valueOf = (word: string) => {
    const at = body.indexOf(word);
    return at >= 0 && body[at + 2] === ';' ? body[at + 1] : undefined;
  };
  const algorithm = ALGORITHMS.get(unquote(valueOf('algorithm') ?? '').toLowerCase());
  if (!algorithm) throw new KeyFileError('unknown-algorithm');
  const encoded = unquote(valueOf('secret') ?? '');
  if (!/^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i.test(encoded) || !encoded) {
    throw new KeyFileError('bad-secret');
  }
  try {
    return {
      name: encodeName(unquote(name)),
      algorithm: encodeName(algorithm.wire),
      hash: algorithm.hash,
      secret: Buffer.from(encoded, 'base64'),
    };
  } catch {
    throw new KeyFileError('bad-key-name');
  }
}

/**
 * Reads a key file.
 *
 * @throws KeyFileError
 */
export async function readTsigKey(path: string): Promise<TsigKey> {
  let text: string;
  try {
    // Looked at first, since a pipe would be waited for and a device never end.
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_KEY_FILE) throw new KeyFileError('not-a-key-file');
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof KeyFileError ? error : new KeyFileError('cannot-be-read');
  }
  return parseTsigKey(text);
}

/** What is wrong with a key file; null where a message can be signed by it. */
export async function keyFileFault(path: string): Promise<KeyFileFault | null> {
  try {
    await readTsigKey(path);
    return null;
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    return error.said === 'cannot-be-read' ? 'unreadable' : 'not-a-key';
  }
}

/** A message with its signature, which the answer's signature continues. */
export interface Signed {
  readonly message: Buffer;
  readonly mac: Buffer;
}

/** Signs a request. */
export function signMessage(message: Buffer, key: TsigKey, now: Date): Signed {
  const stamp: Stamp = {
    time: Math.floor(now.getTime() / 1_000),
    fudge: FUDGE_S,
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = digest(key, [message, variables(key, stamp)]);
  const rdata = Buffer.concat([
    key.algorithm,
    timeAndFudge(stamp),
    uint16(mac.length),
    mac,
    message.subarray(0, 2),
    uint16(stamp.error),
    uint16(0),
  ]);
  const record = Buffer.concat([
    key.name,
    uint16(TYPE_TSIG),
    uint16(CLASS_ANY),
    Buffer.alloc(4),
    uint16(rdata.length),
    rdata,
  ]);
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/** What the signature of an answer says. */
export interface SignatureCheck {
  /** Signed by the holder of the key, as the answer to this very request, and in time. */
  readonly valid: boolean;
  /** What the server objects to in our signature, e.g. `BADSIG`; null when nothing. */
  readonly error: string | null;
}

/**
 * Checks the signature of an answer (RFC 8945 §5.3).
 *
 * @param requestMac the signature of the request
 * @throws RangeError when the message is cut short
 */
export function checkAnswer(
  answer: Buffer,
  requestMac: Buffer,
  key: TsigKey,
  now: Date,
): SignatureCheck {
  const found = findTsig(answer);
  if (!found) return { valid: false, error: null };
  const { stamp, mac, unsigned } = found;
  const expected = digest(key, [
    uint16(requestMac.length),
    requestMac,
    unsigned,
    variables(key, stamp),
  ]);
  const valid =
    found.name.equals(key.name) &&
    found.algorithm.equals(key.algorithm) &&
    mac.length === expected.length &&
    timingSafeEqual(mac, expected) &&
    Math.abs(now.getTime() / 1_000 - stamp.time) <= stamp.fudge;
  const error = stamp.error === 0 ? null : (ERRORS.get(stamp.error) ?? `TSIG_${stamp.error}`);
  return { valid, error };
}

interface Stamp {
  /** Seconds since 1970. */
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

function digest(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(key.hash, key.secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The fields of the record that are signed along (RFC 8945 §4.3.3). */
function variables(key: TsigKey, stamp: Stamp): Buffer {
  return Buffer.concat([
    key.name,
    uint16(CLASS_ANY),
    Buffer.alloc(4),
    key.algorithm,
    timeAndFudge(stamp),
    uint16(stamp.error),
    uint16(stamp.other.length),
    stamp.other,
  ]);
}

function timeAndFudge({ time, fudge }: Stamp): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(time, 0, 6);
  bytes.writeUInt16BE(fudge, 6);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** Takes the last record off a message where it is a TSIG; null where it is not. */
function findTsig(message: Buffer) {
  const counts = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
  const [questions = 0, answers = 0, authorities = 0, additionals = 0] = counts;
  if (additionals === 0) return null;
  let at = HEADER_LENGTH;
  for (let index = 0; index < questions; index += 1) at = afterName(message, at) + 4;
  for (let index = 1; index < answers + authorities + additionals; index += 1) {
    const fixed = afterName(message, at);
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
  }
  const start = at;
  const fixed = afterName(message, start);
  if (message.readUInt16BE(fixed) !== TYPE_TSIG) return null;
  const algorithmAt = fixed + 10;
  at = afterName(message, algorithmAt);
  const algorithm = lowerCase(message.subarray(algorithmAt, at));
  const time = message.readUIntBE(at, 6);
  const fudge = message.readUInt16BE(at + 6);
  const macLength = message.readUInt16BE(at + 8);
  const mac = message.subarray(at + 10, at + 10 + macLength);
  at += 10 + macLength;
  const originalId = message.subarray(at, at + 2);
  const error = message.readUInt16BE(at + 2);
  const otherLength = message.readUInt16BE(at + 4);
  const other = message.subarray(at + 6, at + 6 + otherLength);
  const unsigned = Buffer.from(message.subarray(0, start));
  originalId.copy(unsigned, 0);
  unsigned.writeUInt16BE(additionals - 1, 10);
  return {
    name: lowerCase(message.subarray(start, fixed)),
    algorithm,
    stamp: { time, fudge, error, other },
    mac,
    unsigned,
  };
}

/** The offset behind a name; a pointer ends it (RFC 1035 §4.1.4). */
function afterName(message: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const length = message.readUInt8(at);
    if ((length & 0xc0) === 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}

/** A name in wire form, letters made small; the length octets (at most 63) are no letters. */
function lowerCase(name: Buffer): Buffer {
  return Buffer.from(name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)));
}

/** Splits BIND's configuration syntax; quotes stay on, so that a quoted word is no keyword. */
function tokenize(text: string): string[] {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|#[^\n]*|"[^"\n]*"|[{};]|[^\s{};"]+/g;
  return (text.match(pattern) ?? []).filter((token) => !/^(?:\/\*|\/\/|#)/.test(token));
}

function unquote(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1) : token;
}
