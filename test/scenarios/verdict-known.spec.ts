/**
 * The verdict reported before a run ends can't change with outstanding facts. Facts arrive in
 * random order here, and those after the verdict may arrive as failures.
 */
import { expect, it } from 'vitest';
import type { RunEvent } from '@shared/diagnosis';
import { Unreadable, type Computer } from '@engine/computer';
import { diagnose } from '@engine/run';
import { computeVerdict } from '@engine/verdict/verdict';
import { activationOf, assess } from '@engine/verdict/assessment';
import { seeded, type Random } from '../support/random';
import { sample } from '../support/sample';
import { computerOf, EXPECTED } from './cases';

/** Fixed, so that failures are reproducible. */
const SEED = 20261122;

/** Share of questions answered after all others. */
const LATE = 0.3;

/**
 * Delivers a computer's answers one at a time in random order, and as failures once {@link Post.fail} is
 * called.
 */
class Post {
  private readonly waiting: { readonly question: string; readonly give: () => void }[] = [];
  private readonly late = new Map<string, boolean>();
  private failing = false;
  /** Number of answers delivered as failures. */
  lost = 0;

  constructor(private readonly random: Random) {}

  private isLate(question: string): boolean {
    const isLate = this.late.get(question) ?? this.random.chance(LATE);
    this.late.set(question, isLate);
    return isLate;
  }

  /** Makes every answer that isn't delivered yet fail. */
  fail(): void {
    this.failing = true;
  }

  private deliver<T>(question: string, answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const give = (): void => {
        if (this.failing) {
          this.lost += 1;
          reject(new Unreadable('tool-failed', 'powershell'));
        } else {
          answer.then(resolve, reject);
        }
      };
      this.waiting.push({ question, give });
      setImmediate(() => {
        const soon = this.waiting.filter((one) => !this.isLate(one.question));
        const next = this.random.pick(soon.length > 0 ? soon : this.waiting);
        this.waiting.splice(this.waiting.indexOf(next), 1);
        next.give();
      });
    });
  }

  through(computer: Computer): Computer {
    return new Proxy(computer, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function' || AT_ONCE.has(name)) return member;
        if (name === 'probeKms') {
          return (...args: Parameters<Computer['probeKms']>) => {
            const probe = target.probeKms(...args);
            probe.connected.catch(() => undefined);
            probe.answered.catch(() => undefined);
            return {
              connected: this.deliver('connected', probe.connected),
              answered: this.deliver('answered', probe.answered),
            };
          };
        }
        return (...args: unknown[]) => {
          const answer = Reflect.apply(member, target, args) as Promise<unknown>;
          answer.catch(() => undefined);
          return this.deliver(`${String(name)} ${JSON.stringify(args[0])}`, answer);
        };
      },
    });
  }
}

/** Members that don't return an answer to wait for. */
const AT_ONCE: ReadonlySet<string | symbol> = new Set(['now', 'wait', 'isLeftOut']);

it.each([
  ['arrive later', false],
  ['fail', true],
])(
  'an early verdict is final if the outstanding facts %s',
  { timeout: 240_000 },
  async (_, fail) => {
    const random = seeded(SEED);
    let lost = 0;
    for (const name of sample(Object.keys(EXPECTED), 4, Number(fail))) {
      const post = new Post(random);
      const run = diagnose(post.through(computerOf(name)));
      const events: RunEvent[] = [];
      for await (const event of run.events) {
        events.push(event);
        if (fail && event.type === 'verdict-known') post.fail();
      }
      const { diagnosis, snapshot } = await run.result;
      const known = events.flatMap((event) =>
        event.type === 'verdict-known' ? [event.known] : [],
      );
      expect(
        known.map(({ verdict }) => verdict),
        name,
      ).toEqual([computeVerdict(assess(snapshot))]);
      expect(known[0]?.activation, name).toEqual(activationOf(assess(snapshot)));
      expect(diagnosis.verdict, name).toEqual(known[0]?.verdict);
      const { code, certainty, alsoFound } = diagnosis.verdict;
      expect({ code, certainty, alsoFound }, name).toEqual({
        code: EXPECTED[name]?.code,
        certainty: EXPECTED[name]?.certainty,
        alsoFound: EXPECTED[name]?.alsoFound,
      });
      lost += post.lost;
    }
    // Otherwise, no verdict was known before the end.
    if (fail) expect(lost).toBeGreaterThan(0);
  },
);
