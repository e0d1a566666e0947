/**
 * The one secret of a repair session: 256 random bits that the window hands to the process it has Windows start.
 *
 * The names of pipes are listed to every user of a PC, so the pipe is not named after the token but after a
 * digest of it, and each side proves by another digest that it knows it.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A token, 64 hexadecimal digits. */
export type Token = string & { readonly __brand: 'RepairToken' };

const BYTES = 32;

/** Makes a token. */
export function newToken(): Token {
  return randomBytes(BYTES).toString('hex') as Token;
}

/** Reads a token from an argument; null when it is none. */
export function readToken(text: string): Token | null {
  return /^[0-9a-f]{64}$/.test(text) ? (text as Token) : null;
}

/**
 * Where the two sides meet: a named pipe on Windows, elsewhere a socket for the tests.
 *
 * @param folder of the socket; of no matter on Windows
 */
export function pipePath(
  token: Token,
  platform: NodeJS.Platform = process.platform,
  folder: string = tmpdir(),
): string {
  // A socket's path has 107 bytes, and half of the digest is still 128 bits.
  const name = `kms-doctor-${digest(token, 'meeting place').slice(0, 32)}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(folder, `${name}.sock`);
}

/** The sides of a session. */
export type Peer = 'window' | 'session';

/** What a side shows to prove that it knows the token; of no use to whoever hears it. */
export function proofOf(token: Token, side: Peer): string {
  return digest(token, `proof of the ${side}`);
}

/** Whether a side knows the token; takes as long whatever is wrong. */
export function proves(token: Token, side: Peer, proof: string): boolean {
  const expected = Buffer.from(proofOf(token, side));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function digest(token: Token, purpose: string): string {
  return createHmac('sha256', Buffer.from(token, 'hex')).update(purpose).digest('hex');
}
