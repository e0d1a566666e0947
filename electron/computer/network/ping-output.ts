/**
 * What Windows' ping.exe prints, whatever its language. Its exit code cannot tell: it is 0 for anything that came
 * back, "Destination host unreachable" of this PC itself and "TTL expired" of a router among it.
 */
import { SocketAddress, isIPv6 } from 'node:net';

/** Of a reply over IPv4, in every language; "TTL expired in transit" has no number. */
const REPLY = /\bTTL=\d/;

/** A time such as `time=12ms` or `time<1ms`, in any language. */
const TIME = /[=<]\s*\d/;

/**
 * Whether the address that was pinged has replied.
 *
 * A reply over IPv6 has neither `TTL=` nor a size: its line is told by the sender, which is the address itself, and
 * a time behind it. An error is a sentence, and the statistics have their numbers on lines without an address.
 *
 * @param printed standard output, as bytes: what is looked for is ASCII in every OEM code page
 * @param address IPv4 or IPv6, with or without a zone
 */
export function hasReply(printed: Buffer, address: string): boolean {
  const lines = printed.toString('latin1').split(/\r?\n/);
  if (!isIPv6(address)) return lines.some((line) => REPLY.test(line));
  const asked = plain(address);
  return lines.some((line) => TIME.test(behind(line, asked)));
}

/** What stands behind an IPv6 address in a line; empty where it does not name the address. */
function behind(line: string, asked: string): string {
  for (const { 0: word, index } of line.matchAll(/[0-9a-f:.]+/gi)) {
    // Most languages put a colon behind the address at once.
    const isAsked = [word, word.replace(/:$/, '')].some(
      (name) => isIPv6(name) && plain(name) === asked,
    );
    if (isAsked) return line.slice(index + word.length);
  }
  return '';
}

/** An IPv6 address in its one form, without a zone. */
function plain(address: string): string {
  return new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address;
}
