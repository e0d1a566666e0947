/** Turns evidence into words. Shared by the details in the window, the HTML report and the ticket. */
import { REASON_CODES } from './diagnosis';
import { formatErrorCode } from './error-codes/format';
import { decodeEvent, describeEvent, describeField, type RawEvent } from './events';
import type { Evidence, EvidenceData } from './evidence';
import { translateMessage, type Translate } from './i18n';
import { domainOfRecord } from './kms-path';
import type { MessageKey } from './message';
import { formatEndpoint, isAddress } from './names';
import { escapeText } from './printable';
import { outcomeWords } from './route-nodes';
import { lookUp } from './look-up';

/** Evidence in words: the query, the party queried, the response and the duration. */
interface Words {
  /** The query alone. */
  readonly asked: string;
  /** The party queried, unless the query includes it. */
  readonly from?: string;
  /** Query and party in one text, for output without separate columns; by default the title. */
  readonly label?: string;
  readonly answer?: string;
  /** Details of the response by name. */
  readonly fields?: readonly { readonly name: string; readonly value: string }[];
  /** Milliseconds; null if nothing was timed. */
  readonly ms?: number | null;
  readonly light?: 'pass' | 'warn' | 'fail' | null;
}

/** Turns evidence into words, with control characters escaped for display. What isn't known is empty or null. */
export function describeEvidence(evidence: Evidence, t: Translate) {
  const words = wordsOf(evidence, t);
  return {
    asked: escapeText(words.asked),
    from: escapeText(words.from ?? ''),
    label: escapeText(words.label ?? evidence.title),
    answer: escapeText(words.answer ?? ''),
    fields: (words.fields ?? []).map(({ name, value }) => ({
      name: escapeText(name),
      value: escapeText(value),
    })),
    ms: words.ms ?? null,
    light: words.light ?? null,
  };
}

function wordsOf(evidence: Evidence, t: Translate): Words {
  const { kind, title, data } = evidence;
  switch (kind) {
    case 'dns':
      return {
        asked: `${data.type} ${data.name}`,
        from: data.server,
        ms: data.ms,
        ...dnsAnswer(data, t),
      };
    case 'resolver': {
      const found = recordsIn(data.records);
      const error = resolverErrorWords(data.error, t);
      const none =
        error === ''
          ? t('window.evidence.noRecords')
          : t('window.evidence.resolverNothing', { error });
      return {
        asked: `${data.type} ${data.name}`,
        from: t('window.evidence.resolver'),
        label: t('report.byResolver', { asked: title }),
        answer: found || none,
        ms: data.ms,
        light: found === '' ? 'fail' : 'pass',
      };
    }
    case 'ping':
      return {
        asked: t('window.evidence.ping'),
        from: data.address,
        answer: t(PING_WORDS[`${data.replied}`]),
        ms: data.ms,
        light: data.replied === true ? 'pass' : 'warn',
      };
    case 'tcp':
    case 'rpc': {
      const { host, address, outcome } = data;
      return {
        asked: t(`window.evidence.${kind}`, { port: String(data.port) }),
        from: host === '' || host === address || isAddress(host) ? address : `${host} (${address})`,
        answer: t(outcome === 'kms' ? 'window.evidence.kms' : outcomeWords(outcome).key),
        ms: data.ms,
        light: outcome === 'open' || outcome === 'kms' ? 'pass' : 'fail',
      };
    }
    case 'registry':
      return {
        asked: data.name,
        from: t('window.evidence.registry'),
        answer:
          data.value === null
            ? t('changes.registry-value.absent')
            : textOf(data.value) || t('window.evidence.nothing'),
      };
    case 'setting':
      return {
        asked: settingName(data.name, t),
        from: t('window.evidence.setting'),
        answer: textOf(data.value) || t('window.evidence.nothing'),
      };
    case 'licensing':
      return { asked: title, from: t('window.evidence.licensing'), fields: fieldsOf(data) };
    case 'service':
      return {
        asked: data.name,
        from: t('window.evidence.services'),
        answer: t('window.evidence.service', {
          state: wordFor(data.state, SERVICE_WORDS, t),
          start: wordFor(data.start, SERVICE_WORDS, t),
        }),
      };
    case 'event':
      return eventWords(data, t);
    case 'clock':
      return {
        asked: t('window.evidence.clock'),
        from: data.source,
        answer: t('window.evidence.minutesOff', { minutes: Math.round(Math.abs(data.minutes)) }),
      };
    case 'firewall': {
      const from = t('window.evidence.firewall');
      if ('blocked' in data) {
        const asked = t('checks.outbound-firewall.title');
        const answer = t(`checks.outbound-firewall.${data.blocked ? 'blocked' : 'ok'}`);
        return { asked, from, label: asked, answer };
      }
      const state = data.enabled === null ? 'absent' : data.enabled ? 'on' : 'off';
      return { asked: data.rule, from, answer: t(`changes.firewall-rule.${state}`) };
    }
    case 'adapter':
      return {
        asked: data.name,
        from: t('window.evidence.adapters'),
        answer: t(data.up ? 'report.up' : 'report.down'),
        fields: fieldsOf({
          [t('route.detail.addresses')]: data.addresses,
          [t('route.detail.gateways')]: data.gateways,
          [t('route.detail.dnsServers')]: data.dnsServers,
          [t('window.evidence.suffix')]: data.connectionSuffix,
        }),
      };
    case 'other':
      return { asked: title, from: evidence.was, fields: fieldsOf(data) };
  }
}

const PING_WORDS = {
  true: 'window.evidence.pingReply',
  false: 'window.evidence.pingSilent',
  null: 'window.evidence.notKnown',
} as const;

const NO_DNS_ANSWER = {
  silent: 'window.evidence.silent',
  closed: 'window.evidence.closed',
  garbled: 'route.value.garbled',
  unreachable: 'route.value.unreachable',
  unread: 'window.evidence.notKnown',
} as const;

function dnsAnswer(
  { outcome, type, name, rcode, records }: EvidenceData<'dns'>,
  t: Translate,
): Pick<Words, 'answer' | 'light'> {
  if (outcome !== 'answered') return { answer: t(NO_DNS_ANSWER[outcome]), light: 'warn' };
  const found = recordsIn(records);
  if (found !== '') return { answer: found, light: 'pass' };
  if (rcode === 'NXDOMAIN') {
    // The bare name isn't supposed to exist, so its absence is correct.
    const bare = type === 'SRV' && domainOfRecord(name) === null;
    return { answer: t('window.evidence.nxdomain'), light: bare ? 'pass' : 'fail' };
  }
  return rcode === 'NOERROR'
    ? { answer: t('window.evidence.noRecords'), light: type === 'AAAA' ? null : 'fail' }
    : { answer: t('window.evidence.rcode', { rcode }), light: 'warn' };
}

function recordsIn(records: EvidenceData<'dns'>['records']): string {
  return records
    .map((record) => {
      if (record.type === 'SRV') return formatEndpoint(record.target, record.port);
      return record.type === 'CNAME' ? `CNAME ${record.target}` : record.address;
    })
    .join(', ');
}

/** Describes when an event was written and its fields, or its raw texts if the event is unknown. */
function eventWords(event: RawEvent, t: Translate): Words {
  const at = event.time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  const decoded = decodeEvent(event);
  const says =
    decoded === null ? event.data.join(', ') : translateMessage(t, describeEvent(decoded));
  const asked = t('window.evidence.event', { id: event.id });
  return {
    asked,
    from: t('window.evidence.eventLog'),
    label: asked,
    answer: `${at}  ${says}`,
    fields: (decoded?.fields ?? []).map((field) => {
      const words = describeField(field);
      return {
        name: t(`events.field.${field.name}`),
        value: words === null ? field.value : translateMessage(t, words),
      };
    }),
  };
}

/** Words for a service's state and start type. */
const SERVICE_WORDS: Readonly<Record<string, MessageKey>> = {
  running: 'changes.service-restart.running',
  stopped: 'changes.service-restart.stopped',
  pending: 'changes.service-restart.pending',
  automatic: 'window.evidence.startup.automatic',
  manual: 'window.evidence.startup.manual',
  disabled: 'window.evidence.startup.disabled',
};

/** Returns the word for a name; unknown names are unchanged. */
function wordFor(name: string, words: typeof SERVICE_WORDS, t: Translate): string {
  const key = lookUp(words, name);
  return key === undefined ? name : t(key);
}

/** Error numbers of DnsQuery and Winsock are Win32 codes (winerror.h), which are listed as HRESULTs. */
const WIN32_ERROR = 0x80070000;

/**
 * Describes why the system's resolver found nothing: an error code, a status from the system, or why it wasn't queried.
 */
function resolverErrorWords(error: string | null, t: Translate): string {
  if (error === null) return '';
  if (/^\d{1,5}$/.test(error)) return formatErrorCode(WIN32_ERROR | Number(error));
  const reason = REASON_CODES.find((one) => one === error);
  return reason === undefined ? error : t(`reasons.${reason}`);
}

/** Returns the non-empty properties as named fields. */
function fieldsOf(data: object) {
  return Object.entries(data)
    .map(([name, value]) => ({ name, value: textOf(value) }))
    .filter(({ value }) => value !== '');
}

/** Formats a JSON value on one line; empty for null and undefined. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  return fieldsOf(value)
    .map((field) => `${field.name} ${field.value}`)
    .join('; ');
}

/** Settings whose names don't come from Windows: reports have them in English. */
const SETTING_NAMES: Readonly<Record<string, MessageKey>> = {
  'Primary DNS suffix': 'window.evidence.settings.primarySuffix',
  'DNS suffix search list': 'window.evidence.settings.searchList',
  'Active Directory domain': 'window.evidence.settings.adDomain',
  'SRV targets': 'window.evidence.settings.srvTargets',
  'DNS servers left out': 'window.evidence.settings.serversLeftOut',
  'Domains left out': 'window.evidence.settings.domainsLeftOut',
};

function settingName(name: string, t: Translate): string {
  const host = /^Addresses of (.+) left out$/.exec(name)?.[1];
  return host === undefined
    ? wordFor(name, SETTING_NAMES, t)
    : t('window.evidence.settings.addressesLeftOut', { host });
}
