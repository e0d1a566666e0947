/** What ping.exe printed on real PCs, in the languages that were recorded, in the bytes of their consoles. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { hasReply } from '../../../../electron/computer/network/ping-output';
import { OEM_CODE_PAGES, recordedPings } from '../../../support/recorded-tools';

const encodings = ['utf8', ...new Set(OEM_CODE_PAGES.values())];

describe('what ping.exe printed', () => {
  it.each(recordedPings())('$language: $what', ({ bytes, asked, replied }) => {
    expect(hasReply(bytes, asked)).toBe(replied);
  });

  it('has five languages in which it ends with 0 though nobody replied', () => {
    const deaf = recordedPings().filter(({ exitCode, replied }) => exitCode === 0 && !replied);
    expect(new Set(deaf.map(({ language }) => language)).size).toBeGreaterThanOrEqual(5);
  });
});

describe('a line about an IPv6 address', () => {
  const told = (line: string, address: string) =>
    encodings.map((encoding) => hasReply(iconv.encode(`\r\n${line}\r\n`, encoding), address));

  it.each([
    ['Reply from 2001:db8::1: time<1ms', '2001:db8::1'],
    ['Reply from 2001:db8::1: time=12ms', '2001:0DB8:0::1'],
    ['R\u00e9ponse de 2001:db8::1 : temps=16 ms', '2001:db8::1'],
    ['\u4f86\u81ea 2001:db8:: \u7684\u56de\u8986: \u6642\u9593=3ms', '2001:db8::'],
    ['2001:db8::1 \u304b\u3089\u306e\u5fdc\u7b54: \u6642\u9593 <1ms', '2001:db8::1'],
    ['Reply from fe80::1%12: time=1ms', 'fe80::1%12'],
  ])('is a reply: %s', (line, address) => {
    expect(told(line, address)).not.toContain(false);
  });

  it.each([
    ['of another sender', 'Reply from 2001:db8::2: time=12ms'],
    ['without a time', 'Reply from 2001:db8::1: Destination host unreachable.'],
    ['of a router', 'Reply from 2001:db8::ff: TTL expired in transit.'],
    ['that announces', 'Pinging 2001:db8::1 with 32 bytes of data:'],
    ['before the statistics', 'Ping statistics for 2001:db8::1:'],
    ['of the statistics', '    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),'],
    ['of times', '    Minimum = 0ms, Maximum = 0ms, Average = 0ms'],
    ['with an address that this one begins', 'Reply from 2001:db8::12: time=1ms'],
  ])('is no reply: one %s', (_, line) => {
    expect(told(line, '2001:db8::1')).not.toContain(true);
  });
});
