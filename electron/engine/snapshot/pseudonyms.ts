/**
 * Invented names for real ones, the same one each time: label by label, so that a child domain stays one, a short
 * name stays the first label of its full name, and a computer's name that of its DNS name; addresses of the same
 * family, self-assigned ones staying self-assigned.
 */
import { KMS_SERVICE } from '@shared/kms';
import { canonicalName, isHostName, isIPv4, isIPv6 } from '@shared/names';

/** What a label belongs to, as far as is known when it is first met; a matter of looks. */
export type LabelRole = 'computer' | 'host' | 'domain';

type LabelLook = LabelRole | 'top' | 'number';

/** Labels that are the same for everybody. */
const COMMON_LABELS = new Set(['', ...KMS_SERVICE.split('.')]);

/** Last labels that belong to nobody (RFC 2606, RFC 6761). */
const TOP_LABELS = ['example', 'test', 'invalid'];

const DOMAIN_LABELS = [
  'alpha',
  'bravo',
  'charlie',
  'delta',
  'echo',
  'foxtrot',
  'golf',
  'india',
  'juliett',
  'kilo',
  'lima',
  'mike',
  'november',
  'oscar',
  'papa',
  'quebec',
  'romeo',
  'sierra',
  'tango',
  'uniform',
  'victor',
  'whiskey',
  'yankee',
  'zulu',
];

/** Addresses that say nothing of a network: "any", and those that Windows lists where IPv6 has no DNS server. */
const MEANINGLESS = /^(?:0\.0\.0\.0|::|fec0:0:0:ffff::[123])$/i;

/** Names shorter than this stand in too many words for an invented one to avoid them. */
const SHORTEST_AVOIDED = 3;

/** Makes names up. */
export class Pseudonymizer {
  private readonly labels = new Map<string, string>();
  private readonly addresses = new Map<string, string>();
  private readonly given = new Set<string>();

  /**
   * @param text all that is to be hidden from: no invented name stands in it already
   * @param hidden the names and addresses to hide: none of them stands in an invented one
   */
  constructor(
    private readonly text: string,
    private readonly hidden: readonly string[],
  ) {}

  /** The invented name for a computer, host or domain name; an address instead of a name keeps being one. */
  name(name: string, role: LabelRole): string {
    // The root: as the target of a record, "no service here" (RFC 2782).
    if (name === '.') return name;
    if (isIPv4(name) || isIPv6(name)) return this.address(name);
    const literal = /^(\d+\.\d+\.\d+\.\d+)\.(.+)$/.exec(name);
    if (literal?.[1] !== undefined && literal[2] !== undefined && isIPv4(literal[1])) {
      // An address that a zone file completed to a name, which is a mistake worth seeing.
      return `${this.address(literal[1])}.${this.name(literal[2], 'domain')}`;
    }
    const labels = canonicalName(name).split('.');
    return labels
      .map((label, index) => {
        const isLast = index === labels.length - 1;
        // A last label of digits makes it no host name (RFC 1123 §2.1), and has to stay so.
        if (isLast && /^\d+$/.test(label)) return this.label(label, 'number');
        return this.label(label, isLast && index > 0 ? 'top' : index === 0 ? role : 'domain');
      })
      .join('.');
  }

  /** The invented address for an address; the same one however it is written. */
  address(address: string): string {
    if (MEANINGLESS.test(address)) return address;
    const key = isIPv6(address) ? new URL(`http://[${address}]`).hostname : address;
    const known = this.addresses.get(key);
    if (known !== undefined) return known;
    const invented = this.first(isIPv6(address) ? addresses6(address) : addresses4(address));
    this.addresses.set(key, invented);
    return invented;
  }

  private label(label: string, role: LabelLook): string {
    const key = label.toLowerCase();
    if (COMMON_LABELS.has(key)) return label;
    // What is wrong with a label stays wrong with it.
    if (!isHostName(`${label}.x`)) {
      return label.replace(/[a-z0-9]+/gi, (part) => this.label(part, role));
    }
    const known = this.labels.get(key);
    if (known !== undefined) return known;
    const invented = this.first(labelsFor(role));
    this.labels.set(key, invented);
    return invented;
  }

  private first(candidates: Iterable<string>): string {
    let last = '';
    for (const candidate of candidates) {
      last = candidate;
      if (this.given.has(candidate) || this.text.includes(candidate)) continue;
      const tells = this.hidden.some(
        (name) => name.length >= SHORTEST_AVOIDED && candidate.includes(name),
      );
      if (!tells) break;
    }
    this.given.add(last);
    return last;
  }
}

/** More of them than any case can hold. */
const MANY = 10_000;

function* labelsFor(role: LabelLook): Generator<string> {
  switch (role) {
    case 'number':
      for (let number = 900; number <= MANY; number += 1) yield String(number);
      break;
    case 'computer':
      yield* numbered('pc');
      break;
    case 'host':
      yield* numbered('host');
      break;
    case 'top':
      yield* TOP_LABELS;
      break;
    case 'domain':
      yield* DOMAIN_LABELS;
  }
  yield* numbered('name');
}

function* numbered(word: string): Generator<string> {
  for (let number = 1; number <= MANY; number += 1) yield `${word}${number}`;
}

/** Addresses for documentation (RFC 5737), then for benchmarks (RFC 2544); 169.254 for self-assigned ones. */
function* addresses4(address: string): Generator<string> {
  if (address.startsWith('169.254.')) {
    for (let number = 1; number <= MANY; number += 1) {
      yield `169.254.${100 + (number >> 8)}.${number & 0xff}`;
    }
    return;
  }
  for (const net of ['192.0.2', '198.51.100', '203.0.113']) {
    for (let host = 1; host < 255; host += 1) yield `${net}.${host}`;
  }
  for (let number = 1; number <= MANY; number += 1) {
    yield `198.18.${number >> 8}.${number & 0xff}`;
  }
}

/** Addresses for documentation (RFC 3849); fe80 for link-local ones. */
function* addresses6(address: string): Generator<string> {
  const prefix = /^fe[89ab]/i.test(address) ? 'fe80::d0c:' : '2001:db8::d0c:';
  for (let number = 1; number <= 0xffff; number += 1) yield `${prefix}${number.toString(16)}`;
}
