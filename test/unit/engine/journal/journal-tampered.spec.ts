/**
 * A journal that somebody has altered: undo runs with an administrator's rights on what stands in it. Whatever
 * stands there, undo ends with a sentence and makes no change that no fix could have made.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LEGACY_SL_KEY, SPP_KEY } from '@engine/registry-keys';
import { toLine } from '@engine/journal/lines';
import { FULL, sample } from '../../../support/sample';
import { around, Bench, editJournal } from '../fixes/fix-harness';
import { FIX_CASES, nameOf, scenarioOf } from '../fixes/fix-cases';

const KEYS: readonly unknown[] = [SPP_KEY, LEGACY_SL_KEY];
const SERVICES: readonly unknown[] = ['sppsvc', 'Dnscache'];
const STARTS: readonly unknown[] = ['automatic', 'automatic-delayed', 'manual', 'disabled'];

/** What is put in the place of every value of the journal, by default one at every other place, by turns. */
const HOSTILE: readonly unknown[] = [
  null,
  -1,
  '__proto__',
  'HKLM\\SYSTEM\\CurrentControlSet\\Services\\WinDefend',
  'k'.repeat(5000),
  [],
  {},
];

/** What a simulated PC remembers of itself is its own matter, and large. */
const NOT_WITHIN: readonly (string | number | undefined)[] = ['memory', 'trace'];

type Path = readonly (string | number)[];

/** Every place of a JSON value, the whole included. */
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

/** Whether a fix could have made this change. An error would be taken for a refusal of the computer. */
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

it.each(fixes.map((one) => [one.fix, one] as const))('%s', { timeout: 300_000 }, async (_, one) => {
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
            around(computer, (method, args) => {
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
});

it('is named when it is to be undone by its name', async () => {
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
