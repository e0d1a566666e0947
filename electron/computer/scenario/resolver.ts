/**
 * The resolver of the simulated Windows: what the configured servers say between them, or, where a cache is
 * given, that and nothing else. Its errors are those of DnsQuery as numbers (winerror.h, "DNS error codes").
 */
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import type { CompleteScenario } from '@shared/scenario';
import { ANSWER_MS, SILENCE_MS, answerOf, configuredServers, lookUp } from './dns';

/** Errors of DnsQuery that the simulation gives. */
export const RESOLVER_ERRORS = {
  /** DNS_ERROR_RCODE_SERVER_FAILURE */
  serverFailure: '9002',
  /** DNS_ERROR_RCODE_NAME_ERROR */
  noSuchName: '9003',
  /** DNS_ERROR_RCODE_REFUSED */
  refused: '9005',
  /** DNS_INFO_NO_RECORDS */
  noRecords: '9501',
  /** DNS_ERROR_NO_DNS_SERVERS */
  noServers: '9852',
  /** ERROR_TIMEOUT */
  timeout: '1460',
} as const;

/** What the resolver finds under a full name. */
export function resolveName(
  scenario: CompleteScenario,
  name: string,
  type: RecordType,
): ResolverAnswer {
  const cache = scenario.dns.resolverCache;
  if (cache !== null) {
    const { rcode, answers } = lookUp(cache, name, type);
    return found(answers, type, rcode === 'NOERROR' ? 'noRecords' : 'noSuchName', ANSWER_MS);
  }
  const servers = configuredServers(scenario);
  if (servers.length === 0) return { records: [], error: RESOLVER_ERRORS.noServers, ms: ANSWER_MS };
  const records = new Map<string, DnsRecord>();
  const rcodes = new Set<string>();
  for (const server of servers) {
    const answer = answerOf(scenario, server, name, type, 'udp');
    if (answer.outcome !== 'answered') continue;
    rcodes.add(answer.rcode);
    for (const record of answer.answers) {
      records.set(JSON.stringify({ ...record, ttl: null }), record);
    }
  }
  return found(
    [...records.values()],
    type,
    errorFor(rcodes),
    rcodes.size > 0 ? ANSWER_MS : SILENCE_MS,
  );
}

/** A chain of CNAMEs that leads to nothing is nothing. */
function found(
  records: readonly DnsRecord[],
  type: RecordType,
  error: keyof typeof RESOLVER_ERRORS,
  ms: number,
): ResolverAnswer {
  return records.some((record) => record.type === type)
    ? { records, error: null, ms }
    : { records: [], error: RESOLVER_ERRORS[error], ms };
}

/** A server that knows that there is nothing goes before one that cannot say. */
function errorFor(rcodes: ReadonlySet<string>): keyof typeof RESOLVER_ERRORS {
  if (rcodes.size === 0) return 'timeout';
  if (rcodes.has('NOERROR')) return 'noRecords';
  if (rcodes.has('NXDOMAIN')) return 'noSuchName';
  return rcodes.has('REFUSED') && rcodes.size === 1 ? 'refused' : 'serverFailure';
}
