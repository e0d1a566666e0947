/** Facts that couldn't be read in a run, by their names in the scenario format. */
import type { ReasonCode } from '@shared/diagnosis';
import { formatEndpoint } from '@shared/names';
import { FACT_NAMES, dnsFact, registryFact } from '@shared/scenario';
import { Unreadable } from '../computer';
import type { RegistryLocation, RegistryValue } from '../registry-keys';
import type { FactSnapshot } from '../facts/fact-snapshot';
import type { Probe } from '../facts/fact-types';
import { allTargets } from '../facts/answers';
import type { RunResult } from '../run';

/** Names of facts in the scenario format that differ from the keys of their queries in a run, by these keys. */
const NAMES: Readonly<Record<string, string>> = {
  'rows windows': 'licence',
  'rows office': 'office',
  resolverService: 'Dnscache',
  'outboundBlocked/port': 'outboundBlocked',
};

/** Names of facts whose queries have the same name. A query named `licence` is derived from that of the rows. */
const PLAIN = FACT_NAMES.filter((fact) => !Object.values(NAMES).includes(fact));

/** Returns the registry values read in a run, each with its location and the result. */
export function registryReadings({ readings }: Pick<RunResult, 'readings'>) {
  return [...readings].flatMap(([question, value]) => {
    const [, key = '', name] = /^registry (.+) (\w+)$/.exec(question) ?? [];
    return name === undefined
      ? []
      : [
          {
            key,
            name: name as RegistryLocation['name'],
            value: value as RegistryValue | null | Unreadable,
          },
        ];
  });
}

/** Returns all connection attempts of a run. */
export function allProbes(snapshot: FactSnapshot): Probe[] {
  return [
    ...allTargets(snapshot).flatMap(({ probes, standardPort }) => [...probes, ...standardPort]),
    ...snapshot.ownPort,
  ];
}

/** Returns the facts that couldn't be read, each with its reason. */
export function unreadFacts(result: RunResult): Record<string, ReasonCode> {
  let unread: Record<string, ReasonCode> = {};
  for (const [question, value] of result.readings) {
    if (!(value instanceof Unreadable)) continue;
    const name =
      NAMES[question] ?? PLAIN.find((fact) => fact === question) ?? networkFact(question);
    if (name !== null) unread[name] = value.reason;
  }
  const resolved = [...result.readings].flatMap(([question, value]) =>
    question.startsWith('resolve ') ? [value] : [],
  );
  const [first] = resolved;
  // If the resolver answered none of the queries, record it as unread as a whole.
  if (first instanceof Unreadable && resolved.every((value) => value instanceof Unreadable)) {
    const { reason } = first;
    // With dozens of suffixes, the individual names would fill a facts line.
    const others = Object.entries(unread).filter(
      ([name, why]) => !name.startsWith('resolver/') || why !== reason,
    );
    unread = { ...Object.fromEntries(others), resolver: reason };
  }
  for (const { key, name, value } of registryReadings(result)) {
    if (value instanceof Unreadable) unread[registryFact(key, name)] = value.reason;
  }
  for (const { address, port, connected, answered } of allProbes(result.snapshot)) {
    const at = formatEndpoint(address, port);
    if (!connected.ok) unread[`port/${at}`] = connected.reason;
    else if (!answered.ok) unread[`rpc/${at}`] = answered.reason;
  }
  return unread;
}

/** Returns the fact name of a DNS server query, a resolver query or a ping; null for any other. */
function networkFact(question: string): string | null {
  const dns = /^dns (\S+)#(\d+) (\S+) (\S+) udp$/.exec(question);
  if (dns !== null) {
    const [, address = '', port, name = '', type = ''] = dns;
    return dnsFact({ address, port: Number(port) }, name, type);
  }
  const resolved = /^resolve (\S+) (\S+)$/.exec(question);
  if (resolved !== null) return `resolver/${resolved[1]}/${resolved[2]}`;
  const ping = /^ping (\S+)$/.exec(question);
  return ping === null ? null : `ping/${ping[1]}`;
}
