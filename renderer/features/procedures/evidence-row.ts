/** One line of the evidence table: what was asked, of whom, what came back, how long it took. */
import type { Evidence, EvidenceValue } from '@shared/diagnosis';
import { decodeEvidence } from '@shared/events';
import { domainOfRecord } from '@shared/evidence-facts';
import {
  eventFieldWords,
  eventWords,
  firewallWords,
  resolverErrorWords,
  serviceWords,
} from '@shared/evidence-words';
import { formatEndpoint, isAddress } from '@shared/names';
import type { MessageKey } from '@shared/message';
import { printable } from '@shared/printable';
import type { Translations } from '../../i18n/translations';

/** A line of the table. */
export interface EvidenceRow {
  readonly asked: string;
  readonly from: string;
  readonly cameBack: string;
  /** Milliseconds; null where nothing took any. */
  readonly ms: number | null;
  readonly light: 'pass' | 'warn' | 'fail' | null;
}

type Data = Evidence['data'];

function text(value: EvidenceValue | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
const number = (value: EvidenceValue | undefined): number | null =>
  typeof value === 'number' ? value : null;

/** A value of evidence on one line. */
function inline(value: EvidenceValue | undefined, { t }: Translations): string {
  if (value === null || value === undefined || value === '') return t('window.evidence.nothing');
  if (Array.isArray(value)) {
    return value.length === 0
      ? t('window.evidence.nothing')
      : value.map((entry: EvidenceValue) => text(entry)).join(', ');
  }
  return text(value);
}

function records(value: EvidenceValue | undefined): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((record: EvidenceValue) => {
      if (record === null || typeof record !== 'object' || Array.isArray(record))
        return text(record);
      const fields = record as Data;
      return fields['type'] === 'SRV'
        ? formatEndpoint(text(fields['target']), number(fields['port']) ?? 0)
        : text(fields['address'] ?? fields['target']);
    })
    .join(', ');
}

const OUTCOMES: Readonly<Record<string, MessageKey>> = {
  silent: 'window.evidence.silent',
  closed: 'window.evidence.closed',
  garbled: 'route.value.garbled',
  unreachable: 'route.value.unreachable',
  open: 'route.value.open',
  refused: 'route.value.refused',
  filtered: 'route.value.filtered',
  kms: 'window.evidence.kms',
  'other-rpc': 'route.value.otherRpc',
  'not-rpc': 'route.value.notRpc',
};

function outcome(value: EvidenceValue | undefined, { t }: Translations): string {
  const key = OUTCOMES[text(value)];
  return key === undefined ? t('window.evidence.notKnown') : t(key);
}

function dnsAnswer(
  data: Data,
  words: Translations,
): { cameBack: string; light: EvidenceRow['light'] } {
  const { t } = words;
  if (data['outcome'] !== 'answered')
    return { cameBack: outcome(data['outcome'], words), light: 'warn' };
  const found = records(data['records']);
  const rcode = text(data['rcode']);
  if (found !== '') return { cameBack: found, light: 'pass' };
  if (rcode === 'NXDOMAIN') {
    // The bare name ought not to exist, so its absence is as it should be.
    const bare = data['type'] === 'SRV' && domainOfRecord(text(data['name'])) === null;
    return { cameBack: t('window.evidence.nxdomain'), light: bare ? 'pass' : 'fail' };
  }
  return rcode === 'NOERROR'
    ? { cameBack: t('window.evidence.noRecords'), light: data['type'] === 'AAAA' ? null : 'fail' }
    : { cameBack: t('window.evidence.rcode', { rcode }), light: 'warn' };
}

/** When an event was written and what it says, field by field; its texts where nobody knows what they are. */
function eventText(evidence: Evidence, words: Translations): string {
  const { t } = words;
  const { time, data } = evidence.data;
  const at = text(time)
    .replace('T', ' ')
    .replace(/(\.\d+)?Z$/, ' UTC');
  const event = decodeEvidence(evidence);
  if (event === null) return `${at}  ${inline(data, words)}`;
  const fields = eventFieldWords(event, t).map(({ name, value }) =>
    t('window.evidence.field', { name, value }),
  );
  return [`${at}  ${eventWords(event, t)}`, ...fields].join('\n');
}

/** Puts evidence into a line of the table. */
export function evidenceRow(evidence: Evidence, words: Translations): EvidenceRow {
  const row = rowOf(evidence, words);
  return {
    ...row,
    asked: printable(row.asked),
    from: printable(row.from),
    cameBack: printable(row.cameBack),
  };
}

function rowOf(evidence: Evidence, words: Translations): EvidenceRow {
  const { kind, title, data } = evidence;
  const { t } = words;
  const base = {
    asked: title,
    from: '',
    cameBack: '',
    ms: number(data['ms']),
    light: null,
  } as const;
  switch (kind) {
    case 'dns':
      return {
        ...base,
        asked: `${text(data['type'])} ${text(data['name'])}`,
        from: text(data['server']),
        ...dnsAnswer(data, words),
      };
    case 'resolver': {
      const found = records(data['records']);
      return {
        ...base,
        asked: `${text(data['type'])} ${text(data['name'])}`,
        from: t('window.evidence.resolver'),
        cameBack:
          found === ''
            ? t('window.evidence.resolverNothing', { error: resolverErrorWords(data['error'], t) })
            : found,
        light: found === '' ? 'fail' : 'pass',
      };
    }
    case 'ping':
      return {
        ...base,
        asked: t('window.evidence.ping'),
        from: text(data['address']),
        cameBack: t(
          data['replied'] === true
            ? 'window.evidence.pingReply'
            : data['replied'] === false
              ? 'window.evidence.pingSilent'
              : 'window.evidence.notKnown',
        ),
        light: data['replied'] === true ? 'pass' : 'warn',
      };
    case 'tcp':
    case 'rpc': {
      const host = text(data['host']);
      const address = text(data['address']);
      const port = number(data['port']) ?? 0;
      const good = data['outcome'] === 'open' || data['outcome'] === 'kms';
      return {
        ...base,
        asked:
          kind === 'tcp'
            ? t('window.evidence.tcp', { port: String(port) })
            : t('window.evidence.rpc', { port: String(port) }),
        from: host === address || isAddress(host) || address === '' ? host : `${host} (${address})`,
        cameBack: outcome(data['outcome'], words),
        light: good ? 'pass' : 'fail',
      };
    }
    case 'registry':
      return {
        ...base,
        asked: text(data['name']),
        from: t('window.evidence.registry'),
        cameBack: inline(data['value'], words),
      };
    case 'setting':
      return {
        ...base,
        asked: text(data['name']),
        from: t('window.evidence.setting'),
        cameBack: inline(data['value'], words),
      };
    case 'licensing':
      return {
        ...base,
        from: t('window.evidence.licensing'),
        cameBack: Object.entries(data)
          .map(([name, value]) => `${name} ${inline(value, words)}`)
          .join('\n'),
      };
    case 'service':
      return {
        ...base,
        asked: text(data['name']),
        from: t('window.evidence.services'),
        cameBack: t('window.evidence.service', serviceWords(data, t)),
      };
    case 'event':
      return {
        ...base,
        asked: t('window.evidence.event', { id: text(data['id']) }),
        from: t('window.evidence.eventLog'),
        cameBack: eventText(evidence, words),
      };
    case 'clock':
      return {
        ...base,
        asked: t('window.evidence.clock'),
        from: text(data['source']),
        cameBack: t('window.evidence.minutesOff', { minutes: number(data['minutes']) ?? 0 }),
      };
    case 'firewall':
      return {
        ...base,
        asked: text(data['rule']),
        from: t('window.evidence.firewall'),
        cameBack: firewallWords(data, t),
      };
    case 'adapter':
      return {
        ...base,
        asked: text(data['name']),
        from: t('window.evidence.adapters'),
        cameBack: [
          [t('route.detail.addresses'), data['addresses']],
          [t('route.detail.gateways'), data['gateways']],
          [t('route.detail.dnsServers'), data['dnsServers']],
          [t('window.evidence.suffix'), data['connectionSuffix']],
        ]
          .filter(([, value]) => text(value as EvidenceValue) !== '')
          .map(([name, value]) => `${text(name)} ${inline(value, words)}`)
          .join('\n'),
      };
    case 'system':
      return {
        ...base,
        asked: text(data['computer']),
        from: t('window.evidence.system'),
        cameBack: [text(data['os']), inline(data['addresses'], words)].filter(Boolean).join('; '),
      };
    default:
      // A report of a later version may have kinds that this one does not know.
      return { ...base, cameBack: JSON.stringify(data) };
  }
}

/** What came back, word for word, as text. */
export function rawText({ data }: Evidence): string {
  return printable(JSON.stringify(data, null, 2));
}
