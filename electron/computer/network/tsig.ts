/** Transaction signatures of DNS messages (RFC 8945): parses BIND key files, signs requests, verifies responses. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ChangeRefused, type KeyFileProblem } from '@engine/computer';
import { bigEndian, MessageReader } from './dns-message';
import { encodeName } from './dns-name';

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
/** Maximum difference between the two clocks, in seconds (RFC 8945 §10). */
const FUDGE_S = 300;
const MAX_KEY_FILE = 64 * 1024;

/** Algorithms by their name in a BIND key file (RFC 8945 §6), with the hash and the name on the wire. */
const ALGORITHMS = new Map([
  ['hmac-md5', { hash: 'md5', wire: 'hmac-md5.sig-alg.reg.int' }],
  ['hmac-sha1', { hash: 'sha1', wire: 'hmac-sha1' }],
  ['hmac-sha224', { hash: 'sha224', wire: 'hmac-sha224' }],
  ['hmac-sha256', { hash: 'sha256', wire: 'hmac-sha256' }],
  ['hmac-sha384', { hash: 'sha384', wire: 'hmac-sha384' }],
  ['hmac-sha512', { hash: 'sha512', wire: 'hmac-sha512' }],
]);

/** Names of the errors in a TSIG record (RFC 8945 §3). */
const ERRORS = new Map([
  [16, 'BADSIG'],
  [17, 'BADKEY'],
  [18, 'BADTIME'],
  [22, 'BADTRUNC'],
]);

/** Thrown if a key file contains no usable key. The message never includes contents of the file. */
export class KeyFileError extends ChangeRefused {
  constructor(said: string) {
    super('dns-bad-key', null, said);
    this.name = 'KeyFileError';
  }
}

/**
 * Parses `key "NAME" { algorithm hmac-sha256; secret "…"; };` as written by `tsig-keygen`. Comments are ignored.
 *
 * @returns the key, with the names in wire format. Its secret is kept in memory only, for the duration of one update
 * @throws KeyFileError unless there is exactly one complete key with a known algorithm
 */
export function parseTsigKey(text: string) {
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

type TsigKey = ReturnType<typeof parseTsigKey>;

/**
 * Reads a key file.
 *
 * @throws KeyFileError
 */
export async function readTsigKey(path: string): Promise<TsigKey> {
  let text: string;
  try {
    // Checked first, because reading a pipe could block and a device might never end.
    const found = await stat(path);
    if (!found.isFile() || found.size > MAX_KEY_FILE) throw new KeyFileError('not-a-key-file');
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof KeyFileError ? error : new KeyFileError('cannot-be-read');
  }
  return parseTsigKey(text);
}

/** Returns the fault of a key file; null if it can sign messages. */
export async function keyFileFault(path: string): Promise<KeyFileProblem | null> {
  try {
    await readTsigKey(path);
    return null;
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    return error.said === 'cannot-be-read' ? 'unreadable' : 'not-a-key';
  }
}

/** Signs a request. @returns the signed message, and its MAC, which the MAC of the response includes */
export function signMessage(message: Buffer, key: TsigKey, now: Date) {
  const stamp = {
    time: Math.floor(now.getTime() / 1_000),
    fudge: FUDGE_S,
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = digest(key, [message, variables(key, stamp)]);
  const rdata = Buffer.concat([
    key.algorithm,
    timeAndFudge(stamp),
    bigEndian(2, mac.length),
    mac,
    message.subarray(0, 2),
    bigEndian(2, stamp.error, stamp.other.length),
  ]);
  const fixed = [bigEndian(2, TYPE_TSIG, CLASS_ANY), bigEndian(4, 0), bigEndian(2, rdata.length)];
  const signed = Buffer.concat([message, key.name, ...fixed, rdata]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/**
 * Verifies the signature of a response (RFC 8945 §5.3).
 *
 * @param requestMac MAC of the request
 * @returns whether it was signed with the key, in response to this request, and within the time limit; and the server's
 *   objection to our signature, e.g. `BADSIG`, null if none
 * @throws RangeError if the message ends early
 */
export function checkAnswer(answer: Buffer, requestMac: Buffer, key: TsigKey, now: Date) {
  const found = findTsig(answer);
  if (!found) return { valid: false, error: null };
  const { stamp, mac, unsigned } = found;
  const length = bigEndian(2, requestMac.length);
  const expected = digest(key, [length, requestMac, unsigned, variables(key, stamp)]);
  const valid =
    found.name.equals(key.name) &&
    found.algorithm.equals(key.algorithm) &&
    mac.length === expected.length &&
    timingSafeEqual(mac, expected) &&
    Math.abs(now.getTime() / 1_000 - stamp.time) <= stamp.fudge;
  const error = stamp.error === 0 ? null : (ERRORS.get(stamp.error) ?? `TSIG_${stamp.error}`);
  return { valid, error };
}

type Stamp = NonNullable<ReturnType<typeof findTsig>>['stamp'];

function digest(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(key.hash, key.secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Encodes the fields of the record that the signature covers (RFC 8945 §4.3.3). */
function variables(key: TsigKey, stamp: Stamp): Buffer {
  return Buffer.concat([
    key.name,
    bigEndian(2, CLASS_ANY),
    bigEndian(4, 0),
    key.algorithm,
    timeAndFudge(stamp),
    bigEndian(2, stamp.error, stamp.other.length),
    stamp.other,
  ]);
}

function timeAndFudge({ time, fudge }: Stamp): Buffer {
  return Buffer.concat([bigEndian(6, time), bigEndian(2, fudge)]);
}

/** Splits off the last record of a message if it's a TSIG; null otherwise. */
function findTsig(message: Buffer) {
  const counts = [4, 6, 8, 10].map((offset) => message.readUInt16BE(offset));
  const [questions = 0, answers = 0, authorities = 0, additionals = 0] = counts;
  if (additionals === 0) return null;
  const reader = new MessageReader(message);
  for (let left = questions; left > 0; left -= 1) {
    reader.name();
    reader.bytes(4);
  }
  for (let left = answers + authorities + additionals; left > 1; left -= 1) {
    reader.name();
    reader.bytes(8);
    reader.bytes(reader.uint16());
  }
  const start = reader.at;
  const name = lowerCase(reader.name());
  if (reader.uint16() !== TYPE_TSIG) return null;
  reader.bytes(8);
  const algorithm = lowerCase(reader.name());
  // Seconds since the Unix epoch.
  const time = reader.bytes(6).readUIntBE(0, 6);
  const fudge = reader.uint16();
  const mac = reader.bytes(reader.uint16());
  const originalId = reader.bytes(2);
  const error = reader.uint16();
  const other = reader.bytes(reader.uint16());
  const unsigned = Buffer.from(message.subarray(0, start));
  originalId.copy(unsigned, 0);
  unsigned.writeUInt16BE(additionals - 1, 10);
  return { name, algorithm, stamp: { time, fudge, error, other }, mac, unsigned };
}

/** Lowercases a name in wire format. Length bytes (at most 63) can't be mistaken for letters. */
function lowerCase(name: Buffer): Buffer {
  return Buffer.from(name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)));
}

/** Tokenizes BIND's configuration syntax. Quotes are kept, so that a quoted word isn't a keyword. */
function tokenize(text: string): string[] {
  const pattern = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|#[^\n]*|"[^"\n]*"|[{};]|[^\s{};"]+/g;
  return (text.match(pattern) ?? []).filter((token) => !/^(?:\/\*|\/\/|#)/.test(token));
}

function unquote(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1) : token;
}
