/** What a facts line can do without of what the network says. */
import { canonicalName, kmsRecordName } from '@shared/names';
import type { ScenarioFile, ScenarioRecord } from '@shared/scenario';
import { allTargets, recordsIn } from '../facts/answers';
import { valueOr, type Target } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { byKind, hole, type Item } from './item';

type Adapter = NonNullable<ScenarioFile['adapters']>[number];

/** KMS hosts at which came what came at another, with their records and addresses; none that is this computer. */
export function hostItems({ diagnosis, snapshot }: RunResult): Item[] {
  const { host } = diagnosis.verdict.about;
  const targets = allTargets(snapshot);
  const named = targets
    .filter((target) => target !== snapshot.assignedTarget)
    .sort((one, other) => Number(other.host === host) - Number(one.host === host));
  const own = valueOr(snapshot.adapters, []).flatMap((adapter) => adapter.addresses);
  const isOther = (target: Target): boolean =>
    !addressesOf(target).some((address) => own.includes(address));
  const [repeats] = byKind(named.filter(isOther), kindOf);
  const names = counted(targets.flatMap(namesOf));
  const addresses = counted(targets.flatMap(addressesOf));
  return repeats.map((target) => {
    // What another host has as well goes with the last of them.
    const goneAddresses = addressesOf(target).filter((address) => isLast(address, addresses));
    return {
      fact: 'port',
      names: namesOf(target).filter((name) => isLast(name, names)),
      take: (file) => {
        for (const address of goneAddresses) delete file.hosts?.[address];
      },
    };
  });
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Takes one off the count of a text; whether none is left. */
function isLast(text: string, counts: Map<string, number>): boolean {
  const left = (counts.get(text) ?? 0) - 1;
  counts.set(text, left);
  return left === 0;
}

function kindOf({ port, probes }: Target): string {
  const came = probes.map(({ connected, answered }) =>
    [connected, answered].map((one) => (one.ok ? one.value?.outcome : one.reason)).join(' '),
  );
  return [port, ...new Set(came)].join(' ');
}

/** The host's name and those that its aliases lead to, each once. */
const namesOf = ({ host, lookups }: Target): string[] => [
  ...new Set([
    host,
    ...lookups.flatMap(({ servers }) =>
      servers.flatMap(({ a, aaaa }) =>
        [a, aaaa].flatMap((answer) =>
          answer.outcome === 'answered' ? answer.answers.map(({ name }) => name) : [],
        ),
      ),
    ),
  ]),
];

const addressesOf = ({ probes, standardPort }: Target): string[] => [
  ...new Set([...probes, ...standardPort].map(({ address }) => address)),
];

/** Takes the records of these names out of what the servers and the resolver have. */
export function takeRecords({ dns }: ScenarioFile, names: ReadonlySet<string>): void {
  if (names.size === 0) return;
  const isGone = (record: ScenarioRecord): boolean =>
    names.has(canonicalName(record.name)) ||
    (record.type === 'SRV' && names.has(canonicalName(record.target)));
  const servers = Object.values(dns?.servers ?? {}).map(({ records }) => records);
  for (const records of [...servers, dns?.resolverCache]) {
    records?.splice(0, records.length, ...records.filter((record) => !isGone(record)));
  }
}

/** Configured servers that were not asked, and those that say what another says. */
export function serverItems(
  { dns, adapters = [] }: ScenarioFile,
  { diagnosis }: RunResult,
): Item[] {
  const { server } = diagnosis.verdict.about;
  const asked = dns?.servers ?? {};
  const configured = [...new Set(adapters.flatMap(({ dnsServers = [] }) => dnsServers))];
  const [repeats] = byKind(
    Object.keys(asked).sort((one, other) => Number(other === server) - Number(one === server)),
    (one) => {
      const { records = [], ...behavior } = asked[one] ?? {};
      const kmsNames = records.filter(({ type }) => type === 'SRV').map(({ name }) => name);
      return JSON.stringify([behavior, ...new Set(kmsNames)]);
    },
  );
  // Without the servers that were not asked, none of them takes the place of one that is left out.
  const unasked = configured.filter((one) => !Object.hasOwn(asked, one));
  return [...unasked, ...repeats].map((gone): Item => ({
    fact: 'dns',
    take: (file) => {
      delete file.dns?.servers?.[gone];
      for (const adapter of (file.adapters ?? []) as (Adapter | null)[]) {
        if (adapter?.dnsServers) {
          adapter.dnsServers = adapter.dnsServers.filter((one) => one !== gone);
        }
      }
      for (const fact of Object.keys(file.unread ?? {})) {
        if (fact.startsWith(`dns/${gone}/`)) delete file.unread?.[fact];
      }
    },
  }));
}

/** KMS hosts that nobody tried, beside the first one of each lookup, with their records: those of other domains, above all. */
export function untriedHostItems({ snapshot }: RunResult): Item[] {
  const tried = new Set(allTargets(snapshot).map(({ host }) => host));
  const untried = snapshot.lookups.flatMap(({ servers }) => {
    const answers = servers.flatMap(({ answer }) => recordsIn(answer));
    return [...new Set(answers.map(({ target }) => canonicalName(target)))].slice(1);
  });
  return [...new Set(untried)]
    .filter((host) => !tried.has(host))
    .map((host): Item => ({ fact: 'dns', names: [host] }));
}

/** KMS records in domains in which Windows does not look. */
export function otherDomainItems({ snapshot }: RunResult): Item[] {
  return snapshot.lookups
    .filter(({ role }) => role === 'other' || role === 'bare')
    .map(({ domain }): Item => ({ fact: 'dns', names: [kmsRecordName(domain)] }))
    .reverse();
}

/** Suffixes but for the first, and for the first that has a KMS record, the last one foremost. */
export function suffixItems({ computer }: ScenarioFile, { snapshot }: RunResult): Item[] {
  const found = snapshot.lookups.find(({ servers }) =>
    servers.some(({ answer }) => answer.outcome === 'answered' && answer.answers.length > 0),
  );
  const suffixes = computer?.dnsSuffixSearchList ?? [];
  return [...suffixes.entries()]
    .filter(([place, suffix]) => place > 0 && canonicalName(suffix) !== found?.domain)
    .map(([place, suffix]): Item => ({
      fact: 'dnsClient',
      names: [kmsRecordName(suffix)],
      take: (file) => {
        hole(file.computer?.dnsSuffixSearchList, place);
      },
    }))
    .reverse();
}
