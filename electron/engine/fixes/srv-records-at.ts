import { kmsRecordName } from '@shared/names';
import type { DnsRecord, DnsServer } from '../computer';
import { recordsIn } from '../facts/answers';
import { readOr, toResult } from '../facts/fact-snapshot';
import type { Facts } from '../facts/facts';

/** Queries servers for the SRV records of a name. A server that can't be queried contributes none. */
export async function srvRecordsAt(
  servers: readonly DnsServer[],
  name: string,
  facts: Facts,
): Promise<Extract<DnsRecord, { type: 'SRV' }>[]> {
  const answers = await Promise.all(
    servers.map((server) => toResult(facts.query(server, name, 'SRV'))),
  );
  return answers.flatMap((answer) => (answer.ok ? recordsIn(answer.value) : []));
}

/** Queries the configured servers for the KMS records of a domain; returns none if the servers can't be read. */
export async function kmsRecordsIn(domain: string, facts: Facts): ReturnType<typeof srvRecordsAt> {
  return srvRecordsAt(await readOr(facts.servers(), []), kmsRecordName(domain), facts);
}
