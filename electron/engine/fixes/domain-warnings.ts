import type { Message } from '@shared/message';
import { kmsRecordName } from '@shared/names';
import type { Facts } from '../facts/facts';
import { toResult, valueOr } from '../facts/fact-snapshot';
import { srvRecordsAt } from './srv-records-at';

/** Returns a warning if no KMS record is found in a domain. */
export async function domainWarnings(domain: string, facts: Facts): Promise<readonly Message[]> {
  const servers = await toResult(facts.servers());
  const record = kmsRecordName(domain);
  const records = await srvRecordsAt(valueOr(servers, []), record, facts);
  return records.length > 0 ? [] : [{ key: 'fixes.warnings.noRecord', params: { record } }];
}
