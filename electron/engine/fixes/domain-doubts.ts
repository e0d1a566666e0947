import type { Message } from '@shared/diagnosis';
import { kmsRecordName } from '@shared/names';
import type { Facts } from '../facts';
import { settle, srvRecords } from '../situation';

/** Says so where a domain has no KMS record to be found in it. */
export async function doubtsAboutDomain(domain: string, facts: Facts): Promise<readonly Message[]> {
  const servers = await settle(facts.servers());
  const answers = await Promise.all(
    (servers.read ? servers.value : []).map((server) =>
      settle(facts.query(server, kmsRecordName(domain), 'SRV')),
    ),
  );
  const stands = answers.some(
    (answer) =>
      answer.read &&
      answer.value.outcome === 'answered' &&
      srvRecords(answer.value.answers).length > 0,
  );
  return stands
    ? []
    : [{ key: 'fixes.warnings.noRecord', params: { record: kmsRecordName(domain) } }];
}
