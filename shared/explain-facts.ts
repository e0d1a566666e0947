/**
 * What an error code means on this PC: where the code and what was read go together, in sentences. The general
 * meaning of a code stands in `shared/error-codes`; here is only what was seen.
 */
import type { Activation, TargetInfo } from './diagnosis';
import type { Message } from './message';
import { channelOf } from './channels';
import {
  explainError,
  findErrorCode,
  formatErrorCode,
  isFailureCode,
  isVagueCode,
  verdictOfError,
} from './error-codes';
import {
  decodeEvidence,
  fieldOf,
  type DecodedEvent,
  type DecodedEventId,
  type EventFieldName,
} from './events';
import {
  addressesOf,
  domainOfRecord,
  isUsable,
  probesOf,
  kmsPathFacts,
  type CheckEvidence,
  type DnsFact,
  type KmsTarget,
  type KmsPathFacts,
} from './evidence-facts';
import { CLIENT_COUNT, CLOCK_LIMIT_MINUTES } from './kms';
import type { MessageKey } from './message';
import { formatEndpoint } from './names';
import { utcMinute } from './utc-time';

/** What was read; a diagnosis is one. */
export interface ReadFacts {
  readonly checks: readonly CheckEvidence[];
  readonly target?: Pick<TargetInfo, 'kind' | 'elevated'>;
  readonly activation?: Pick<Activation, 'partialProductKey' | 'channel' | 'lastError'>;
}

/** Says nothing but that no KMS host could be reached; the event has the true reason. */
const NO_HOST_REACHED = 0xc004f074;
const CANNOT_PUBLISH = 0x80072338;

/**
 * What the facts say about a code, the most telling first; empty where they say nothing about it.
 *
 * @param error the code as number or as anyone writes it
 */
export function explainWithFacts(error: number | string, facts: ReadFacts): Message[] {
  const code = typeof error === 'number' ? error >>> 0 : findErrorCode(error)?.code;
  if (code === undefined || code === 0) return [];
  const events = facts.checks.flatMap(({ evidence }) =>
    evidence.flatMap((one) => decodeEvidence(one) ?? []),
  );
  return new Explanation(facts, events).of(code);
}

/** The last error of a PC, explained. */
export interface LastErrorExplained {
  /** `0x` and eight upper-case hex digits. */
  readonly code: string;
  readonly facts: readonly Message[];
}

/**
 * The last error with what the facts say about it, beginning with the code that Windows itself shows where that is
 * another one; null where there is none.
 */
export function explainLastError(facts: ReadFacts): LastErrorExplained | null {
  const code = facts.activation?.lastError ?? null;
  if (code === null || !isFailureCode(Number(code))) return null;
  const shown = facts.checks
    .filter(({ id }) => id === 'last-activation-error')
    .flatMap(({ evidence }) => evidence)
    .find(({ data }) => data['name'] === 'LicenseStatusReason')?.data['value'];
  const hides = typeof shown === 'string' && shown !== code && isVagueCode(Number(shown));
  return { code, facts: explainWithFacts(hides ? shown : code, facts) };
}

const say = (key: MessageKey, params?: Message['params']): Message => ({
  key,
  ...(params !== undefined && { params }),
});

class Explanation {
  private readonly way: KmsPathFacts;

  constructor(
    private readonly facts: ReadFacts,
    private readonly events: readonly DecodedEvent[],
  ) {
    this.way = kmsPathFacts(facts.checks);
  }

  of(code: number): Message[] {
    switch (verdictOfError(code)) {
      case 'clock-skew':
        return this.clock(code);
      case 'kms-count-too-low':
        return this.count(code);
      case 'kms-host-not-activated':
      case 'kms-host-cannot-activate-this-product':
        return this.hostThatSaid(code);
      case 'product-key-rejected':
        return this.key();
      case 'access-denied':
        return this.rights();
      default:
        return this.withoutVerdict(code);
    }
  }

  private withoutVerdict(code: number): Message[] {
    const about = explainError(code)?.about;
    if (about === 'key') return this.key();
    if (code === CANNOT_PUBLISH) return this.publishing();
    const hidden = isVagueCode(code) && this.asksKmsHost() ? this.hiddenBehind(code) : null;
    return hidden ?? (about === 'path' ? this.breakOfTheWay() : []);
  }

  /** Whether the key is one with which Windows asks KMS hosts: older attempts say nothing about another one. */
  private asksKmsHost(): boolean {
    const channel = this.facts.activation?.channel ?? null;
    return channel === null || channelOf(channel).class === 'kms-client';
  }

  /** The true code of the newest attempt, where the one that Windows shows says less. */
  private hiddenBehind(code: number): Message[] | null {
    const event = this.newest([12288, 8198]);
    if (event === null || event.code === null || event.code === 0) return null;
    if (event.code === code || event.code === NO_HOST_REACHED) return null;
    const params = {
      error: formatErrorCode(code),
      hidden: formatErrorCode(event.code),
      event: event.id,
      time: utcMinute(event.time),
    };
    const host = fieldOf(event, 'host');
    if (host === null) return [say('explain.hides', params), ...this.of(event.code)];
    // Who said so has been said with this.
    const more = this.of(event.code).filter(({ key }) => key !== 'explain.saidBy');
    return [say('explain.hidesFrom', { ...params, host }), ...more];
  }

  private clock(code: number): Message[] {
    const found = this.evidence('clock');
    const minutes = found?.data['minutes'];
    const source = found?.data['source'];
    if (typeof minutes !== 'number' || typeof source !== 'string') return [];
    const off = Math.round(Math.abs(minutes));
    if (off <= CLOCK_LIMIT_MINUTES) {
      const host = this.hostOf(code);
      return host === null
        ? [say('explain.clockFine', { source })]
        : [say('explain.clockOfHost', { source, host })];
    }
    const params = { hours: Math.floor(off / 60), minutes: off % 60, source };
    return [say(minutes > 0 ? 'explain.clockAhead' : 'explain.clockBehind', params)];
  }

  private count(code: number): Message[] {
    const reply = this.newest([12289], (event) => fieldOf(event, 'count') !== null);
    const request = this.newest([12288], (event) => event.code === code);
    const needed = this.field(request, 'minimumCount') ?? String(CLIENT_COUNT);
    const host = this.field(request, 'host');
    const count = this.field(reply, 'count');
    const told = host === null ? [] : [say('explain.askedHost', { host, needed })];
    return count === null ? told : [say('explain.count', { host: host ?? 'KMS', count, needed })];
  }

  private hostThatSaid(code: number): Message[] {
    const host = this.hostOf(code);
    return host === null ? [] : [say('explain.saidBy', { host })];
  }

  private key(): Message[] {
    const { partialProductKey: key, channel } = this.facts.activation ?? {};
    if (!key) return [];
    return [channel ? say('explain.keyOfChannel', { key, channel }) : say('explain.key', { key })];
  }

  private rights(): Message[] {
    return this.facts.target?.elevated === false ? [say('explain.notElevated')] : [];
  }

  private publishing(): Message[] {
    const event = this.newest([12293], (one) => fieldOf(one, 'domain') !== null);
    const domain = this.field(event, 'domain');
    return event === null || domain === null
      ? []
      : [say('explain.cannotPublish', { domain, time: utcMinute(event.time) })];
  }

  /** The first place at which the way to the KMS host breaks; that it does not, where all of it is good. */
  private breakOfTheWay(): Message[] {
    const { way } = this;
    // A host assigned by its address, or by a name that somebody resolves, needs none of these servers.
    const needsDns = way.assigned === null || addressesOf(way, way.assigned).length === 0;
    const trouble = needsDns ? this.dnsTrouble() : null;
    if (trouble !== null) return trouble;
    if (way.targets.length === 0) return this.noRecord();
    const services = way.targets.filter((one) =>
      probesOf(way.services, one).some(({ outcome }) => outcome === 'kms'),
    );
    const [good] = services;
    if (good !== undefined) return [say('explain.answersNow', { endpoint: endpoint(good) })];
    return way.targets.flatMap((one) => this.breakOf(one)).slice(0, 3);
  }

  /** Why DNS tells nothing at all; null where a server answers. */
  private dnsTrouble(): Message[] | null {
    const { dnsServers, serverAnswers } = this.way;
    if (dnsServers.length === 0) {
      return this.status('dns-server-configured') === 'fail' ? [say('explain.noDnsServer')] : [];
    }
    if (serverAnswers.length === 0 || serverAnswers.some(isUsable)) return null;
    const failure = serverAnswers.find(({ rcode }) => rcode !== null);
    if (failure === undefined) return [say('explain.dnsSilent', { servers: list(dnsServers) })];
    const servers = serversOf(serverAnswers.filter(({ rcode }) => rcode === failure.rcode));
    return [say('explain.dnsFails', { servers, rcode: failure.rcode ?? '' })];
  }

  private noRecord(): Message[] {
    const { way } = this;
    const servers = serversOf(way.srvAnswers.filter(isUsable));
    if (servers === '') return [];
    const [other] = this.facts.checks
      .filter(({ id }) => id === 'srv-record-other-domains')
      .flatMap(({ evidence }) => evidence)
      .flatMap(({ data: { name, records } }) =>
        typeof name === 'string' && Array.isArray(records) && records.length > 0
          ? (domainOfRecord(name) ?? [])
          : [],
      );
    const missing = say('explain.noRecord', { servers, domains: list(way.domainsAsked) });
    return other === undefined
      ? [missing]
      : [missing, say('explain.recordElsewhere', { domain: other })];
  }

  private breakOf(target: KmsTarget): Message[] {
    const { way } = this;
    const connections = probesOf(way.connections, target);
    if (connections.length === 0) {
      const unresolved = addressesOf(way, target).length === 0;
      return unresolved ? [say('explain.noAddress', { host: target.host })] : [];
    }
    const outcomes = new Set(connections.map(({ outcome }) => outcome));
    const params = { endpoint: endpoint(target) };
    if (outcomes.has('open')) return [say('explain.notKms', params)];
    return outcomes.has('filtered') || outcomes.has('unreachable')
      ? [say('explain.filtered', params)]
      : [say('explain.refused', params)];
  }

  /** The host whose newest answer was this code. */
  private hostOf(code: number): string | null {
    return this.field(
      this.newest([12288], (event) => event.code === code),
      'host',
    );
  }

  private field(event: DecodedEvent | null, name: EventFieldName): string | null {
    return event === null ? null : fieldOf(event, name);
  }

  /** The newest event of these kinds; of equal times the later in the list. */
  private newest(
    ids: readonly DecodedEventId[],
    fits: (event: DecodedEvent) => boolean = () => true,
  ): DecodedEvent | null {
    let best: DecodedEvent | null = null;
    for (const event of this.events) {
      if (!ids.includes(event.id) || !fits(event)) continue;
      if (best === null || Date.parse(event.time) >= Date.parse(best.time)) best = event;
    }
    return best;
  }

  private status(id: CheckEvidence['id']): CheckEvidence['status'] | undefined {
    return this.facts.checks.find((check) => check.id === id)?.status;
  }

  private evidence(kind: string) {
    return this.facts.checks
      .flatMap(({ evidence }) => evidence)
      .find((evidence) => evidence.kind === kind);
  }
}

/** The servers that gave these answers. */
const serversOf = (answers: readonly DnsFact[]): string =>
  list([...new Set(answers.map(({ server }) => server))]);

const endpoint = ({ host, port }: KmsTarget): string => formatEndpoint(host, port);

function list(items: readonly string[]): string {
  const shown = items.slice(0, 4).join(', ');
  return items.length > 4 ? `${shown}, … (${items.length})` : shown;
}
