/**
 * PCs from the field, as described in forums and tickets, along with similar PCs that have other
 * causes. The expectations are those of a competent technician, not derived from the rules.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMessage } from '@shared/admin-message';
import type { FixId, VerdictCode } from '@shared/catalog';
import { explainLastError } from '@shared/explain-facts';
import { translateMessage, translator } from '@shared/i18n';
import { routeOf } from '@shared/route';
import { parseScenario } from '@shared/scenario';
import { diagnose } from '@engine/run';
import { createScenarioComputer } from '../../electron/computer/scenario';

/** Expectations for a PC. Null means any value. */
interface Wanted {
  readonly code: VerdictCode | null;
  readonly certainty: 'certain' | 'likely' | null;
  /** The first fix. An empty list means none. */
  readonly first: FixId | readonly [] | null;
  readonly must: readonly FixId[];
  readonly mustNot: readonly FixId[];
  /** Text that a check with a warning must contain. */
  readonly warns?: string;
  /**
   * Patterns for text that the verdict must contain, and that the verdict, checks, route and
   * explanation must not contain.
   */
  readonly says?: string;
  readonly neverSays?: string;
  readonly why: string;
}

const folder = path.join(import.meta.dirname, '../data/field');
const read = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
const wanted = read('expected') as Readonly<Record<string, Wanted>>;
const t = translator('en');

function computerOf(name: string) {
  const parsed = parseScenario(read(name));
  if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.problems)}`);
  return createScenarioComputer(parsed.scenario);
}

it('every field case has an expectation, and every expectation has a file', () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  expect(files.sort()).toEqual(['expected', ...Object.keys(wanted)].sort());
});

describe.each(Object.entries(wanted))('%s', (name, want) => {
  it(`is ${want.code ?? 'warned about'}: ${want.why}`, async () => {
    const { diagnosis } = await diagnose(computerOf(name)).result;
    const { verdict, checks, target } = diagnosis;
    const { code, certainty, fixes } = verdict;
    expect({ code, certainty }).toEqual({
      code: want.code ?? code,
      certainty: want.certainty ?? certainty,
    });
    if (want.first !== null) {
      const first = typeof want.first === 'string' ? [want.first] : [];
      expect(fixes.slice(0, 1)).toEqual(first);
    }
    expect(fixes).toEqual(expect.arrayContaining([...want.must]));
    expect(want.mustNot.filter((fix) => fixes.includes(fix))).toEqual([]);
    if (want.warns !== undefined) {
      const warnings = checks
        .filter(({ status }) => status === 'warn')
        .map((check) => translateMessage(t, check.message));
      expect(warnings.join('\n')).toContain(want.warns);
    }
    const { title, summary, notes = [], message } = verdict;
    const said = [title, summary, ...notes].map((one) => translateMessage(t, one));
    if (message !== null) said.push(writeMessage(message, target, t).text);
    expect(said.join('\n')).toMatch(new RegExp(want.says ?? ''));
    if (want.neverSays !== undefined) {
      const shown = [
        ...checks.map(({ message: words }) => words),
        ...(explainLastError(diagnosis)?.facts ?? []),
        ...routeOf(checks, target).columns.flatMap(({ nodes }) => nodes.map(({ value }) => value)),
      ];
      const words = shown.map((one) => translateMessage(t, one));
      expect([...said, ...words].join('\n')).not.toMatch(new RegExp(want.neverSays));
    }
  });
});
