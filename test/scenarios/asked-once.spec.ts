import { expect, it } from 'vitest';
import type { Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { computerOf, EXPECTED } from './cases';

/** Counts each question to a computer, by method name and arguments. */
function counting(computer: Computer): {
  readonly computer: Computer;
  readonly asked: Map<string, number>;
} {
  const asked = new Map<string, number>();
  const proxy = new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const what = args.filter((arg) => !(arg instanceof AbortSignal));
        const key = `${String(name)} ${JSON.stringify(what)}`;
        asked.set(key, (asked.get(key) ?? 0) + 1);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
  return { computer: proxy, asked };
}

it('a run queries no fact twice, in any scenario', async () => {
  let questions = 0;
  for (const name of Object.keys(EXPECTED)) {
    const { computer, asked } = counting(computerOf(name));
    await diagnose(computer).result;
    asked.delete('now []');
    questions += asked.size;
    const twice = [...asked].filter(([, times]) => times > 1).map(([question]) => question);
    expect(twice, name).toEqual([]);
  }
  expect(questions).toBeGreaterThan(5_000);
});
