/**
 * Invented names for real ones, the same one each time: label by label, so that a child domain stays one, a short
 * name stays the first label of its full name, and a computer's name that of its DNS name; addresses of the same
 * family, self-assigned ones staying self-assigned.
 */
import { KMS_SERVICE } from '@shared/kms';
import { canonicalName, isHostName, isIPv4, isIPv6, isLoopback } from '@shared/names';

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
  private readonly ids = new Map<string, string>();
  private readonly given = new Set<string>();
  /** What is left of the candidates of each kind: what was passed over once is passed over for good. */
  private readonly candidates = new Map<string, Endless>();
  private readonly words: readonly string[];
  /** The words in which the start of a candidate stands, by that start. */
  private readonly alike = new Map<string, string>();
  private readonly hidden: ReadonlySet<string>;

  /**
   * @param text all that is to be hidden from, in lower case: no invented name stands in it already
   * @param hidden the names and addresses to hide: none of them stands in an invented one
   */
  constructor(text: string, hidden: readonly string[]) {
    // Each once, which is much shorter than the text: an invented name is made of nothing that ends a word.
    this.words = [...new Set(text.split(/[^a-z0-9.:-]+/))];
    this.hidden = new Set(hidden.filter(({ length }) => length >= SHORTEST_AVOIDED));
  }

  /** The invented ID for a client machine ID. */
  id(id: string): string {
    const key = id.toLowerCase();
    const known =
      this.ids.get(key) ?? `00000000-0000-0000-0000-${String(this.ids.size + 1).padStart(12, '0')}`;
    this.ids.set(key, known);
    return known;
  }

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
    // Addresses that are the same everywhere name nobody.
    if (MEANINGLESS.test(address) || isLoopback(address)) return address;
    const key = isIPv6(address) ? new URL(`http://[${address}]`).hostname : address;
    const known = this.addresses.get(key);
    if (known !== undefined) return known;
    const invented = this.next(netOf(address), addressesIn);
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
    const invented = this.next(role, labelsFor);
    this.labels.set(key, invented);
    return invented;
  }

  /** The next candidate of a kind that tells nothing. */
  private next<K extends string>(kind: K, candidatesFor: (kind: K) => Endless): string {
    const candidates = this.candidates.get(kind) ?? candidatesFor(kind);
    this.candidates.set(kind, candidates);
    for (;;) {
      const { value } = candidates.next();
      if (this.given.has(value) || this.isThere(value) || this.tells(value)) continue;
      this.given.add(value);
      return value;
    }
  }

  /** Whether a candidate stands in the text. Most differ by the number at their end alone, as do few of the words. */
  private isThere(candidate: string): boolean {
    const start = candidate.replace(/[0-9a-f]+$/, '');
    const alike =
      this.alike.get(start) ?? this.words.filter((word) => word.includes(start)).join(' ');
    this.alike.set(start, alike);
    return alike.includes(candidate);
  }

  /** Whether something hidden stands in a candidate. */
  private tells(candidate: string): boolean {
    for (let start = 0; start <= candidate.length - SHORTEST_AVOIDED; start += 1) {
      for (let end = start + SHORTEST_AVOIDED; end <= candidate.length; end += 1) {
        if (this.hidden.has(candidate.slice(start, end))) return true;
      }
    }
    return false;
  }
}

/** Candidates; a case holds some thousand names and addresses at most, and there are more of each kind. */
type Endless = Generator<string, never>;

function* labelsFor(role: LabelLook): Endless {
  if (role === 'number') for (let number = 900; ; number += 1) yield String(number);
  if (role === 'computer') yield* numbered('pc');
  if (role === 'host') yield* numbered('host');
  yield* role === 'top' ? TOP_LABELS : DOMAIN_LABELS;
  return yield* numbered('name');
}

function* numbered(word: string): Endless {
  for (let number = 1; ; number += 1) yield `${word}${number}`;
}

/** For an IPv6 address the prefix of those that take its place. */
type Net = 'v4' | 'v4-self-assigned' | 'fe80::d0c:' | '2001:db8::d0c:';

/** Self-assigned and link-local addresses stay such. */
function netOf(address: string): Net {
  if (!isIPv6(address)) return address.startsWith('169.254.') ? 'v4-self-assigned' : 'v4';
  return /^fe[89ab]/i.test(address) ? 'fe80::d0c:' : '2001:db8::d0c:';
}

/** Addresses for documentation (RFC 5737, RFC 3849), for IPv4 then those for benchmarks (RFC 2544). */
function* addressesIn(net: Net): Endless {
  if (net === 'v4') {
    for (const documented of ['192.0.2', '198.51.100', '203.0.113']) {
      for (let host = 1; host < 255; host += 1) yield `${documented}.${host}`;
    }
  }
  for (let number = 1; ; number += 1) {
    const [high, low] = [number >> 8, number & 0xff];
    if (net === 'v4') yield `198.18.${high}.${low}`;
    else if (net === 'v4-self-assigned') yield `169.254.${100 + high}.${low}`;
    else yield `${net}${number.toString(16)}`;
  }
}
