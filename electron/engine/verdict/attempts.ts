/**
 * What the events say of a PC's attempts to activate a product, and, on a KMS host, of the requests of its clients:
 * which events are about which product, which of them are one attempt, and which code of an attempt counts
 * (docs/report.md#the-last-error).
 */
import { isFromKmsHost, isVagueCode } from '@shared/error-codes';
import { decodeEvent, fieldOf, type DecodedEvent, type EventFieldName } from '@shared/events';
import {
  APPLICATION_IDS,
  CLIENT_COUNT,
  OFFICE_COUNT,
  SERVER_COUNT,
  type Application,
} from '@shared/kms';
import { canonicalName } from '@shared/names';
import type { SppEvent } from '../computer';

/** A request to a KMS host. */
export interface KmsRequest {
  /** Host and port, as the event has them. */
  readonly host: string;
  /** What came of it, unsigned; 0 where nothing is wrong with it. */
  readonly code: number;
}

/** An attempt to activate a product. */
export interface Attempt {
  /** When its last event was written: ISO 8601, UTC. */
  readonly time: string;
  /** The code that says most of those in its events, unsigned. */
  readonly code: number;
  /** Id of the event that has it. */
  readonly eventId: number;
  /** Host and port that gave the code, else one that was asked; null where none was. */
  readonly host: string | null;
  /** Oldest first. */
  readonly requests: readonly KmsRequest[];
  /** What a KMS host said last of its count; null where none did. */
  readonly count: number | null;
}

/** A product, as events name it. */
interface NamedProduct {
  readonly application: Application;
  /** `ID` of its row in SoftwareLicensingProduct, in lower case; null where Windows does not say. */
  readonly id: string | null;
}

/** Whose attempts are looked for. */
export interface AttemptsOf {
  readonly product: NamedProduct;
  /** Every product that has a key; asked for only where an event names one and the product's own id is not known. */
  readonly products: () => readonly NamedProduct[];
  /** Whether Windows is a server; null where that is not known. */
  readonly server: () => boolean | null;
  /** ISO 8601. */
  readonly now: string;
}

/** A client that asked this KMS host, as of its newest request. */
export interface ServedClient {
  /** Canonical; its client machine ID where the event has no name. */
  readonly name: string;
  /** The same as its newest event has it, by which a person finds that event. */
  readonly label: string;
  /** Client machine ID, in lower case; null where the event has none. */
  readonly clientMachineId: string | null;
  /** What came of the request, unsigned. */
  readonly code: number;
  /** The count that its product needs; null where the event does not say. */
  readonly minimumCount: number | null;
  /** When it asked first and last under this name and client machine ID, in milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Clients that share a client machine ID. */
interface SharedIds {
  readonly clients: readonly ServedClient[];
  /** Whether two of them may be one computer, before and after it was renamed. */
  readonly mayBeRenamed: boolean;
}

/** Events of a client that tell of attempts. */
export const ATTEMPT_EVENTS: readonly number[] = [12288, 12289, 8198, 8233];

/** Events that are no further apart are about the same attempt. */
const ONE_ATTEMPT_MS = 60_000;

/** What is older says nothing of the present. */
const COUNTS_FOR_MS = 30 * 24 * 60 * 60_000;

/** What is later was written while the clock was ahead, and nobody knows when; an attempt may be made meanwhile. */
const MAY_BE_AHEAD_MS = 5 * 60_000;

/** In the flags of a reply: the count was below what the client needs. */
const COUNT_TOO_LOW_FLAG = 0x0400_0000;

/** SL_E_VL_NOT_ENOUGH_COUNT */
const COUNT_TOO_LOW = 0xc004_f038;

const NO_ID = '00000000-0000-0000-0000-000000000000';

const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** An event with its time in milliseconds and all of its text. */
interface Timed {
  readonly event: DecodedEvent;
  readonly at: number;
  readonly text: string;
}

/** What an event names; null where it names none. */
interface Named {
  readonly applicationId: string | null;
  readonly productId: string | null;
}

/** The attempts to activate a product that count for the present, oldest first. */
export function attemptsIn(events: readonly SppEvent[], of: AttemptsOf): readonly Attempt[] {
  const groups: Timed[][] = [];
  let request: { readonly at: number; readonly isOf: boolean } | null = null;
  for (const timed of inOrder(events, ATTEMPT_EVENTS, of.now)) {
    const { event, at } = timed;
    // A reply names nobody: it belongs to the request before it.
    const asked: boolean | null =
      event.id === 12289 && request !== null && at - request.at <= ONE_ATTEMPT_MS
        ? request.isOf
        : null;
    const isOf: boolean = asked ?? isAbout(named(timed), of);
    if (event.id === 12288) request = { at, isOf };
    if (!isOf) continue;
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && at - before.at <= ONE_ATTEMPT_MS) {
      last.push(timed);
    } else {
      groups.push([timed]);
    }
  }
  return groups.filter((group) => countsStill(group.at(-1), of.now)).map((one) => attempt(one, of));
}

/** The clients that asked this KMS host within the last 30 days, each once. */
export function clientsServed(events: readonly SppEvent[], now: string): readonly ServedClient[] {
  const clients = new Map<string, ServedClient>();
  for (const timed of inOrder(events, [12290], now)) {
    if (!countsStill(timed, now)) continue;
    const { event } = timed;
    const id = fieldOf(event, 'clientMachineId')?.toLowerCase() ?? null;
    const clientMachineId = id === NO_ID ? null : id;
    const label = (fieldOf(event, 'clientName') ?? clientMachineId ?? '').trim();
    const name = canonicalName(label);
    if (name === '') continue;
    const before = clients.get(name);
    const firstAt = before?.clientMachineId === clientMachineId ? before.firstAt : timed.at;
    const code = event.code ?? 0;
    const minimumCount = numberIn(event, 'minimumCount');
    clients.set(name, {
      ...{ name, label, clientMachineId, code, minimumCount },
      ...{ firstAt, lastAt: timed.at },
    });
  }
  return [...clients.values()];
}

/** Names that Windows gives a PC while it is set up (docs/windows-facts.md#events). */
const SETUP_NAME =
  /^(minint-[\da-z]+|desktop-[\da-z]{7}|laptop-[\da-z]{8}|win-[\da-z]{11})(?:\.|$)/;

/** Which of its prefixes a name has that setup gave; empty where a person gave it. */
const kindOf = ({ name }: ServedClient): string =>
  SETUP_NAME.test(name) ? name.slice(0, name.indexOf('-')) : '';

/** Whether a name is one that setup gave a PC and that it had until it asked by another one, which is not of the kind. */
const isFormerName = (one: ServedClient, other: ServedClient): boolean =>
  one.lastAt < other.firstAt && kindOf(one) !== '' && kindOf(one) !== kindOf(other);

/** Whether two names of one client machine ID are one computer's. */
function isOneComputer(one: ServedClient, other: ServedClient): boolean {
  return (
    other.name.startsWith(`${one.name}.`) ||
    one.name.startsWith(`${other.name}.`) ||
    isFormerName(one, other) ||
    isFormerName(other, one)
  );
}

/**
 * Clients that share a client machine ID, which a KMS host counts as one: computers copied without sysprep. A short
 * name and the full name that begins with it are one computer's, and so are a name that setup gave and a later one.
 */
export function clientsWithOneId(clients: readonly ServedClient[]): SharedIds {
  const groups = grouped(clients, ({ clientMachineId }) => clientMachineId ?? '');
  groups.delete('');
  const copies = [...groups.values()]
    .map((ones) => {
      // Names of one kind are another computer's each, but for a few: these are looked at first, and the rest seldom.
      const kinds = grouped(ones, kindOf);
      return ones.filter((one) => {
        const isOther = (other: ServedClient): boolean =>
          other !== one && !isOneComputer(one, other);
        return kinds.get(kindOf(one))?.some(isOther) === true || ones.some(isOther);
      });
    })
    .filter((ones) => ones.length > 0);
  const copied = new Set(copies.flat());
  return {
    clients: clients.filter((client) => copied.has(client)),
    mayBeRenamed: copies.some(
      ([one, other, third]) =>
        one !== undefined &&
        other !== undefined &&
        third === undefined &&
        (one.lastAt < other.firstAt || other.lastAt < one.firstAt),
    ),
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Whether a KMS host's clients are known, and the count for servers and Office is enough for each of them. */
export function needServerCountAlone(clients: readonly ServedClient[]): boolean {
  return (
    clients.length > 0 &&
    clients.every(
      ({ code, minimumCount }) =>
        code !== COUNT_TOO_LOW && minimumCount !== null && minimumCount <= SERVER_COUNT,
    )
  );
}

/** Whether an event was written before now, as far as the clock can be believed. */
export const isPast = ({ time }: SppEvent, now: string): boolean =>
  Date.parse(time) - Date.parse(now) <= MAY_BE_AHEAD_MS;

/** Events of these ids in the order of time; of equal times in the order of the log. */
function inOrder(
  events: readonly SppEvent[],
  ids: readonly number[],
  now: string,
): readonly Timed[] {
  return events
    .filter((event) => ids.includes(event.id) && isPast(event, now))
    .flatMap((event): Timed[] => {
      const decoded = decodeEvent(event);
      if (decoded === null) return [];
      return [{ event: decoded, at: Date.parse(event.time), text: event.data.join(' ') }];
    })
    .sort((one, other) => one.at - other.at);
}

function countsStill(timed: Timed | undefined, now: string): boolean {
  return timed !== undefined && Date.parse(now) - timed.at <= COUNTS_FOR_MS;
}

/** Whom an event names: 12288 by its activation ID, 8198 and 8233 by their arguments, which 8233 also has bare. */
function named({ event, text }: Timed): Named {
  const argument = (name: string): string | null =>
    knownId(new RegExp(`\\b${name}\\s*=\\s*\\{?([0-9a-f-]{36})`, 'i').exec(text)?.[1]);
  if (event.id === 12288) {
    return { applicationId: null, productId: knownId(fieldOf(event, 'activationId')) };
  }
  const bare = event.id === 8233 && !text.includes('=') ? text.match(ID) : null;
  return {
    applicationId: argument('AppId') ?? knownId(bare?.[0]),
    productId: argument('SkuId') ?? knownId(bare?.[1]),
  };
}

function knownId(text: string | null | undefined): string | null {
  const id =
    text
      ?.trim()
      .replace(/^\{|\}$/g, '')
      .toLowerCase() ?? NO_ID;
  return id === NO_ID || id === '' ? null : id;
}

/** Whether what an event names is the product; one that names nobody is about Windows. */
function isAbout({ applicationId, productId }: Named, { product, products }: AttemptsOf): boolean {
  const { application, id } = product;
  if (applicationId !== null && applicationId !== APPLICATION_IDS[application]) return false;
  if (productId === null) return applicationId !== null || application === 'windows';
  if (id !== null) return productId === id;
  const owner: Application =
    products().find((one) => one.id === productId)?.application ??
    (applicationId === null ? 'windows' : application);
  return owner === application;
}

/** An attempt from its events, oldest first. A KMS host that activated makes what was said before it past. */
function attempt(events: readonly Timed[], of: AttemptsOf): Attempt {
  const requests: KmsRequest[] = [];
  let said: { code: number; rank: number; eventId: number; host: string | null } | null = null;
  let time = '';
  let count: number | null = null;
  for (const { event } of events) {
    time = event.time;
    const code = codeOf(event, of);
    if (event.id === 12288) {
      const asked = fieldOf(event, 'host');
      if (asked !== null) requests.push({ host: asked, code });
    }
    if (event.id === 12289) {
      count = numberIn(event, 'count') ?? count;
      const asked = requests.pop();
      if (asked !== undefined) {
        requests.push({ ...asked, code: isVagueCode(code) ? asked.code : code });
      }
      if (hasActivated(event)) said = null;
    }
    const rank = rankOf(event.id, code);
    if (said === null || rank >= said.rank) {
      const host =
        event.id === 12288 || event.id === 12289 ? (requests.at(-1)?.host ?? null) : null;
      said = { code, rank, eventId: event.id, host };
    }
  }
  return {
    time,
    code: said?.code ?? 0,
    eventId: said?.eventId ?? 0,
    host: said?.host ?? requests.at(-1)?.host ?? null,
    requests,
    count,
  };
}

/** How much a code says: a KMS host's own word most, a vague one least, and the event of a request more than others. */
function rankOf(eventId: number, code: number): number {
  if (isFromKmsHost(code)) return 3;
  if (isVagueCode(code)) return 0;
  return eventId === 12288 || eventId === 12289 ? 2 : 1;
}

function codeOf(event: DecodedEvent, of: AttemptsOf): number {
  const code = event.code ?? 0;
  if (event.id !== 12289 || !isVagueCode(code) || hasActivated(event)) return code;
  const activated = fieldOf(event, 'activated');
  const count = numberIn(event, 'count');
  const isRefused = activated === '0' || hasFlag(event);
  return isRefused && count !== null && count < needed(of) ? COUNT_TOO_LOW : code;
}

/** A whole number in an event; null where it has none. */
function numberIn(event: DecodedEvent, field: EventFieldName): number | null {
  const value = Number(fieldOf(event, field) ?? Number.NaN);
  return Number.isInteger(value) ? value : null;
}

function hasActivated(event: DecodedEvent): boolean {
  return event.code === 0 && fieldOf(event, 'activated') === '1' && !hasFlag(event);
}

function hasFlag(event: DecodedEvent): boolean {
  return (Number(fieldOf(event, 'flags') ?? 0) & COUNT_TOO_LOW_FLAG) !== 0;
}

/** The count that a product needs; the least that any does where it is not known what Windows is. */
function needed({ product, server }: AttemptsOf): number {
  if (product.application === 'office') return OFFICE_COUNT;
  return server() === false ? CLIENT_COUNT : SERVER_COUNT;
}
