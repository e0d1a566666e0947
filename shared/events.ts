/**
 * Volume activation events, decoded field by field.
 *
 * Windows writes most of them as one comma-separated text ("Info: 0xC004F06C, 0x00000000, kms1.contoso.com:1688, …"),
 * so values arrive either separately or joined. Names and order of the fields: Microsoft, "Volume Activation Technical
 * Reference" (KMS events in the Windows event log),
 * https://learn.microsoft.com/previous-versions/ff793440(v=technet.10);
 * 8198:
 * https://learn.microsoft.com/troubleshoot/windows-server/licensing-and-activation/activation-event-8198-error-0xc0020017-0x8007139f-kms-contact-failu
 */
import type { DeepReadonly } from './deep-readonly';
import { message, type Message, type MessageKey } from './message';
import { formatErrorCode } from './error-codes/format';
import type { EvidenceData } from './evidence';
import { domainOfRecord } from './kms-path';
import { canonicalName, isHostName } from './names';

/** Events that can be decoded. */
export const DECODED_EVENTS = [12288, 12289, 12290, 12293, 12294, 8198, 8233] as const;

/** ID of an event that can be decoded. */
export type DecodedEventId = (typeof DECODED_EVENTS)[number];

/** What a request says about the client. */
const CLIENT = [
  'clientMachineId',
  'clientTime',
  'virtualMachine',
  'licenceStatus',
  'minutesLeft',
  'activationId',
] as const;

/** Names of the fields, in the order of the events; null for a field that Windows doesn't use. */
const FIELDS = {
  /** Client, Application log: a request was sent to a KMS host, or couldn't be sent. */
  12288: ['result', 'flags', 'host', ...CLIENT, 'minimumCount'],
  /** Client, Application log: a KMS host's response was processed. */
  12289: [
    'result',
    'flags',
    'activated',
    null,
    'count',
    'activationInterval',
    'renewalInterval',
    'clientTime',
  ],
  /** KMS host, Key Management Service log: a request was served. */
  12290: ['result', 'minimumCount', 'clientName', ...CLIENT],
  /** KMS host, Application log: its record couldn't be published. */
  12293: ['result', 'domain'],
  /** KMS host, Application log: its record was published. */
  12294: ['domain'],
  /** Client, Application log: activation failed; `result` is the actual error. */
  8198: ['result', 'arguments'],
  /** Client, Application log: the rules engine reports that volume activation failed. */
  8233: ['result', 'arguments'],
} as const satisfies Record<DecodedEventId, readonly (string | null)[]>;

/** Name of a field; texts are under `events.field.<name>`. */
export type EventFieldName = Exclude<(typeof FIELDS)[DecodedEventId][number], null>;

/** A field of an event. */
export interface EventField {
  readonly name: EventFieldName;
  /** As Windows wrote it, except for a result: `0x` and eight uppercase hex digits. */
  readonly value: string;
}

/** An event as stored in the log: its time in ISO 8601, UTC, and its insertion strings in Windows' order. */
export type RawEvent = Readonly<EvidenceData<'event'>>;

/** A decoded event. */
export type DecodedEvent = DeepReadonly<NonNullable<ReturnType<typeof decodeEvent>>>;

/** Fields of every KMS host response up to its count, in the short form that omits the unused field. */
const SHORT_REPLY = ['result', 'flags', 'activated', 'count'] as const;

/** Decodes an event; null if it is none of {@link DECODED_EVENTS}. */
export function decodeEvent({ id, time, data }: RawEvent) {
  const known = DECODED_EVENTS.find((one) => one === id);
  if (known === undefined) return null;
  const values = valuesOf(known, data);
  const names: readonly (EventFieldName | null)[] =
    known === 12289 && values.length === SHORT_REPLY.length ? SHORT_REPLY : FIELDS[known];
  const fields = namesFor(known, names, values).flatMap((name, index): EventField[] => {
    const value = values[index]?.trim() ?? '';
    return name === null || value === '' ? [] : [{ name, value }];
  });
  const result = fields.find(({ name }) => name === 'result');
  const code = result === undefined ? null : codeIn(result.value);
  return {
    id: known,
    time,
    /** HRESULT of the operation, unsigned; null if the event has none. */
    code,
    fields: fields.map((field) =>
      field.name === 'result' && code !== null ? { ...field, value: formatErrorCode(code) } : field,
    ),
  };
}

/** Summarizes an event in a sentence. */
export function describeEvent(event: DecodedEvent): Message {
  const value = (name: EventFieldName): string => fieldOf(event, name) ?? '';
  const code = event.code === null ? '' : formatErrorCode(event.code);
  const good = event.code === 0;
  switch (event.id) {
    case 12288: {
      const host = value('host');
      if (host === '') return message('events.12288.noHost', { code });
      return message(good ? 'events.12288.sent' : 'events.12288.failed', { host, code });
    }
    case 12289: {
      const count = value('count');
      if (good || value('activated') === '1') return message('events.12289.activated', { count });
      return message('events.12289.refused', { code, count });
    }
    case 12290: {
      const client = value('clientName');
      return message(good ? 'events.12290.served' : 'events.12290.failed', { client, code });
    }
    case 12293:
      return message('events.12293.failed', { domain: value('domain'), code });
    case 12294:
      return message('events.12294.published', { domain: value('domain') });
    case 8198:
    case 8233:
      return message('events.8198.failed', { code });
  }
}

/** Returns the text for a field whose raw value isn't self-explanatory; null for any other field. */
export function describeField({ name, value }: EventField): Message | null {
  switch (name) {
    case 'licenceStatus':
      return /^[0-6]$/.test(value) ? { key: `events.licenceStatus.${value}` as MessageKey } : null;
    case 'activated':
    case 'virtualMachine':
      if (value !== '0' && value !== '1') return null;
      return message(value === '1' ? 'events.yes' : 'events.no');
    case 'minutesLeft':
    case 'activationInterval':
    case 'renewalInterval':
      return /^\d+$/.test(value) ? message('events.minutes', { minutes: value }) : null;
    default:
      return null;
  }
}

/** Returns a field's value; null if the event doesn't have it, or there is no event. */
export function fieldOf(event: DecodedEvent | null, name: EventFieldName): string | null {
  return event?.fields.find((field) => field.name === name)?.value ?? null;
}

/** Returns the domain of a publishing event (12293, 12294); null for any other event. */
export function publishedDomain(event: RawEvent): string | null {
  const name = fieldOf(decodeEvent(event), 'domain');
  return name === null ? null : (domainOfRecord(name) ?? canonicalName(name));
}

/** An activation attempt. */
export interface ActivationAttempt {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Unsigned; 0 for a success. */
  readonly code: number;
  /** Host and port that were contacted; null if none was found. */
  readonly host: string | null;
  /** The activation count in the host's response; null without a response. */
  readonly count: number | null;
}

/** Maximum time in milliseconds between a request and its response. */
const REPLY_WITHIN_MS = 60_000;

/**
 * Returns the activation attempts in a log, oldest first: each request (12288) with its response (12289), and each
 * failure (8198, 8233) without a request close to it.
 */
export function attemptsInLog(events: readonly RawEvent[]): ActivationAttempt[] {
  const decoded = events
    .flatMap((event) => decodeEvent(event) ?? [])
    .filter(({ time }) => !Number.isNaN(Date.parse(time)))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const attempts: ActivationAttempt[] = [];
  for (const event of decoded) {
    const { id, time, code } = event;
    const last = attempts.at(-1);
    const near = last !== undefined && Date.parse(time) - Date.parse(last.time) <= REPLY_WITHIN_MS;
    if (id === 12289 && near) {
      const count = Number(fieldOf(event, 'count') ?? Number.NaN);
      attempts[attempts.length - 1] = {
        ...last,
        code: code === 0 || code === null ? last.code : code,
        count: Number.isInteger(count) ? count : null,
      };
    } else if (id === 12288 || ((id === 8198 || id === 8233) && !near)) {
      const host = id === 12288 ? fieldOf(event, 'host') : null;
      attempts.push({ time, code: code ?? 0, host, count: null });
    }
  }
  return attempts;
}

/**
 * Returns where a time is on a timeline of attempts from `inset` to `width - inset`; in the middle if they are all at
 * the same time.
 */
export function timelineOf(attempts: readonly ActivationAttempt[], width: number, inset: number) {
  const times = attempts.map(({ time }) => Date.parse(time));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  return (time: string): number =>
    span === 0 ? width / 2 : inset + ((Date.parse(time) - first) / span) * (width - 2 * inset);
}

/** Splits values that Windows wrote as one text. */
function valuesOf(id: DecodedEventId, data: readonly string[]): readonly string[] {
  const [only] = data;
  // The arguments of 8198 and 8233 are one value, even if they contain commas.
  const isList = id !== 8198 && id !== 8233;
  return isList && data.length === 1 && only !== undefined ? only.split(',') : data;
}

/**
 * Assigns a field to each value. In events that hold only a code and a name, the field is recognized by the value's
 * form, since the message texts of Windows versions disagree on the order.
 */
function namesFor(
  id: DecodedEventId,
  names: readonly (EventFieldName | null)[],
  values: readonly string[],
): readonly (EventFieldName | null)[] {
  if (id !== 12293 && id !== 12294) return names;
  return values.map((value) => {
    const text = value.trim();
    if (codeIn(text) !== null) return 'result';
    return isHostName(text) ? 'domain' : null;
  });
}

/** Returns the first code written with `0x`, unsigned. Also finds it in `hr=0x8007139F`. */
function codeIn(text: string): number | null {
  const digits = /0x([0-9a-f]{1,8})\b/i.exec(text)?.[1];
  return digits === undefined ? null : parseInt(digits, 16);
}
