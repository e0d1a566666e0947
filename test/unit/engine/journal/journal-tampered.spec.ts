/**
 * A tampered journal. Undo acts on its content with administrator rights. Whatever the journal contains, undo ends with
 * a message and makes no change that no fix could have made.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LEGACY_SL_KEY, SPP_KEY } from '@engine/registry-keys';
import { toLine } from '@engine/journal/lines';
import { FULL, sample } from '../../../support/sample';
import { interceptChanges, Bench, editJournal } from '../fixes/fix-harness';
import { FIX_CASES, nameOf, scenarioOf } from '../fixes/fix-cases';

const KEYS: readonly unknown[] = [SPP_KEY, LEGACY_SL_KEY];
const SERVICES: readonly unknown[] = ['sppsvc', 'Dnscache'];
const STARTS: readonly unknown[] = ['automatic', 'automatic-delayed', 'manual', 'disabled'];

/** Values that replace each value of the journal. By default about every other place gets one, in rotation. */
const HOSTILE: readonly unknown[] = [
  null,
  -1,
  '__proto__',
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\WinDefend',
  'k'.repeat(5000),
  [],
  {},
];

/** Excluded properties: the internal memory of a simulated PC, which is large. */
const NOT_WITHIN: readonly (string | number | undefined)[] = ['memory', 'trace'];

type Path = readonly (string | number)[];

/** Returns the path of every nested value, including the root. */
function places(value: unknown, here: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || NOT_WITHIN.includes(here.at(-1)))
    return [here];
  return [
    here,
    ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...here, name])),
  ];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function withAt(value: unknown, [first, ...rest]: Path, put: unknown): unknown {
  if (first === undefined) return put;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>;
  copy[first] = withAt(copy[first], rest, put);
  return copy;
}

/** Whether a fix could have made this change. Doesn't throw, because an error would count as a refused change. */
function isOurs(method: string, args: readonly unknown[]): boolean {
  const [first, second] = args;
  switch (method) {
    case 'setRegistryValue': {
      const { key, name } = first as { key: string; name: string };
      return KEYS.includes(key) && /^(KeyManagementService|D)[A-Za-z]+$/.test(name);
    }
    case 'setServiceStart':
      return SERVICES.includes(first) && STARTS.includes(second);
    case 'restartService':
      return SERVICES.includes(first);
    default:
      return args.every((arg) =>
        typeof arg === 'string' ? arg.length <= 512 : typeof arg !== 'number' || arg >= 0,
      );
  }
}

const fixes = [...new Map(FIX_CASES.map((one) => [one.fix, one])).values()];

it.each(fixes.map((one) => [one.fix, one] as const))(
  'makes no impossible change when it undoes a tampered entry of %s',
  { timeout: 300_000 },
  async (_, one) => {
    const bench = new Bench(scenarioOf(one));
    await bench.fix(one.fix, one.params, { ...(one.stdin !== undefined && { stdin: one.stdin }) });
    const journal = path.join(bench.dataDir, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').trim().split('\n');
    const pc = readFileSync(bench.file, 'utf8');
    const problems: string[] = [];
    let count = 0;
    for (const [number, line] of lines.entries()) {
      const { sum: _, ...whole } = JSON.parse(line) as { sum: string };
      for (const [turn, place] of places(whole).entries()) {
        for (const put of sample(HOSTILE, 16, turn)) {
          const altered = withAt(whole, place, put);
          const text = isObject(altered) ? toLine(altered) : JSON.stringify(altered);
          writeFileSync(journal, `${lines.with(number, text).join('\n')}\n`);
          writeFileSync(bench.file, pc);
          try {
            const { code, err } = await bench.undo(null, (computer) =>
              interceptChanges(computer, (method, args) => {
                if (!isOurs(method, args)) problems.push(`${method} ${JSON.stringify(args)}`);
              }),
            );
            if ((code === 0) !== (err === '')) problems.push(`exit ${code}, and it says: ${err}`);
            await bench.journal();
          } catch (error) {
            const what = `${place.join('.')} of line ${number + 1} is ${JSON.stringify(put)}`;
            problems.push(`${what.slice(0, 100)}: ${String(error)}`);
          }
          count += 1;
        }
      }
    }
    expect(problems).toEqual([]);
    console.log(`${nameOf(one)}: ${count} altered journals, none believed too much`);
    expect(count).toBeGreaterThan(FULL ? 200 : 12);
    bench.remove();
  },
);

it('reports a tampered entry that is undone by ID', async () => {
  const [one] = FIX_CASES.filter(({ fix }) => fix === 'assign-kms-host');
  const bench = new Bench(scenarioOf(one!));
  await bench.fix(one!.fix, one!.params);
  const [entry] = await bench.journal();
  editJournal(bench.dataDir, (line) =>
    line.replace('"change-done"', '"change-of-a-newer-version"'),
  );
  const before = bench.document;
  const { code, err } = await bench.undo(entry!.entry);
  expect(code).not.toBe(0);
  expect(err).toContain(
    `entry ${entry!.entry} contains something that this version of KMS Doctor couldn't have written`,
  );
  expect(bench.document).toEqual(before);
  expect(await bench.journal()).toEqual([]);
  bench.remove();
});

it('refuses to restore a previous value that no fix could have set', async () => {
  const [one] = FIX_CASES.filter(({ fix }) => fix === 'assign-kms-host');
  const bench = new Bench(scenarioOf(one!));
  await bench.fix(one!.fix, one!.params);
  editJournal(bench.dataDir, (line) =>
    line.replace('"before":[{"host":null', `"before":[{"host":"${'host.'.repeat(200)}contoso.com"`),
  );
  const before = bench.document;
  const { code, err } = await bench.undo();
  expect(code).toBe(4);
  expect(err).toContain("contains something that this version of KMS Doctor couldn't have written");
  expect(bench.document).toEqual(before);
  bench.remove();
});
