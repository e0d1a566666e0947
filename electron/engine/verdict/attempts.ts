/**
 * Interprets the events of a PC's activation attempts and, on a KMS host, of its clients' requests: which product an
 * event is about, which events form one attempt, and which code of an attempt counts (docs/report.md#the-last-error).
 */
import { isFromKmsHost, isVagueCode } from '@shared/error-codes';
import { decodeEvent, fieldOf, type DecodedEvent, type EventFieldName } from '@shared/events';
import { getOrCreate } from '@shared/get-or-create';
import {
  APPLICATION_IDS,
  CLIENT_ACTIVATION_THRESHOLD,
  OFFICE_ACTIVATION_THRESHOLD,
  SERVER_ACTIVATION_THRESHOLD,
  type Application,
} from '@shared/kms';
import { canonicalName, setupNamePrefix } from '@shared/names';
import type { SppEvent } from '../computer';
import type { Product } from '../facts/fact-types';

/** A request to a KMS host. */
export interface KmsRequest {
  /** Host and port as in the event. */
  readonly host: string;
  /** Result of the request, unsigned; 0 for success. */
  readonly code: number;
}

/** An attempt to activate a product. */
export interface Attempt {
  /** Time of its last event: ISO 8601, UTC. */
  readonly time: string;
  /** The most specific code in its events, unsigned. */
  readonly code: number;
  /** ID of the event with that code. */
  readonly eventId: number;
  /** Host and port that returned the code, or else one that got a request; null if none did. */
  readonly host: string | null;
  /** Oldest first. */
  readonly requests: readonly KmsRequest[];
  /** The count that a KMS host last reported; null if none did. */
  readonly count: number | null;
}

/** A product as identified in events. */
type NamedProduct = Pick<Product, 'application' | 'id'>;

/** Product whose attempts are searched for, and the context for that. */
export interface AttemptsOf {
  readonly product: NamedProduct;
  /** All products that have a key. Called only if an event names a product and the ID of this one is unknown. */
  readonly products: () => readonly NamedProduct[];
  /** Whether Windows is a server edition; null if that's unknown. */
  readonly server: () => boolean | null;
  /** ISO 8601. */
  readonly now: string;
}

/** A client of this KMS host, as of its newest request. */
export interface ServedClient {
  /** Canonical name, or the client machine ID if the event has no name. */
  readonly name: string;
  /** The same as written in its newest event, so that the user can find that event. */
  readonly label: string;
  /** Client machine ID, in lowercase; null if the event has none. */
  readonly clientMachineId: string | null;
  /** Result of the request, unsigned. */
  readonly code: number;
  /** The count that its product requires; null if the event doesn't have it. */
  readonly minimumCount: number | null;
  /** First and last request with this name and client machine ID, in milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** IDs of the events that a client logs about its attempts. */
export const ATTEMPT_EVENTS: readonly number[] = [12288, 12289, 8198, 8233];

/** Maximum time between events of the same attempt, in milliseconds. */
const ONE_ATTEMPT_MS = 60_000;

/** Age in milliseconds up to which events count; older ones don't reflect the current state. */
const COUNTS_FOR_MS = 30 * 24 * 60 * 60_000;

/**
 * Tolerance in milliseconds for events in the future, since attempts may be made during a run. Later events were
 * written while the clock was ahead, at an unknown time.
 */
const MAY_BE_AHEAD_MS = 5 * 60_000;

/** Response flag: the count was below what the client requires. */
const COUNT_TOO_LOW_FLAG = 0x0400_0000;

/** SL_E_VL_NOT_ENOUGH_COUNT */
const COUNT_TOO_LOW = 0xc004_f038;

const NO_ID = '00000000-0000-0000-0000-000000000000';

const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;

/** An event with its time in milliseconds and its complete text. */
interface Timed {
  readonly event: DecodedEvent;
  readonly at: number;
  readonly text: string;
}

/** Returns the attempts to activate a product that still count, oldest first. */
export function attemptsIn(events: readonly SppEvent[], of: AttemptsOf): readonly Attempt[] {
  const groups: Timed[][] = [];
  let request: { readonly at: number; readonly isOf: boolean } | null = null;
  for (const timed of inOrder(events, ATTEMPT_EVENTS, of.now)) {
    const { event, at } = timed;
    // A response names no product: it belongs to the request before it.
    const asked: boolean | null =
      event.id === 12289 && request !== null && at - request.at <= ONE_ATTEMPT_MS
        ? request.isOf
        : null;
    const isOf: boolean = asked ?? isAbout(timed, of);
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

/** Returns the clients that sent requests to this KMS host in the last 30 days, without duplicates. */
export function clientsServed(events: readonly SppEvent[], now: string): readonly ServedClient[] {
  const clients = new Map<string, ServedClient>();
  for (const timed of inOrder(events, [12290], now)) {
    if (!countsStill(timed, now)) continue;
    const { event, at: lastAt } = timed;
    const id = fieldOf(event, 'clientMachineId')?.toLowerCase() ?? null;
    const clientMachineId = id === NO_ID ? null : id;
    const label = (fieldOf(event, 'clientName') ?? clientMachineId ?? '').trim();
    const name = canonicalName(label);
    if (name === '') continue;
    const before = clients.get(name);
    const firstAt = before?.clientMachineId === clientMachineId ? before.firstAt : lastAt;
    const code = event.code ?? 0;
    const minimumCount = numberIn(event, 'minimumCount');
    clients.set(name, { name, label, clientMachineId, code, minimumCount, firstAt, lastAt });
  }
  return [...clients.values()];
}

/** Returns the prefix of a name given by Windows Setup; empty for a name given by a user. */
const kindOf = ({ name }: ServedClient): string => setupNamePrefix(name);

/** Whether a name was given by Setup and used only before the other one, which is of a different kind. */
const isFormerName = (one: ServedClient, other: ServedClient): boolean =>
  one.lastAt < other.firstAt && kindOf(one) !== '' && kindOf(one) !== kindOf(other);

/** Whether two names with the same client machine ID belong to one computer. */
function isOneComputer(one: ServedClient, other: ServedClient): boolean {
  return (
    other.name.startsWith(`${one.name}.`) ||
    one.name.startsWith(`${other.name}.`) ||
    isFormerName(one, other) ||
    isFormerName(other, one)
  );
}

/**
 * Returns the clients that share a client machine ID, which a KMS host counts as one: computers copied without sysprep.
 * A short name and the full name that starts with it belong to one computer, as do a name given by Setup and a later
 * one.
 */
export function clientsWithOneId(clients: readonly ServedClient[]) {
  const groups = grouped(clients, ({ clientMachineId }) => clientMachineId ?? '');
  groups.delete('');
  const copies = [...groups.values()]
    .map((ones) => {
      // Most names of the same kind belong to different computers, so they are compared first and the others rarely.
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
    /** Whether two of them may be the same computer before and after it was renamed. */
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
  for (const item of items) getOrCreate(groups, keyOf(item), () => []).push(item);
  return groups;
}

/** Whether a KMS host's clients are known and the count for servers and Office is enough for all of them. */
export function needOnlyServerCount(clients: readonly ServedClient[]): boolean {
  return (
    clients.length > 0 &&
    clients.every(
      ({ code, minimumCount }) =>
        code !== COUNT_TOO_LOW &&
        minimumCount !== null &&
        minimumCount <= SERVER_ACTIVATION_THRESHOLD,
    )
  );
}

/** Whether an event isn't in the future, allowing for {@link MAY_BE_AHEAD_MS}. */
export const isPast = ({ time }: SppEvent, now: string): boolean =>
  Date.parse(time) - Date.parse(now) <= MAY_BE_AHEAD_MS;

/** Returns the events with these IDs sorted by time; events with the same time stay in log order. */
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

/**
 * Returns the IDs in an event, null for one that it lacks: 12288 has an activation ID, 8198 and 8233 have arguments,
 * and 8233 may have bare IDs.
 */
function named({ event, text }: Timed) {
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
  const id = (text ?? '')
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase();
  return id === NO_ID || id === '' ? null : id;
}

/** Whether an event is about the product. An event without IDs is about Windows. */
function isAbout(timed: Timed, { product, products }: AttemptsOf): boolean {
  const { applicationId, productId } = named(timed);
  const { application, id } = product;
  if (applicationId !== null && applicationId !== APPLICATION_IDS[application]) return false;
  if (productId === null) return applicationId !== null || application === 'windows';
  if (id !== null) return productId === id;
  const owner: Application =
    products().find((one) => one.id === productId)?.application ??
    (applicationId === null ? 'windows' : application);
  return owner === application;
}

/** Combines events, oldest first, into an attempt. An activation by a KMS host discards all codes before it. */
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

/** Ranks a code: a KMS host's own code is most specific, a vague one least, and request events come before others. */
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

/** Returns an integer field of an event; null if it has none. */
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

/** Returns the count that a product requires; the lowest one of Windows if its edition is unknown. */
function needed({ product, server }: AttemptsOf): number {
  if (product.application === 'office') return OFFICE_ACTIVATION_THRESHOLD;
  return server() === false ? CLIENT_ACTIVATION_THRESHOLD : SERVER_ACTIVATION_THRESHOLD;
}
