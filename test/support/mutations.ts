/** Corrupts a case or a PC's answers the way a broken tool, a half-written file or an attacker would. */
import { REASON_CODES, type ReasonCode } from '@shared/diagnosis';
import { FACT_NAMES } from '@shared/scenario';
import { Unreadable, type CimRow, type Computer, type KmsProbe } from '@engine/computer';
import { SPP_KEY, type RegistryLocation } from '@engine/registry-keys';
import { HOSTILE_NAMES } from './hostile';
import { seeded, type Random } from './random';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Alphabet of the published client setup keys. */
const KEY_ALPHABET = 'BCDFGHJKMPQRTVWXY2346789';

/** Returns a key in valid format that was never issued: five groups of five characters, including one N. */
export function fakeKey(random: Random): string {
  const characters = Array.from({ length: 25 }, () =>
    KEY_ALPHABET.charAt(random.below(KEY_ALPHABET.length)),
  );
  characters[random.below(25)] = 'N';
  return (characters.join('').match(/.{5}/g) ?? []).join('-');
}

/** Texts that a terminal or page would interpret, or that hide from a reader. */
const OBEYED: readonly string[] = [
  '\u001B]0;owned\u0007\u001B[2J',
  '\u009B31m',
  'kms1\u202Eexe.moc',
  '\u2066\u2028\u0085',
  '"><script>hit=1</script>',
  "' onmouseover='hit=1",
  '\r\nX-Injected: 1',
];

/** Values of any type that a reader doesn't expect. */
const ODD_VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 0.5, 1e21, -1e308, 2 ** 53, 4_294_967_296, 65_536],
  ...['', ' ', '.', '0', '0x', '-0', 'null', '9999-12-31T23:59:59Z', '0000-00-00'],
  ...[[], {}, [[]], [null]],
];

/** Values that have a meaning somewhere in a case. */
const WORDS: readonly Json[] = [
  ...['kms', 'refused', 'filtered', 'no-route', 'silent', 'other-rpc', 'not-rpc'],
  ...['SERVFAIL', 'REFUSED', 'FORMERR', 'NXDOMAIN', 'running', 'stopped', 'disabled', 'manual'],
  ...['none', 'secure', 'any', 'unknown', 'dhcp', 'static', 'this-pc', 'network'],
  ...['10.0.0.10', '10.0.0.20', '10.0.0.42', '0.0.0.0', '127.0.0.1', '::1', 'fe80::1', '::'],
  ...['contoso.com', 'kms1.contoso.com', '_vlmcs._tcp.contoso.com', '_vlmcs._tcp', 'localhost'],
  ...['VOLUME_KMS channel', 'VOLUME_KMSCLIENT channel', 'VOLUME_MAK channel', 'RETAIL channel'],
  ...[1, 2, 3, 4, 5, 6, 12_288, 12_289, 12_290, 12_293, 8198, 1688, 1700, 53],
  ...[0xc004_f074, 0xc004_f038, 0xc004_f041, 0xc004_c003, 0xc004_f069, 0xc004_f06c, 0x8007_0005],
  ...['0xC004F074,0x0,kms1.contoso.com:1688', '0xC004F038', 'hr=0xC004F041', '0,0x04000000,0,1,3'],
];

/** Properties that every object inherits. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

/** A property or array item, with the object that holds it. */
export interface Place {
  readonly holder: Json[] | { [name: string]: Json };
  readonly name: string | number;
}

/** Returns all places in a value. */
export function placesIn(value: Json, found: Place[] = []): Place[] {
  if (value === null || typeof value !== 'object') return found;
  for (const name of Object.keys(value)) {
    const holder = value;
    found.push({ holder, name });
    placesIn(valueAt({ holder, name }), found);
  }
  return found;
}

/** Returns the value at a place; null if there is none. */
export const valueAt = ({ holder, name }: Place): Json =>
  (holder as Record<string, Json>)[name] ?? null;

/** Sets the value at a place, even if its name is special, such as `__proto__`. */
export function put({ holder, name }: Place, value: Json): void {
  Object.defineProperty(holder, name, {
    ...{ value, enumerable: true, configurable: true, writable: true },
  });
}

/** Returns another value of the same type, to get past checks that look only at types. */
function sameType(value: Json, random: Random, key: string): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') {
    return random.pick([value + 1, -value, 0, 1, 5, 25, 250_000, 0xc004_f038, value * 1_000]);
  }
  if (typeof value === 'string') {
    const words = WORDS.filter((word) => typeof word === 'string');
    const harm = [key, ...OBEYED, ...HOSTILE_NAMES, `${value} ${random.pick(OBEYED)}`];
    return random.chance(0.5) ? random.pick(words) : random.pick(harm);
  }
  return structuredClone(random.pick(ODD_VALUES));
}

function change(root: Json, random: Random, key: string): void {
  const places = placesIn(root);
  if (places.length === 0) return;
  const place = random.pick(places);
  const { holder, name } = place;
  const value = valueAt(place);
  const other = random.pick(places);
  switch (random.below(10)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else Reflect.deleteProperty(holder, name);
      return;
    case 1:
      put(place, null);
      return;
    case 2:
      put(place, structuredClone(random.pick(ODD_VALUES)));
      return;
    case 3:
      put(place, structuredClone(random.pick(WORDS)));
      return;
    case 4:
      // Swap two values.
      put(place, structuredClone(valueAt(other)));
      put(other, value === null ? null : structuredClone(value));
      return;
    case 5:
      if (Array.isArray(holder)) {
        for (let copies = random.below(6); copies >= 0; copies -= 1) {
          holder.splice(random.below(holder.length + 1), 0, structuredClone(value));
        }
      } else put({ holder, name: random.pick(INHERITED) }, structuredClone(value));
      return;
    default:
      put(place, sameType(value, random, key));
  }
}

/** Returns a copy with some places changed, dropped, duplicated or swapped; some get a `key` of {@link fakeKey}. */
export function mutatedJson<T>(json: T, random: Random, key: string): T {
  const copy = structuredClone(json) as Json;
  for (let left = 1 + random.below(3); left > 0; left -= 1) change(copy, random, key);
  return copy as T;
}

/** Returns a case with some of its facts unread or marked as left out. */
export function withUnread<T extends object>(file: T, random: Random): T {
  const unread = { [random.pick(FACT_NAMES)]: random.pick(REASON_CODES) };
  return random.chance(0.2)
    ? { ...file, leftOut: [random.pick(FACT_NAMES)] }
    : { ...file, unread: { ...(file as { unread?: object }).unread, ...unread } };
}

const QUESTIONS = [
  ...['system', 'adapters', 'dnsClientSettings', 'licensingService', 'licensingProducts'],
  ...['officeProducts', 'registryValue', 'service', 'events', 'clockOffset', 'firewallKmsRule'],
  ...['dnsQuery', 'dnsQuery', 'dnsQuery', 'resolve', 'resolve', 'probeKms', 'probeKms'],
] as const;

/** Outcomes that no version of this program knows. */
const UNKNOWN_OUTCOMES: readonly string[] = ['answered?', 'OPEN', '__proto__', 'kms2', ''];

type Answer = { readonly outcome?: unknown } | null;

/** Columns that are null if unset (as in recorded rows), so null wouldn't hide anything. */
const UNSET_IS_NULL = /^(?:Discovered)?KeyManagementService(?:Machine|LookupDomain|Port)/;

/** Hides part of an answer and keeps the rest; undefined if it can't be hidden in part. */
function hidden(answer: unknown, random: Random, hasRows: boolean): unknown {
  if (hasRows) {
    const rows = structuredClone(answer) as CimRow[] | CimRow;
    for (const row of Array.isArray(rows) ? rows : [rows]) {
      const names = Object.keys(row).filter((name) => !UNSET_IS_NULL.test(name));
      if (names.length > 0) Object.assign(row, { [random.pick(names)]: null });
    }
    return rows;
  }
  if ((answer as Answer)?.outcome !== undefined) {
    return { ...(answer as object), outcome: random.pick(UNKNOWN_OUTCOMES) };
  }
  return undefined;
}

function unreadable(random: Random, said: string): Unreadable {
  const reasons = [...REASON_CODES.filter((reason) => reason !== 'check-failed')];
  const reason = random.chance(0.1) ? ('no-such-reason' as ReasonCode) : random.pick(reasons);
  return new Unreadable(reason, random.pick([null, 'powershell', 'reg.exe']), said);
}

/**
 * Returns the same PC with one kind of query failing or only answered in part. `random` chooses the kind; the same
 * query gets the same answer each time.
 *
 * @param said output of a tool that can't be read
 */
export function withFailingQuery(computer: Computer, random: Random, said: string): Computer {
  const question = random.pick(QUESTIONS);
  const hasRows = /^licensing|^office/.test(question);
  const inPart = random.chance(0.4);
  // About half of the queries of that kind.
  const salt = random.below(1_000);
  const isChosen = (args: readonly unknown[]): boolean => {
    if (hasRows || /^(?:system|adapters|events|clockOffset)$/.test(question)) return true;
    // Narrower registry keys stay readable: without them, CIM alone decides.
    const isPlace = question === 'registryValue' && (args[0] as RegistryLocation).key !== SPP_KEY;
    return !isPlace && hash(JSON.stringify(args.slice(0, 3)), salt) % 2 === 0;
  };
  const hide = async (answer: Promise<unknown>): Promise<unknown> => {
    const given = await answer;
    const own = seeded(salt);
    const rest = inPart && given !== null ? hidden(given, own, hasRows) : undefined;
    if (rest === undefined) throw unreadable(own, said);
    return rest;
  };
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== question || typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const answer = Reflect.apply(member, target, args) as unknown;
        if (!isChosen(args)) return answer;
        if (name !== 'probeKms') return hide(answer as Promise<unknown>);
        const { connected, answered } = answer as KmsProbe;
        const isBind = salt % 2 === 0;
        const probe = isBind
          ? { connected, answered: hide(answered) }
          : { connected: hide(connected), answered };
        Object.values(probe).forEach((part: Promise<unknown>) => void part.catch(() => undefined));
        return probe;
      };
    },
  });
}

function hash(text: string, salt: number): number {
  let state = 2_166_136_261 ^ salt;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16_777_619);
  return state >>> 3;
}

/** Whether CIM rows contain the setting too, in which case no real PC has a different value there. */
const isInRow = ({ name }: RegistryLocation): boolean => !/^(?:DisableDns|DnsDomain)/.test(name);

/** Returns the same PC with texts in its answers that would be interpreted, or that are a key. */
export function withHostileTexts(computer: Computer, random: Random, key: string): Computer {
  const question = random.pick(QUESTIONS);
  const salt = random.below(1_000);
  const change = async (answer: Promise<unknown>): Promise<unknown> => {
    const copy = [structuredClone(await answer) as Json];
    const own = seeded(salt);
    const texts = placesIn(copy).filter((place) => typeof valueAt(place) === 'string');
    // Only texts meant for people: those meant for programs have a fixed format.
    const free = texts.filter(({ name }) =>
      /^(?:detail|error|source|Name|os|name|\d+|Description|LicenseFamily|value)$/.test(`${name}`),
    );
    if (free.length > 0) put(own.pick(free), own.pick([key, `x ${key} y`, ...OBEYED]));
    return copy[0];
  };
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== question || typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const answer = Reflect.apply(member, target, args) as unknown;
        if (name === 'registryValue' && isInRow(args[0] as RegistryLocation)) return answer;
        if (name !== 'probeKms') return change(answer as Promise<unknown>);
        const { connected, answered } = answer as KmsProbe;
        return { connected: change(connected), answered: change(answered) };
      };
    },
  });
}
