/** Lookups of SRV records while planning a fix or after applying it, and the warning if a domain has none. */
import type { Message } from '@shared/message';
import { kmsRecordName } from '@shared/names';
import type { DnsRecord, DnsServer } from '../computer';
import { recordsIn } from '../facts/answers';
import { readOr } from '../facts/fact-types';
import type { Facts } from '../facts/facts';

/** Queries servers for the SRV records of a name. A server that can't be queried contributes none. */
export async function srvRecordsAt(
  servers: readonly DnsServer[],
  name: string,
  facts: Facts,
): Promise<Extract<DnsRecord, { type: 'SRV' }>[]> {
  const found = await Promise.all(
    servers.map((server) => readOr(facts.query(server, name, 'SRV').then(recordsIn), [])),
  );
  return found.flat();
}

/** Queries the configured servers for the KMS records of a domain; returns none if the servers can't be read. */
export async function kmsRecordsIn(domain: string, facts: Facts): ReturnType<typeof srvRecordsAt> {
  return srvRecordsAt(await readOr(facts.servers(), []), kmsRecordName(domain), facts);
}

/** Returns a warning if no KMS record is found in a domain. */
export async function domainWarnings(domain: string, facts: Facts): Promise<readonly Message[]> {
  const records = await kmsRecordsIn(domain, facts);
  const params = { record: kmsRecordName(domain) };
  return records.length > 0 ? [] : [{ key: 'fixes.warnings.noRecord', params }];
}
