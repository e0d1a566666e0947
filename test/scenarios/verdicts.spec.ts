import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERDICT_CODES } from '@shared/catalog';
import { diagnose } from '@engine/run';
import { readReportFacts } from '../../electron/fleet/report-facts';
import { jsonReport } from '../../electron/report/json';
import { computerOf, EXPECTED } from './cases';

const names = Object.keys(EXPECTED);

describe('the scenario files', () => {
  it('match the expectations one to one', () => {
    const files = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(path.join(import.meta.dirname, name)).map(
          (file) => `${name}/${file.replace(/\.json$/, '')}`,
        ),
      );
    expect(files.sort()).toEqual([...names].sort());
  });

  it('cover every verdict of the contract at least twice', () => {
    for (const code of VERDICT_CODES) {
      const count = Object.values(EXPECTED).filter((expected) => expected.code === code).length;
      expect(count, code).toBeGreaterThanOrEqual(2);
    }
  });
});

describe.each(names)('%s', (name) => {
  const expected = EXPECTED[name];

  it('gets the verdict defined by the contract', async () => {
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
    // A fleet only trusts a report as far as its checks support it.
    const read = readReportFacts(jsonReport(diagnosis, 'en', '1.0.0'));
    expect('facts' in read && read.facts.certainty).toBe(verdict.certainty);
  });
});
