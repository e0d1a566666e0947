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

/** Creates a bare DNS header with an ID. */
const message = (id: number) => {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id);
  return header;
};

describe('BIND key file', () => {
  it.each([
    ['as written by tsig-keygen', FILE],
    ['on one line', FILE.replaceAll(/\s+/g, ' ')],
    ['with comments', `// one\n# two\n/* key "x" { */ ${FILE.replace(';', '; # three\n')}`],
    [
      'with unquoted values in another order',
      `key KMS-Update { secret ${SECRET}; algorithm "HMAC-SHA256"; };`,
    ],
  ])('is parsed %s', (_, text) => {
    const key = parseTsigKey(text);
    expect(key.name.toString('latin1')).toBe('\x0akms-update\x00');
    expect(key.algorithm.toString('latin1')).toBe('\x0bhmac-sha256\x00');
    expect(key.secret.toString('base64')).toBe(SECRET);
  });

  it.each([
    ['no key', '', 'not-one-key'],
    ['two keys', FILE + FILE, 'not-one-key'],
    ['an unterminated key', FILE.replace('};', ''), 'not-a-key-file'],
    ['an unknown algorithm', FILE.replace('sha256', 'crc32'), 'unknown-algorithm'],
    ['no algorithm', FILE.replace('algorithm hmac-sha256;', ''), 'unknown-algorithm'],
    ["a secret that isn't Base64", FILE.replace(SECRET, 'hidden?'), 'bad-secret'],
    ['an empty secret', FILE.replace(SECRET, ''), 'bad-secret'],
    ['an invalid key name', FILE.replace('KMS-Update.', 'a..b'), 'bad-key-name'],
  ])('is rejected with %s, without revealing its contents', (_, text, said) => {
    expect(() => parseTsigKey(text)).toThrow(new KeyFileError(said));
  });

  it('is rejected if it is a directory or a device, too large or missing', async () => {
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

describe('TSIG signature', () => {
  const key = parseTsigKey(FILE);
  const request = signMessage(message(0x1234), key, NOW);

  /** Checks the signature of a response, which also covers the MAC of the request. */
  const check = (answer: Buffer, at = NOW) => checkAnswer(answer, request.mac, key, at);

  it('is added as one record that contains the MAC', () => {
    expect(request.message.readUInt16BE(10)).toBe(1);
    expect(request.mac).toHaveLength(32);
    expect(request.message.includes(request.mac)).toBe(true);
  });

  it('of the request is invalid for its response', () => {
    expect(check(request.message)).toEqual({ valid: false, error: null });
  });

  it('is invalid if missing', () => {
    expect(check(message(0x1234))).toEqual({ valid: false, error: null });
  });

  it('causes a RangeError if truncated at any byte', () => {
    for (let length = 12; length < request.message.length; length += 1) {
      expect(() => check(request.message.subarray(0, length))).toThrow(RangeError);
    }
  });
});
