/** Strips defaults from a scenario file: the counterpart of {@link completeScenario}. */
import { DEFAULT_ENTRIES, DEFAULT_SCENARIO } from './complete';
import type { ScenarioFile } from './schema';
import { KMS_PORT } from '../kms';
import { mapValues } from '../look-up';

/**
 * Returns a shorter file that {@link completeScenario} completes to the same scenario, except for the title and for
 * null properties of CIM rows, which are equivalent to missing ones.
 */
export function leanScenario(file: ScenarioFile): ScenarioFile {
  const { schema, of, now, computer, licensing, dns, faults } = file;
  // A missing part is unread if something in it was left out.
  const leftOut = new Set(file.leftOut?.map((fact) => fact.split('/')[0]));
  const unusual = <T>(fact: string, part: T, usual: unknown): T | undefined =>
    leftOut.has(fact) || !isSame(part, usual) ? part : undefined;
  const lean = leanEntries(file);
  const usual = leanEntries(DEFAULT_SCENARIO);
  const [rows, usualRows] = [lean.licensing?.products, usual.licensing?.products];
  const { dnsSuffixSearchList, ...others } = DEFAULT_SCENARIO.computer;
  const usualComputer = leftOut.has('dnsClient') ? others : { ...others, dnsSuffixSearchList };
  const partly = {
    of: of === DEFAULT_SCENARIO.of ? undefined : of,
    now: now === DEFAULT_SCENARIO.now ? undefined : now,
    computer: computer && orNothing(without(computer, usualComputer)),
    adapters: unusual('adapters', lean.adapters, usual.adapters),
    licensing: orNothing({
      service:
        licensing?.service &&
        orNothing(withoutNulls(without(licensing.service, DEFAULT_SCENARIO.licensing.service))),
      products: leftOut.has('office') ? rows : unusual('licence', rows, usualRows),
    }),
    registry: unusual('registry', file.registry, {}),
    services: unusual('services', lean.services, usual.services),
    events: unusual('events', lean.events, []),
    dns: orNothing({
      servers: unusual('dns', lean.dns?.servers, usual.dns?.servers),
      resolverCache: dns?.resolverCache ? lean.dns?.resolverCache : undefined,
    }),
    hosts: unusual('port', lean.hosts, usual.hosts),
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
    services: file.services && mapValues(file.services, (one) => one && without(one, service)),
    events: file.events?.map(({ id, time, data }) =>
      without(
        { id, time, data: data?.length ? data : undefined },
        { time: file.now ?? DEFAULT_SCENARIO.now },
      ),
    ),
    dns: {
      servers:
        file.dns?.servers &&
        mapValues(file.dns.servers, (one) =>
          without({ ...one, ...(one.records && { records: records(one.records) }) }, server),
        ),
      resolverCache: file.dns?.resolverCache && records(file.dns.resolverCache),
    },
    hosts:
      file.hosts &&
      mapValues(file.hosts, (one) => {
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
