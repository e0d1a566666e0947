import type { Message } from '@shared/message';
import { kmsRecordName } from '@shared/names';
import type { Facts } from '../facts/facts';
import { kmsRecordsIn } from './srv-records-at';

/** Returns a warning if no KMS record is found in a domain. */
export async function domainWarnings(domain: string, facts: Facts): Promise<readonly Message[]> {
  const records = await kmsRecordsIn(domain, facts);
  const params = { record: kmsRecordName(domain) };
  return records.length > 0 ? [] : [{ key: 'fixes.warnings.noRecord', params }];
}
