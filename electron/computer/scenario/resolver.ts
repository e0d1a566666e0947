/**
 * The resolver of the simulated Windows. It queries the configured servers in order, and the first response is final,
 * even if it's "no such name"; a server that is silent or fails is skipped. If the scenario has a cache, only the cache
 * is used. Errors are those of DnsQuery, as numbers (winerror.h, "DNS error codes").
 */
import type { DnsRecord, RecordType, ResolverAnswer } from '@engine/computer';
import type { CompleteScenario } from '@shared/scenario';
import { ANSWER_MS, SILENCE_MS, answerOf, configuredServers, lookUp } from './dns';

/** DnsQuery errors that the simulation returns. */
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

/** Resolves a fully qualified name. */
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

/** Returns the records, or the error if a CNAME chain leads to none of the type. */
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

/** Returns the error for a name that no server could resolve. */
function errorFor(rcodes: ReadonlySet<string>): keyof typeof RESOLVER_ERRORS {
  if (rcodes.size === 0) return 'timeout';
  return rcodes.has('REFUSED') && rcodes.size === 1 ? 'refused' : 'serverFailure';
}
