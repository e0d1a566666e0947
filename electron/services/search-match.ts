/** How well a text that was typed fits what can be found: called by all of its words, else by those that tell. */
import { nearWord } from '@shared/near-word';

/** Something that can be found, its texts in lower case. */
export interface Findable {
  readonly id: string;
  /** Its id and what people call it: one of them typed whole finds it first. */
  readonly terms: readonly string[];
  readonly titles: readonly string[];
  /** What it says further: causes, remedies, commands. */
  readonly texts: readonly string[];
}

/** A part of a code has at least so many digits, else nearly every code has it. */
const SHORTEST_PART = 3;
/** The least score of what bears all words in its name. */
const NAMED = 50;
/** What fits less than this part of the best bears one of its words by chance. */
const WORTH_SHOWING = 0.5;

/** Words of questions and command lines that tell nothing of what is looked for. */
const FILLERS: ReadonlySet<string> = new Set(
  (
    'a an and any are at be by can cannot could cscript did do does error for from get has have help how i in into ' +
    'is it me my need no nologo of on or our please should that the there this to want was we what when where which ' +
    'why will with wscript you your 了 什麼 到 呢 嗎 在 如何 怎樣 怎麼 怎麼辦 我 是 有 為什麼 的 要 請問'
  ).split(' '),
);

/** Words, whatever stands around them: `/ato` and `-ato` are one option, `slmgr.vbs` and `slmgr` one command. */
export function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s,;:()"“”「」]+/)
    .map((word) => word.replace(/^[-/]+|(?<![.!?。])[.!?。]+$/g, '').replace(/\.vbs$/, ''))
    .filter(Boolean);
}

/** What fits a text, best first; where two are as good, the order in which they are given decides. */
export function matching<T extends Findable>(text: string, among: readonly T[]): readonly T[] {
  const query = wordsIn(text);
  const part = /^(?:0x)?([0-9a-f]+)$/i.exec(query.join(''))?.[1]?.toUpperCase() ?? '';
  const whole = (entry: T): number => wholeScore(entry, query, part);
  return among.some((entry) => whole(entry) >= NAMED)
    ? best(among, whole, 0)
    : best(among, tellingScore(text, among), WORTH_SHOWING);
}

/** @param worth part of the best score that another one must have */
function best<T>(among: readonly T[], scoreOf: (entry: T) => number, worth: number): readonly T[] {
  const scored = among.map((entry) => ({ entry, score: scoreOf(entry) }));
  const most = Math.max(...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score > 0 && score >= most * worth)
    .sort((one, other) => other.score - one.score)
    .map(({ entry }) => entry);
}

/** A term typed whole, then all words among terms and titles, then all words anywhere; 0 where one is missing. */
function wholeScore(
  { id, terms, titles, texts }: Findable,
  query: readonly string[],
  part: string,
): number {
  const typed = query.join(' ');
  if (terms.includes(typed)) return 100;
  if (part.length >= SHORTEST_PART && id.startsWith('0x') && id.toUpperCase().includes(part))
    return 70;
  const named = [...terms, ...titles];
  const fits = (fit: (word: string, among: string) => boolean, among: readonly string[]): boolean =>
    query.every((word) => among.some((one) => fit(word, one)));
  if (titles.includes(typed)) return 90;
  if (fits(hasWord, named)) return 60;
  if (fits(beginsWord, named)) return NAMED;
  if (fits(hasWord, [...named, ...texts])) return 30;
  return fits(beginsWord, [...named, ...texts]) ? 20 : 0;
}

/** Adds up what each word of a question tells, the more the fewer bear it; slips are put right, unknown words left. */
function tellingScore<T extends Findable>(text: string, among: readonly T[]): (entry: T) => number {
  const named = new Set(
    among.flatMap(({ terms, titles }) => [...terms, ...titles].flatMap(cachedWords)),
  );
  const strength = ({ terms, titles, texts }: Findable, word: string): number => {
    const has = (fit: typeof hasWord, all: readonly string[]) => all.some((one) => fit(word, one));
    if (has(hasWord, terms) || has(hasWord, titles)) return 1;
    if (has(beginsWord, terms) || has(beginsWord, titles)) return 0.7;
    if (has(hasWord, texts)) return 0.4;
    return has(beginsWord, texts) ? 0.2 : 0;
  };
  const isKnown = (word: string): boolean => among.some((entry) => strength(entry, word) > 0);
  const asked = wordsIn(text)
    .flatMap(segments)
    .filter((word) => !FILLERS.has(word))
    // What has a digit in it is a name or a number.
    .map((word) => (/\d/.test(word) || isKnown(word) ? word : (nearWord(word, named) ?? word)))
    .map((word) => {
      const bearing = among.filter((entry) => strength(entry, word) > 0).length;
      return { word, tells: bearing === 0 ? 0 : Math.log(1 + among.length / bearing) };
    });
  const typed = ` ${asked.map(({ word }) => word).join(' ')} `;
  return (entry) => {
    const called = entry.terms.filter((term) => typed.includes(` ${term} `)).flatMap(cachedWords);
    return asked.reduce(
      (sum, { word, tells }) =>
        sum + tells * (strength(entry, word) + (called.includes(word) ? 1 : 0)),
      0,
    );
  };
}

const wordsOf = new Map<string, readonly string[]>();

function cachedWords(text: string): readonly string[] {
  const words = wordsOf.get(text) ?? wordsIn(text);
  wordsOf.set(text, words);
  return words;
}

/** Chinese has no spaces: there, a word stands anywhere. */
const isChinese = (word: string): boolean => /\p{Script=Han}/u.test(word);

const segmenter = new Intl.Segmenter('zh-TW', { granularity: 'word' });

const segments = (word: string): readonly string[] =>
  isChinese(word)
    ? [...segmenter.segment(word)].filter((one) => one.isWordLike).map((one) => one.segment)
    : [word];

const hasWord = (word: string, text: string): boolean =>
  isChinese(word) ? text.includes(word) : cachedWords(text).includes(word);

const beginsWord = (word: string, text: string): boolean =>
  isChinese(word) ? text.includes(word) : cachedWords(text).some((one) => one.startsWith(word));
