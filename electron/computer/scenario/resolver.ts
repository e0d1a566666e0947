/**
 * The resolver of the simulated Windows: it asks the configured servers in their order, and the first that answers is
 * final, also with "no such name"; one that is silent or fails is passed over. Where a cache is given, that and nothing
 * else. Its errors are those of DnsQuery as numbers (winerror.h, "DNS error codes").
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
  const rcodes = new Set<string>();
  for (const server of servers) {
    const answer = answerOf(scenario, server, name, type, 'udp');
    if (answer.outcome !== 'answered') continue;
    if (answer.rcode === 'NOERROR') return found(answer.answers, type, 'noRecords', ANSWER_MS);
    if (answer.rcode === 'NXDOMAIN') return found([], type, 'noSuchName', ANSWER_MS);
    rcodes.add(answer.rcode);
  }
  return found([], type, errorFor(rcodes), rcodes.size > 0 ? ANSWER_MS : SILENCE_MS);
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

/** What is left to say where no server knows anything. */
function errorFor(rcodes: ReadonlySet<string>): keyof typeof RESOLVER_ERRORS {
  if (rcodes.size === 0) return 'timeout';
  return rcodes.has('REFUSED') && rcodes.size === 1 ? 'refused' : 'serverFailure';
}
