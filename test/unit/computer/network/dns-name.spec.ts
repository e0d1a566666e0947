import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../../../../electron/engine/computer';
import { followCname } from '../../../../electron/computer/network/dns';
import {
  encodeName,
  InvalidNameError,
  nameLabels,
  printableName,
} from '../../../../electron/computer/network/dns-name';

describe('printableName', () => {
  it.each([
    ['KMS1.Contoso.COM.', 'kms1.contoso.com'],
    ['a\u001b[2Jb.test', 'a\\027[2jb.test'],
    ['a b\n.test', 'a\\032b\\010.test'],
    ['back\\slash.test', 'back\\\\slash.test'],
    ['主機.test', '\\228\\184\\187\\230\\169\\159.test'],
    ['.', '.'],
    ['', '.'],
  ])('formats %j as %s', (name, shown) => {
    expect(printableName(name)).toBe(shown);
  });

  it('returns only printable ASCII that parses back to the original label', () => {
    const label = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        label.filter((text) => !text.includes('.')),
        (text) => {
          const shown = printableName(`${text}.test`);
          expect(shown).toMatch(/^[\x21-\x7e]+$/);
          const [first] = nameLabels(shown);
          const lower = Buffer.from(text).map((byte) =>
            byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
          );
          expect(first?.equals(lower)).toBe(true);
        },
      ),
      { seed: 1688, numRuns: 500 },
    );
  });
});

describe('encodeName', () => {
  it('encodes lowercase labels with length prefixes', () => {
    expect(encodeName('_vlmcs._TCP.a.').toString('latin1')).toBe('\x06_vlmcs\x04_tcp\x01a\x00');
    expect(encodeName('.')).toEqual(Buffer.from([0]));
    expect(encodeName('a\\046b\\\\')).toEqual(Buffer.from('\x04a.b\\\x00', 'latin1'));
  });

  it.each(['a..b', '.a', 'a'.repeat(64), `${'abc.'.repeat(64)}x`, 'a\\256', 'a\\'])(
    'rejects %s',
    (name) => {
      expect(() => encodeName(name)).toThrow(InvalidNameError);
    },
  );
});

describe('followCname', () => {
  const alias = (name: string, target: string): DnsRecord => ({
    ...{ type: 'CNAME', ttl: 60 },
    ...{ name, target },
  });

  it('follows the chain regardless of the record order', () => {
    const records = [
      alias('b.test', 'c.test'),
      alias('x.test', 'y.test'),
      alias('a.test', 'b.test'),
    ];
    const names = ['a.test', 'b.test', 'c.test'];
    expect(followCname('A.test.', records)).toEqual({ names, end: 'c.test' });
    expect(followCname('c.test', records)).toEqual({ names: ['c.test'], end: 'c.test' });
  });

  it('stops when the chain loops', () => {
    const records = [alias('a.test', 'b.test'), alias('b.test', 'a.test')];
    const names = ['a.test', 'b.test'];
    expect(followCname('a.test', records)).toEqual({ names, end: 'b.test' });
    const own = [alias('s.test', 's.test')];
    expect(followCname('s.test', own)).toEqual({ names: ['s.test'], end: 's.test' });
  });
});
