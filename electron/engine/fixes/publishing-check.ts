/** Checks whether a KMS host published its record, using the host's events and the records in DNS. */
import type { Message } from '@shared/message';
import { formatErrorCode } from '@shared/error-codes';
import { decodeEvent, publishedDomain } from '@shared/events';
import { canonicalName } from '@shared/names';
import type { SppEvent } from '../computer';
import type { Facts } from '../facts/facts';
import { ownNames, namesThisComputer } from '../verdict/own-records';
import { toResult, valueOr } from '../facts/fact-types';
import { whenKnown } from '../facts/outstanding';
import type { AppliedFix } from './plan';
import { kmsRecordsIn } from './record-lookups';

/** Number of checks and the delay between them: a host publishes within seconds of starting. */
const MAX_CHECKS = 10;
const CHECK_INTERVAL_MS = 2_000;

/** ID of the event for a failed attempt to publish (docs/windows-facts.md#events). */
const REFUSED = 12293;

/** Waits for this KMS host's record to appear in each of its domains, and returns a message for each domain. */
export async function checkPublishing({
  freshFacts,
  wait,
  startedAt,
}: Pick<AppliedFix, 'freshFacts' | 'wait' | 'startedAt'>): Promise<readonly Message[]> {
  for (let check = 1; ; check += 1) {
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
      domains.value.publish.map(async (domain) => {
        const stands = await standsInDns(domain, own, facts);
        const event = said.findLast((one) => publishedDomain(one) === domain);
        const isSettled = stands || event?.id === REFUSED;
        return { isSettled, message: describe(domain, stands, event) };
      }),
    );
    if (check === MAX_CHECKS || places.every(({ isSettled }) => isSettled)) {
      return places.map(({ message }) => message);
    }
    await wait(CHECK_INTERVAL_MS);
  }
}

async function standsInDns(
  domain: string,
  own: ReadonlySet<string>,
  facts: Facts,
): Promise<boolean> {
  const records = await kmsRecordsIn(domain, facts);
  if (records.some(({ target }) => own.has(canonicalName(target)))) return true;
  return (
    records.length > 0 && (await whenKnown(() => namesThisComputer(records, facts.soFar))) === true
  );
}

function describe(domain: string, stands: boolean, event: SppEvent | undefined): Message {
  if (stands) return { key: 'fixes.publishing.stands', params: { domain } };
  if (event?.id === REFUSED) {
    const code = formatErrorCode(decodeEvent(event)?.code ?? 0);
    return { key: 'fixes.publishing.refused', params: { domain, code } };
  }
  return { key: 'fixes.publishing.notYet', params: { domain } };
}
