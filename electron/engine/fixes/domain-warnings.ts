import type { Message } from '@shared/message';
import { kmsRecordName } from '@shared/names';
import type { Facts } from '../facts/facts';
import { toResult } from '../facts/fact-snapshot';
import { srvRecords } from '../facts/answers';

/** Says so where a domain has no KMS record to be found in it. */
export async function domainWarnings(domain: string, facts: Facts): Promise<readonly Message[]> {
  const servers = await toResult(facts.servers());
  const answers = await Promise.all(
    (servers.ok ? servers.value : []).map((server) =>
      toResult(facts.query(server, kmsRecordName(domain), 'SRV')),
    ),
  );
  const stands = answers.some(
    (answer) =>
      answer.ok &&
      answer.value.outcome === 'answered' &&
      srvRecords(answer.value.answers).length > 0,
  );
  return stands
    ? []
    : [{ key: 'fixes.warnings.noRecord', params: { record: kmsRecordName(domain) } }];
}
