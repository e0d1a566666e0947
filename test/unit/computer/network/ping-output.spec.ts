/** Output of ping.exe recorded on real PCs, in several languages and encoded in their OEM code pages. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { hasReply } from '../../../../electron/computer/network/ping-output';
import { OEM_CODE_PAGES, recordedPings } from '../../../support/recorded-tools';

const encodings = ['utf8', ...new Set(OEM_CODE_PAGES.values())];

describe('recorded output of ping.exe', () => {
  it.each(recordedPings())(
    'is searched for a reply ($language: $what)',
    ({ bytes, asked, replied }) => {
      expect(hasReply(bytes, asked)).toBe(replied);
    },
  );

  it('covers at least five languages in which ping.exe exits with 0 without a reply', () => {
    const deaf = recordedPings().filter(({ exitCode, replied }) => exitCode === 0 && !replied);
    expect(new Set(deaf.map(({ language }) => language)).size).toBeGreaterThanOrEqual(5);
  });
});

describe('hasReply over IPv6', () => {
  const inEveryEncoding = (line: string, address: string) =>
    encodings.map((encoding) => hasReply(iconv.encode(`\r\n${line}\r\n`, encoding), address));

  it.each([
    ['Reply from 2001:db8::1: time<1ms', '2001:db8::1'],
    ['Reply from 2001:db8::1: time=12ms', '2001:0DB8:0::1'],
    ['R\u00e9ponse de 2001:db8::1 : temps=16 ms', '2001:db8::1'],
    ['\u4f86\u81ea 2001:db8:: \u7684\u56de\u8986: \u6642\u9593=3ms', '2001:db8::'],
    ['2001:db8::1 \u304b\u3089\u306e\u5fdc\u7b54: \u6642\u9593 <1ms', '2001:db8::1'],
    ['Reply from fe80::1%12: time=1ms', 'fe80::1%12'],
  ])('recognizes a reply: %s', (line, address) => {
    expect(inEveryEncoding(line, address)).not.toContain(false);
  });

  it.each([
    ['from another sender', 'Reply from 2001:db8::2: time=12ms'],
    ['without a time', 'Reply from 2001:db8::1: Destination host unreachable.'],
    ['from a router', 'Reply from 2001:db8::ff: TTL expired in transit.'],
    ['that announces the ping', 'Pinging 2001:db8::1 with 32 bytes of data:'],
    ['that introduces the statistics', 'Ping statistics for 2001:db8::1:'],
    ['with packet counts', '    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),'],
    ['with round-trip times', '    Minimum = 0ms, Maximum = 0ms, Average = 0ms'],
    ['with an address that starts with the pinged one', 'Reply from 2001:db8::12: time=1ms'],
  ])('ignores a line %s', (_, line) => {
    expect(inEveryEncoding(line, '2001:db8::1')).not.toContain(true);
  });
});
