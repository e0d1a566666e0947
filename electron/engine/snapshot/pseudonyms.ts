/**
 * Consistent pseudonyms for names and addresses. Names are replaced label by label, so that a child domain stays one, a
 * short name stays the first label of its fully qualified name, and a computer name that of its DNS name. Addresses
 * stay in the same family, and self-assigned ones stay self-assigned.
 */
import { KMS_SERVICE } from '@shared/kms';
import {
  canonicalName,
  controllersRecordName,
  isAddress,
  isHostName,
  isIPv4,
  isIPv6,
  isLoopback,
  setupNamePrefix,
} from '@shared/names';
import { getOrCreate } from '@shared/get-or-create';

/** The kind of name that a label belongs to, as known when it's first seen. Affects only how the pseudonym looks. */
export type LabelRole = 'computer' | 'host' | 'domain';

type LabelLook = LabelRole | 'top' | 'number';

/** Labels that are the same everywhere. */
const COMMON_LABELS = new Set(['', ...KMS_SERVICE.split('.')]);

/** Reserved top-level labels (RFC 2606, RFC 6761). */
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

/** Addresses that reveal nothing: "any", and those that Windows lists if no IPv6 DNS server is configured. */
const MEANINGLESS = /^(?:0\.0\.0\.0|::|fec0:0:0:ffff::[123])$/i;

const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Fixed prefix of the record name used to look up a domain's controllers. */
const CONTROLLERS = controllersRecordName('');

/** Shorter names occur in too many words for pseudonyms to avoid them. */
const MIN_AVOIDED_LENGTH = 3;

/** Maximum number of candidates to reject because they contain a hidden name. */
const MAX_TRIES = 1000;

/** Generates pseudonyms. */
export class Pseudonymizer {
  private readonly labels = new Map<string, string>();
  private readonly addresses = new Map<string, string>();
  private readonly ids = new Map<string, string>();
  private readonly given = new Set<string>();
  /** Generators of the remaining candidates of each kind; a rejected candidate isn't tried again. */
  private readonly candidates = new Map<string, Endless>();
  private readonly words: readonly string[];
  /** Cache of the words that contain a candidate's prefix, by prefix. */
  private readonly alike = new Map<string, string>();
  private readonly hidden: ReadonlySet<string>;

  /**
   * @param text the whole case in lowercase; pseudonyms never occur in it
   * @param hidden the names and addresses to hide; pseudonyms never contain any of them
   */
  constructor(text: string, hidden: readonly string[]) {
    // Deduplicated words are much shorter than the text. Pseudonyms contain no characters that end a word.
    this.words = [...new Set(text.split(/[^a-z0-9.:-]+/))];
    this.hidden = new Set(hidden.filter(({ length }) => length >= MIN_AVOIDED_LENGTH));
  }

  /** Returns the pseudonym for the ID by which a KMS host counts a client. */
  machineId(id: string): string {
    if (id === NO_ID) return id;
    const number = String(this.ids.size + 1).padStart(12, '0');
    return getOrCreate(this.ids, id.toLowerCase(), () => `00000000-0000-0000-0000-${number}`);
  }

  /** Returns the pseudonym for a computer, host or domain name; an address in place of a name stays an address. */
  name(name: string, role: LabelRole): string {
    // The root: as a record's target, it means "no service" (RFC 2782).
    if (name === '.') return name;
    if (name.startsWith(CONTROLLERS)) {
      return CONTROLLERS + this.name(name.slice(CONTROLLERS.length), 'domain');
    }
    if (isAddress(name)) return this.address(name);
    const [, address = '', domain = ''] = /^(\d+\.\d+\.\d+\.\d+)\.(.+)$/.exec(name) ?? [];
    if (isIPv4(address)) {
      // An address that a zone file expanded to a name: a configuration error that should stay visible.
      return `${this.address(address)}.${this.name(domain, 'domain')}`;
    }
    const labels = canonicalName(name).split('.');
    return labels
      .map((label, index) => {
        const isLast = index === labels.length - 1;
        // A name with a numeric last label isn't a valid host name (RFC 1123 §2.1) and must stay invalid.
        if (isLast && /^\d+$/.test(label)) return this.label(label, 'number');
        return this.label(label, isLast && index > 0 ? 'top' : index === 0 ? role : 'domain');
      })
      .join('.');
  }

  /** Returns the pseudonym for an address, regardless of how the address is written. */
  address(address: string): string {
    // Addresses that are the same everywhere identify nothing.
    if (MEANINGLESS.test(address) || isLoopback(address)) return address;
    const key = isIPv6(address) ? new URL(`http://[${address}]`).hostname : address;
    return getOrCreate(this.addresses, key, () => this.next(netOf(address), addressesIn));
  }

  private label(label: string, role: LabelLook): string {
    const key = label.toLowerCase();
    if (COMMON_LABELS.has(key)) return label;
    // An invalid label must stay invalid in the same way.
    if (!isHostName(`${label}.x`)) {
      return label.replace(/[a-z0-9]+/gi, (part) => this.label(part, role));
    }
    const prefix = setupNamePrefix(key);
    return getOrCreate(this.labels, key, () =>
      prefix === ''
        ? this.next(role, labelsFor)
        : this.next(`${prefix}${'0'.repeat(key.length - prefix.length)}`, setupNamesLike),
    );
  }

  /** Returns the next usable candidate of a kind. */
  private next<K extends string>(kind: K, candidatesFor: (kind: K) => Endless): string {
    const candidates = getOrCreate(this.candidates, kind, () => candidatesFor(kind));
    for (let tries = 1; ; tries += 1) {
      const { value } = candidates.next();
      if (this.given.has(value) || this.isThere(value)) continue;
      // A name such as "host" is in every candidate, and reveals nothing.
      if (tries < MAX_TRIES && this.tells(value)) continue;
      this.given.add(value);
      return value;
    }
  }

  /** Whether a candidate occurs in the text. Most candidates differ only in their final number, so cache by prefix. */
  private isThere(candidate: string): boolean {
    const start = candidate.replace(/[0-9a-f]+$/, '');
    const wordsWith = (): string => this.words.filter((word) => word.includes(start)).join(' ');
    return getOrCreate(this.alike, start, wordsWith).includes(candidate);
  }

  /** Whether a candidate contains a hidden name. */
  private tells(candidate: string): boolean {
    for (let start = 0; start <= candidate.length - MIN_AVOIDED_LENGTH; start += 1) {
      for (let end = start + MIN_AVOIDED_LENGTH; end <= candidate.length; end += 1) {
        if (this.hidden.has(candidate.slice(start, end))) return true;
      }
    }
    return false;
  }
}

/** Infinite generator of candidates. A case has at most a few thousand names and addresses. */
type Endless = Generator<string, never>;

function* labelsFor(role: LabelLook): Endless {
  if (role === 'number') for (let number = 900; ; number += 1) yield String(number);
  if (role === 'computer') yield* numbered('pc');
  if (role === 'host') yield* numbered('host');
  yield* role === 'top' ? TOP_LABELS : DOMAIN_LABELS;
  return yield* numbered('name');
}

/** Names that Windows Setup could have given, since an event log shows by them that a PC was renamed. */
function* setupNamesLike(zeros: string): Endless {
  for (let number = 1; ; number += 1) {
    yield zeros.slice(0, zeros.length - String(number).length) + String(number);
  }
}

function* numbered(word: string): Endless {
  for (let number = 1; ; number += 1) yield `${word}${number}`;
}

/** The network to take pseudonyms from; for IPv6, the prefix. */
type Net = 'v4' | 'v4-self-assigned' | 'fe80::d0c:' | '2001:db8::d0c:';

/** Returns the network for an address's pseudonym. Self-assigned and link-local addresses stay so. */
function netOf(address: string): Net {
  if (!isIPv6(address)) return address.startsWith('169.254.') ? 'v4-self-assigned' : 'v4';
  return /^fe[89ab]/i.test(address) ? 'fe80::d0c:' : '2001:db8::d0c:';
}

/** Generates documentation addresses (RFC 5737, RFC 3849); for IPv4, followed by benchmark addresses (RFC 2544). */
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
