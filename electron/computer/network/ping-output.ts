/**
 * Parses the output of Windows' ping.exe in any language. Its exit code isn't conclusive: it's 0 for any response,
 * including "Destination host unreachable" from this PC itself and "TTL expired" from a router.
 */
import { SocketAddress, isIPv6 } from 'node:net';

/** Marks an IPv4 reply, in every language; "TTL expired in transit" has no number. */
const REPLY = /\bTTL=\d/;

/** A time such as `time=12ms` or `time<1ms`, in any language. */
const TIME = /[=<]\s*\d/;

/**
 * Whether the pinged address replied.
 *
 * An IPv6 reply has neither `TTL=` nor a size. Its line is recognized by the sender, which is the pinged address,
 * followed by a time. Errors are sentences, and the statistics have their numbers on lines without an address.
 *
 * @param printed standard output as bytes; the markers are ASCII in every OEM code page
 * @param address IPv4 or IPv6, with or without a zone
 */
export function hasReply(printed: Buffer, address: string): boolean {
  const lines = printed.toString('latin1').split(/\r?\n/);
  if (!isIPv6(address)) return lines.some((line) => REPLY.test(line));
  const asked = plain(address);
  return lines.some((line) => TIME.test(behind(line, asked)));
}

/** Returns the text after an IPv6 address in a line; empty if the line doesn't contain the address. */
function behind(line: string, asked: string): string {
  for (const { 0: word, index } of line.matchAll(/[0-9a-f:.]+/gi)) {
    // Most languages put a colon directly after the address.
    const isAsked = [word, word.replace(/:$/, '')].some(
      (name) => isIPv6(name) && plain(name) === asked,
    );
    if (isAsked) return line.slice(index + word.length);
  }
  return '';
}

/** Returns the canonical form of an IPv6 address, without a zone. */
function plain(address: string): string {
  return new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address;
}
