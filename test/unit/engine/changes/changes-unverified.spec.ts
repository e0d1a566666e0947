/** Changes that are made but can't be read back are neither done nor failed, and never reported as either. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReasonCode } from '@shared/diagnosis';
import { CHANGE_KINDS, type ChangeKind } from '@engine/changes';
import {
  ChangeRefused,
  Unreadable,
  type ChangeReceipt,
  type Computer,
  type ComputerChanges,
  type ComputerFacts,
} from '@engine/computer';
import { describe, expect, it } from 'vitest';
import {
  interceptChanges,
  Bench,
  CHANGES,
  type ChangeExample,
  type ChangeMethod,
  comparable,
  type Ended,
  type FixOptions,
  type JournalLine,
} from '../fixes/fix-harness';
import { sample } from '../../../support/sample';
import { FIX_CASES, nameOf, scenarioOf, type FixCase } from '../fixes/fix-cases';

type Fact = Exclude<keyof ComputerFacts, 'probeKms'>;

const ASSIGN = CHANGES['kms-assignment'].example;
const PUBLISH = CHANGES['registry-value'].example;

/** How a source fails. `blank` returns rows without the requested values. */
type Fault = ReasonCode | 'hang' | 'blank';

const ROWS: readonly Fact[] = ['licensingService'];

/** Returns the result of a failing source. */
function failing(fact: Fact, fault: Fault, args: readonly unknown[]): Promise<unknown> {
  if (fault === 'hang') {
    const signal = args.find((arg): arg is AbortSignal => arg instanceof AbortSignal);
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        reject(new Error('called off'));
      });
    });
  }
  if (fact === 'dnsQuery') {
    const answers: Partial<Record<Fault, object>> = {
      blank: { outcome: 'answered', rcode: 'REFUSED', transport: 'udp', answers: [], ms: 1 },
      'garbled-answer': { outcome: 'garbled', ms: 1, detail: null },
    };
    return Promise.resolve(answers[fault] ?? { outcome: 'silent', ms: 1, detail: null });
  }
  if (fault === 'blank' && ROWS.includes(fact)) return Promise.resolve({});
  return Promise.reject(new Unreadable(fault === 'blank' ? 'garbled-answer' : fault));
}

/** When and how a PC fails. */
interface Weather {
  /** Sources that fail. Defaults to every source from which the change is read back. */
  readonly sources?: readonly Fact[];
  /** The first call for this fact after the change ends the failures. The executor itself never reads the adapters. */
  readonly until?: Fact;
  /** The change reports success but isn't made. */
  readonly idle?: true;
}

/** Wraps a PC so that sources fail once the change has been made. */
function faulty(
  computer: Computer,
  kind: ChangeKind,
  fault: Fault,
  { sources = CHANGES[kind].sources, until, idle }: Weather = {},
): Computer {
  let made = false;
  let over = false;
  const wrap = <Changes extends ComputerChanges>(changes: Changes): Changes =>
    new Proxy<Changes>(changes, { get });
  function get(target: ComputerChanges, name: string | symbol, receiver: unknown): unknown {
    const value: unknown = Reflect.get(target, name, receiver);
    if (typeof value !== 'function') return value;
    if (name === 'forUndo') {
      return (memory: unknown) => wrap(target.forUndo?.(memory) ?? target);
    }
    const call = (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args);
    if (name === CHANGES[kind].method) {
      return async (...args: readonly unknown[]) => {
        const receipt = idle === true ? { way: 'slmgr' } : ((await call(...args)) as ChangeReceipt);
        made = true;
        if (sources.length > 0) return receipt;
        throw new Unreadable(fault === 'hang' || fault === 'blank' ? 'garbled-answer' : fault);
      };
    }
    const source = sources.find((known) => known === name);
    return (...args: readonly unknown[]) => {
      if (made && name === until) over = true;
      return source !== undefined && made && !over ? failing(source, fault, args) : call(...args);
    };
  }
  return wrap(computer);
}

/** Short limits, so that calls that hang don't slow the tests down. */
const factOptions = { limits: { probe: 60, provider: 60 } };

interface Outcome {
  readonly result: string;
  readonly entry: string;
  readonly verdict: string;
}

const caseOf = (example: string): FixCase => {
  const found = FIX_CASES.find((one) => nameOf(one) === example);
  if (found === undefined) throw new Error(example);
  return found;
};

/** Applies the fix of an example. */
async function apply(
  example: string,
  options: FixOptions,
): Promise<{ bench: Bench; ended: Ended; outcome: Outcome; line: JournalLine | undefined }> {
  const one = caseOf(example);
  const bench = new Bench(scenarioOf(one));
  const ended = await bench.fix(one.fix, one.params, { stdin: one.stdin, factOptions, ...options });
  const outcome = (options.json === false ? {} : JSON.parse(ended.out)) as Outcome;
  return { bench, ended, outcome, line: (await bench.journal())[0] };
}

const FAULTS: readonly Fault[] = ['access-denied', 'garbled-answer', 'hang', 'blank'];

describe.each(CHANGE_KINDS.map((kind, turn) => [kind, turn] as const))('%s', (kind, turn) => {
  const { example, sources }: ChangeExample = CHANGES[kind];
  const first = sources.slice(0, 1);
  const second = sources.slice(1);

  const faults = sample(FAULTS, 4, turn);

  it.each(faults)("is unverified if it can't be read back (%s)", async (fault) => {
    const { bench, ended, outcome, line } = await apply(example, {
      wrap: (pc) => faulty(pc, kind, fault),
    });
    expect(outcome.result).toBe('unverified');
    expect(ended.code).toBe(1);
    expect(line).toMatchObject({ entry: outcome.entry, state: 'unverified' });
    expect(ended.err).toContain("the result couldn't be read");
    expect(ended.err).toContain('Diagnose again');
    // The change stays, and so do the changes after it.
    const whole = await apply(example, {});
    expect(comparable(bench.document)).toEqual(comparable(whole.bench.document));
    bench.remove();
    whole.bench.remove();
  });

  if (second.length > 0) {
    it.each(faults)('is read back from its other source if one fails (%s)', async (fault) => {
      const whole = await apply(example, {});
      for (const broken of [first, second]) {
        const { bench, ended, outcome, line } = await apply(example, {
          wrap: (pc) => faulty(pc, kind, fault, { sources: broken }),
        });
        expect(outcome.result).toBe(whole.outcome.result);
        expect(line?.state).toBe(whole.line?.state);
        expect(ended.err).toBe('');
        bench.remove();
      }
      whole.bench.remove();
    });
  }

  it('gets its outcome from a successful read after the diagnosis', async () => {
    // A change without any source can't be read back later, either.
    if (sources.length === 0) return;
    const until = { until: 'adapters' } as const;
    const late = await apply(example, {
      wrap: (pc) => faulty(pc, kind, 'tool-failed', until),
    });
    expect(late.ended.err).not.toContain("couldn't be read");
    expect(['applied', 'verified']).toContain(late.outcome.result);
    expect(late.line?.state).toBe(late.outcome.result);
    late.bench.remove();
    // The state of a running service doesn't show whether it was restarted.
    if (kind === 'service-restart') return;

    const idle = { ...until, idle: true } as const;
    const not = await apply(example, {
      wrap: (pc) => faulty(pc, kind, 'tool-failed', idle),
    });
    expect(['rolled-back', 'failed']).toContain(not.outcome.result);
    expect(not.ended.code).toBe(2);
    // A service that is still disabled fails to restart, which is detected earlier.
    expect(not.ended.err).toMatch(/the setting didn't change as expected|0x80070422/);
    expect(not.line?.state).toBe(not.outcome.result);
    not.bench.remove();
  });

  it('can be undone if it is unverified', async () => {
    const { bench } = await apply(example, {
      wrap: (pc) => faulty(pc, kind, 'tool-failed'),
    });
    const undone = await bench.undo();
    expect(undone.err).toBe('');
    expect(undone.code).toBe(0);
    const { oneWay } = caseOf(example);
    const before = comparable(new Bench(scenarioOf(caseOf(example))).document, oneWay);
    expect(comparable(bench.document, oneWay)).toEqual(before);
    expect((await bench.journal())[0]?.state).toBe('undone');
    bench.remove();
  });
});

describe("changes after one that can't be read back", () => {
  const kind = 'registry-value';

  /** Wraps a PC so that its service can't be restarted. */
  const stuck = (pc: Computer): Computer =>
    new Proxy(pc, {
      get: (target, name, receiver): unknown =>
        name === 'restartService'
          ? () => Promise.reject(new ChangeRefused('tool-failed', 0x80070426))
          : Reflect.get(target, name, receiver),
    });

  it('are rolled back with it if a later one fails', async () => {
    for (const until of [undefined, 'adapters'] as const) {
      const before = comparable(new Bench(scenarioOf(caseOf(PUBLISH))).document);
      const { bench, ended, outcome } = await apply(PUBLISH, {
        wrap: (pc) => stuck(faulty(pc, kind, 'timed-out', { until })),
      });
      expect(outcome.result).toBe('failed');
      expect(ended.code).toBe(2);
      // It was restored, but that can't be confirmed.
      expect(ended.err).toContain("it was restored without an error, but the result couldn't");
      expect(comparable(bench.document)).toEqual(before);
      bench.remove();
    }
  });

  it('are rolled back with it if the user cancels', async () => {
    const stop = new AbortController();
    const before = comparable(new Bench(scenarioOf(caseOf(PUBLISH))).document);
    const { bench, ended } = await apply(PUBLISH, {
      signal: stop.signal,
      wrap: (pc) =>
        new Proxy(pc, {
          get(target, name, receiver): unknown {
            const value: unknown = Reflect.get(target, name, receiver);
            if (name !== CHANGES[kind].method || typeof value !== 'function') return value;
            return async (...args: readonly unknown[]) => {
              const receipt: unknown = await Reflect.apply(value, target, args);
              setImmediate(() => {
                stop.abort();
              });
              // The next read never completes.
              target.registryValue = (_location, signal) =>
                stop.signal.aborted
                  ? pc.registryValue(_location, signal)
                  : (failing('registryValue', 'hang', [signal]) as Promise<null>);
              return receipt;
            };
          },
        }),
      factOptions: {},
    });
    expect(ended.code).toBe(130);
    expect(ended.err).toContain('It was stopped.');
    expect(comparable(bench.document)).toEqual(before);
    bench.remove();
  });
});

describe("an undo that can't be read back", () => {
  it("restores the settings, isn't reported as undone, and can be repeated", async () => {
    const one = caseOf(PUBLISH);
    const bench = new Bench(scenarioOf(one));
    const before = comparable(bench.document);
    await bench.fix(one.fix, one.params);
    const [entry] = await bench.journal();
    let restarts = 0;
    const undone = await bench.undo(null, (pc) =>
      faulty(
        interceptChanges(pc, (called) => {
          if (called === 'restartService') restarts += 1;
        }),
        'registry-value',
        'timed-out',
      ),
    );
    expect(undone.code).toBe(2);
    expect(undone.out).toBe('');
    expect(undone.err).toBe(
      "A registry value: it was restored without an error, but the result couldn't be read. " +
        "No response within the time limit. So it doesn't count as undone. Diagnose again to see " +
        'the current state, and undo again when this can be read.\n',
    );
    // The restart that makes the previous setting take effect still runs.
    expect(restarts).toBe(1);
    expect(comparable(bench.document)).toEqual(before);
    expect((await bench.journal())[0]?.state).toBe(entry?.state);
    expect((await bench.undo()).code).toBe(0);
    expect((await bench.journal())[0]?.state).toBe('undone');
    bench.remove();
  });
});

it("explains what couldn't be read, why, the current state and what to do", async () => {
  for (const [language, words] of [
    ['en', ['The KMS host setting: the change was made', 'No response within', 'Undo can restore']],
    ['zh-TW', ['手動設定的 KMS 主機：變更時沒有發生錯誤', '未在時限內得到回應', '可使用「復原」']],
  ] as const) {
    const { bench, ended } = await apply(ASSIGN, {
      json: false,
      language,
      wrap: (pc) => faulty(pc, 'kms-assignment', 'timed-out'),
    });
    expect(ended.code).toBe(1);
    for (const part of words) expect(ended.err).toContain(part);
    expect(ended.out).toContain(
      language === 'en' ? 'The diagnosis now shows: ' : '之後的診斷結果為：',
    );
    expect(ended.out).toMatch(/kms-doctor undo \S+ --data-dir \S+\n$/);
    expect(ended.out).not.toContain(language === 'en' ? 'Done' : '已完成');
    bench.remove();
  }
});

it("draws no conclusion from a routing test whose steps can't be read back", async () => {
  const example = 'test-routing on srv-record-missing/record-missing';
  for (const kind of ['kms-assignment', 'activation'] as const) {
    const { bench, ended, outcome } = await apply(example, {
      wrap: (pc) => faulty(pc, kind, 'timed-out'),
    });
    expect(outcome.result).toBe('unverified');
    expect(ended.err).toContain('Result: inconclusive');
    expect(ended.err).not.toContain('is the problem');
    // The previous assignment is restored in any case.
    expect(bench.document.licensing?.service?.['KeyManagementServiceMachine'] ?? '').toBe('');
    bench.remove();
  }
});

it('syncs a clock whose offset is unknown, and verifies it only if a time source responds', async () => {
  const { method, example } = CHANGES['clock-sync'];
  const mute = (pc: Computer, until?: ChangeMethod): Computer => {
    let told = false;
    return new Proxy(pc, {
      get(target, name, receiver): unknown {
        if (name === until) told = true;
        return name === 'clockOffset' && !told
          ? () => Promise.reject(new Unreadable('no-answer'))
          : Reflect.get(target, name, receiver);
      },
    });
  };
  const never = await apply(example, { wrap: (pc) => mute(pc) });
  expect(never.outcome.result).toBe('unverified');
  expect(never.ended.err).toContain('No response.');
  const later = await apply(example, { wrap: (pc) => mute(pc, method) });
  expect(later.outcome.result).toBe('applied');
  for (const { bench } of [never, later]) bench.remove();
});

it('treats the default port that Windows reports as unset', async () => {
  const one = caseOf('return-to-auto-discovery on assigned-host-unreachable/old-address');
  const bench = new Bench(scenarioOf(one));
  const ended = await bench.fix(one.fix, one.params, {
    // The registry can't be read, and the row matches one of a real Windows PC.
    wrap: (pc) =>
      new Proxy(pc, {
        get(target, name, receiver): unknown {
          if (name === 'registryValue') return () => Promise.reject(new Unreadable('tool-failed'));
          if (name !== 'licensingService') return Reflect.get(target, name, receiver);
          return async (signal: AbortSignal) => {
            const row = await target.licensingService(signal);
            return { ...row, KeyManagementServicePort: row['KeyManagementServicePort'] || 1688 };
          };
        },
      }),
  });
  expect((JSON.parse(ended.out) as Outcome).result).toBe('applied');
  expect(ended.out).not.toContain('1688');
  bench.remove();
});

it('reads a journal of version 1.0.0, which had no unverified state', async () => {
  const bench = new Bench(scenarioOf(caseOf(ASSIGN)));
  const entry = '20261122T090000000-0011aabb';
  const at = '2026-11-22T09:00:00.000Z';
  const host = { host: 'kms1.contoso.com', port: 1688 };
  const none = { host: null, port: null };
  const lines = [
    {
      ...{ type: 'entry-opened', entry, at, fix: 'assign-kms-host', target: 'scenario:PC-042' },
      ...{ computer: 'PC-042', parameters: host, before: [none] },
      changes: [{ kind: 'kms-assignment', ...host }],
    },
    { type: 'change-started', entry, at, index: 0 },
    {
      ...{ type: 'change-refused', entry, at, index: 0 },
      ...{ refusal: 'unverified', code: null, said: null },
    },
    { type: 'entry-closed', entry, state: 'failed', at, after: [host] },
  ];
  mkdirSync(bench.dataDir);
  const file = path.join(bench.dataDir, 'journal.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  expect(await bench.journal()).toMatchObject([{ entry, state: 'failed' }]);
  // The change that remained can still be undone.
  await bench.computer().setKmsHost(host.host, host.port, new AbortController().signal);
  expect((await bench.undo()).code).toBe(0);
  expect(await bench.journal()).toMatchObject([{ entry, state: 'undone' }]);
  bench.remove();
});
