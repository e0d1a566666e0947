/** Converts the output of Resolve-DnsName, which uses Windows' own resolver. */
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import { parsePort } from '@shared/names';
import { followCname } from '../network/dns';
import { printableName } from '../network/dns-name';
import type { Answer } from './answers';
import { lookUp } from '@shared/look-up';

/** Record types by name and by number (RFC 1035 §3.2.2, RFC 2782, RFC 3596). */
const TYPES: Readonly<Record<string, DnsRecord['type']>> = {
  A: 'A',
  '1': 'A',
  CNAME: 'CNAME',
  '5': 'CNAME',
  AAAA: 'AAAA',
  '28': 'AAAA',
  SRV: 'SRV',
  '33': 'SRV',
};

/** Names of the answer section; records from the hosts file have none. Authority and additional records don't count. */
const ANSWER_SECTIONS = new Set(['', 'Answer', '1']);

/** DNS_INFO_NO_RECORDS: the name exists, but has no such records. */
const NO_RECORDS = 'DNS_INFO_NO_RECORDS';

/** Returns the records for a name, including the aliases that lead to them. */
export function toResolverAnswer(
  name: string,
  type: RecordType,
  answer: Answer<'resolve'>,
  ms: number,
): ResolverAnswer {
  const all = answer.records
    .filter(({ section }) => ANSWER_SECTIONS.has(section))
    .flatMap((record) => toRecord(record));
  // The resolver may have appended a suffix, and records of that name don't answer this query.
  const { names } = followCname(name, all);
  const records = all.filter((record) => names.includes(record.name));
  if (records.some((record) => record.type === type)) return { records, error: null, ms };
  return { records: [], error: answer.error ?? NO_RECORDS, ms };
}

function toRecord(record: Answer<'resolve'>['records'][number]): DnsRecord[] {
  const type = lookUp(TYPES, record.type);
  if (type === undefined) return [];
  const seconds = /^\d+$/.test(record.ttl) ? Number(record.ttl) : null;
  const common = { name: printableName(record.name), ttl: seconds };
  if (type === 'A' || type === 'AAAA') {
    return record.address === '' ? [] : [{ type, ...common, address: record.address }];
  }
  if (record.target === '') return [];
  const target = printableName(record.target);
  if (type === 'CNAME') return [{ type, ...common, target }];
  // A target of "." has port 0.
  const port = record.port === '0' ? 0 : parsePort(record.port);
  const [priority, weight] = [Number(record.priority), Number(record.weight)];
  return port === null ? [] : [{ type, ...common, priority, weight, port, target }];
}
