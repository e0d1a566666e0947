/** Evidence in a line: what was asked, as its title has it, and what came back. */
import type { Evidence, EvidenceValue } from '@shared/diagnosis';
import { decodeEvidence } from '@shared/events';
import {
  eventWords,
  firewallWords,
  resolverErrorWords,
  serviceWords,
} from '@shared/evidence-words';
import type { Translate } from '@shared/i18n';
import type { MessageKey } from '@shared/message';
import { formatEndpoint } from '@shared/names';
import { utcMinute } from '@shared/utc-time';

/** A line of evidence. */
export interface EvidenceLine {
  readonly asked: string;
  readonly answer: string;
}

/** Words for outcomes of connections and binds. */
const OUTCOMES: Readonly<Record<string, MessageKey>> = {
  open: 'route.value.open',
  refused: 'route.value.refused',
  filtered: 'route.value.filtered',
  unreachable: 'route.value.unreachable',
  kms: 'route.value.answers',
  'other-rpc': 'route.value.otherRpc',
  'not-rpc': 'route.value.notRpc',
  silent: 'route.value.silent',
};

/** Puts a piece of evidence into a line. */
export function evidenceLine(evidence: Evidence, t: Translate): EvidenceLine {
  const { kind, title, data } = evidence;
  const line = (answer: string): EvidenceLine => ({ asked: title, answer });
  const outcome = (value: EvidenceValue | undefined): string => {
    const key = OUTCOMES[textOf(value)];
    return key === undefined ? t('route.value.unknown') : t(key);
  };
  switch (kind) {
    case 'dns': {
      if (data['outcome'] !== 'answered') return line(t('route.value.noAnswer'));
      const records = recordsIn(data['records']);
      return line(records === '' ? textOf(data['rcode']) : records);
    }
    case 'resolver': {
      const records = recordsIn(data['records']);
      const error = resolverErrorWords(data['error'], t);
      return {
        asked: t('report.byResolver', { asked: title }),
        answer:
          records !== ''
            ? records
            : error === ''
              ? t('route.value.noRecord')
              : t('report.resolverError', { error }),
      };
    }
    case 'tcp':
    case 'rpc':
      return line(outcome(data['outcome']));
    case 'ping': {
      const { replied } = data;
      if (typeof replied !== 'boolean') return line(t('route.value.unknown'));
      return line(t(replied ? 'route.value.answers' : 'route.value.noAnswer'));
    }
    case 'event': {
      const event = decodeEvidence(evidence);
      if (event === null) return line(textOf(data['data']));
      return {
        asked: `${event.id}, ${utcMinute(event.time)}`,
        answer: eventWords(event, t),
      };
    }
    case 'registry':
      return line(textOf(data['value']) || t('changes.registry-value.absent'));
    case 'setting':
      return line(textOf(data['value']) || t('report.none'));
    case 'clock':
      return line(
        typeof data['minutes'] === 'number'
          ? t('report.minutesOff', { minutes: Math.round(Math.abs(data['minutes'])) })
          : t('report.notRead'),
      );
    case 'adapter':
      return line(
        [
          t(data['up'] === false ? 'report.down' : 'report.up'),
          ...ADAPTER.flatMap(([name, label]) => {
            const value = textOf(data[name]);
            return value === '' ? [] : [t('report.pair', { asked: t(label), answer: value })];
          }),
        ].join(t('report.semicolon')),
      );
    case 'service':
      return line(t('report.service', serviceWords(data, t)));
    case 'firewall':
      return line(firewallWords(data, t));
    case 'licensing':
    case 'system':
      return line(pairs(data));
  }
}

/** What is said of an adapter besides whether it is up. */
const ADAPTER: readonly (readonly [string, MessageKey])[] = [
  ['addresses', 'route.detail.addresses'],
  ['gateways', 'route.detail.gateways'],
  ['dnsServers', 'route.detail.dnsServers'],
  ['connectionSuffix', 'report.connectionSuffix'],
];

/** A value on one line. */
export function textOf(value: EvidenceValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map((one: EvidenceValue) => textOf(one)).join(', ');
  return pairs(value as Evidence['data']);
}

function pairs(data: Evidence['data']): string {
  return Object.entries(data)
    .filter(([, value]) => textOf(value) !== '')
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join('; ');
}

function recordsIn(value: EvidenceValue | undefined): string {
  if (!Array.isArray(value)) return '';
  return value
    .map((record: EvidenceValue) => {
      if (record === null || typeof record !== 'object' || Array.isArray(record)) return '';
      const { type, target, port, address } = record as Evidence['data'];
      if (type === 'SRV') return formatEndpoint(textOf(target), Number(port));
      return type === 'CNAME' ? `CNAME ${textOf(target)}` : textOf(address);
    })
    .filter((text) => text !== '')
    .join(', ');
}
