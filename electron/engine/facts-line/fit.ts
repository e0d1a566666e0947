/**
 * Selects what a case can omit, least informative first. Among similar items, one is kept until last: a long event log,
 * a pool of KMS hosts or a dozen DNS servers is represented by one of each kind nearly as well as by all of them.
 */
import { mapValues } from '@shared/look-up';
import type { ScenarioFile } from '@shared/scenario';
import { valueOr } from '../facts/fact-types';
import type { RunResult } from '../run';
import {
  hostItems,
  otherDomainItems,
  serverItems,
  suffixItems,
  removeRecords,
  untriedHostItems,
} from './fit-network';
import { eventItems, productItems, registryItems, withoutOffice } from './fit-windows';
import { dropCleared, entryItem, type Item } from './item';

/**
 * Returns the case with as few omissions as necessary.
 *
 * @param fits whether a case is small enough; removing items must not make a case larger
 */
export function fitToSize(
  file: ScenarioFile,
  result: RunResult,
  fits: (file: ScenarioFile) => boolean,
): ScenarioFile {
  if (fits(file)) return file;
  const items = [...itemsOf(file, result), ...PARTS];
  let [tooFew, enough] = [0, items.length];
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >> 1;
    if (fits(withoutItems(file, items.slice(0, middle)))) enough = middle;
    else tooFew = middle;
  }
  return withoutItems(file, items.slice(0, enough));
}

function withoutItems(file: ScenarioFile, items: readonly Item[]): ScenarioFile {
  const copy = copyOf(file);
  const leftOut = new Set(copy.leftOut);
  for (const { fact, take, unread = [] } of items) {
    take?.(copy);
    markUnread(copy, unread);
    leftOut.add(fact);
  }
  // Done in a single pass, since there may be thousands of records and names.
  removeRecords(copy, new Set(items.flatMap(({ names = [] }) => names)));
  dropCleared(copy);
  return { ...copy, leftOut: [...leftOut] };
}

/**
 * Copies a case so that its lists can be shortened. The records in them, of which there may be thousands, are shared.
 */
function copyOf({ dns, ...others }: ScenarioFile): ScenarioFile {
  return {
    ...structuredClone(others),
    dns: dns && {
      ...dns,
      servers:
        dns.servers &&
        mapValues(dns.servers, (server) => ({
          ...server,
          records: server.records && [...server.records],
        })),
      resolverCache: dns.resolverCache && [...dns.resolverCache],
    },
  };
}

function itemsOf(file: ScenarioFile, result: RunResult): Item[] {
  const { code } = result.diagnosis.verdict;
  const isAboutOthers = code === 'srv-record-in-other-domain' || code === 'srv-record-bare-name';
  const others = otherDomainItems(result);
  // If Office alone is the KMS client, any verdict on the path is about it.
  const isAboutOffice =
    code === 'office-not-activated' ||
    valueOr(result.snapshot.kmsClient, null)?.application === 'office';
  const { repeatedOffice, office, otherWindows } = productItems(file, result);
  const [repeatedEvents, events] = eventItems(file);
  return [
    ...repeatedEvents,
    ...adapterItems(file),
    ...hostItems(result),
    ...untriedHostItems(result),
    ...serverItems(file, result),
    ...(isAboutOthers ? [] : others),
    ...repeatedOffice,
    ...(isAboutOffice ? [] : office),
    ...otherWindows,
    ...suffixItems(file, result),
    { fact: 'dns', take: (copy) => delete copy.expectedHosts },
    ...events,
    ...registryItems(file),
    ...(isAboutOthers ? others : []),
  ];
}

/** Returns unused adapters: those that are down, then those without gateway, DNS server and suffix. */
function adapterItems({ adapters = [] }: ScenarioFile): Item[] {
  const places = [...adapters.entries()];
  const down = places.filter(([, { up }]) => up === false);
  const idle = places.filter(
    ([, { up, gateways, dnsServers, connectionSuffix }]) =>
      up !== false && !gateways?.length && !dnsServers?.length && !connectionSuffix,
  );
  return [...down, ...idle].map(([place]) => entryItem('adapters', 'adapters', place));
}

/** Marks facts as unread as a whole, in place of their parts. */
function markUnread(file: ScenarioFile, facts: readonly string[]): void {
  if (facts.length === 0) return;
  const others = Object.entries(file.unread ?? {}).filter(
    ([name]) => !facts.includes(name.split('/')[0] ?? name),
  );
  const added = facts.map((fact) => [fact, 'left-out'] as const);
  file.unread = Object.fromEntries([...others, ...added]);
}

/** Removes the rest part by part, until little more than the computer's name is left. */
const PARTS: readonly Item[] = [
  { fact: 'events', take: (file) => delete file.events },
  { fact: 'office', take: withoutOffice },
  { fact: 'registry', take: (file) => delete file.registry, unread: ['registry'] },
  { fact: 'port', take: (file) => delete file.hosts, unread: ['port', 'rpc', 'ping'] },
  { fact: 'dns', take: (file) => delete file.dns, unread: ['dns', 'resolver'] },
  { fact: 'adapters', take: (file) => delete file.adapters },
  { fact: 'licence', take: (file) => delete file.licensing?.products },
  { fact: 'service', take: (file) => delete file.licensing, unread: ['service'] },
  {
    fact: 'system',
    take: (file) => {
      const { name } = file.computer ?? {};
      file.computer = name === undefined ? {} : { name };
    },
    unread: ['system', 'dnsClient'],
  },
];
