/** What came of a KMS host's attempt to publish itself: its own events, and the records in DNS. */
import type { Message } from '@shared/diagnosis';
import { formatErrorCode } from '@shared/error-codes';
import { kmsRecordName } from '@shared/names';
import type { SppEvent } from '../computer';
import type { Facts } from '../facts';
import { ownNames, standsAt } from '../own-records';
import { settle, srvRecords } from '../situation';
import { codeInEvent } from '../view';
import type { Ending } from './plan';

/** How often and how long is looked: a host publishes within seconds of its start. */
const LOOKS = 10;
const BETWEEN_LOOKS_MS = 2_000;

/** Events of publishing (domain.md §4): it succeeded, it failed. */
const PUBLISHED = 12294;
const REFUSED = 12293;

/** Waits for the record of this KMS host in each of its domains, and says of each what is there. */
export async function lookForPublishing({
  freshFacts,
  wait,
  startedAt,
}: Pick<Ending, 'freshFacts' | 'wait' | 'startedAt'>): Promise<readonly Message[]> {
  for (let look = 1; ; look += 1) {
    const facts = freshFacts();
    const [domains, system, events] = await Promise.all([
      settle(facts.domains()),
      settle(facts.system()),
      settle(facts.events()),
    ]);
    if (!domains.read || !system.read) return [];
    const own = ownNames(system.value.name, domains.value);
    const said = (events.read ? events.value : []).filter(
      ({ id, time }) =>
        (id === PUBLISHED || id === REFUSED) && Date.parse(time) >= startedAt.getTime(),
    );
    const places = await Promise.all(
      domains.value.publish.map(async (domain) => ({
        domain,
        stands: await standsInDns(domain, own, facts),
        event: eventOf(domain, said),
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
  const servers = await settle(facts.servers());
  const answers = await Promise.all(
    (servers.read ? servers.value : []).map((server) =>
      settle(facts.query(server, kmsRecordName(domain), 'SRV')),
    ),
  );
  return answers.some(
    (answer) =>
      answer.read &&
      answer.value.outcome === 'answered' &&
      standsAt(srvRecords(answer.value.answers), own),
  );
}

/** The newest event that names the domain; its text has the domain among its insertion strings. */
function eventOf(domain: string, events: readonly SppEvent[]): SppEvent | undefined {
  return events.findLast(({ data }) => data.some((text) => text.toLowerCase() === domain));
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
    const code = formatErrorCode(codeInEvent(event) ?? 0);
    return { key: 'fixes.publishing.refused', params: { domain, code } };
  }
  return { key: 'fixes.publishing.notYet', params: { domain } };
}
