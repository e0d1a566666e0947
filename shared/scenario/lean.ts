/** Strips defaults from a scenario file: the counterpart of {@link completeScenario}. */
import { DEFAULT_ENTRIES, DEFAULT_SCENARIO } from './complete';
import type { ScenarioFile } from './schema';
import { KMS_PORT } from '../kms';

/**
 * Returns a shorter file that {@link completeScenario} completes to the same scenario, except for the title and for
 * null properties of CIM rows, which are equivalent to missing ones.
 */
export function leanScenario(file: ScenarioFile): ScenarioFile {
  const { schema, of, now, computer, licensing, services, dns, faults } = file;
  // A missing part is unread if something in it was left out.
  const leftOut = new Set(file.leftOut?.map((fact) => fact.split('/')[0]));
  const kept = (fact: string, part: unknown, usual: unknown): boolean =>
    part !== undefined && (leftOut.has(fact) || !isSame(part, usual));
  const lean = leanEntries(file);
  const usual = leanEntries(DEFAULT_SCENARIO);
  const rows = lean.licensing?.products;
  const { servers } = lean.dns ?? {};
  const isRowKept = kept('licence', rows, usual.licensing?.products) || leftOut.has('office');
  const { dnsSuffixSearchList, ...others } = DEFAULT_SCENARIO.computer;
  const usualComputer = leftOut.has('dnsClient') ? others : { ...others, dnsSuffixSearchList };
  const partly = {
    of: of === DEFAULT_SCENARIO.of ? undefined : of,
    now: now === DEFAULT_SCENARIO.now ? undefined : now,
    computer: computer && orNothing(without(computer, usualComputer)),
    adapters: kept('adapters', lean.adapters, usual.adapters) ? lean.adapters : undefined,
    licensing: orNothing({
      service:
        licensing?.service &&
        orNothing(withoutNulls(without(licensing.service, DEFAULT_SCENARIO.licensing.service))),
      products: isRowKept ? rows : undefined,
    }),
    registry: kept('registry', file.registry, {}) ? file.registry : undefined,
    services: services && !isSame(lean.services, usual.services) ? lean.services : undefined,
    events: kept('events', lean.events, []) ? lean.events : undefined,
    dns: orNothing({
      servers: kept('dns', servers, usual.dns?.servers) ? servers : undefined,
      resolverCache: dns?.resolverCache ? lean.dns?.resolverCache : undefined,
    }),
    hosts: kept('port', lean.hosts, usual.hosts) ? lean.hosts : undefined,
    faults: faults && orNothing(without(faults, DEFAULT_SCENARIO.faults)),
    unread: file.unread && orNothing(file.unread),
    leftOut: file.leftOut?.length ? file.leftOut : undefined,
    expectedHosts: file.expectedHosts?.length ? file.expectedHosts : undefined,
  };
  return { schema, ...without(partly, {}) } as ScenarioFile;
}

/** Strips the defaults from each entry of a file's lists and maps. */
function leanEntries(file: ScenarioFile): ScenarioFile {
  const { adapter, product, service, server, record, host, kms } = DEFAULT_ENTRIES;
  const records = <R extends object>(all: readonly R[]) => all.map((one) => without(one, record));
  return {
    schema: file.schema,
    adapters: file.adapters?.map((one) => without(one, adapter)),
    licensing: {
      products: file.licensing?.products?.map((row) => withoutNulls(without(row, product))),
    },
    services: mapValues(file.services, (one) => one && without(one, service)),
    events: file.events?.map(({ id, time, data }) =>
      without(
        { id, time, data: data?.length ? data : undefined },
        { time: file.now ?? DEFAULT_SCENARIO.now },
      ),
    ),
    dns: {
      servers: mapValues(file.dns?.servers, (one) =>
        without({ ...one, ...(one.records && { records: records(one.records) }) }, server),
      ),
      resolverCache: file.dns?.resolverCache && records(file.dns.resolverCache),
    },
    hosts: mapValues(file.hosts, (one) => {
      const ports = one.kms ? { [KMS_PORT]: 'kms' } : {};
      const lean = { ...one, ...(one.kms && { kms: without(one.kms, kms) }) };
      return without(lean, { ...host, ports });
    }),
  } as ScenarioFile;
}

/** Returns the defined properties that differ from the defaults. */
function without<T extends object>(value: T, defaults: object): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, own]: [string, unknown]) =>
        own !== undefined &&
        !(Object.hasOwn(defaults, name) && isSame(own, Reflect.get(defaults, name))),
    ),
  ) as Partial<T>;
}

/** Drops null properties, except those with a default that null overrides. */
function withoutNulls<T extends object>(row: T): T {
  const { product } = DEFAULT_ENTRIES;
  const usual = { ...DEFAULT_SCENARIO.licensing.service, ...product };
  return Object.fromEntries(
    Object.entries(row).filter(([name, own]) => own !== null || Object.hasOwn(usual, name)),
  ) as T;
}

const orNothing = <T extends object>(value: T): T | undefined =>
  Object.values(value).some((own) => own !== undefined) ? (without(value, {}) as T) : undefined;

/** Compares directly first: most values are strings or numbers, from thousands of records. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other ||
  (typeof one === 'object' &&
    typeof other === 'object' &&
    JSON.stringify(one) === JSON.stringify(other));

function mapValues<T, U>(
  values: Readonly<Record<string, T>> | undefined,
  convert: (value: T) => U,
): Record<string, U> | undefined {
  return (
    values &&
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, convert(value)]))
  );
}
