import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import type { Verdict } from '@shared/diagnosis';
import { Unreadable, type Computer, type ComputerFacts } from '@engine/computer';
import { diagnose, type DiagnoseOptions } from '@engine/run';
import { FULL, sample } from '../support/sample';
import { computerOf, EXPECTED } from './cases';

/** All questions of the port except those of a fix. The type makes sure that none is missing. */
const QUESTIONS: Record<keyof Omit<ComputerFacts, 'installationId' | 'keyFileFault'>, true> = {
  system: true,
  adapters: true,
  dnsClientSettings: true,
  dnsPolicies: true,
  dnsTools: true,
  licensingService: true,
  licensingProducts: true,
  officeProducts: true,
  registryValue: true,
  service: true,
  events: true,
  clockOffset: true,
  vbscript: true,
  firewallKmsRule: true,
  kmsFirewallRules: true,
  outboundBlocked: true,
  dnsQuery: true,
  resolve: true,
  ping: true,
  probeKms: true,
};

type Fault = (question: string) => Promise<never>;

/** Ways in which a question fails. The last two are bugs in a computer implementation. */
const FAULTS: Readonly<Record<string, Fault>> = {
  missing: () => Promise.reject(new Unreadable('tool-missing', 'powershell')),
  hanging: () => new Promise(() => undefined),
  denied: () => Promise.reject(new Unreadable('access-denied', 'powershell', '0x80041003')),
  garbled: () => Promise.reject(new Unreadable('garbled-answer', 'powershell', '%$§')),
  failed: () => Promise.reject(new Unreadable('tool-failed', 'powershell', '錯誤 0x80041010')),
  error: (question) => Promise.reject(new TypeError(`${question} is undefined`)),
  thrown: (question) => {
    throw new RangeError(question);
  },
};

/** Questions that affect no verdict: a fault in them changes nothing. */
const WITHOUT_WEIGHT: ReadonlySet<string> = new Set([
  'ping',
  'vbscript',
  'outboundBlocked',
  'dnsPolicies',
  'dnsTools',
]);

/** A server or port that never responds is silent, which is a finding and not a read failure. */
const isSilence = (question: string, kind: string): boolean =>
  kind === 'hanging' && (question === 'dnsQuery' || question === 'probeKms');

function faulty(computer: Computer, question: string, fault: Fault): Computer {
  return new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== question) return member;
      if (name !== 'probeKms') return () => fault(question);
      return () => {
        const answer = fault(question);
        return { connected: answer, answered: answer };
      };
    },
  });
}

const slow = (computer: Computer, question: string): Computer =>
  new Proxy(computer, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== question || typeof member !== 'function' || name === 'probeKms') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await sleep(15);
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });

/** Returns a computer whose licensing rows lack the last columns. */
const partial = (computer: Computer): Computer => ({
  ...computer,
  licensingProducts: async (signal) =>
    (await computer.licensingProducts(signal)).map((row) => ({
      ...row,
      LicenseStatus: null,
      LicenseStatusReason: null,
    })),
});

/** Short timeouts, so that hanging queries end soon. */
const SHORT: DiagnoseOptions = { limits: { probe: 20, provider: 60 }, timeoutMs: 1_500 };

const verdictOf = async (computer: Computer, options: DiagnoseOptions = {}): Promise<Verdict> =>
  (await diagnose(computer, options).result).diagnosis.verdict;

/** The most obvious case of each verdict. `--full` adds one with a tempting alternative. */
const CASES = VERDICT_CODES.flatMap((code) =>
  Object.keys(EXPECTED)
    .filter((name) => EXPECTED[name]?.code === code)
    .slice(0, FULL ? 2 : 1),
);

describe('the fault matrix', () => {
  it(
    'never throws, never hangs, and gives no wrong verdict as certain',
    { timeout: 480_000 },
    async () => {
      let cells = 0;
      let limits = 0;
      const violations: string[] = [];
      for (const [turn, name] of CASES.entries()) {
        const truth = await verdictOf(computerOf(name));
        const columns = Object.keys(QUESTIONS).flatMap((question) => [
          ...Object.entries(FAULTS).map(([kind, fault]) => ({
            question,
            kind,
            computer: faulty(computerOf(name), question, fault),
          })),
          { question, kind: 'slow', computer: slow(computerOf(name), question) },
        ]);
        columns.push({
          question: 'licensingProducts',
          kind: 'partial',
          computer: partial(computerOf(name)),
        });
        await Promise.all(
          // By default, a twentieth of the cells. The offset changes per verdict so that each
          // question fails in each way.
          sample(columns, 20, turn).map(async ({ question, kind, computer }) => {
            const cell = `${name} · ${question} · ${kind}`;
            const started = performance.now();
            const verdict = await verdictOf(computer, kind === 'hanging' ? SHORT : {}).catch(
              (error: unknown) => String(error),
            );
            cells += 1;
            if (performance.now() - started > 10_000) limits += 1;
            if (typeof verdict === 'string') {
              violations.push(`${cell}: ${verdict}`);
              return;
            }
            const same = verdict.code === truth.code && verdict.certainty === truth.certainty;
            const mustBeSame = kind === 'slow' || WITHOUT_WEIGHT.has(question);
            const wrong = verdict.certainty === 'certain' && verdict.code !== truth.code;
            if (mustBeSame ? !same : wrong && !isSilence(question, kind)) {
              violations.push(`${cell}: ${verdict.code} ${verdict.certainty}, not ${truth.code}`);
            }
          }),
        );
      }
      process.stdout.write(`fault matrix: ${cells} cells, ${violations.length} violations\n`);
      expect(violations).toEqual([]);
      expect(limits).toBe(0);
      expect(cells).toBeGreaterThan(FULL ? 10_000 : 250);
    },
  );
});
