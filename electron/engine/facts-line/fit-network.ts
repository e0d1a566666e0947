/** What a facts line can do without of what the network says. */
import { canonicalName, kmsRecordName } from '@shared/names';
import type { ScenarioFile, ScenarioRecord } from '@shared/scenario';
import { allTargets } from '../facts/answers';
import type { Target } from '../facts/fact-snapshot';
import type { RunResult } from '../run';
import { byKind, hole, type Item } from './item';

type Adapter = NonNullable<ScenarioFile['adapters']>[number];

/** KMS hosts at which came what came at another, with their records and addresses. */
export function hostItems({ diagnosis, situation }: RunResult): Item[] {
  const { host } = diagnosis.verdict.about;
  const targets = allTargets(situation);
  const named = targets
    .filter((target) => target !== situation.assignedTarget)
    .sort((one, other) => Number(other.host === host) - Number(one.host === host));
  const [repeats] = byKind(named, kindOf);
  return repeats.map((target, place) => {
    const gone = new Set(repeats.slice(0, place + 1));
    return hostItem(
      target,
      targets.filter((one) => !gone.has(one)),
    );
  });
}

function kindOf({ port, probes }: Target): string {
  const came = probes.map(({ connected, answered }) =>
    [connected, answered].map((one) => (one.ok ? one.value?.outcome : one.reason)).join(' '),
  );
  return [port, ...new Set(came)].join(' ');
}

function hostItem(target: Target, kept: readonly Target[]): Item {
  const keptNames = new Set(kept.flatMap(namesOf));
  const keptAddresses = new Set(kept.flatMap(addressesOf));
  const names = new Set(namesOf(target).filter((name) => !keptNames.has(name)));
  const addresses = addressesOf(target).filter((address) => !keptAddresses.has(address));
  return {
    fact: 'port',
    take: (file) => {
      takeRecords(file, (record) =>
        names.has(canonicalName(record.type === 'SRV' ? record.target : record.name)),
      );
      for (const address of addresses) delete file.hosts?.[address];
    },
  };
}

/** The host's name and those that its aliases lead to. */
const namesOf = ({ host, lookups }: Target): string[] => [
  host,
  ...lookups.flatMap(({ servers }) =>
    servers.flatMap(({ a, aaaa }) =>
      [a, aaaa].flatMap((answer) =>
        answer.outcome === 'answered' ? answer.answers.map(({ name }) => name) : [],
      ),
    ),
  ),
];

const addressesOf = ({ probes, standardPort }: Target): string[] =>
  [...probes, ...standardPort].map(({ address }) => address);

/** Makes holes in what the servers and the resolver have. */
function takeRecords({ dns }: ScenarioFile, isGone: (record: ScenarioRecord) => boolean): void {
  const servers = Object.values(dns?.servers ?? {}).map(({ records }) => records);
  for (const records of [...servers, dns?.resolverCache]) {
    records?.forEach((record: ScenarioRecord | null, place) => {
      if (record !== null && isGone(record)) hole(records, place);
    });
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

/** KMS records in domains in which Windows does not look. */
export function otherDomainItems({ situation }: RunResult): Item[] {
  return situation.lookups
    .filter(({ role }) => role === 'other' || role === 'bare')
    .map(({ domain }): Item => ({
      fact: 'dns',
      take: (file) => {
        takeRecords(file, ({ name }) => canonicalName(name) === kmsRecordName(domain));
      },
    }))
    .reverse();
}

/** Suffixes but for the first, and for the first that has a KMS record, the last one foremost. */
export function suffixItems({ computer }: ScenarioFile, { situation }: RunResult): Item[] {
  const found = situation.lookups.find(({ servers }) =>
    servers.some(({ answer }) => answer.outcome === 'answered' && answer.answers.length > 0),
  );
  const suffixes = computer?.dnsSuffixSearchList ?? [];
  return [...suffixes.entries()]
    .filter(([place, suffix]) => place > 0 && canonicalName(suffix) !== found?.domain)
    .map(([place, suffix]): Item => ({
      fact: 'dnsClient',
      take: (file) => {
        hole(file.computer?.dnsSuffixSearchList, place);
        takeRecords(file, ({ name }) => canonicalName(name) === kmsRecordName(suffix));
      },
    }))
    .reverse();
}
