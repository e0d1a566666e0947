/** What came of a KMS host's attempt to publish itself: its own events, and the records in DNS. */
import type { Message } from '@shared/message';
import { formatErrorCode } from '@shared/error-codes';
import { decodeEvent, publishedDomain } from '@shared/events';
import { canonicalName, kmsRecordName } from '@shared/names';
import type { SppEvent } from '../computer';
import type { Facts } from '../facts/facts';
import { ownNames, standsAt } from '../verdict/own-records';
import { toResult, valueOr } from '../facts/fact-snapshot';
import { whenKnown } from '../facts/outstanding';
import type { AppliedFix } from './plan';
import { srvRecordsAt } from './srv-records-at';

/** How often and how long is looked: a host publishes within seconds of its start. */
const LOOKS = 10;
const BETWEEN_LOOKS_MS = 2_000;

/** The event of a failed publication (docs/windows-facts.md#events). */
const REFUSED = 12293;

/** Waits for the record of this KMS host in each of its domains, and says of each what is there. */
export async function checkPublishing({
  freshFacts,
  wait,
  startedAt,
}: Pick<AppliedFix, 'freshFacts' | 'wait' | 'startedAt'>): Promise<readonly Message[]> {
  for (let look = 1; ; look += 1) {
    const facts = freshFacts();
    const [domains, system, events] = await Promise.all([
      toResult(facts.domains()),
      toResult(facts.system()),
      toResult(facts.events()),
    ]);
    if (!domains.ok || !system.ok) return [];
    const own = ownNames(system.value.name, domains.value);
    const said = valueOr(events, []).filter(({ time }) => Date.parse(time) >= startedAt.getTime());
    const places = await Promise.all(
      domains.value.publish.map(async (domain) => ({
        domain,
        stands: await standsInDns(domain, own, facts),
        event: said.findLast((event) => publishedDomain(event) === domain),
      })),
    );
    const isSettled = places.every(({ stands, event }) => stands || event?.id === REFUSED);
    if (isSettled || look === LOOKS) return places.map(describe);
    await wait(BETWEEN_LOOKS_MS);
  }
}

async function standsInDns(
  domain: string,
  own: ReadonlySet<string>,
  facts: Facts,
): Promise<boolean> {
  const servers = await toResult(facts.servers());
  const records = await srvRecordsAt(valueOr(servers, []), kmsRecordName(domain), facts);
  if (records.some(({ target }) => own.has(canonicalName(target)))) return true;
  return records.length > 0 && (await whenKnown(() => standsAt(records, facts.soFar))) === true;
}

function describe({
  domain,
  stands,
  event,
}: {
  readonly domain: string;
  readonly stands: boolean;
  readonly event: SppEvent | undefined;
}): Message {
  if (stands) return { key: 'fixes.publishing.stands', params: { domain } };
  if (event?.id === REFUSED) {
    const code = formatErrorCode(decodeEvent(event)?.code ?? 0);
    return { key: 'fixes.publishing.refused', params: { domain, code } };
  }
  return { key: 'fixes.publishing.notYet', params: { domain } };
}
