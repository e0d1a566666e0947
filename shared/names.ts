/**
 * Network names: hosts, domains, addresses, endpoints, and the DNS name of the KMS record.
 * Every text from the user, DNS or the registry is validated here before it is used.
 */

import { KMS_SERVICE } from './kms';

/** A host with a port. */
export interface Endpoint {
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Address and port of a DNS server; the default port is 53. */
export interface DnsServer {
  readonly address: string;
  readonly port: number;
}

/** Returns the full name of the KMS record in a domain; the bare name for null. */
export function kmsRecordName(domain: string | null): string {
  return domain === null ? KMS_SERVICE : `${KMS_SERVICE}.${domain}`;
}

/** Returns the name of the record that locates a domain's controllers in Active Directory ([MS-ADTS] §6.3.2.3). */
export function controllersRecordName(domain: string): string {
  return `_ldap._tcp.dc._msdcs.${domain}`;
}

/** Normalizes a DNS name for comparison: lowercase, no trailing dot; the root stays `.`. */
export function canonicalName(name: string): string {
  const lower = name.trim().toLowerCase();
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

const SETUP_NAME =
  /^(minint-[\da-z]+|desktop-[\da-z]{7}|laptop-[\da-z]{8}|win-[\da-z]{11})(?:\.|$)/;

/**
 * Returns the prefix of a name that Windows Setup gives a PC, such as `desktop-` (docs/windows-facts.md#events); empty
 * for a name given by a user. The name must be in lowercase.
 */
export const setupNamePrefix = (name: string): string =>
  SETUP_NAME.test(name) ? name.slice(0, name.indexOf('-') + 1) : '';

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** Whether a text is an IPv4 address in dotted-decimal notation. */
export function isIPv4(text: string): boolean {
  return ipv4.test(text);
}

/** Whether a text is an IPv6 address without brackets or zone (RFC 4291 §2.2). */
export function isIPv6(text: string): boolean {
  if (!text.includes(':')) return false;
  // An IPv4 address at the end stands for two groups.
  const halves = text.replace(/(?<=:)[\d.]+$/, (tail) => (isIPv4(tail) ? '0:0' : tail)).split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}

/** Whether a text is an IP address of either family. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Normalizes a host for comparison: a name like {@link canonicalName}, an address as it is. */
export const canonicalHost = (host: string): string =>
  isAddress(host) ? host : canonicalName(host);

/** Formats a DNS server for display; the port is included only if it isn't 53. */
export const formatDnsServer = ({ address, port }: DnsServer): string =>
  port === 53 ? address : formatEndpoint(address, port);

/** Whether an address is a loopback address (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3), including IPv4-mapped IPv6. */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./i.test(address) || (/^[0:]*:0*1$/.test(address) && isIPv6(address));
}

/** Whether an address is unspecified: 0.0.0.0 or :: (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2). */
export function isUnspecified(address: string): boolean {
  return /^(?:::ffff:)?0\.0\.0\.0$/i.test(address) || (/^[0:]+$/.test(address) && isIPv6(address));
}

/**
 * Whether a text is a valid DNS name of a host or domain: labels of letters, digits and inner hyphens, at most 63
 * characters each and 253 in total (RFC 1123 §2.1). Underscores are accepted because Windows computer names may contain
 * them.
 */
export function isHostName(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name.length === 0 || name.length > 253) return false;
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i.test(label));
}

/** Parses a port number; null if it is invalid. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/**
 * Parses `host`, `host:port`, `1.2.3.4:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
 *
 * @returns the endpoint, with a null port if none is given; null if the text is none of these
 */
export function parseEndpoint(text: string) {
  const trimmed = text.trim();
  if (isIPv6(trimmed)) return { host: trimmed, port: null };
  const [, bracketed, plain = '', digits] =
    /^(?:\[([^\]]*)\]|([^:]+))(?::(\d+))?$/.exec(trimmed) ?? [];
  const host = bracketed ?? plain;
  const isValid = bracketed === undefined ? isIPv4(host) || isHostName(host) : isIPv6(host);
  const port = digits === undefined ? null : parsePort(digits);
  return isValid && (digits === undefined || port !== null) ? { host, port } : null;
}

/** Formats an endpoint as `host:port`, with IPv6 in brackets. */
export function formatEndpoint(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * Returns the parent domains of a domain, nearest first, down to two labels: `a.b.contoso.com` gives `b.contoso.com`
 * and `contoso.com`.
 */
export function parentDomains(domain: string): string[] {
  const labels = canonicalName(domain).split('.');
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
}

/** Returns the domain of a full host name; null for a name without a dot or an address. */
export function domainOf(host: string): string | null {
  if (isAddress(host)) return null;
  const name = canonicalName(host);
  const dot = name.indexOf('.');
  return dot > 0 && dot < name.length - 1 ? name.slice(dot + 1) : null;
}
