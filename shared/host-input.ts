/**
 * Parses hosts, domains and endpoints as users type them, or rejects them with the allowed form and suggestions. An
 * accepted value contains only letters, digits, hyphens, underscores and dots (an address: also colons), so it can be
 * used in a command, a registry value or a zone file without quoting.
 */
import type { FixId } from './catalog';
import type { Message, MessageKey } from './message';
import { escapeLine } from './printable';
import { redact } from './redaction';
import {
  canonicalName,
  formatEndpoint,
  isAddress,
  isHostName,
  isIPv4,
  isIPv6,
  parsePort,
  type DnsServer,
} from './names';

/** A parsed value, or why a text isn't valid. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly message: Message;
      /** Complete values that the user may have meant. */
      readonly suggestions: readonly string[];
      /** The fix that the value belongs to. */
      readonly instead?: FixId;
    };

/** A host with its port, if one was given. */
export interface HostInput {
  /** Lowercase name without a trailing dot, or an address without brackets. */
  readonly host: string;
  readonly port: number | null;
}

/** Maximum length of a text that is parsed, far above any valid value. */
const MAX_TEXT = 1024;

/** Creates a rejection. */
export function refused(
  key: MessageKey,
  params: Message['params'] = {},
  suggestions: readonly string[] = [],
): Extract<Parsed<never>, { ok: false }> {
  return { ok: false, message: { key, params }, suggestions };
}

/** Suggests values that the user may have meant. */
export const didYouMean = (suggestions: readonly string[]): Message => ({
  key: 'parameters.problems.didYouMean',
  params: { values: suggestions.join(', ') },
});

/** Wraps a parsed value. */
export const accepted = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** Parses `host`, `host:port`, an IPv4 or IPv6 address, `[v6]` or `[v6]:port`. */
export function readHost(raw: unknown): Parsed<HostInput> {
  const text = readText(raw);
  if (!text.ok) return text;
  const scheme = withoutScheme(text.value);
  if (scheme !== null) {
    const meant = readHost(scheme);
    return refused(
      'parameters.problems.scheme',
      { text: toDisplayText(text.value) },
      meant.ok ? [written(meant.value)] : meant.suggestions,
    );
  }
  if (text.value.startsWith('[')) return readBracketed(text.value);
  if (isIPv6(text.value)) {
    const readings = bothReadings(text.value);
    return readings === null
      ? accepted({ host: text.value.toLowerCase(), port: null })
      : refused('parameters.problems.ambiguousIPv6', { text: text.value }, readings);
  }
  const [name = '', portText, ...more] = text.value.split(':');
  if (more.length > 0) return readUnbracketed(text.value);
  const host = isIPv4(name) ? accepted(name) : readName(name);
  return host.ok ? hostWithPort(host.value, portText) : host;
}

/** @param portText empty or missing if there is no port */
function hostWithPort(host: string, portText = ''): Parsed<HostInput> {
  if (portText === '') return accepted({ host, port: null });
  const port = readPort(portText);
  return port.ok ? accepted({ host, port: port.value }) : port;
}

/** Parses a host without a port, for fields that take none or have a separate port field. */
export function readHostAlone(raw: unknown): Parsed<string> {
  const read = readHost(raw);
  if (!read.ok) return read;
  const { host, port } = read.value;
  return port === null
    ? accepted(host)
    : refused('parameters.problems.portNotHere', { text: toDisplayText(raw) }, [host]);
}

/** Parses a DNS name of a host or a domain; rejects addresses and ports. */
export function readDomain(raw: unknown): Parsed<string> {
  const text = readText(raw);
  if (!text.ok) return text;
  const bare = withoutScheme(text.value);
  if (bare !== null) {
    const meant = readDomain(bare.replace(/:\d*$/, ''));
    return refused(
      'parameters.problems.scheme',
      { text: toDisplayText(text.value) },
      meant.ok ? [meant.value] : [],
    );
  }
  const unbracketed = text.value.replace(/^\[|\]$/g, '');
  if (isAddress(unbracketed))
    return refused('parameters.problems.addressNotName', { text: unbracketed });
  const withService = /^_vlmcs\._tcp\.(.+)$/i.exec(text.value);
  if (withService?.[1] !== undefined) {
    const meant = readName(withService[1]);
    return refused('parameters.problems.recordName', {}, meant.ok ? [meant.value] : []);
  }
  return readName(text.value);
}

/** Parses an address with an optional port, as accepted by `--dns`: `10.0.0.10`, `10.0.0.10:5300`, `[::1]:5300`. */
export function readServer(raw: unknown): Parsed<DnsServer> {
  const host = readHost(raw);
  if (!host.ok) return host;
  if (!isAddress(host.value.host)) {
    return refused('parameters.problems.serverAddress', { text: host.value.host });
  }
  return accepted({ address: host.value.host, port: host.value.port ?? 53 });
}

/** Parses a port, 1 to 65535. */
export function readPort(raw: unknown): Parsed<number> {
  const port =
    typeof raw === 'number' || typeof raw === 'string' ? parsePort(String(raw).trim()) : null;
  return port === null
    ? refused('parameters.problems.port', { text: toDisplayText(raw) })
    : accepted(port);
}

/** Truncates a text and escapes characters that a console or page would interpret instead of display. */
export function toDisplayText(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : typeof raw === 'number' ? String(raw) : typeof raw;
  const plain = escapeLine(text.slice(0, 80));
  return text.length > 80 ? `${plain}…` : plain;
}

function readText(raw: unknown): Parsed<string> {
  if (typeof raw !== 'string') return refused('parameters.problems.text');
  const text = withoutSpaces(raw);
  if (text === '') return refused('parameters.problems.required');
  if (text.length > MAX_TEXT) return refused('parameters.problems.tooLong', { max: 253 });
  // A product key's groups would be a valid name, and the key would be sent to DNS servers and written to journals and
  // commands.
  if (redact(text) !== text) return refused('parameters.problems.isProductKey');
  return accepted(text);
}

/** Trims spaces. A line break or another control character is never a typo, so it stays. */
export function withoutSpaces(text: string): string {
  return text.replace(/^[\p{Zs}\ufeff]+|(?<![\p{Zs}\ufeff])[\p{Zs}\ufeff]+$/gu, '');
}

function withoutScheme(text: string): string | null {
  return /^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}([^/\\?#]*)/i.exec(text)?.[1] ?? null;
}

function readBracketed(text: string): Parsed<HostInput> {
  const [, address = '', portText] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? [];
  return isIPv6(address)
    ? hostWithPort(address.toLowerCase(), portText)
    : refused('parameters.problems.brackets', { text: toDisplayText(text) });
}

/**
 * `fe80::1:1688` is a valid address, but also an address with a port that lost its brackets. Both readings are
 * suggested only if the last group looks like a chosen port: four decimal digits, 1024 or higher.
 */
function bothReadings(text: string): readonly string[] | null {
  const [, address = '', port = ''] = /^(.*):([1-9]\d{3})$/.exec(text) ?? [];
  if (!isIPv6(address) || Number(port) < 1024) return null;
  return [`[${address}]:${port}`, `[${text}]`];
}

function readUnbracketed(text: string): Parsed<HostInput> {
  const [, address = '', port = ''] = /^(.*):(\d{1,5})$/.exec(text) ?? [];
  const meant = isIPv6(address) && parsePort(port) !== null ? [`[${address}]:${port}`] : [];
  return refused(
    meant.length > 0 ? 'parameters.problems.missingBrackets' : 'parameters.problems.colons',
    { text: toDisplayText(text) },
    meant,
  );
}

function readName(text: string): Parsed<string> {
  const foreign = /[^a-z0-9._\-\p{L}\p{M}\p{N}\u3002\uff0e\uff61]/iu.exec(text)?.[0];
  if (foreign !== undefined) {
    const meant = text.replace(/[^a-z0-9._-]/gi, '');
    return refused(
      'parameters.problems.character',
      { character: isInvisible(foreign) ? codePoint(foreign) : foreign },
      /^\s*[\\/]/.test(text) && isHostName(meant) ? [canonicalName(meant)] : [],
    );
  }
  const ascii = /^[ -~]*$/.test(text) ? text : toALabels(text);
  if (ascii === null) return refused('parameters.problems.idn', { text: toDisplayText(text) });
  return checkedName(canonicalName(ascii));
}

/** Accepts a name of valid characters, or explains why it isn't a host name (RFC 1123 §2.1). */
function checkedName(name: string): Parsed<string> {
  if (name.length > 253) return refused('parameters.problems.tooLong', { max: 253 });
  for (const label of name.split('.')) {
    if (label === '') {
      const meant = name.replace(/\.{2,}/g, '.').replace(/^\.|\.$/g, '');
      return refused('parameters.problems.emptyLabel', {}, isHostName(meant) ? [meant] : []);
    }
    if (label.length > 63)
      return refused('parameters.problems.labelTooLong', { label: toDisplayText(label) });
    if (label.startsWith('-') || label.endsWith('-')) {
      return refused('parameters.problems.hyphen', { label: toDisplayText(label) });
    }
  }
  return isHostName(name)
    ? accepted(name)
    : refused('parameters.problems.numericName', { text: toDisplayText(name) });
}

/** The platform's URL parser, available in both Node and the window. Its type isn't available in this folder. */
const { URL: UrlParser } = globalThis as unknown as {
  readonly URL: new (text: string) => { readonly hostname: string };
};

/** Converts an internationalized name to its DNS form (UTS #46, RFC 5891); null if there is none. */
function toALabels(text: string): string | null {
  try {
    return new UrlParser(`http://${text}`).hostname;
  } catch {
    return null;
  }
}

const written = ({ host, port }: HostInput): string =>
  port === null ? (isIPv6(host) ? `[${host}]` : host) : formatEndpoint(host, port);

const isInvisible = (character: string): boolean => /[\p{C}\p{Z}]/u.test(character);

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
