import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkAnswer,
  KeyFileError,
  parseTsigKey,
  readTsigKey,
  signMessage,
} from '../../../../electron/computer/network/tsig';

const SECRET = 'c2VjcmV0Ly9zZWNyZXQrKz8/Pz8/';
const FILE = `key "KMS-Update." {\n\talgorithm hmac-sha256;\n\tsecret "${SECRET}";\n};\n`;
const NOW = new Date('2026-11-22T09:00:00Z');

/** A bare DNS header with an id. */
const message = (id: number) => {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id);
  return header;
};

describe("BIND's key file", () => {
  it.each([
    ['as tsig-keygen writes it', FILE],
    ['on one line', FILE.replaceAll(/\s+/g, ' ')],
    ['with comments', `// one\n# two\n/* key "x" { */ ${FILE.replace(';', '; # three\n')}`],
    [
      'without quotes and in another order',
      `key KMS-Update { secret ${SECRET}; algorithm "HMAC-SHA256"; };`,
    ],
  ])('is read %s', (_, text) => {
    const key = parseTsigKey(text);
    expect(key.name.toString('latin1')).toBe('\x0akms-update\x00');
    expect(key.algorithm.toString('latin1')).toBe('\x0bhmac-sha256\x00');
    expect(key.secret.toString('base64')).toBe(SECRET);
  });

  it.each([
    ['nothing', '', 'not-one-key'],
    ['two keys', FILE + FILE, 'not-one-key'],
    ['a key without an end', FILE.replace('};', ''), 'not-a-key-file'],
    ['an algorithm that is none', FILE.replace('sha256', 'crc32'), 'unknown-algorithm'],
    ['no algorithm', FILE.replace('algorithm hmac-sha256;', ''), 'unknown-algorithm'],
    ['a secret that is not base64', FILE.replace(SECRET, 'hidden?'), 'bad-secret'],
    ['an empty secret', FILE.replace(SECRET, ''), 'bad-secret'],
    ['a name that is none', FILE.replace('KMS-Update.', 'a..b'), 'bad-key-name'],
  ])('is refused with %s, without a word of what it holds', (_, text, said) => {
    expect(() => parseTsigKey(text)).toThrow(new KeyFileError(said));
  });

  it('is refused when it is no file, too large or not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kms-doctor-key-'));
    const large = join(folder, 'large.key');
    writeFileSync(large, FILE + ' '.repeat(70_000));
    await expect(readTsigKey(folder)).rejects.toThrow('not-a-key-file');
    await expect(readTsigKey('/dev/zero')).rejects.toThrow('not-a-key-file');
    await expect(readTsigKey(large)).rejects.toThrow('not-a-key-file');
    await expect(readTsigKey(join(folder, 'none.key'))).rejects.toThrow('cannot-be-read');
    rmSync(folder, { recursive: true });
  });
});

describe('a signature', () => {
  const key = parseTsigKey(FILE);
  const request = signMessage(message(0x1234), key, NOW);

  /** Signs as a server does: the request's signature goes before the answer. */
  const check = (answer: Buffer, at = NOW) => checkAnswer(answer, request.mac, key, at);

  it('counts as one more record and repeats the id', () => {
    expect(request.message.readUInt16BE(10)).toBe(1);
    expect(request.mac).toHaveLength(32);
    expect(request.message.includes(request.mac)).toBe(true);
  });

  it('of the request is not one of its answer', () => {
    expect(check(request.message)).toEqual({ valid: false, error: null });
  });

  it('that is missing is not valid', () => {
    expect(check(message(0x1234))).toEqual({ valid: false, error: null });
  });

  it('cut short anywhere is an error that the caller can hear', () => {
    for (let length = 12; length < request.message.length; length += 1) {
      expect(() => check(request.message.subarray(0, length))).toThrow(RangeError);
    }
  });
});
