import type { DnsRecord, DnsServer } from '../computer';
import { recordsIn } from '../facts/answers';
import { toResult } from '../facts/fact-snapshot';
import type { Facts } from '../facts/facts';

/** The SRV records of a name at servers that are asked for it now; none at one that cannot be asked. */
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
