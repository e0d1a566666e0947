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

describe('a name from the network', () => {
  it.each([
    ['KMS1.Contoso.COM.', 'kms1.contoso.com'],
    ['a\u001b[2Jb.test', 'a\\027[2jb.test'],
    ['a b\n.test', 'a\\032b\\010.test'],
    ['back\\slash.test', 'back\\\\slash.test'],
    ['主機.test', '\\228\\184\\187\\230\\169\\159.test'],
    ['.', '.'],
    ['', '.'],
  ])('%j is shown as %s', (name, shown) => {
    expect(printableName(name)).toBe(shown);
  });

  it('never holds anything but printable ASCII, and what is shown can be asked for', () => {
    const label = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        label.filter((text) => !text.includes('.')),
        (text) => {
          const shown = printableName(`${text}.test`);
          expect(shown).toMatch(/^[\x21-\x7e]+$/);
          const [first] = nameLabels(shown);
          const lower = Buffer.from(text).map((octet) =>
            octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
          );
          expect(first?.equals(lower)).toBe(true);
        },
      ),
      { seed: 1688, numRuns: 500 },
    );
  });
});

describe('a name for the network', () => {
  it('is written as lengths and labels', () => {
    expect(encodeName('_vlmcs._TCP.a.').toString('latin1')).toBe('\x06_vlmcs\x04_tcp\x01a\x00');
    expect(encodeName('.')).toEqual(Buffer.from([0]));
    expect(encodeName('a\\046b\\\\')).toEqual(Buffer.from('\x04a.b\\\x00', 'latin1'));
  });

  it.each(['a..b', '.a', 'a'.repeat(64), `${'abc.'.repeat(64)}x`, 'a\\256', 'a\\'])(
    'is refused as %s',
    (name) => {
      expect(() => encodeName(name)).toThrow(InvalidNameError);
    },
  );
});

describe('a chain of CNAME records', () => {
  const alias = (name: string, target: string): DnsRecord => ({
    ...{ type: 'CNAME', ttl: 60 },
    ...{ name, target },
  });

  it('is followed in whatever order the records stand', () => {
    const records = [
      alias('b.test', 'c.test'),
      alias('x.test', 'y.test'),
      alias('a.test', 'b.test'),
    ];
    const names = ['a.test', 'b.test', 'c.test'];
    expect(followCname('A.test.', records)).toEqual({ names, end: 'c.test' });
    expect(followCname('c.test', records)).toEqual({ names: ['c.test'], end: 'c.test' });
  });

  it('ends where it closes', () => {
    const records = [alias('a.test', 'b.test'), alias('b.test', 'a.test')];
    const names = ['a.test', 'b.test'];
    expect(followCname('a.test', records)).toEqual({ names, end: 'b.test' });
    const own = [alias('s.test', 's.test')];
    expect(followCname('s.test', own)).toEqual({ names: ['s.test'], end: 's.test' });
  });
});
