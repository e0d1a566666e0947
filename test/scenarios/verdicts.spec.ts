import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalogue';
import { diagnose } from '@engine/run';
import { readReportFacts } from '../../electron/fleet/report-facts';
import { jsonReport } from '../../electron/report/json';
import { computerOf, EXPECTED } from './cases';

const names = Object.keys(EXPECTED);

describe('scenario files', () => {
  it('are all expected, and every expected one is there', () => {
    const files = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(path.join(import.meta.dirname, name)).map(
          (file) => `${name}/${file.replace(/\.json$/, '')}`,
        ),
      );
    expect(files.sort()).toEqual([...names].sort());
  });

  it('hold every verdict of the contract at least twice', () => {
    for (const code of VERDICT_CODES) {
      const count = Object.values(EXPECTED).filter((expected) => expected.code === code).length;
      expect(count, code).toBeGreaterThanOrEqual(2);
    }
  });
});

describe.each(names)('%s', (name) => {
  const expected = EXPECTED[name];

  it('gets the verdict that the contract gives it', async () => {
    const { diagnosis } = await diagnose(computerOf(name)).result;
    const { verdict } = diagnosis;
    expect(
      { code: verdict.code, certainty: verdict.certainty, alsoFound: verdict.alsoFound },
      expected?.why,
    ).toEqual({
      code: expected?.code,
      certainty: expected?.certainty,
      alsoFound: expected?.alsoFound,
    });
    // A fleet believes a report only as far as its own checks show it.
    const read = readReportFacts(jsonReport(diagnosis, 'en', '1.0.0'));
    expect(read.ok && read.facts.certainty).toBe(verdict.certainty);
  });
});
