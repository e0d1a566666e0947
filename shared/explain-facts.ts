/**
 * Explains what an error code means on this PC, in sentences that combine the code with the facts. The general meaning
 * of a code is in `shared/error-codes`.
 */
import {
  evidenceOf,
  settingOf,
  statusOf,
  type Activation,
  type CheckEvidence,
  type TargetInfo,
} from './diagnosis';
import { joinShort, message, type Message, type MessageKey } from './message';
import { channelOf } from './channels';
import {
  explainError,
  findErrorCode,
  formatErrorCode,
  isFailureCode,
  isVagueCode,
  verdictOfError,
} from './error-codes';
import { decodeEvent, fieldOf, type DecodedEvent, type DecodedEventId } from './events';
import {
  domainOfRecord,
  isKmsHost,
  isConclusive,
  kmsPath,
  type DnsEvidence,
  type KmsPath,
  type PathTarget,
  endpointOf,
} from './kms-path';
import { CLIENT_ACTIVATION_THRESHOLD, CLOCK_LIMIT_MINUTES } from './kms';
import { clockDifference, utcMinute } from './utc-time';

/** The facts that were read, such as a diagnosis. */
export interface ReadFacts {
  readonly checks: readonly CheckEvidence[];
  readonly target?: Pick<TargetInfo, 'kind' | 'elevated'>;
  readonly activation?: Pick<Activation, 'partialProductKey' | 'channel' | 'lastError'>;
}

const CANNOT_PUBLISH = 0x80072338;

/**
 * Returns the facts' explanations of a code, most specific first; empty if there are none.
 *
 * @param error the code as a number or as text in any notation
 */
export function explainWithFacts(error: number | string, facts: ReadFacts): Message[] {
  const code = typeof error === 'number' ? error >>> 0 : findErrorCode(error)?.code;
  if (code === undefined || code === 0) return [];
  return new Explanation(facts).of(code);
}

/**
 * Explains the last error with the facts, starting with the code that Windows itself shows if that is a different one;
 * null if there is no error. The returned code is the last error: `0x` and eight uppercase hex digits.
 */
export function explainLastError(facts: ReadFacts) {
  const code = facts.activation?.lastError ?? null;
  if (code === null || !isFailureCode(Number(code))) return null;
  const shown = settingOf(facts.checks, 'last-activation-error', 'LicenseStatusReason');
  const hides = shown !== '' && shown !== code && isVagueCode(Number(shown));
  return { code, facts: explainWithFacts(hides ? shown : code, facts) };
}

class Explanation {
  private readonly path: KmsPath;
  private readonly events: readonly DecodedEvent[];

  constructor(private readonly facts: ReadFacts) {
    this.path = kmsPath(facts.checks);
    this.events = evidenceOf(facts.checks, 'event').flatMap((event) => decodeEvent(event) ?? []);
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
        return this.facts.target?.elevated === false ? [message('explain.notElevated')] : [];
      default:
        return this.withoutVerdict(code);
    }
  }

  private withoutVerdict(code: number): Message[] {
    const about = explainError(code)?.about;
    if (about === 'key') return this.key();
    if (code === CANNOT_PUBLISH) return this.publishing();
    const hidden = isVagueCode(code) && this.asksKmsHost() ? this.hiddenBehind(code) : null;
    return hidden ?? (about === 'path' ? this.breakOfThePath() : []);
  }

  /** Whether the installed key makes Windows use KMS hosts. With another key, older attempts are irrelevant. */
  private asksKmsHost(): boolean {
    const channel = this.facts.activation?.channel ?? null;
    return channel === null || channelOf(channel).class === 'kms-client';
  }

  /**
   * Explains the more specific last error behind a vague code: that of this PC's own latest attempt, with its event.
   */
  private hiddenBehind(code: number): Message[] | null {
    const hidden = Number(this.facts.activation?.lastError ?? code);
    if (hidden === code || isVagueCode(hidden)) return null;
    const event = this.newest([12288, 12289, 8198, 8233], (one) => one.code === hidden);
    if (event === null) return null;
    const params = {
      error: formatErrorCode(code),
      hidden: formatErrorCode(hidden),
      event: event.id,
      time: utcMinute(event.time),
    };
    const host = fieldOf(event, 'host');
    if (host === null) return [message('explain.hides', params), ...this.of(hidden)];
    // The host is already named in the first sentence.
    const more = this.of(hidden).filter(({ key }) => key !== 'explain.saidBy');
    return [message('explain.hidesFrom', { ...params, host }), ...more];
  }

  private clock(code: number): Message[] {
    const [clock] = evidenceOf(this.facts.checks, 'clock');
    if (clock === undefined) return [];
    const { minutes, source } = clock;
    const off = Math.round(Math.abs(minutes));
    if (off <= CLOCK_LIMIT_MINUTES) {
      const host = this.hostOf(code);
      return host === null
        ? [message('explain.clockFine', { source })]
        : [message('explain.clockOfHost', { source, host })];
    }
    const params = { ...clockDifference(minutes), source };
    return [message(minutes > 0 ? 'explain.clockAhead' : 'explain.clockBehind', params)];
  }

  private count(code: number): Message[] {
    const reply = this.newest([12289], (event) => fieldOf(event, 'count') !== null);
    const request = this.newest([12288], (event) => event.code === code);
    const needed = fieldOf(request, 'minimumCount') ?? String(CLIENT_ACTIVATION_THRESHOLD);
    const host = fieldOf(request, 'host');
    const count = fieldOf(reply, 'count');
    const told = host === null ? [] : [message('explain.askedHost', { host, needed })];
    return count === null
      ? told
      : [message('explain.count', { host: host ?? 'KMS', count, needed })];
  }

  private hostThatSaid(code: number): Message[] {
    const host = this.hostOf(code);
    return host === null ? [] : [message('explain.saidBy', { host })];
  }

  private key(): Message[] {
    const { partialProductKey: key, channel } = this.facts.activation ?? {};
    if (!key) return [];
    return [
      channel
        ? message('explain.keyOfChannel', { key, kind: channelOf(channel).class })
        : message('explain.key', { key }),
    ];
  }

  private publishing(): Message[] {
    const event = this.newest([12293], (one) => fieldOf(one, 'domain') !== null);
    const domain = fieldOf(event, 'domain');
    return event === null || domain === null
      ? []
      : [message('explain.cannotPublish', { domain, time: utcMinute(event.time) })];
  }

  /** Describes the first break in the path to the KMS host, or that there is none if the path is healthy. */
  private breakOfThePath(): Message[] {
    const { targets } = this.path;
    const good = targets.find(isKmsHost);
    if (good !== undefined) return [message('explain.answersNow', { endpoint: endpointOf(good) })];
    // If anything is known about a host, it was found without these DNS servers.
    const breaks = targets.flatMap(breakOf);
    if (breaks.length > 0) return breaks.slice(0, 3);
    return this.dnsTrouble() ?? (targets.length === 0 ? this.noRecord() : []);
  }

  /** Describes why DNS returns nothing at all; null if a server answers. */
  private dnsTrouble(): Message[] | null {
    const { dnsServers, serverAnswers } = this.path;
    if (dnsServers.length === 0) {
      const isSaid = statusOf(this.facts.checks, 'dns-server-configured') === 'fail';
      return isSaid ? [message('explain.noDnsServer')] : [];
    }
    if (serverAnswers.length === 0 || serverAnswers.some(isConclusive)) return null;
    const failure = serverAnswers.find(({ rcode }) => rcode !== null);
    if (failure === undefined) {
      return [message('explain.dnsSilent', { servers: joinShort(dnsServers) })];
    }
    const servers = serversOf(serverAnswers.filter(({ rcode }) => rcode === failure.rcode));
    return [message('explain.dnsFails', { servers, rcode: failure.rcode ?? '' })];
  }

  private noRecord(): Message[] {
    const { srvAnswers, domainsDenied } = this.path;
    const servers = serversOf(srvAnswers.filter(isConclusive));
    if (servers === '') return [];
    const { checks } = this.facts;
    const [other] = [
      ...evidenceOf(checks, 'dns', 'srv-record-other-domains'),
      ...evidenceOf(checks, 'resolver', 'srv-record-other-domains'),
    ].flatMap(({ name, records }) => (records.length > 0 ? (domainOfRecord(name) ?? []) : []));
    const missing = message('explain.noRecord', { servers, domains: joinShort(domainsDenied) });
    return other === undefined
      ? [missing]
      : [missing, message('explain.recordElsewhere', { domain: other })];
  }

  /** Returns the host whose latest response was this code. */
  private hostOf(code: number): string | null {
    const request = this.newest([12288], (event) => event.code === code);
    return fieldOf(request, 'host');
  }

  /** Returns the latest event of these kinds; ties go to the later one in the list, invalid times are the oldest. */
  private newest(
    ids: readonly DecodedEventId[],
    fits: (event: DecodedEvent) => boolean,
  ): DecodedEvent | null {
    const timeOf = ({ time }: DecodedEvent): number => Date.parse(time) || 0;
    const events = this.events.filter((event) => ids.includes(event.id) && fits(event));
    return events.sort((one, other) => timeOf(one) - timeOf(other)).at(-1) ?? null;
  }
}

const BREAKS: Readonly<Partial<Record<PathTarget['reach'], MessageKey>>> = {
  'not-kms': 'explain.notKms',
  filtered: 'explain.filtered',
  'no-route': 'explain.noRoute',
  refused: 'explain.refused',
};

/** Describes where the path to one host breaks; empty if that is unknown. */
function breakOf(target: PathTarget): Message[] {
  if (target.presence === 'absent') return [message('explain.noAddress', { host: target.host })];
  const key = BREAKS[target.reach];
  return key === undefined ? [] : [message(key, { endpoint: endpointOf(target) })];
}

/** Lists the servers that gave these answers. */
const serversOf = (answers: readonly DnsEvidence[]): string =>
  joinShort(answers.map(({ server }) => server));
