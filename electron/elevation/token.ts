/**
 * The secret of a repair session: 256 random bits that the window passes to the process it has Windows start.
 *
 * Every user of a PC can list pipe names, so the pipe is named after a digest of the token, and each end proves with
 * another digest that it knows the token.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A token: 64 hexadecimal digits. */
export type Token = string & { readonly __brand: 'RepairToken' };

const BYTES = 32;

/** Creates a token. */
export function newToken(): Token {
  return randomBytes(BYTES).toString('hex') as Token;
}

/** Parses a token from an argument; null if it's invalid. */
export function readToken(text: string): Token | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Token) : null;
}

/**
 * Returns the path both ends connect to: a named pipe on Windows; elsewhere a socket, for tests.
 *
 * @param folder folder of the socket; unused on Windows
 */
export function pipePath(
  token: Token,
  platform: NodeJS.Platform = process.platform,
  folder: string = tmpdir(),
): string {
  // A socket path is limited to 107 bytes, and half of the digest is still 128 bits.
  const name = `kms-doctor-${digest(token, 'meeting place').slice(0, 32)}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(folder, `${name}.sock`);
}

/** The ends of a session. */
export type Peer = 'window' | 'session';

/** Returns the proof that an end knows the token; useless to anyone who intercepts it. */
export function proofOf(token: Token, side: Peer): string {
  return digest(token, `proof of the ${side}`);
}

/** Whether a proof is valid. Compares in constant time. */
export function verifyProof(token: Token, side: Peer, proof: string): boolean {
  const expected = Buffer.from(proofOf(token, side));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function digest(token: Token, purpose: string): string {
  return createHmac('sha256', Buffer.from(token, 'hex')).update(purpose).digest('hex');
}
