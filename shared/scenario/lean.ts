/** Strips defaults from a scenario file: the counterpart of {@link completeScenario}. */
import { DEFAULT_ENTRIES, DEFAULT_SCENARIO, MERGED, partOf } from './complete';
import { valueAt } from './path';
import type { ScenarioFile } from './schema';
import { KMS_PORT } from '../kms';
import { isObject, mapValues } from '../look-up';

/**
 * Returns a shorter file that {@link completeScenario} completes to the same scenario, except for the title and for
 * null properties of CIM rows, which are equivalent to missing ones.
 */
export function leanScenario(file: ScenarioFile): ScenarioFile {
  const { schema, title: _, ...parts } = leanEntries(file);
  // A missing part is unread if something in it was left out.
  const kept = file.leftOut?.map((fact) => partOf(fact.split('/')[0] ?? '')) ?? [];
  // In the order of the default, however the file is ordered.
  const inOrder = { ...mapValues(DEFAULT_SCENARIO, () => undefined), ...parts };
  return { schema, ...unusual(inOrder, leanEntries(DEFAULT_SCENARIO), MERGED, kept) };
}

/**
 * Returns the parts of an object in a file that differ from the default.
 *
 * @param merged paths of the objects whose own parts are compared
 * @param kept paths of parts that stay even if they're usual
 * @param within path of the object with a final dot; empty for the file
 */
function unusual(
  object: object,
  usual: object,
  merged: readonly string[] = [],
  kept: readonly string[] = [],
  within = '',
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, own]: [string, unknown]) => {
      const path = `${within}${name}`;
      const other = valueAt(usual, [name]);
      if (merged.includes(path) && isObject(own) && isObject(other)) {
        const rest = unusual(own, other, merged, kept, `${path}.`);
        return Object.keys(rest).length > 0 ? [[name, rest]] : [];
      }
      return own !== undefined && (kept.includes(path) || !isSame(own, other)) ? [[name, own]] : [];
    }),
  );
}

/** Strips the defaults from each entry of a file's lists and maps. */
function leanEntries(file: ScenarioFile): ScenarioFile {
  const { adapter, product, service, server, record, host, kms } = DEFAULT_ENTRIES;
  const { licensing, dns } = file;
  const records = <R extends object>(all: readonly R[]) => all.map((one) => without(one, record));
  return {
    ...file,
    adapters: file.adapters?.map((one) => without(one, adapter)),
    licensing: {
      service: licensing?.service && withoutNulls(licensing.service),
      products: licensing?.products?.map((row) => withoutNulls(without(row, product))),
    },
    services: file.services && mapValues(file.services, (one) => one && without(one, service)),
    events: file.events?.map((event) =>
      without(event, { time: file.now ?? DEFAULT_SCENARIO.now, data: [] }),
    ),
    dns: {
      servers:
        dns?.servers &&
        mapValues(dns.servers, (one) =>
          without({ ...one, records: one.records && records(one.records) }, server),
        ),
      resolverCache: dns?.resolverCache && records(dns.resolverCache),
    },
    hosts:
      file.hosts &&
      mapValues(file.hosts, (one) => {
        const ports = one.kms ? { [KMS_PORT]: 'kms' } : {};
        return without({ ...one, kms: one.kms && without(one.kms, kms) }, { ...host, ports });
      }),
  } as ScenarioFile;
}

/** Returns the properties of an entry that differ from the defaults. Nothing in an entry merges. */
const without = <T extends object>(entry: T, defaults: object) =>
  unusual(entry, defaults) as Partial<T>;

/** Drops null properties, except those with a default that null overrides. */
function withoutNulls<T extends object>(row: T): T {
  const usual = { ...DEFAULT_SCENARIO.licensing.service, ...DEFAULT_ENTRIES.product };
  return Object.fromEntries(
    Object.entries(row).filter(([name, own]) => own !== null || Object.hasOwn(usual, name)),
  ) as T;
}

/** Compares directly first: most values are strings or numbers, from thousands of records. */
const isSame = (one: unknown, other: unknown): boolean =>
  one === other ||
  (typeof one === 'object' &&
    typeof other === 'object' &&
    JSON.stringify(one) === JSON.stringify(other));
