/**
 * Packs every PC that the tests know into a facts line, which must give the same diagnosis as the
 * PC.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packFacts, unpackFacts } from '@engine/facts-line';
import { diagnose, type RunResult } from '@engine/run';
import { MAX_FACTS_LINE } from '@shared/facts-line';
import { redact } from '@shared/redaction';
import { DEFAULT_SCENARIO, parseScenario, type ScenarioFile } from '@shared/scenario';
import { createScenarioComputer } from '../../electron/computer/scenario';
import { seeded, type Random } from '../support/random';
import { FULL, sample } from '../support/sample';
import { EXPECTED, readCase } from './cases';

/** Reads the scenarios in a folder of the tests, with their paths. */
function casesIn(folder: string): [string, ScenarioFile][] {
  const at = path.join(import.meta.dirname, '..', folder);
  return readdirSync(at).flatMap((name): [string, ScenarioFile][] => {
    const parsed = parseScenario(JSON.parse(readFileSync(path.join(at, name), 'utf8')));
    return parsed.ok ? [[`${folder}/${name}`, parsed.scenario]] : [];
  });
}

const ALL: readonly (readonly [string, ScenarioFile])[] = [
  ...Object.keys(EXPECTED).map((name): [string, ScenarioFile] => [name, readCase(name)]),
  ...casesIn('data/field'),
  ...casesIn('golden/1.0.0/cases'),
];

const diagnosed = (file: ScenarioFile): Promise<RunResult> =>
  diagnose(createScenarioComputer(file)).result;

/** Packs a run into a facts line, verifies that any tool can carry it, and unpacks it. */
function throughLine(name: string, result: RunResult): ScenarioFile {
  const line = packFacts(result);
  expect(redact(line)).toBe(line);
  expect(line.length, name).toBeLessThanOrEqual(MAX_FACTS_LINE);
  expect(line).toMatch(/^KMSD1 [\w-]{1,20}(?:\.[\w-]{1,20})*$/);
  const unpacked = unpackFacts(line);
  if (!unpacked.ok) throw new Error(`${name}: ${JSON.stringify(unpacked.problem)}`);
  return unpacked.file;
}

const said = ({ diagnosis: { verdict, target } }: RunResult): string =>
  JSON.stringify([target.computer, verdict.code, verdict.certainty, verdict.about]);

const AT_ONCE = 64;

it(
  'a facts line gives the same diagnosis as the PC, for every PC',
  { timeout: 240_000 },
  async () => {
    const others: string[] = [];
    const check = async ([name, file]: (typeof ALL)[number]): Promise<void> => {
      const result = await diagnosed(file);
      const packed = throughLine(name, result);
      expect(packed.leftOut ?? []).toEqual(file.leftOut ?? []);
      const again = said(await diagnosed(packed));
      if (again !== said(result)) others.push(`${name}: ${said(result)} -> ${again}`);
    };
    // Some scenarios wait for hanging queries.
    const tried = sample(ALL, 4, 1);
    for (let first = 0; first < tried.length; first += AT_ONCE) {
      await Promise.all(tried.slice(first, first + AT_ONCE).map(check));
    }
    expect(others).toEqual([]);
  },
);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const CHINESE = '電腦主機網域台北高雄資訊會計業務研發';
const word = (random: Random, length: number, letters = LETTERS): string =>
  Array.from({ length }, () => random.pick(Array.from(letters))).join('');
const hex = (random: Random, digits: number): string => word(random, digits, '0123456789abcdef');
const guid = (random: Random): string =>
  [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join('-');
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Ways to give a PC more data than a facts line can hold. */
const CROWDS: Readonly<Record<string, (file: ScenarioFile, random: Random) => ScenarioFile>> = {
  'a thousand earlier events': (file, random) => {
    const own = file.events ?? [];
    const first = Math.min(
      ...own.map(({ time }) => Date.parse(time ?? '')),
      Date.parse(nowOf(file)),
    );
    const code = random.pick(['0xC004F074', '0x8007232B', '0x80070005']);
    const earlier = times(1_000, (index) => ({
      id: random.pick([12288, 8198]),
      time: new Date(first - (1_000 - index) * 7_213_000 - random.below(60_000)).toISOString(),
      data: [code, '0x00000000', `kms${random.below(3)}.contoso.com:1688`, guid(random)],
    }));
    return { ...file, events: [...earlier, ...own].slice(-1_000) };
  },
  'a thousand clients': (file, random) => {
    const own = file.events ?? [];
    const first = Math.min(
      ...own.map(({ time }) => Date.parse(time ?? '')),
      Date.parse(nowOf(file)),
    );
    const clients = times(1_000, (index) => ({
      id: 12290,
      time: new Date(first - (1_000 - index) * 600_000).toISOString(),
      data: [
        '0x0',
        '25',
        `${word(random, 12)}.contoso.com`,
        guid(random),
        '',
        '0',
        '1',
        '9999',
        guid(random),
      ],
    }));
    return { ...file, events: [...clients, ...own].slice(-1_000) };
  },
  'forty hosts with long names': (file, random) =>
    withRecords(file, (first) =>
      times(40, (index) => {
        const target = `${word(random, 48)}.contoso.com`;
        return [
          { ...first, priority: 9, target },
          { name: target, type: 'A', address: `10.9.${random.below(250)}.${index}` },
        ] as const;
      }).flat(),
    ),
  'sixty records at every server': (file, random) =>
    withRecords(file, (first) =>
      times(60, () => ({ ...first, priority: 9, target: `${word(random, 30)}.contoso.com` })),
    ),
  'sixty-four servers': (file, random) => {
    const servers = file.dns?.servers ?? DEFAULT_SCENARIO.dns.servers;
    const [usual] = Object.values(servers);
    const more = Object.fromEntries(
      times(63, (index) => [`10.${random.below(250)}.${random.below(250)}.${index}`, { ...usual }]),
    );
    const all = Object.fromEntries(Object.entries({ ...servers, ...more }).slice(0, 64));
    const [adapter, ...others] = file.adapters ?? DEFAULT_SCENARIO.adapters;
    const dnsServers = [...new Set([...(adapter?.dnsServers ?? []), ...Object.keys(all)])];
    return {
      ...file,
      adapters: [{ ...adapter, dnsServers }, ...others],
      dns: { ...file.dns, servers: all },
    };
  },
  'many suffixes and adapters': (file, random) => ({
    ...file,
    computer: {
      ...file.computer,
      dnsSuffixSearchList: [
        ...(file.computer?.dnsSuffixSearchList ?? DEFAULT_SCENARIO.computer.dnsSuffixSearchList),
        ...times(40, () => `${word(random, 40)}.example.net`),
      ],
    },
    adapters: [
      ...(file.adapters ?? DEFAULT_SCENARIO.adapters),
      ...times(30, () => ({
        name: word(random, 60, CHINESE),
        up: random.chance(0.5),
        addresses: [],
      })),
    ],
  }),
  'many products': (file, random) => ({
    ...file,
    licensing: {
      ...file.licensing,
      products: [
        ...(file.licensing?.products ?? DEFAULT_SCENARIO.licensing.products),
        ...times(40, () => ({
          Name: `Office 24, ${word(random, 40)} edition`,
          Description: 'Office 24, VOLUME_KMSCLIENT channel',
          ID: guid(random),
          ApplicationID: '0ff1ce15-a989-479d-af46-f275c6370663',
          PartialProductKey: word(random, 5, 'BCDFGHJKMP'),
          LicenseStatus: 1,
        })),
      ],
    },
  }),
};

const nowOf = (file: ScenarioFile): string => file.now ?? DEFAULT_SCENARIO.now;

type Records = NonNullable<
  NonNullable<NonNullable<ScenarioFile['dns']>['servers']>[string]['records']
>;
type Srv = Extract<Records[number], { type: 'SRV' }>;

/** Adds records to every server that has a KMS record, derived from the first one. */
function withRecords(file: ScenarioFile, more: (first: Srv) => Records): ScenarioFile {
  const servers = file.dns?.servers ?? DEFAULT_SCENARIO.dns.servers;
  return {
    ...file,
    dns: {
      ...file.dns,
      servers: Object.fromEntries(
        Object.entries(servers).map(([address, server]) => {
          const first = server.records?.find((one) => one.type === 'SRV');
          const records = [...(server.records ?? []), ...(first ? more(first) : [])];
          return [address, { ...server, records }];
        }),
      ),
    },
  };
}

/** A PC whose verdict is about Office, which a line could omit. */
const OF_OFFICE = 'kms-port-filtered/office-beside-active-directory';

/** Selected by a hash of the name, so that new scenarios don't change the selection. */
const CROWDED = ALL.filter(
  ([name]) => FULL || name === OF_OFFICE || /^0[0-3]/.test(hash('sha256', name)),
);

describe.each(Object.entries(CROWDS))('a facts line with %s', (crowd, add) => {
  it(
    'gives the same verdict, and certainty only if all data fits',
    { timeout: 400_000 },
    async () => {
      const random = seeded(crowd.length);
      const others: string[] = [];
      let short = 0;
      for (const [name, plain] of CROWDED) {
        const result = await diagnosed(add(plain, random));
        const packed = throughLine(name, result);
        const again = await diagnosed(packed);
        const { verdict } = result.diagnosis;
        const isWhole = (packed.leftOut ?? []).length === 0;
        if (!isWhole) short += 1;
        const certainty = isWhole ? verdict.certainty : 'likely';
        const wanted = [verdict.code, certainty];
        const got = [again.diagnosis.verdict.code, again.diagnosis.verdict.certainty];
        if (String(got) !== String(wanted)) {
          others.push(`${name}: ${String(wanted)} -> ${String(got)} (${String(packed.leftOut)})`);
        }
      }
      expect(others).toEqual([]);
      // Some of these fit completely.
      if (crowd !== 'sixty-four servers') expect(short).toBeGreaterThan(0);
    },
  );
});
