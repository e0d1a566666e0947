/** Cases of large networks are cut down to what the case format accepts. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, SCENARIO_SCHEMA, type ScenarioFile } from '@shared/scenario';
import { fitToSchema, truncateToLimits } from '@engine/snapshot/fitting';
import { expectCpuTimeWithin } from '../../../support/limits';
import { cpuMs } from '../../../support/turns';

const many = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index));
const named = <T>(count: number, name: (index: number) => string, one: T): Record<string, T> =>
  Object.fromEntries(many(count, (index) => [name(index), one]));
const ip = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
const record = (index: number) => ({
  name: `h${index}.contoso.com`,
  type: 'A',
  address: ip(index),
});

/** Creates a part of a case with `count` entries. */
const PARTS: Readonly<Record<string, (count: number) => object>> = {
  dnsClient: (count) => ({
    computer: { dnsSuffixSearchList: many(count, (index) => `d${index}.contoso.com`) },
  }),
  adapters: (count) => ({ adapters: many(count, (index) => ({ name: `Ethernet ${index}` })) }),
  'adapters/addresses': (count) => ({ adapters: [{ addresses: many(count, ip) }] }),
  'adapters/gateways': (count) => ({ adapters: [{ gateways: many(count, ip) }] }),
  'adapters/servers': (count) => ({ adapters: [{ dnsServers: many(count, ip) }] }),
  service: (count) => ({ licensing: { service: named(count, (index) => `P${index}`, 1) } }),
  licence: (count) => ({ licensing: { products: many(count, (index) => ({ Name: `${index}` })) } }),
  registry: (count) => ({ registry: named(count, (index) => `HKLM\\SOFTWARE\\K${index}`, {}) }),
  'registry/values': (count) => ({
    registry: {
      'HKLM\\SOFTWARE\\K': named(count, (index) => `V${index}`, { type: 'REG_SZ', value: '' }),
    },
  }),
  'registry/list': (count) => ({
    registry: {
      'HKLM\\SOFTWARE\\K': {
        V: { type: 'REG_MULTI_SZ', value: many(count, (index) => `${index}`) },
      },
    },
  }),
  sppsvc: (count) => ({ services: named(count, (index) => `s${index}`, null) }),
  events: (count) => ({ events: many(count, () => ({ id: 12288 })) }),
  'dns/servers': (count) => ({ dns: { servers: named(count, ip, {}) } }),
  dns: (count) => ({ dns: { servers: { '10.0.0.10': { records: many(count, record) } } } }),
  resolver: (count) => ({ dns: { resolverCache: many(count, record) } }),
  port: (count) => ({ hosts: named(count, ip, {}) }),
  'port/ports': (count) => ({
    hosts: { '10.0.0.20': { ports: named(count, (index) => `${index + 1}`, 'refused') } },
  }),
  'dns/unread': (count) => ({
    unread: named(count, (index) => `dns/10.0.0.10/h${index}/A`, 'timed-out'),
  }),
};

function saved(parts: object): ScenarioFile {
  const file = fitToSchema(truncateToLimits({ schema: SCENARIO_SCHEMA, ...parts }));
  const parsed = parseScenario(JSON.parse(JSON.stringify(file)));
  expect(parsed.ok ? [] : parsed.problems).toEqual([]);
  return file;
}

describe('a saved case', () => {
  it.each(Object.keys(PARTS))(
    'lists %s as left out if it exceeds the limits of the format',
    (part) => {
      const file = saved(PARTS[part]?.(5_000) ?? {});
      expect(file.leftOut).toContain(part.split('/')[0]);
      expect(saved(PARTS[part]?.(3) ?? {}).leftOut).toBeUndefined();
    },
  );

  it('stays readable, however full it is', () => {
    const counts = fc.array(fc.constantFrom(0, 1, 65, 257, 1_025), {
      minLength: Object.keys(PARTS).length,
      maxLength: Object.keys(PARTS).length,
    });
    fc.assert(
      fc.property(counts, fc.string({ maxLength: 9_000 }), (sizes, title) => {
        const parts = Object.values(PARTS).map((part, index) => part(sizes[index] ?? 0));
        saved(Object.assign({ title }, ...parts) as object);
      }),
      { seed: 1688, numRuns: 4, endOnFailure: true },
    );
  });

  it('drops invalid values and the entries that depend on them', () => {
    const good = { name: 'kms1.contoso.com', type: 'A', address: '10.0.0.20' };
    const records = [
      { ...good, name: 'a b' },
      { ...good, name: 'a b', address: 'x', ttl: -1 },
      { ...good, ttl: -1 },
      { ...good, type: 'MX' },
      good,
    ];
    const adapters = [{ addresses: ['x', '10.0.0.1', 'y'], gateways: ['z'] }, 1];
    const file = saved({ adapters, dns: { resolverCache: records }, unread: { clock: '' } });
    expect(file).toEqual({
      schema: SCENARIO_SCHEMA,
      adapters: [{ addresses: ['10.0.0.1'], gateways: [] }],
      dns: { resolverCache: [good, good] },
      unread: {},
    });
  });

  it('is built quickly even if every entry of a full list is invalid', { retry: 2 }, async () => {
    const resolverCache = many(4_096, (index) => ({ ...record(index), name: 'a b', ttl: -1 }));
    await expectCpuTimeWithin(await cpuMs(() => saved({ dns: { resolverCache } })), 200);
  });

  it('drops names that exceed the length limit', () => {
    const file = { licensing: { service: { ['P'.repeat(5_000)]: 1, ok: 1 } } };
    expect(saved(file).licensing?.service).toEqual({ ok: 1 });
  });
});
