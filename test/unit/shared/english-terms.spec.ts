/** Terms that English texts must not use, with their replacements (docs/glossary.md). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '@shared/locales/en.json';

const root = path.join(import.meta.dirname, '../../..');

interface Branch {
  readonly [name: string]: string | Branch;
}

const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  // Names of measurements in performance.md contain “by hand”.
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'performance.md')
    .map((name) => `docs/${name}`),
];

const leaves = (branch: Branch, prefix = ''): readonly (readonly [string, string])[] =>
  Object.entries(branch).flatMap(([name, value]) =>
    typeof value === 'string' ? [[`${prefix}${name}`, value]] : leaves(value, `${prefix}${name}.`),
  );

/** British spellings and literal translations, which are wrong in every text. */
const NOWHERE: readonly (readonly [RegExp, string])[] = [
  [/\blicen[c]e[sd]?\b/i, 'license'],
  [/\bset-up\b/i, 'setup, or configuration'],
  [/\bcancelled\b/i, 'canceled'],
  [/\bprogrammes?\b/i, 'program'],
  [/\b(?:behaviour|colour|favour|honour|neighbour)s?\b/i, 'behavior, color …'],
  [/\btunnelling\b/i, 'tunneling'],
  [/\bby hand\b/i, 'manually'],
  [/\banew\b/i, 'again'],
  [/\b(?:some|no|any)body\b/i, 'someone, no one, or nothing for a program'],
  [/\b(?:put|puts|putting) (?:it |this |that )?right\b/i, 'fix, or correct'],
];

/** Terms that documents may use for code and its authors, but texts of the app may not. */
const NOT_IN_THE_PROGRAM: readonly (readonly [RegExp, string])[] = [
  [/\b(?:is|are|was) no (?!longer\b|one\b)/i, "isn't a"],
  [/\bstands? (?:in|at|under|behind|below|between|there|without)\b/i, 'is in, exists'],
  [/\b(?:take|takes|taken|taking)(?: \w+){0,2} back\b/i, 'undo'],
  [/\b(?:put|puts|putting)(?: \w+){0,2} back\b/i, 'restore, or roll back'],
  [/\bcannot\b/i, "can't"],
  [
    /\b(?:do|does|did|is|are|was|were|has|have|could|would|should) not\b/i,
    "doesn't, isn't, couldn't …",
  ],
  [/\bswitch(?:ed|es)? (?:on|off)\b/i, 'turn on, turn off'],
  [/\bturn(?:ed|s)? (?:\w+ )?down\b/i, 'reject'],
  [/\bafterwards\b/i, 'afterward'],
  [/\bfrom \d+ on\b/i, 'at 25'],
  [/\bfound out\b/i, "couldn't check"],
  [/\bempt(?:y|ied) the (?:DNS )?cache\b/i, 'clear the cache'],
  [/\bin order\b(?! of|, )/i, 'works'],
  [/\bway back\b/i, 'undo'],
  [/\bthe way to\b/i, 'the connection to'],
];

/** Text in which one of the terms above is correct, by locale key. */
const RIGHT: Readonly<Record<string, RegExp>> = {
  'parameters.servers.hint': /in order/g,
};

const found = (text: string, terms: readonly (readonly [RegExp, string])[]): string[] =>
  terms.flatMap(([term, instead]) => {
    const hit = term.exec(text)?.[0];
    return hit === undefined ? [] : [`“${hit}”: ${instead}`];
  });

describe('English', () => {
  it('uses the preferred terms in every text of the app', () => {
    const wrong = leaves(en).flatMap(([key, text]) => {
      const judged = RIGHT[key] === undefined ? text : text.replaceAll(RIGHT[key], '');
      return found(judged, [...NOWHERE, ...NOT_IN_THE_PROGRAM]).map((hit) => `${key} ${hit}`);
    });
    expect(wrong).toEqual([]);
  });

  it('mentions cards and buttons only in texts of the window', () => {
    const { changes, checks, cli, fixes, fleet, messages, reasons, report, verdicts } = en;
    const elsewhere = { changes, checks, cli, fixes, fleet, messages, reasons, report, verdicts };
    const wrong = leaves(elsewhere).filter(([, text]) => /\b(?:cards?|buttons?)\b/i.test(text));
    expect(wrong).toEqual([]);
  });

  it.each(DOCUMENTS)('uses American spelling and preferred terms in %s', (name) => {
    const wrong = readFileSync(path.join(root, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        // Code and link targets keep their spelling.
        const prose = line.replaceAll(/`[^`]*`|\]\([^)]*\)/g, '');
        return found(prose, NOWHERE).map((hit) => `${name}:${index + 1} ${hit}`);
      });
    expect(wrong).toEqual([]);
  });

  it('finds an unwanted term anywhere in a sentence', () => {
    expect(found('Assigned by hand, it stands in DNS.', NOWHERE)).toEqual(['“by hand”: manually']);
    expect(found('It is no KMS host and cannot answer.', NOT_IN_THE_PROGRAM)).toHaveLength(2);
    expect(found('It is no longer there.', NOT_IN_THE_PROGRAM)).toEqual([]);
  });
});
