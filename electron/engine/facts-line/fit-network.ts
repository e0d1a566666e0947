/** Network facts that a facts line can omit. */
import { canonicalName, kmsRecordName } from '@shared/names';
import type { ScenarioFile, ScenarioPart, ScenarioRecord } from '@shared/scenario';
import { allTargets, answersOfTarget, recordsIn } from '../facts/answers';
import { valueOr, type Target } from '../facts/fact-types';
import type { RunResult } from '../run';
import { byKind, entryItem, type Item } from './item';

type Adapter = ScenarioPart<'adapters'>[number];

/** Returns KMS hosts with the same result as another one, with their records and addresses; never this computer. */
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
  const left = [...targets];
  return repeats.map((target) => {
    left.splice(left.indexOf(target), 1);
    // What is shared with another host is removed with the last host that has it.
    const goneWith = (partsOf: (target: Target) => string[]): string[] => {
      const shared = new Set(left.flatMap(partsOf));
      return partsOf(target).filter((part) => !shared.has(part));
    };
    const goneAddresses = goneWith(addressesOf);
    return {
      fact: 'port',
      names: goneWith(namesOf),
      take: (file) => {
        for (const address of goneAddresses) delete file.hosts?.[address];
      },
    };
  });
}

function kindOf({ port, probes }: Target): string {
  const came = probes.map(({ connected, answered }) =>
    [connected, answered].map((one) => (one.ok ? one.value?.outcome : one.reason)).join(' '),
  );
  return [port, ...new Set(came)].join(' ');
}

/** Returns the host's name and the names that its aliases lead to, without duplicates. */
const namesOf = (target: Target): string[] => [
  ...new Set([
    target.host,
    ...answersOfTarget(target).flatMap(({ answer }) =>
      answer.outcome === 'answered' ? answer.answers.map(({ name }) => name) : [],
    ),
  ]),
];

const addressesOf = ({ probes, standardPort }: Target): string[] => [
  ...new Set([...probes, ...standardPort].map(({ address }) => address)),
];

/** Removes the records with these names from the data of the servers and the resolver. */
export function removeRecords({ dns }: ScenarioFile, names: ReadonlySet<string>): void {
  if (names.size === 0) return;
  const isGone = (record: ScenarioRecord): boolean =>
    names.has(canonicalName(record.name)) ||
    (record.type === 'SRV' && names.has(canonicalName(record.target)));
  const servers = Object.values(dns?.servers ?? {}).map(({ records }) => records);
  for (const records of [...servers, dns?.resolverCache]) {
    records?.splice(0, records.length, ...records.filter((record) => !isGone(record)));
  }
}

/** Returns configured servers that weren't queried, and servers with the same answers as another one. */
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
  // Servers that weren't queried must go too, so that none of them takes the place of a removed one.
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

/**
 * Returns KMS hosts that weren't probed and their records, except for the first host of each lookup: mainly those of
 * other domains.
 */
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

/** Returns KMS records in domains where Windows doesn't look. */
export function otherDomainItems({ snapshot }: RunResult): Item[] {
  return snapshot.lookups
    .filter(({ role }) => role === 'other' || role === 'bare')
    .map(({ domain }): Item => ({ fact: 'dns', names: [kmsRecordName(domain)] }))
    .reverse();
}

/** Returns the suffixes in reverse order, except for the first one and the first one with a KMS record. */
export function suffixItems({ computer }: ScenarioFile, { snapshot }: RunResult): Item[] {
  const found = snapshot.lookups.find(({ servers }) =>
    servers.some(({ answer }) => answer.outcome === 'answered' && answer.answers.length > 0),
  );
  const suffixes = computer?.dnsSuffixSearchList ?? [];
  return [...suffixes.entries()]
    .filter(([place, suffix]) => place > 0 && canonicalName(suffix) !== found?.domain)
    .map(([place, suffix]): Item => ({
      ...entryItem('dnsClient', 'suffixes', place),
      names: [kmsRecordName(suffix)],
    }))
    .reverse();
}
