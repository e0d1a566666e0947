/** Criteria for reports and recordings from a real Windows PC. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { problemsOf, recordingProblems } from '../../../build/windows/check-diagnosis.mjs';
import type { ReasonCode, Status } from '../../../shared/diagnosis';
import type { Report } from '../../../shared/report';

type Judged = Parameters<typeof problemsOf>[0];

/** Compile-time proof that `problemsOf` accepts what the program prints. */
const asPrinted = (printed: Report): Judged => printed;

const check = (id: string, status: Status, reason: ReasonCode | null = null) => ({
  id,
  status,
  reason,
  summary: 'in words',
});

function report(...checks: readonly ReturnType<typeof check>[]): Judged {
  return {
    schema: 'kms-doctor/report@1',
    durationMs: 4_000,
    target: { kind: 'this-pc' },
    verdict: { code: 'healthy' },
    procedures: [{ checks: [check('licensing-service', 'pass'), ...checks] }],
  };
}

describe('a report', () => {
  it('is accepted if everything could be read, whatever was found', () => {
    const found = [check('a', 'fail'), check('b', 'warn'), check('c', 'not-applicable')];
    expect(problemsOf(asPrinted(report(...found) as Report))).toEqual([]);
  });

  it.each(['needs-elevation', 'no-answer', 'no-ipv6', 'not-reached', 'service-disabled'] as const)(
    'is accepted if a check is unknown because of %s',
    (reason) => {
      expect(problemsOf(report(check('a', 'unknown', reason)))).toEqual([]);
    },
  );

  it.each(['tool-missing', 'tool-failed', 'garbled-answer', 'timed-out', 'check-failed'] as const)(
    'is rejected if a check is unknown because of %s',
    (reason) => {
      const [problem, ...more] = problemsOf(report(check('events', 'unknown', reason)));
      expect(more).toEqual([]);
      expect(problem).toContain('events');
      expect(problem).toContain(reason);
    },
  );

  it('is accepted with other reasons only if all of them are expected', () => {
    const locked = report(
      check('a', 'unknown', 'access-denied'),
      check('b', 'unknown', 'timed-out'),
    );
    expect(problemsOf(locked, ['access-denied'])).toHaveLength(1);
    expect(problemsOf(locked, ['access-denied', 'timed-out'])).toEqual([]);
  });

  it('is rejected if the licensing service check failed or is missing', () => {
    const blamed = report();
    expect(
      problemsOf({ ...blamed, procedures: [{ checks: [check('licensing-service', 'fail')] }] }),
    ).toHaveLength(1);
    expect(
      problemsOf({ ...blamed, procedures: [{ checks: [check('other', 'pass')] }] }),
    ).toHaveLength(1);
    expect(problemsOf({ ...blamed, procedures: [] }).length).toBeGreaterThan(0);
  });

  it('is rejected if it took too long, or has another target or schema', () => {
    expect(problemsOf({ ...report(), durationMs: 30_000 })).toHaveLength(1);
    expect(problemsOf({ ...report(), target: { kind: 'network' } })).toHaveLength(1);
    expect(problemsOf({ ...report(), schema: 'other@1' })).toHaveLength(1);
  });
});

describe('a recording', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-doctor-recording-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, value: string) => {
    const answer = { schema: 'kms-doctor/raw-answer@1', asked: ['host'], value };
    writeFileSync(path.join(folder, name), JSON.stringify(answer, null, 2));
  };

  it('must contain responses and no unmasked product key', () => {
    expect(recordingProblems(folder)).toHaveLength(1);
    for (let i = 0; i < 12; i += 1) write(`${i}.json`, 'XXXXX-XXXXX-XXXXX-XXXXX-NGGGG');
    expect(recordingProblems(folder)).toEqual([]);
    write('003-ask.json', 'key BBBBB-CCCCC-DDDDD-FFFFF-NGGGG');
    expect(recordingProblems(folder)).toEqual(['003-ask.json has a whole product key']);
  });
});
